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
from backoffice.reminders.remind import RemindReport, remind
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
            while report := office.write(_batch, agent, regie_id):
                reminded += len(report.ids)
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


def _batch(work: Work, regie_id: int) -> RemindReport | None:
    """Remind some households; none left, or done by another: note the day."""
    regie = hold_regie(work.session, regie_id)
    if regie.reminded_on is not None and regie.reminded_on >= work.today:
        return None
    report = remind(work, regie_id, most=BATCH)
    if report.ids:
        return report
    regie.reminded_on = work.today
    work.changed(Changed.REMINDERS)
    return None
