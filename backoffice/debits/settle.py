"""When the day of a run has come: its receipts are written, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.debits.accounts import NOTHING
from backoffice.debits.asked import asked_with, shares_of
from backoffice.debits.mandates import change_state
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.payments.book import Money, enter
from backoffice.treasury.periods import closed_until, hold_regie
from models.office.billing import Invoice
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.structure import Regie
from models.vocabulary import DebitSequence, DebitState, MandateState, PaymentMeans, Role
from resources.french import euros, long_date, plural, short_date


@dataclass(frozen=True, slots=True)
class SettleReport:
    """What was written of a run."""

    number: str
    count: int
    amount_cents: int
    received_on: date
    credit_cents: int  # paid twice: by the debit and otherwise

    @property
    def sentence(self) -> str:
        """Say it in French."""
        said = (
            f"Remise {self.number}\u202f: {plural(self.count, 'quittance')}, {euros(self.amount_cents)}, "
            f"au {short_date(self.received_on)}."
        )
        if self.credit_cents:
            said += f" {euros(self.credit_cents)} de trop restent au crédit des familles, payés autrement entre-temps."
        return said


def settle_run(work: Work, run_id: int) -> SettleReport:
    """Write the receipts of a run from its day on, dated that day, or today when it is closed.

    Raises:
        RefusedByRule: its day has not come, or it was done already.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    run = session.get_one(DebitRun, run_id)
    regie = hold_regie(session, run.regie_id)
    session.refresh(run)
    if run.settled_at is not None:
        message = f"La remise {run.number} est déjà encaissée. {NOTHING}"
        raise RefusedByRule(message)
    if run.debit_on > work.today:
        message = (
            f"La remise {run.number} sera prélevée le {long_date(run.debit_on)}\u202f: attendez ce jour. {NOTHING}"
        )
        raise RefusedByRule(message)
    received_on = _open_day(session, run, work.today)
    debits = session.scalars(
        select(DirectDebit)
        .where(DirectDebit.run_id == run.id, DirectDebit.state == DebitState.PRESENTED)
        .order_by(DirectDebit.id)
        .with_for_update()
    ).all()
    asked = _asked(session, debits)
    credit = sum(_receive(work, regie, debit, asked[debit.invoice_id], received_on) for debit in debits)
    _move_mandates(work, run, debits)
    run.settled_at = work.now
    total = sum(debit.amount_cents for debit in debits)
    told = {"number": run.number, "count": len(debits), "amount_cents": total}
    work.sign("debit.settle", "debit_run", run.id, new={**told, "received_on": received_on.isoformat()})
    work.changed(Changed.DEBITS)
    return SettleReport(run.number, len(debits), total, received_on, credit)


def settle_due(work: Work) -> tuple[SettleReport, ...]:
    """Write the receipts of every run whose day has come; a régie that has closed today waits for tomorrow."""
    runs = work.session.scalars(
        select(DebitRun)
        .where(DebitRun.settled_at.is_(None), DebitRun.debit_on <= work.today)
        .order_by(DebitRun.regie_id, DebitRun.debit_on, DebitRun.id)  # régies are held in the order of everybody
    ).all()
    reports = []
    for run in runs:
        last = closed_until(work.session, run.regie_id)
        if last is None or last < work.today:
            reports.append(settle_run(work, run.id))
    return tuple(reports)


def _open_day(session: Session, run: DebitRun, today: date) -> date:
    last = closed_until(session, run.regie_id)
    return run.debit_on if last is None or last < run.debit_on else today


def _asked(session: Session, debits: Sequence[DirectDebit]) -> Mapping[int, Sequence[Invoice]]:
    """Hold the invoices debited; give, by invoice, all that its debit pays."""
    ids = [debit.invoice_id for debit in debits]
    query = select(Invoice).where(Invoice.id.in_(ids)).order_by(Invoice.id).with_for_update()
    return asked_with(session, session.scalars(query).all())


def _receive(work: Work, regie: Regie, debit: DirectDebit, parts: Sequence[Invoice], received_on: date) -> int:
    """Write one receipt; give what its invoice no longer needed."""
    invoice, shares = parts[-1], shares_of(parts, debit.amount_cents)
    money = Money(
        family_id=invoice.family_id, payer_name=invoice.payer_name, means=PaymentMeans.SEPA_DEBIT,
        cents=debit.amount_cents, received_on=received_on, reference=debit.end_to_end,
    )  # fmt: skip
    debit.payment_id = enter(work, regie, money, shares).id
    debit.state = DebitState.PAID
    return debit.amount_cents - sum(share.cents for share in shares)


def _move_mandates(work: Work, run: DebitRun, debits: Sequence[DirectDebit]) -> None:
    """Note that the mandates served; what served for the last time ends."""
    session = work.session
    ids = {debit.mandate_id for debit in debits}
    ending = {
        debit.mandate_id for debit in debits if debit.sequence in {DebitSequence.FINAL, DebitSequence.ONE_OFF}
    }  # fmt: skip
    before = _states_before(session, run, ids)
    for mandate in session.scalars(select(Mandate).where(Mandate.id.in_(ids)).order_by(Mandate.id)):
        mandate.first_debit_on = mandate.first_debit_on or run.debit_on
        mandate.last_debit_on = max(mandate.last_debit_on or run.debit_on, run.debit_on)
        if before.get(mandate.id) is DebitState.PAID:  # the one before was not given back: the row is broken
            mandate.rejections = 0
        if mandate.id in ending and mandate.state is not MandateState.REVOKED:
            change_state(work, mandate, MandateState.REVOKED, f"dernier prélèvement le {short_date(run.debit_on)}")


def _states_before(session: Session, run: DebitRun, mandate_ids: set[int]) -> dict[int, DebitState]:
    """Give what became of the debit that came before, by mandate."""
    rows = session.execute(
        select(DirectDebit.mandate_id, DirectDebit.state)
        .join(DebitRun, DirectDebit.run_id == DebitRun.id)
        .where(DirectDebit.mandate_id.in_(mandate_ids), DirectDebit.run_id != run.id)
        .order_by(DebitRun.debit_on, DirectDebit.id)
    )
    return {row.mandate_id: row.state for row in rows}
