"""The page of what was corrected after it was billed: each account, its difference line by line, what to write."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backoffice.billing.differences import Difference
from backoffice.billing.proposals import Proposal
from resources.french import NARROW, amount, euros, listed, month_name
from ui.common.dialogs import FormDialog
from ui.common.forms import note_field
from ui.common.listing import TableView
from ui.common.parts import button, hint, primary_button
from ui.common.table import Column
from ui.shell.theme import State, em

EMPTY = "Aucune journée facturée n'attend de régularisation."
CHOOSE = "Choisissez une famille pour voir la différence ligne par ligne."


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a proposal, and the household that it is of."""

    family: str
    line: Difference


def signed(cents: int) -> str:
    """Write a difference with its sign."""
    return f"+{amount(cents)}" if cents > 0 else amount(cents)


def decision(row: Proposal) -> str:
    """Say in a word what would be written."""
    if row.refusal:
        return "À traiter à part"
    if row.cents < 0:
        return "Avoir"
    return "Complément" if row.cents > 0 else "À classer" if not _papers(row) else "Avoir et complément"


def _papers(row: Proposal) -> bool:
    return any(household.cents for household in row.households)


def _state(row: Proposal) -> State:
    if row.refusal:
        return State.REFUSED
    return State.INFO if row.cents < 0 else State.WAITING if row.cents > 0 else State.NEUTRAL


PROPOSALS: tuple[Column[Proposal], ...] = (
    Column("Famille", lambda row: row.family, stretch=True),
    Column("Service", lambda row: row.service_code, tip=lambda row: row.service),
    Column("Mois", lambda row: row.month, month_name),
    Column("Différence", lambda row: row.cents, signed, number=True),
    Column("À établir", decision, state=_state, tip=lambda row: row.sentence),
)
LINES: tuple[Column[LineRow], ...] = (
    Column("Enfant", lambda row: row.line.child, tip=lambda row: f"Payeur{NARROW}: famille {row.family}"),
    Column("Prestation", lambda row: row.line.thing.label, tip=lambda row: row.line.thing.label, stretch=True),
    Column("Jours", lambda row: listed(map(str, row.line.days))),
    Column("Facturé", lambda row: row.line.invoiced_cents, amount, number=True),
    Column("Dû", lambda row: row.line.cost_cents, amount, number=True),
    Column("Différence", lambda row: row.line.cents, signed, number=True),
)


class RegularisationPage(QWidget):
    """Lists the accounts, shows one line by line, asks to write one or all."""

    make_good_asked = Signal(object)  # a list of Proposal
    set_aside_asked = Signal(object)  # Proposal

    def __init__(self) -> None:
        super().__init__()
        self.table: TableView[Proposal] = TableView(
            PROPOSALS, name="Régularisations à établir", empty=EMPTY, key=_key, saved_as="regularisations"
        )
        self.lines: TableView[LineRow] = TableView(
            LINES, name="Différence ligne par ligne", empty=CHOOSE, key=lambda row: (row.family, row.line.thing)
        )
        self.told = hint()
        self.aside_button = button("&Classer sans suite…", self._set_aside, look="quiet")
        self.all_button = button("&Tout établir", self._make_all_good)
        self.one_button = primary_button("&Établir", self._make_one_good, "check")
        foot = QHBoxLayout()
        foot.setSpacing(em(0.4))
        foot.addWidget(self.aside_button)
        foot.addStretch(1)
        foot.addWidget(self.all_button)
        foot.addWidget(self.one_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, em(0.5), 0, 0)
        column.setSpacing(em(0.5))
        column.addWidget(self.table, 3)
        column.addWidget(self.told)
        column.addWidget(self.lines, 2)
        column.addLayout(foot)
        self.table.row_chosen.connect(self._describe)
        self._describe(None)

    def show_proposals(self, found: Sequence[Proposal]) -> None:
        """Show what awaits."""
        self.table.show_rows(found)
        if self.table.chosen() is None:
            self.table.choose_first()
        self._describe(self.table.chosen())

    def ready(self) -> list[Proposal]:
        """Give those that nothing forbids."""
        return [row for row in self.table.model_of_rows.rows if not row.refusal]

    def _describe(self, row: Proposal | None) -> None:
        self.told.setText(_sentence(row) if row else "")
        self.lines.say_when_empty(CHOOSE if row is None else "Aucune ligne ne change.")
        self.lines.show_rows(
            [LineRow(household.family, line) for household in row.households for line in household.lines] if row else []
        )
        self.one_button.setEnabled(row is not None and not row.refusal)
        self.aside_button.setEnabled(row is not None)
        self.all_button.setEnabled(bool(self.ready()))

    def _make_one_good(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.make_good_asked.emit([row])

    def _make_all_good(self) -> None:
        if rows := self.ready():
            self.make_good_asked.emit(rows)

    def _set_aside(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.set_aside_asked.emit(row)


class SetAsideDialog(FormDialog):
    """Asks why a correction has no consequence."""

    def __init__(self, row: Proposal, parent: QWidget | None = None) -> None:
        super().__init__("Classer sans suite", "Classer sans suite", parent=parent, danger=True)
        sentence = f"Famille {row.family}, {month_name(row.month)}{NARROW}: la différence de {euros(row.cents)} ne sera ni rendue ni demandée."
        told = hint(sentence)
        self.body.insertWidget(0, told)
        self._reason = self.form.add("reason", "&Motif", note_field(lines=2), required=True)
        self.explain_stars()

    @property
    def reason(self) -> str:
        """What the agent wrote."""
        return self._reason.toPlainText().strip()


def _key(row: Proposal) -> tuple[int, int, object]:
    return row.family_id, row.service_id, row.month


def _sentence(row: Proposal) -> str:
    """Say an account in full: which invoices, how many days, what would be written."""
    invoices = listed(row.invoice_numbers)
    days = f"{row.units} pointage{'s' if row.units > 1 else ''} corrigé{'s' if row.units > 1 else ''}"
    parts = [f"{days} après la facture {invoices}. {row.sentence}"]
    several = [f"{one.family} {signed(one.cents)}" for one in row.households]
    if len(several) > 1:
        parts.append(f"Par foyer{NARROW}: {listed(several)}.")
    return " ".join(parts)
