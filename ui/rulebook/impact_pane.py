"""« Effet d'un changement »: what a month's invoices would have been under the draft, family by family."""

from datetime import date
from operator import attrgetter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from backoffice.billing.impact import FamilyImpact, Impact
from resources.french import euros, month_name, plural
from ui.common.blank import Blank
from ui.common.listing import TableView
from ui.common.over import ShowsProgress
from ui.common.pane import Pane
from ui.common.parts import Card, heading, hint, primary_button, row_of
from ui.common.pickers import MonthPicker
from ui.common.screen import Screen
from ui.rulebook.table import FAMILIES, signed
from ui.shell.theme import em

NO_DRAFT = "Ouvrez d'abord un brouillon sans erreur\u202f: son effet se calcule sur les pointages d'un mois."
READY = "Choisissez un mois, puis calculez l'effet du brouillon. Rien n'est enregistré."
NOTHING = "Rien n'est à facturer ce mois-là."


class FigureCard(Card):
    """A figure, what it counts, and how much that makes."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.column.setContentsMargins(em(0.8), em(0.35), em(0.8), em(0.4))
        self.column.setSpacing(0)
        self._caption, self._figure, self._detail = hint(caption), heading("—", 2), hint()
        for label in (self._caption, self._figure, self._detail):
            label.setWordWrap(False)
            self.column.addWidget(label)

    def show_figure(self, figure: str, detail: str) -> None:
        """Write them."""
        self._figure.setText(figure)
        self._detail.setText(detail)
        self.setAccessibleName(self.text())

    def text(self) -> str:
        """Read it in one sentence."""
        return ", ".join(label.text() for label in (self._caption, self._figure, self._detail))


class ImpactPane(ShowsProgress, Pane):
    """Chooses a month, shows the totals and the families."""

    asked = Signal(object)  # the month
    cancel_asked = Signal()
    family_asked = Signal(int)

    def __init__(self, screen: Screen, month: date) -> None:
        super().__init__(screen)
        self._drafted = False
        self.month = MonthPicker(month)
        self.compute = primary_button("Calculer l'&effet", self._ask, "compare")
        self.told = hint()
        self.told.setWordWrap(False)
        self.total, self.up = FigureCard("Total des factures"), FigureCard("En hausse")
        self.down, self.same = FigureCard("En baisse"), FigureCard("Inchangées")
        self.families: TableView[FamilyImpact] = TableView(
            FAMILIES, name="Familles", empty=NOTHING, key=attrgetter("family_id"), saved_as="impact"
        )
        self.blank = Blank("compare")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.blank)
        self.stack.addWidget(self.families)
        self.cards = self._cards()
        self.column.addWidget(row_of(self.month, self.told, self.compute, stretch_after=1))
        self.column.addWidget(self.cards)
        self.column.addWidget(self.stack, 1)
        self.setFocusProxy(self.compute)
        self.families.row_opened.connect(lambda row: self.family_asked.emit(row.family_id))
        self.month.month_chosen.connect(lambda _: self._forget())
        self.show_draft(None)

    def show_draft(self, name: str | None) -> None:
        """Say which draft would be weighed; None: there is none."""
        self._drafted = name is not None
        self.compute.setEnabled(self._drafted)
        self.told.setText(f"Brouillon {name}" if name else "")
        self._forget()

    def show_impact(self, impact: Impact) -> None:
        """Show the totals, then the families, those that change most first."""
        self.cards.show()
        detail = f"au lieu de {euros(impact.before_cents)} ({signed(impact.difference_cents)})"
        self.total.show_figure(euros(impact.after_cents), detail)
        self.up.show_figure(plural(impact.up, "famille"), signed(impact.up_cents))
        self.down.show_figure(plural(impact.down, "famille"), signed(impact.down_cents))
        self.same.show_figure(plural(impact.unchanged, "famille"), month_name(impact.month))
        self.told.setText(f"Brouillon {impact.after}, comparé à {impact.before}, sur {month_name(impact.month)}")
        self.families.show_rows(impact.families)
        self.families.choose_first()
        self.stack.setCurrentWidget(self.families)
        self.families.setFocus()

    def begin_progress(self) -> None:
        self._open_progress("Calcul de l'effet du brouillon", self, self.cancel_asked.emit)

    def _cards(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.6))
        for card, share in ((self.total, 3), (self.up, 2), (self.down, 2), (self.same, 2)):
            row.addWidget(card, share)
        return made

    def _ask(self) -> None:
        self.asked.emit(self.month.month)

    def _forget(self) -> None:
        """An effect is of one month and of one draft."""
        self.cards.hide()
        self.blank.say(READY if self._drafted else NO_DRAFT)
        self.stack.setCurrentWidget(self.blank)
