"""What already waits for the régie's answer: fields and cells that a family has asked to change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict

CELL = "cell"  # what a request's line is about, besides people
PEOPLE = ("guardian", "child")  # whose fields are asked


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that nobody has answered yet."""

    item_id: int
    request_id: UUID
    wished: str
    since: datetime


def waiting_fields(session: Session, family_ids: Collection[int]) -> dict[tuple[str, int, str], Waiting]:
    """Find what waits in some families' files, by subject, person and field; the latest wish of each."""
    query = (
        select(RequestItem, Request.received_at)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.WAITING, RequestItem.subject.in_(PEOPLE), Request.family_id.in_(family_ids)
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    return {
        (item.subject, item.subject_id, item.field): Waiting(item.id, item.request_id, item.wished or "", received_at)
        for item, received_at in session.execute(query)
    }


def waiting_cells(
    session: Session, child_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, int, date], Waiting]:
    """Find the cells of some children that wait, by child, unit and day."""
    query = (
        select(RequestItem, Request.received_at)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.WAITING,
            RequestItem.subject == CELL,
            RequestItem.subject_id.in_(child_ids),
            RequestItem.day.between(first, last),
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    found: dict[tuple[int, int, date], Waiting] = {}
    for item, received_at in session.execute(query):
        assert item.day is not None
        key = (item.subject_id, int(item.field), item.day)
        found[key] = Waiting(item.id, item.request_id, item.wished or "", received_at)
    return found
