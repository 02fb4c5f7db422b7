"""The bank, month after month: the file of the debits, the two that it gave back, a cheque returned unpaid."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.debits.candidates import candidates
from backoffice.debits.reject import reject
from backoffice.debits.run import make_run
from backoffice.demonstration.desk import regie_of
from backoffice.office import Work
from backoffice.payments.reverse import reverse
from models.office.billing import Invoice
from models.office.debits import DebitRun, DirectDebit
from models.office.payments import Payment
from models.vocabulary import DebitState, PaymentMeans

BOUNCED = "Chèque rejeté par la banque\u202f: provision insuffisante"


def announced(session: Session, month: date) -> date | None:
    """Give the day on which a month's debits were announced."""
    days = select(Invoice.debit_on).where(Invoice.month == month, Invoice.debit_on.is_not(None))
    return session.scalar(days.order_by(Invoice.debit_on).limit(1))


def present(work: Work, month: date) -> None:
    """Make the file of what a month announced."""
    regie_id, day = regie_of(work.session), announced(work.session, month)
    assert day is not None, "the caller knows that something was announced"
    ready = [row for row in candidates(work.session, work.sealer, regie_id, day) if row.is_ready and not row.again]
    seen = {row.invoice_id: row.amount_cents for row in ready}
    if seen:
        make_run(work, regie_id, day, list(seen), seen=seen)


def give_back(work: Work, code: str) -> None:
    """Let the bank give back a debit of the last run, of a family that had none given back yet."""
    before = select(DirectDebit.mandate_id).where(DirectDebit.state == DebitState.REJECTED)
    found = work.session.scalars(
        select(DirectDebit.id)
        .where(DirectDebit.run_id == select(func.max(DebitRun.id)).scalar_subquery())
        .where(DirectDebit.state == DebitState.PAID, DirectDebit.mandate_id.not_in(before))
        .order_by(DirectDebit.id)
    ).all()
    for debit_id in found[1:2] or found[:1]:
        reject(work, debit_id, code, work.today)


def return_cheque(work: Work) -> None:
    """Reverse a cheque of the month before, deposited and returned: its invoices are due again."""
    payment_id = work.session.scalar(
        select(Payment.id)
        .where(Payment.means == PaymentMeans.CHEQUE, Payment.amount_cents > 0, Payment.family_id > 1)
        .order_by(Payment.id)
        .offset(2)
        .limit(1)
    )
    if payment_id is not None:
        reverse(work, payment_id, reason=BOUNCED)
