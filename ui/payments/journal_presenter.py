"""What the journal of payments decides: which are shown, and how one is reversed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.payments.lists import ReceiptRow, receipts
from backoffice.payments.reverse import ReversalReport, reversal_refusal, reverse
from backoffice.permissions import Agent
from models.vocabulary import PaymentMeans
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the journal shows."""

    first: date
    last: date
    means: PaymentMeans | None = None
    search: str = ""


class JournalView(View, Protocol):
    """What the presenter asks of the journal."""

    def show_receipts(self, rows: Sequence[ReceiptRow]) -> None: ...
    def ask_reversal(self, row: ReceiptRow) -> None: ...
    def reversed(self) -> None: ...
    def not_reversed(self, error: Exception) -> None: ...


class JournalPresenter(Presenter[JournalView]):
    """Drives the list of what was received."""

    def __init__(self, view: JournalView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._regie: int | None = None
        self._wanted = Wanted(office.today(), office.today())

    def show(self, regie_id: int, wanted: Wanted) -> None:
        """Show the payments of a period, of a means, that a search finds."""
        self._regie, self._wanted = regie_id, wanted
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        regie, wanted = self._regie, self._wanted
        if regie is not None:
            self.read(
                "receipts",
                lambda: self._office.read(
                    receipts, regie, wanted.first, wanted.last, means=wanted.means, search=wanted.search
                ),
                self.view.show_receipts,
            )

    def ask_reversal(self, row: ReceiptRow) -> None:
        """Ask for a reason, or say at once why this payment cannot be reversed by hand."""
        wrong = reversal_refusal(row.means, row.amount_cents, "à demander", even_online=True)
        if row.reversed_by:
            wrong = f"La quittance {row.receipt_number} est déjà annulée par la contre-écriture {row.reversed_by}."
        if wrong:
            self.view.say(wrong, State.REFUSED)
        else:
            self.view.ask_reversal(row)

    def reverse(self, row: ReceiptRow, *, reason: str, on: date, even_online: bool) -> None:
        """Reverse a payment by a counter-entry."""
        self.write(
            lambda: self._office.write(reverse, self._agent, row.id, reason=reason, on=on, even_online=even_online),
            self._reversed,
            changes=("invoices", "payments", "treasury"),
            unsaved=f"l'annulation de la quittance {row.receipt_number}",
            failed=self._not_reversed,
        )

    def _reversed(self, report: ReversalReport) -> None:
        self.view.reversed()
        self.view.say(report.sentence, State.ACCEPTED)

    def _not_reversed(self, error: Exception) -> None:
        self.view.not_reversed(error)
        if isinstance(error, StaleRecord):
            self.refresh()
