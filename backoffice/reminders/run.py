"""The plan that runs by itself: once a day a régie, from the turn of exchanges of whichever workstation comes first."""

import logging
from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.debits.settle import settle_due
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Office, Work
from backoffice.permissions import Agent
from backoffice.reminders.plan import due_reminders
from backoffice.reminders.remind import remind
from backoffice.treasury.periods import hold_regie
from models.office.debits import DebitRun
from models.office.reminders import ReminderLevel
from models.office.structure import Regie

BATCH = 25  # letters that one transaction renders and keeps
log = logging.getLogger(__name__)


def run_plan(office: Office, agent: Agent) -> int:
    """Write the receipts of the debits whose day has come; remind, for each régie that has a plan and whose day is not done.

    It gives how many households were reminded.

    It may be stopped at any line and started again, by any workstation: a level is written once an invoice, and the
    day is noted as done when nothing is left.
    """
    _settle(office, agent)
    reminded = 0
    for regie_id in office.read(_regies_to_do, office.today()):
        try:
            reminded += _remind(office, agent, regie_id)
        except RefusedByRule as refusal:
            log.warning("the plan of régie %s stopped: %s", regie_id, refusal)
    return reminded


def _settle(office: Office, agent: Agent) -> None:
    try:
        if office.read(_debits_have_come, office.today()):
            office.write(settle_due, agent)
    except RefusedByRule as refusal:
        log.warning("debits whose day has come were not settled: %s", refusal)


def _debits_have_come(session: Session, today: date) -> bool:
    query = select(DebitRun.id).where(DebitRun.settled_at.is_(None), DebitRun.debit_on <= today)
    return session.scalar(query.limit(1)) is not None


def _regies_to_do(session: Session, today: date) -> Sequence[int]:
    query = (
        select(Regie.id)
        .where(
            or_(Regie.reminded_on.is_(None), Regie.reminded_on < today),
            Regie.id.in_(select(ReminderLevel.regie_id)),
        )
        .order_by(Regie.id)
    )
    return session.scalars(query).all()


def _remind(office: Office, agent: Agent, regie_id: int) -> int:
    """Remind the households of a régie, some in each transaction, then note the day."""
    families = [due.family_id for due in office.read(due_reminders, regie_id, office.today())]
    reminded = 0
    for start in range(0, len(families), BATCH):
        reminded += office.write(_batch, agent, regie_id, families[start : start + BATCH])
    office.write(_note_the_day, agent, regie_id)
    return reminded


def _batch(work: Work, regie_id: int, family_ids: Sequence[int]) -> int:
    """Remind some households, unless another workstation has done the day."""
    regie = hold_regie(work.session, regie_id)
    if regie.reminded_on is not None and regie.reminded_on >= work.today:
        return 0
    return len(remind(work, regie_id, family_ids=family_ids, by_plan=True).ids)


def _note_the_day(work: Work, regie_id: int) -> None:
    regie = hold_regie(work.session, regie_id)
    if regie.reminded_on is None or regie.reminded_on < work.today:
        regie.reminded_on = work.today
        work.changed(Changed.REMINDERS)
