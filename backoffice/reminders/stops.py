"""A person's stop: a household that the plan leaves in peace until a day."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.treasury.periods import hold_regie
from models.office.reminders import ReminderStop
from models.vocabulary import Role
from resources.french import long_date


def stop_reminders(work: Work, family_id: int, regie_id: int, until: date | None, reason: str) -> None:
    """Leave a household in peace until a day (it included), or until somebody says otherwise; it replaces a stop.

    Raises:
        RefusedByRule: the day is past, or there is no reason.
    """
    work.agent.must_be(Role.CASHIER)
    if not reason.strip():
        raise RefusedByRule("Il manque le motif. Rien n'a été enregistré.")
    if until is not None and until < work.today:
        message = f"Le {long_date(until)} est déjà passé. Rien n'a été enregistré. Choisissez une date à venir."
        raise RefusedByRule(message)
    hold_regie(work.session, regie_id)
    _end_running(work, family_id, regie_id)
    work.session.add(
        ReminderStop(
            regie_id=regie_id, family_id=family_id, starts=work.today, ends=until, reason=reason.strip(),
            decided_by=work.agent.name,
        )
    )  # fmt: skip
    work.changed(Changed.REMINDERS)
    new = {"until": until.isoformat() if until else None, "reason": reason.strip()}
    work.sign("reminder.stop", "family", family_id, new=new)


def lift_stop(work: Work, family_id: int, regie_id: int) -> None:
    """Let the plan remind a household again.

    Raises:
        RefusedByRule: it is not stopped.
    """
    work.agent.must_be(Role.CASHIER)
    hold_regie(work.session, regie_id)
    if not _end_running(work, family_id, regie_id):
        message = "Les relances de ce foyer ne sont pas suspendues. Rien n'a été modifié. Relisez la liste."
        raise RefusedByRule(message)
    work.changed(Changed.REMINDERS)
    work.sign("reminder.lift", "family", family_id)


def _end_running(work: Work, family_id: int, regie_id: int) -> bool:
    """End what runs today: yesterday was its last day; one of today has not been."""
    running = work.session.scalars(
        select(ReminderStop).where(
            ReminderStop.regie_id == regie_id,
            ReminderStop.family_id == family_id,
            or_(ReminderStop.ends.is_(None), ReminderStop.ends >= work.today),
        )
    ).all()
    for stop in running:
        if stop.starts >= work.today:
            work.session.delete(stop)
        else:
            stop.ends = work.today - timedelta(days=1)
    work.session.flush()
    return bool(running)
