"""The cells that the régie has lately refused, and why: a family sees it where it asked."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.requests.waiting import CELL
from backoffice.requests.words import AUTOMATIC
from models.office.bookings import Booking
from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict

Spot = tuple[int, date]


def refused_cells(
    session: Session, child_ids: Collection[int], first: date, last: date, *, since: datetime
) -> dict[tuple[int, int], dict[Spot, str]]:
    """Find why an agent refused to book some cells, by child and household, where nothing has changed them since."""
    query = (
        select(RequestItem, Request.family_id, Request.decided_at)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.REFUSED,
            RequestItem.subject == CELL,
            RequestItem.subject_id.in_(child_ids),
            RequestItem.day.between(first, last),
            RequestItem.wished == "booked",
            Request.decided_at >= since,
            Request.decided_by != AUTOMATIC,
        )
        .order_by(Request.decided_at, RequestItem.id)
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    changed = _changes(session, {item.subject_id for item, _, _ in rows}, first, last)
    found: dict[tuple[int, int], dict[Spot, str]] = {}
    for item, family_id, decided_at in rows:
        assert item.day is not None
        assert decided_at is not None
        spot = int(item.field), item.day
        if changed.get((item.subject_id, *spot), decided_at) <= decided_at:
            found.setdefault((item.subject_id, family_id), {})[spot] = item.why
    return found


def _changes(
    session: Session, child_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, int, date], datetime]:
    query = select(Booking.child_id, Booking.unit_id, Booking.day, Booking.changed_at).where(
        Booking.child_id.in_(child_ids), Booking.day.between(first, last)
    )
    return {(child_id, unit_id, day): at for child_id, unit_id, day, at in session.execute(query)}
