"""A debit given back by the bank: entered by hand, before or after its day; the invoice is due again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backoffice.debits.accounts import NOTHING
from backoffice.debits.mandates import change_state
from backoffice.debits.reasons import UNTOLD, Effect, Reason, is_code, reason_of
from backoffice.errors import RefusedByRule
from backoffice.families.lists import paying_guardian
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Work
from backoffice.payments.book import counter
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import closed_until, hold_regie
from models.office.billing import Invoice
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.families import Family
from models.office.payments import Payment
from models.office.structure import Regie, Service
from models.vocabulary import DebitState, MandateState, Role
from resources.french import euros, in_paris, short_date


class AlreadyRejected(RefusedByRule):
    """The rejection is in the books already."""


@dataclass(frozen=True, slots=True)
class RejectionReport:
    """A rejection, and what it did."""

    debit_id: int
    end_to_end: str
    family: str
    amount_cents: int
    reason: Reason
    counter_receipt: str | None  # none: the bank told before the day
    mandate_state: MandateState
    stopped: bool  # the mandate, by this rejection
    mailed: bool

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if self.counter_receipt:
            done = f"contre-écriture {self.counter_receipt}, la facture est de nouveau due"
        else:
            done = "aucun encaissement ne sera écrit, la facture reste due"
        what = f"Rejet {self.reason.code} ({self.reason.words}) de la famille {self.family}"
        said = f"{what}, {euros(self.amount_cents)}\u202f: {done}."
        if self.stopped:
            said += f" Le mandat est {'révoqué' if self.mandate_state is MandateState.REVOKED else 'suspendu'}."
        return said


def reject(work: Work, direct_debit_id: int, code: str, on: date) -> RejectionReport:
    """Record that the bank gave a debit back on a day.

    Before the receipts of its run are written none will be; after, a counter-entry reverses it. It is not presented
    again by itself. Its mandate counts the rejection, or stops at once when the account cannot be debited any more.

    Raises:
        AlreadyRejected: it is in the books already.
        RefusedByRule: the code or the day is wrong.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    debit = session.get_one(DirectDebit, direct_debit_id)
    run = session.get_one(DebitRun, debit.run_id)
    regie = hold_regie(session, run.regie_id)
    session.refresh(debit, with_for_update=True)
    code = code.strip().upper()
    _refuse_wrong(debit, run, code, on, work.today)
    reason = reason_of(code)
    receipt = _take_back(work, regie, debit, reason, on)
    debit.state, debit.rejected_on, debit.reject_code = DebitState.REJECTED, on, code
    mandate = session.scalars(select(Mandate).where(Mandate.id == debit.mandate_id).with_for_update()).one()
    stopped = _judge(work, regie, mandate, reason, on)
    invoice = session.get_one(Invoice, debit.invoice_id)
    work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
    told = {"debit": debit.end_to_end, "code": code, "on": on.isoformat(), "amount_cents": debit.amount_cents}
    work.sign("debit.reject", "direct_debit", debit.id, new=told)
    work.changed(Changed.DEBITS, Changed.INVOICES)
    family = session.get_one(Family, invoice.family_id)
    mailed = _tell(work, debit, run, invoice, reason, stopped=stopped)
    return RejectionReport(
        debit.id, debit.end_to_end, family.name, debit.amount_cents, reason, receipt, mandate.state, stopped, mailed
    )


def _refuse_wrong(debit: DirectDebit, run: DebitRun, code: str, on: date, today: date) -> None:
    if debit.state is DebitState.REJECTED:
        message = (
            f"Le rejet du prélèvement {debit.end_to_end} est déjà enregistré, au {short_date(debit.rejected_on)} "
            f"({debit.reject_code}). {NOTHING}"
        )
        raise AlreadyRejected(message)
    if not is_code(code):
        message = f"Un motif de rejet s'écrit en quatre lettres et chiffres, par exemple AM04. {NOTHING}"
        raise RefusedByRule(message)
    made_on = in_paris(run.made_at).date()
    if not made_on <= on <= today:
        message = (
            f"Un rejet de la remise {run.number} est daté entre le {short_date(made_on)} et aujourd'hui. {NOTHING} "
            "Corrigez sa date."
        )
        raise RefusedByRule(message)


def _take_back(work: Work, regie: Regie, debit: DirectDebit, reason: Reason, on: date) -> str | None:
    """Reverse the receipt of a debit, if there is one that nobody reversed yet; give the counter-entry's number."""
    session = work.session
    if debit.payment_id is None:
        return None
    reversed_by = session.scalar(select(Payment.receipt_number).where(Payment.reverses_id == debit.payment_id))
    if reversed_by:
        return reversed_by
    payment = session.get_one(Payment, debit.payment_id)
    last = closed_until(session, regie.id)
    day = max(on, payment.received_on)
    day = work.today if last is not None and day <= last else day
    words = f"Prélèvement rejeté par la banque\u202f: {reason.code}, {reason.words}"
    return counter(work, regie, payment, reason=words, on=day).receipt_number


def _judge(work: Work, regie: Regie, mandate: Mandate, reason: Reason, on: date) -> bool:
    """Count a rejection; tell whether the mandate stops."""
    if reason.effect is Effect.NONE:
        return False
    mandate.rejections += 1
    why = f"rejet {reason.code} du {short_date(on)}, {reason.words}"
    if reason.effect is Effect.REVOKE and mandate.state is not MandateState.REVOKED:
        change_state(work, mandate, MandateState.REVOKED, why)
        return True
    too_many = mandate.rejections >= max(1, regie.rejections_allowed)
    if mandate.state is MandateState.ACTIVE and (reason.effect is Effect.SUSPEND or too_many):
        change_state(work, mandate, MandateState.SUSPENDED, why)
        return True
    return False


def _tell(work: Work, debit: DirectDebit, run: DebitRun, invoice: Invoice, reason: Reason, *, stopped: bool) -> bool:
    """Write to the guardian who pays; what must be said by a voice is not."""
    found = paying_guardian(work.session, invoice.family_id)
    if reason.code in UNTOLD or found is None or not found.email:
        return False
    service = work.session.scalars(select(Service.name).where(Service.id == invoice.service_id)).one()
    return write_mail(
        work,
        cause=f"debit:{debit.id}",
        recipient=found.email,
        subject=f"Prélèvement rejeté\u202f: facture {invoice.number}",
        template="rejection",
        values={
            "first_name": found.first_name,
            "number": invoice.number,
            "service": service,
            "month": invoice.month,
            "amount_cents": debit.amount_cents,
            "debit_on": run.debit_on,
            "reason": reason.words if reason.told else "",
            "due_cents": invoice.due_cents,
            "stopped": stopped,
        },
    )
