"""What the desk decides: who is found, what is due, the payment, the credit, the receipt."""

from collections.abc import Sequence
from typing import Protocol

from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.payments.account import FamilyAccount, family_account
from backoffice.payments.book import Share
from backoffice.payments.debtors import DebtorRow, debtors
from backoffice.payments.dues import Dues, dues_of
from backoffice.payments.receive import PaymentReport
from backoffice.payments.rules import Tender
from backoffice.payments.use_credit import CreditReport, use_credit
from backoffice.permissions import Agent
from backoffice.regie.lists import RegieRow, regies
from ui.common.presenter import Lanes, View
from ui.payments.receiving import Receiving
from ui.shell.theme import State


class DeskView(View, Protocol):
    """What the presenter asks of the desk."""

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None: ...
    def show_no_regie(self) -> None: ...
    def show_rows(self, rows: Sequence[DebtorRow], *, searched: bool) -> None: ...
    def choose_family(self, family_id: int) -> None: ...
    def show_dues(self, dues: Dues | None) -> None: ...
    def go_to_form(self) -> None: ...
    def payment_done(self, report: PaymentReport) -> None: ...
    def show_account(self, account: FamilyAccount) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...


class DeskPresenter(Receiving[DeskView]):
    """Drives the desk of one régie."""

    def __init__(self, view: DeskView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes, office, agent)
        self.regie: int | None = None
        self._family: int | None = None
        self._search = ""
        self._rows: Sequence[DebtorRow] = ()
        self._reading = self._first = self._to_form = False

    def refresh(self) -> None:
        """Read everything shown again."""
        self.read("regies", lambda: self._office.read(regies), self._regies_read)

    def choose_regie(self, regie_id: int) -> None:
        """Work at another régie."""
        if regie_id != self.regie:
            self.regie, self._family = regie_id, None
            self.view.show_dues(None)
            self._read_rows()

    def search(self, text: str) -> None:
        """Find who pays."""
        self._search = text
        self._read_rows()

    def first(self) -> None:
        """Take the first household found, as soon as it is, and go to its payment."""
        self._first = True
        if not self._reading:
            self._take_first()

    def visit(self, family_id: int) -> None:
        """Show a household asked by another screen."""
        self._family, self._to_form = family_id, True
        self._read_dues()

    def choose(self, row: DebtorRow | None) -> None:
        """Show a household of the list."""
        if row is not None and row.id != self._family:
            self._family = row.id
            self._read_dues()

    def pay(self, dues: Dues, tender: Tender, shares: Sequence[Share]) -> None:
        """Receive what was handed over."""
        seen = {invoice.id: invoice.due_cents for invoice in dues.invoices}
        self._receive(dues, tender, shares, {share.invoice_id: seen[share.invoice_id] for share in shares})

    def use_credit(self, dues: Dues, chosen: Sequence[int]) -> None:
        """Let what the household has paid too much settle the invoices ticked."""
        seen = {invoice.id: invoice.due_cents for invoice in dues.invoices}
        shares = None if len(chosen) == len(dues.invoices) else _from_credit(dues, chosen)
        self.write(
            lambda: self._office.write(use_credit, self._agent, dues.regie_id, dues.family_id, shares, seen=seen),
            self._credited,
            changes=("invoices", "payments", "treasury"),
            unsaved=f"l'emploi du crédit de la famille {dues.family}",
            failed=self._refused,
        )

    def print_receipt(self, payment_id: int, number: str) -> None:
        """Show a receipt as it will be printed."""
        self._read_receipt(payment_id, number, self.view.show_pdf)

    def account(self, regie_id: int, family_id: int) -> None:
        """Show a household's account."""
        self.read("account", lambda: self._office.read(family_account, regie_id, family_id), self.view.show_account)

    def _regies_read(self, rows: Sequence[RegieRow]) -> None:
        if not rows:
            self.view.show_no_regie()
            return
        if self.regie not in {row.id for row in rows}:
            self.regie = rows[0].id
        assert self.regie is not None, "a régie has just been chosen"
        self.view.show_regies(rows, self.regie)
        self._read_rows()
        if self._family is not None:
            self._read_dues()

    def _read_rows(self) -> None:
        regie, search, today = self.regie, self._search, self._office.today()
        if regie is None:
            return
        self._reading = True
        self.read("rows", lambda: self._office.read(debtors, regie, search, today=today), self._rows_read)

    def _rows_read(self, rows: Sequence[DebtorRow]) -> None:
        self._reading = False
        self.view.show_rows(rows, searched=bool(self._search))
        self._rows = rows
        self._take_first()

    def _take_first(self) -> None:
        taken, self._first = self._first, False
        if taken and self._rows:
            self._family, self._to_form = self._rows[0].id, True
            self.view.choose_family(self._rows[0].id)
            self._read_dues()

    def _read_dues(self) -> None:
        regie, family = self.regie, self._family
        if regie is not None and family is not None:
            self.read("dues", lambda: self._office.read(dues_of, regie, family), self._dues_read)

    def _dues_read(self, dues: Dues) -> None:
        self.view.show_dues(dues)
        if self._to_form:
            self._to_form = False
            self.view.go_to_form()

    def _paid(self, report: PaymentReport) -> None:
        self.view.payment_done(report)
        self.view.say(report.sentence, State.ACCEPTED)

    def _credited(self, report: CreditReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)

    def _refused(self, error: Exception) -> None:
        self.view.report(error, unsaved="le paiement")
        if isinstance(error, StaleRecord):
            self.refresh()


def _from_credit(dues: Dues, chosen: Sequence[int]) -> tuple[Share, ...]:
    """Share a credit out between the invoices ticked, the oldest first."""
    shares, left = [], dues.credit_cents
    for invoice in dues.invoices:
        if invoice.id in chosen and (cents := min(left, invoice.due_cents)):
            shares.append(Share(invoice.id, cents))
            left -= cents
    return tuple(shares)
