"""The régisseur receives money for an invoice, and the family has its numbered receipt."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.book import Money, Share, enter
from backoffice.payments.rules import refusal
from backoffice.treasury.periods import hold_regie
from models.office.billing import Invoice
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
    regie, invoice = _hold(work.session, invoice_id)
    due_cents = invoice.due_cents
    _refuse_stale(due_cents, seen_due_cents)
    _refuse_wrong(work, invoice, money)
    payer = Money(
        family_id=invoice.family_id, payer_name=invoice.payer_name, means=means, cents=amount_cents,
        received_on=received_on, reference=money.reference, bank=money.bank,
    )  # fmt: skip
    payment = enter(work, regie, payer, [Share(invoice.id, amount_cents)])
    return PaymentReport(payment.id, payment.receipt_number, amount_cents, invoice.due_cents, invoice.status)


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
        invoice.due_cents,
        received_on=money.received_on,
        issued_on=invoice.issued_on,
        today=work.today,
        reference=money.reference,
        bank=money.bank,
    )
    if wrong:
        message = f"{wrong} Rien n'a été enregistré."
        raise RefusedByRule(message)


def _hold(session: Session, invoice_id: int) -> tuple[Regie, Invoice]:
    """Read the invoice and keep it until the end: a second cashier waits, then reads what is still due."""
    regie_id = session.scalar(
        select(Service.regie_id).join(Invoice, Invoice.service_id == Service.id).where(Invoice.id == invoice_id)
    )
    regie = hold_regie(session, regie_id) if regie_id else None
    invoice = session.scalar(select(Invoice).where(Invoice.id == invoice_id).with_for_update())
    if regie is None or invoice is None or invoice.number is None:
        message = "Un brouillon ne se paie pas. Rien n'a été enregistré. Émettez d'abord la facture."
        raise RefusedByRule(message)
    return regie, invoice
