"""A payment entered by mistake, or a cheque returned unpaid: reversed by a counter-entry, never erased."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.book import counter, settled
from backoffice.payments.means import by_means
from backoffice.treasury.periods import hold_regie
from models.office.billing import PAYABLE, Invoice
from models.office.payments import Payment
from models.office.treasury import Deposit, DepositItem
from models.vocabulary import InvoiceStatus, PaymentMeans, Role
from resources.french import NARROW, euros, plural, short_date

ONLINE = frozenset({PaymentMeans.ONLINE_CARD, PaymentMeans.ONLINE_DEBIT})
GIVEN_UP = {  # an invoice that is no longer paid here, and that lacks now what was taken back
    InvoiceStatus.HANDED_OVER: (
        "La facture {number} a été transmise au Trésor{colon}: {cents} de plus y restent dus. "
        "Demandez au comptable de compléter le titre."
    ),
    InvoiceStatus.WRITTEN_OFF: (
        "La facture {number} est admise en non-valeur{colon}: {cents} de plus ne sont demandés à personne. "
        "Faites compléter la décision."
    ),
}


@dataclass(frozen=True, slots=True)
class ReversalReport:
    """The counter-entry, and how many invoices it opened again."""

    payment_id: int
    receipt_number: str
    reverses: str
    amount_cents: int
    reopened: int
    given_up: tuple[str, ...] = ()  # what to do about the invoices that are no longer paid here

    @property
    def sentence(self) -> str:
        """Say it in French."""
        told = f"La quittance {self.reverses} est annulée par la contre-écriture {self.receipt_number}"
        if self.reopened:
            verb = "est" if self.reopened == 1 else "sont"
            told += f"{NARROW}; {plural(self.reopened, 'facture')} {verb} de nouveau à payer"
        return " ".join((f"{told}.", *self.given_up))


def reverse(
    work: Work, payment_id: int, *, reason: str, on: date | None = None, even_online: bool = False
) -> ReversalReport:
    """Reverse a payment, today unless another open day is given; what it settled is due again.

    An online payment is reversed only when the agent says so, because PayFiP gave the money back.

    Raises:
        StaleRecord: somebody else reversed it meanwhile.
        RefusedByRule: no reason is given, the day is closed, or the bank's rejection does it.
    """
    work.agent.must_be(Role.CASHIER)
    payment = work.session.get_one(Payment, payment_id)
    regie = hold_regie(work.session, payment.regie_id)
    day = on or work.today
    wrong = reversal_refusal(payment.means, payment.amount_cents, reason, even_online=even_online) or _wrong_day(
        work.session, payment, day, work.today
    )
    if wrong:
        message = f"{wrong} Rien n'a été enregistré."
        raise RefusedByRule(message)
    if number := work.session.scalar(select(Payment.receipt_number).where(Payment.reverses_id == payment_id)):
        message = (
            f"La quittance {payment.receipt_number} vient d'être annulée par la contre-écriture {number}. "
            "Rien n'a été enregistré de plus. Relisez la liste."
        )
        raise StaleRecord(message)
    taken_back = settled(work.session, payment_id)
    entry = counter(work, regie, payment, reason=reason.strip(), on=day)
    opened = [(work.session.get_one(Invoice, invoice_id), cents) for invoice_id, cents in taken_back.items()]
    return ReversalReport(
        entry.id,
        entry.receipt_number,
        payment.receipt_number,
        entry.amount_cents,
        sum(invoice.status in PAYABLE for invoice, _ in opened),
        tuple(_given_up(invoice, cents) for invoice, cents in opened if invoice.status in GIVEN_UP),
    )


def reversal_refusal(means: PaymentMeans, amount_cents: int, reason: str, *, even_online: bool = False) -> str | None:
    """Say why a payment cannot be reversed by hand; None when it can."""
    if amount_cents < 0:
        return f"Une contre-écriture ne s'annule pas{NARROW}: enregistrez de nouveau le paiement de {euros(-amount_cents)}."
    if means is PaymentMeans.SEPA_DEBIT:
        return f"Un prélèvement s'annule par son rejet{NARROW}: notez-le dans les prélèvements."
    if means in ONLINE and not even_online:
        return f"Ce paiement a été fait {by_means(means)}{NARROW}: ne l'annulez que si PayFiP a rendu l'argent."
    if not reason.strip():
        return f"Notez le motif{NARROW}: il figure sur la contre-écriture."
    return None


def _given_up(invoice: Invoice, cents: int) -> str:
    return GIVEN_UP[invoice.status].format(number=invoice.number, cents=euros(cents), colon=NARROW)


def _wrong_day(session: Session, payment: Payment, day: date, today: date) -> str | None:
    if day > today:
        return f"Le {short_date(day)} n'est pas encore venu."
    received = payment.received_on
    if day < received:
        return f"Ce paiement a été reçu le {short_date(received)}{NARROW}: son annulation ne peut pas le précéder."
    slip = select(Deposit.made_on).join(DepositItem, DepositItem.deposit_id == Deposit.id)
    deposited = session.scalar(slip.where(DepositItem.payment_id == payment.id))
    if deposited is not None and day < deposited:
        return (
            f"Ce paiement a été déposé le {short_date(deposited)}{NARROW}: datez son annulation de ce jour ou d'après."
        )
    return None
