"""« Fiches »: which fields of people's files families see, change and must fill, and whom they may add."""

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from backoffice.families.field_rules import ADDABLE, Addable, PortalFiles
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import plural
from ui.common.pane import Pane
from ui.common.parts import button, heading, hint, primary_button, row_of
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.portal.fields_presenter import FieldsPresenter
from ui.portal.fields_table import FieldsView
from ui.shell.theme import em

ABOUT = (
    "Ce que les familles voient et changent des fiches dans «\xa0Ma famille\xa0». Les consignes de santé, les notes et les "
    "personnes non autorisées ne sont jamais publiées."
)
LOOK_ONLY = "Votre rôle permet de lire ces réglages\u202f; l'administrateur les change."
ADDED = "Les familles peuvent demander à ajouter\u202f:"


class FieldsPane(Pane):
    """The table of the fields, the three boxes of who may be added, and « Enregistrer »."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._filling = False
        self.table = FieldsView()
        self.setFocusProxy(self.table)
        self.look_only, self.told = hint(LOOK_ONLY), hint()
        self.additions: dict[Addable, QCheckBox] = {kind: QCheckBox(words) for kind, words in ADDABLE.items()}
        self.save = primary_button("&Enregistrer", self._save, "save")
        self.restore = button("&Revenir à ce qui est enregistré", self._restore, icon="undo")
        self.column.addWidget(hint(ABOUT))
        self.column.addWidget(self.look_only)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(heading(ADDED, level=3))
        self.column.addWidget(self._boxes())
        self.column.addWidget(row_of(self.told, self.restore, self.save, stretch_after=0))
        self.table.boxes.moved.connect(self._moved)
        for box in self.additions.values():
            box.toggled.connect(self._moved)

    def bind(self, presenter: FieldsPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter

    def refresh(self) -> None:
        """Read again."""
        self.table.show_loading()
        self._presenter.refresh()

    def show_files(self, files: PortalFiles, *, may_edit: bool) -> None:
        """Show what is decided, or being decided."""
        self._filling = True
        self.look_only.setVisible(not may_edit)
        self.table.boxes.may_move = may_edit
        self.table.show_rows(files.fields)
        for kind, box in self.additions.items():
            box.setChecked(kind in files.addable)
            box.setEnabled(may_edit)
        self._filling = False

    def show_changed(self, changed: int) -> None:
        """Say how much is not saved yet."""
        self.told.setText(f"{plural(changed, 'changement')} à enregistrer." if changed else "")
        self.save.setEnabled(changed > 0)
        self.restore.setEnabled(changed > 0)

    def _moved(self) -> None:
        if not self._filling:
            addable = tuple(kind for kind, box in self.additions.items() if box.isChecked())
            self._presenter.change(PortalFiles(self.table.boxes.choices(), addable))

    def _save(self) -> None:
        self._presenter.save()

    def _restore(self) -> None:
        self._presenter.restore()

    def _boxes(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(1.2))
        for box in self.additions.values():
            row.addWidget(box)
        row.addStretch(1)
        return made


def fields_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> FieldsPane:
    """Join the page, its decisions and the office."""
    pane = FieldsPane(screen)
    pane.bind(FieldsPresenter(pane, lanes, office, agent))
    return pane
