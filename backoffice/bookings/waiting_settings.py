"""The waiting list of an activity: whether a full day keeps those who ask, and how long a family has to answer."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import hold_places
from backoffice.bookings.waiting_list import serve_activity
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_activity
from models.office.bookings import WaitingEntry
from models.office.structure import Activity, Unit
from models.vocabulary import Role, WaitingState
from resources.french import NARROW, plural

LONGEST_HOURS = 24 * 14


@dataclass(frozen=True, slots=True)
class WaitingSettings:
    """How an activity's waiting list works, and how many children are on it."""

    activity_id: int
    activity: str
    waiting_list: bool
    answer_hours: int | None  # none: a place freed is given at once
    listed: int


def waiting_settings(session: Session, activity_id: int) -> WaitingSettings:
    """Read how the waiting list of an activity works.

    Raises:
        RefusedByRule: there is no such activity.
    """
    activity = _activity(session, activity_id)
    units = select(Unit.id).where(Unit.activity_id == activity_id)
    query = select(func.count()).where(
        WaitingEntry.unit_id.in_(units), WaitingEntry.state.in_([WaitingState.WAITING, WaitingState.OFFERED])
    )
    return WaitingSettings(
        activity.id, activity.name, activity.waiting_list, activity.answer_hours, session.scalar(query) or 0
    )


def set_waiting_list(
    work: Work,
    activity_id: int,
    *,
    waiting_list: bool,
    answer_hours: int | None,
    seen: WaitingSettings | None = None,
) -> str:
    """Open or close the waiting list of an activity, and say how its places are given; give a sentence for the agent.

    Whoever is on a list that is closed stays on it, and is served in turn: only newcomers find it closed. An offer made
    keeps the delay that its family was told.

    Raises:
        StaleRecord: somebody else has settled it since it was read.
        RefusedByRule: the delay makes no sense.
    """
    work.agent.must_be(Role.AGENT)
    if answer_hours is not None and not 0 < answer_hours <= LONGEST_HOURS:
        raise RefusedByRule(
            f"Le délai de réponse va de 1 heure à {LONGEST_HOURS} heures (deux semaines). Rien n'a été modifié."
        )
    activity = _held(work.session, activity_id)
    if seen is not None and (seen.waiting_list, seen.answer_hours) != (activity.waiting_list, activity.answer_hours):
        message = (
            f"La liste d'attente de {activity.name} a été modifiée entre-temps. Rien n'a été enregistré. Relisez-la."
        )
        raise StaleRecord(message)
    old = {"waiting_list": activity.waiting_list, "answer_hours": activity.answer_hours}
    new = {"waiting_list": waiting_list, "answer_hours": answer_hours}
    if old == new:
        return "Rien n'était à changer."
    activity.waiting_list, activity.answer_hours = waiting_list, answer_hours
    work.session.flush()
    serve_activity(work, activity_id)
    mark_activity(work, activity_id)
    work.sign("waiting_list", "activity", activity_id, old=old, new=new)
    work.changed(Changed.STRUCTURE, Changed.BOOKINGS)
    return f"{activity.name}{NARROW}: {settings_words(waiting_list=waiting_list, answer_hours=answer_hours)}."


def settings_words(*, waiting_list: bool, answer_hours: int | None) -> str:
    """Say how a list works: « liste d'attente, 24 heures pour répondre »."""
    if not waiting_list:
        return "pas de liste d'attente"
    if answer_hours is None:
        return "liste d'attente, place donnée aussitôt"
    return f"liste d'attente, {plural(answer_hours, 'heure')} pour répondre"


def _held(session: Session, activity_id: int) -> Activity:
    """Read an activity once nobody else can settle its list: its places are held, as those who serve it hold them."""
    hold_places(session, session.scalars(select(Unit.id).where(Unit.activity_id == activity_id)).all())
    activity = _activity(session, activity_id)
    session.refresh(activity)
    return activity


def _activity(session: Session, activity_id: int) -> Activity:
    activity = session.get(Activity, activity_id)
    if activity is None:
        raise RefusedByRule("Cette activité n'existe pas, ou n'existe plus.")
    return activity
