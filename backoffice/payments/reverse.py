"""A payment entered by mistake, or a cheque returned unpaid: reversed by a counter-entry, never erased."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.book import counter, settled
from backoffice.payments.means import by_means
from backoffice.treasury.periods import hold_regie
from models.office.payments import Payment
from models.vocabulary import PaymentMeans, Role
from resources.french import NARROW, euros, plural, short_date

ONLINE = frozenset({PaymentMeans.ONLINE_CARD, PaymentMeans.ONLINE_DEBIT})


@dataclass(frozen=True, slots=True)
class ReversalReport:
    """The counter-entry, and how many invoices it opened again."""

    payment_id: int
    receipt_number: str
    reverses: str
    amount_cents: int
    reopened: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        told = f"La quittance {self.reverses} est annulée par la contre-écriture {self.receipt_number}"
        if not self.reopened:
            return f"{told}."
        verb = "est" if self.reopened == 1 else "sont"
        return f"{told}{NARROW}; {plural(self.reopened, 'facture')} {verb} de nouveau à payer."


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
        day, payment.received_on, work.today
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
    reopened = len(settled(work.session, payment_id))
    entry = counter(work, regie, payment, reason=reason.strip(), on=day)
    return ReversalReport(entry.id, entry.receipt_number, payment.receipt_number, entry.amount_cents, reopened)


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


def _wrong_day(day: date, received_on: date, today: date) -> str | None:
    if day > today:
        return f"Le {short_date(day)} n'est pas encore venu."
    if day < received_on:
        return f"Ce paiement a été reçu le {short_date(received_on)}{NARROW}: son annulation ne peut pas le précéder."
    return None
