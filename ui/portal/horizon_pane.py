"""« Planning »: how far families see their planning, and book in it."""

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.sync.set_horizon import CHOICES, Reach
from resources.french import long_date
from ui.common.forms import Form, choice_field
from ui.common.pane import Pane
from ui.common.parts import button, hint, primary_button, row_of
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.portal.horizon_presenter import HorizonPresenter
from ui.shell.theme import em

LABEL = "Les &familles voient leur planning jusqu'à"
CUT = "Le calendrier n'a pas encore les vacances scolaires d'après\u202f: complétez-le."
LOOK_ONLY = "Votre rôle permet de lire ce réglage\u202f; l'administrateur le change."
ABOUT = (
    "Elles réservent dans ces semaines, selon les délais et les ouvertures du règlement intérieur. Chaque lundi, une semaine de "
    "plus s'ouvre. L'année scolaire finit le 31 août\u202f: la suivante s'ouvre en entier le 1er septembre, et il reste toujours "
    "8 semaines au moins. Choisir moins loin ne retire aucune réservation."
)


class HorizonPane(Pane):
    """One choice, the day that it means, and « Enregistrer »."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._filling = False
        self.form = Form()
        self.choice = self.form.add(
            "weeks", LABEL, choice_field({str(weeks): words for weeks, words in CHOICES.items()})
        )
        self.setFocusProxy(self.choice)
        self.look_only, self.told = hint(LOOK_ONLY), hint()
        self.save = primary_button("&Enregistrer", self._save, "save")
        self.restore = button("&Revenir à ce qui est enregistré", self._restore, icon="undo")
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._chosen)

    def bind(self, presenter: HorizonPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter

    def refresh(self) -> None:
        """Read again."""
        self._presenter.refresh()

    def show_choice(self, seen: Reach, wished: Reach, *, may_edit: bool) -> None:
        """Show what is decided, or being decided, and until which day that is."""
        self._filling = True
        self.choice.setCurrentIndex(self.choice.findData(str(wished.weeks_ahead)))
        self._filling = False
        changed = wished != seen
        self.choice.setEnabled(may_edit)
        self.look_only.setVisible(not may_edit)
        verb = "verraient" if changed else "voient"
        cut = f" {CUT}" if wished.cut else ""
        self.told.setText(f"Aujourd'hui, elles {verb} jusqu'au {long_date(wished.last)}.{cut}")
        self.save.setEnabled(may_edit and changed)
        self.restore.setEnabled(changed)

    def _chosen(self) -> None:
        if not self._filling:
            self._presenter.choose(int(self.choice.currentData()))

    def _save(self) -> None:
        self._presenter.save()

    def _restore(self) -> None:
        self._presenter.restore()

    def _lay_out(self) -> None:
        self.form.setMaximumWidth(em(26))
        for made in (self.save, self.restore):
            made.setEnabled(False)
        for widget in (self.look_only, self.form, self.told, row_of(self.save, self.restore, stretch_after=1)):
            self.column.addWidget(widget)
        self.column.addSpacing(em(0.5))
        self.column.addWidget(hint(ABOUT))
        self.column.addStretch(1)


def horizon_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> HorizonPane:
    """Join the page, its decisions and the office."""
    pane = HorizonPane(screen)
    pane.bind(HorizonPresenter(pane, lanes, office, agent))
    return pane
