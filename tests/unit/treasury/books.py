"""Money received behind the desk's back, for tests of what becomes of it."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count

from backoffice.billing.letterhead import letterhead_of
from backoffice.billing.numbers import INVOICES, take_numbers
from backoffice.billing.once import letterhead
from backoffice.billing.rules import invoice_number
from backoffice.office import Office, Work
from backoffice.payments.book import Money, Share, counter, enter
from backoffice.treasury.balance import Balance, balance
from backoffice.treasury.close import ClosingReport, close, propose_closing
from backoffice.treasury.deposit import DepositReport, deposit, waiting
from backoffice.treasury.periods import hold_regie
from backoffice.treasury.remit import RemittanceReport, propose_remittance, remit
from models.office.billing import Invoice
from models.office.payments import Payment
from models.office.structure import Service
from models.vocabulary import ClosingKind, InvoiceStatus, PaymentMeans
from tests.factories import AGENT, NOW, Town
from tests.months import OCTOBER

DAY = date(2026, 11, 3)  # today, in the office of these tests
CASH, CHEQUE, TRANSFER = PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.TRANSFER


@dataclass
class Books:
    """A régie's books in the hand of a test."""

    office: Office
    town: Town
    cheques: "count[int]" = field(default_factory=lambda: count(1_000_001))

    def invoice(self, cents: int, service_id: int | None = None) -> int:
        """Issue an invoice of this amount, of the canteen unless told."""
        wanted = service_id or self.town.canteen_service_id

        def issue(work: Work) -> int:
            service = work.session.get_one(Service, wanted)
            (rank,) = take_numbers(work.session, INVOICES, service.code, work.today.year)
            made = Invoice(
                family_id=self.town.home.family_id, service_id=wanted, month=OCTOBER, status=InvoiceStatus.ISSUED,
                number=invoice_number(service.code, work.today.year, rank), year=work.today.year, rank=rank,
                issued_on=work.today, due_on=work.today, payer_name="Camille Martin", payer_address="", total_cents=cents,
                payfip_reference=None, debit_on=None, mandate_id=None, debit_notice=None, drafted_at=NOW, basis="",
                letterhead_id=letterhead(work.session, letterhead_of(work.session, wanted).as_json()),
            )  # fmt: skip
            work.session.add(made)
            work.session.flush()
            return made.id

        return self.office.write(issue, AGENT)

    def receive(
        self,
        cents: int,
        means: PaymentMeans = CASH,
        *shares: tuple[int, int],
        on: date = DAY,
        payer: str = "Camille Martin",
    ) -> int:
        """Receive money, and settle invoices (id, cents) with it."""
        cheque = means is CHEQUE

        def take(work: Work) -> int:
            money = Money(
                family_id=self.town.home.family_id, payer_name=payer, means=means, cents=cents, received_on=on,
                reference=str(next(self.cheques)) if cheque else None, bank="Crédit vosgien" if cheque else None,
            )  # fmt: skip
            regie = hold_regie(work.session, self.town.regie_id)
            return enter(work, regie, money, [Share(*share) for share in shares]).id

        return self.office.write(take, AGENT)

    def reverse(self, payment_id: int, *, on: date = DAY) -> int:
        """Write a counter-entry."""

        def undo(work: Work) -> int:
            regie = hold_regie(work.session, self.town.regie_id)
            return counter(work, regie, work.session.get_one(Payment, payment_id), reason="Erreur de saisie", on=on).id

        return self.office.write(undo, AGENT)

    def deposit(self, means: PaymentMeans, *payment_ids: int, on: date = DAY) -> DepositReport:
        """Deposit payments, all that wait unless told."""
        rows = self.office.read(waiting, self.town.regie_id, means)
        chosen = [row for row in rows if not payment_ids or row.id in payment_ids]
        ids, cents = payment_ids or [row.id for row in chosen], sum(row.amount_cents for row in chosen)
        return self.office.write(deposit, AGENT, self.town.regie_id, means, ids, made_on=on, seen_cents=cents)

    def remit(self, on: date = DAY) -> RemittanceReport:
        """Pay over what is on the account."""
        found = self.office.read(propose_remittance, self.town.regie_id, on)
        return self.office.write(remit, AGENT, self.town.regie_id, made_on=on, seen_cents=found.amount_cents)

    def close(self, day: date = DAY, kind: ClosingKind = ClosingKind.DAY) -> ClosingReport:
        """Close a day, or the month of a day."""
        regie_id, today = self.town.regie_id, self.office.today()
        found = self.office.read(propose_closing, regie_id, kind, day, today=today)
        return self.office.write(close, AGENT, regie_id, kind, day, seen=found.seen)

    def balance(self, *, day: date | None = None) -> Balance:
        """Read where the money is."""
        return self.office.read(balance, self.town.regie_id, day=day)
