"""The régisseur receives money for an invoice, and the family has its numbered receipt."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.numbers import RECEIPTS, take_numbers
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.payments.rules import refusal
from backoffice.sync.contract import ViewKind
from models.office.billing import Invoice, Payment
from models.office.structure import Regie, Service
from models.vocabulary import InvoiceStatus, PaymentMeans, Role
from resources.french import NARROW, euros


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What was received, and what is still due."""

    payment_id: int
    receipt_number: str
    amount_cents: int
    due_cents: int
    status: InvoiceStatus

    @property
    def sentence(self) -> str:
        """Say it in French."""
        rest = f"il reste {euros(self.due_cents)} à payer" if self.due_cents else "la facture est payée"
        return f"{euros(self.amount_cents)} reçus, quittance {self.receipt_number}{NARROW}; {rest}."


@dataclass(frozen=True, slots=True)
class _Money:
    """What the agent entered."""

    means: PaymentMeans
    amount_cents: int
    received_on: date
    reference: str | None
    bank: str | None


def record_payment(
    work: Work,
    invoice_id: int,
    *,
    means: PaymentMeans,
    amount_cents: int,
    received_on: date,
    reference: str | None = None,
    bank: str | None = None,
    seen_due_cents: int | None = None,
) -> PaymentReport:
    """Enter one payment and number its receipt; `seen_due_cents` is what the agent read as due.

    Raises:
        StaleRecord: somebody else received a payment for it meanwhile.
        RefusedByRule: the invoice is a draft, the amount, the day or a reference is wrong.
    """
    work.agent.must_be(Role.CASHIER)
    money = _Money(means, amount_cents, received_on, (reference or "").strip() or None, (bank or "").strip() or None)
    invoice = _hold(work.session, invoice_id)
    due_cents = invoice.total_cents - invoice.paid_cents
    _refuse_stale(due_cents, seen_due_cents)
    _refuse_wrong(work, invoice, money)
    payment = Payment(
        invoice_id=invoice_id,
        receipt_number=_receipt_number(work, invoice.service_id),
        recorded_at=work.now,
        recorded_by=work.agent.name,
        **asdict(money),
    )
    work.session.add(payment)
    invoice.paid_cents += amount_cents
    invoice.status = InvoiceStatus.PAID if amount_cents == due_cents else InvoiceStatus.PARTLY_PAID
    work.session.flush()
    _sign_and_show(work, invoice, payment)
    return PaymentReport(payment.id, payment.receipt_number, amount_cents, due_cents - amount_cents, invoice.status)


def _refuse_stale(due_cents: int, seen_due_cents: int | None) -> None:
    if seen_due_cents is not None and seen_due_cents != due_cents:
        message = (
            f"Un paiement vient d'être reçu pour cette facture{NARROW}: il reste {euros(due_cents)} à payer. "
            "Rien n'a été enregistré. Relisez la facture."
        )
        raise StaleRecord(message)


def _refuse_wrong(work: Work, invoice: Invoice, money: _Money) -> None:
    assert invoice.issued_on, "an issued invoice is dated"
    wrong = refusal(
        money.means,
        money.amount_cents,
        invoice.total_cents - invoice.paid_cents,
        received_on=money.received_on,
        issued_on=invoice.issued_on,
        today=work.today,
        reference=money.reference,
        bank=money.bank,
    )
    if wrong:
        message = f"{wrong} Rien n'a été enregistré."
        raise RefusedByRule(message)


def _hold(session: Session, invoice_id: int) -> Invoice:
    """Read the invoice and keep it until the end: a second cashier waits, then reads what is still due."""
    invoice = session.scalar(select(Invoice).where(Invoice.id == invoice_id).with_for_update())
    if invoice is None or invoice.number is None:
        message = "Un brouillon ne se paie pas. Rien n'a été enregistré. Émettez d'abord la facture."
        raise RefusedByRule(message)
    return invoice


def _receipt_number(work: Work, service_id: int) -> str:
    """Number the receipt in the series of the régie and of the year: Q-ENFANCE-2026-000001."""
    code = work.session.scalars(
        select(Regie.code).join(Service, Service.regie_id == Regie.id).where(Service.id == service_id)
    ).one()
    (rank,) = take_numbers(work.session, RECEIPTS, code, work.today.year)
    return f"Q-{code}-{work.today.year}-{rank:06}"


def _sign_and_show(work: Work, invoice: Invoice, payment: Payment) -> None:
    work.sign(
        "payment.record",
        "invoice",
        invoice.id,
        old={"paid_cents": invoice.paid_cents - payment.amount_cents},
        new={
            "paid_cents": invoice.paid_cents,
            "receipt": payment.receipt_number,
            "means": payment.means,
            "received_on": payment.received_on.isoformat(),
        },
    )
    work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
    work.changed(Changed.INVOICES)
