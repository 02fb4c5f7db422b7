"""What already waits for the régie's answer: fields and cells that a family has asked to change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backoffice.requests.words import AUTOMATIC
from models.office.requests import Request, RequestItem
from models.vocabulary import RequestKind, Verdict

CELL = "cell"  # what a request's line is about, besides people
PEOPLE = ("guardian", "child")  # whose fields are asked
DECIDED_IN = timedelta(days=90)  # the longest that a wish is still looked for
FieldKey = tuple[int, str, int, str]  # family, subject, person, field


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that nobody has answered yet."""

    item_id: int
    request_id: UUID
    wished: str
    since: datetime


@dataclass(frozen=True, slots=True)
class FieldAnswered:
    """What became of a wish for a field."""

    wished: str
    verdict: Verdict
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonWaiting:
    """Somebody whom a family adds, or takes away."""

    request_id: UUID
    subject: str  # see backoffice.requests.kinds.person
    subject_id: int
    name: str
    since: datetime


def waiting_lines(
    session: Session, family_id: int, subject: str, subject_id: int, *conditions: ColumnElement[bool]
) -> list[tuple[RequestItem, Request]]:
    """Find what one household has asked about somebody or something, and nobody has answered."""
    query = (
        select(RequestItem, Request)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.WAITING,
            RequestItem.subject == subject,
            RequestItem.subject_id == subject_id,
            Request.family_id == family_id,
            *conditions,
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    return [(item, request) for item, request in session.execute(query)]


def waiting_fields(session: Session, family_ids: Collection[int]) -> dict[FieldKey, Waiting]:
    """Find what waits in some families' files; the latest wish of each field. A separated parent has his own."""
    query = (
        select(RequestItem, Request.family_id, Request.received_at)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.WAITING, RequestItem.subject.in_(PEOPLE), Request.family_id.in_(family_ids)
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    return {
        (family_id, item.subject, item.subject_id, item.field): Waiting(
            item.id, item.request_id, item.wished or "", received_at
        )
        for item, family_id, received_at in session.execute(query)
    }


def answered_fields(session: Session, family_ids: Collection[int], since: datetime) -> dict[FieldKey, FieldAnswered]:
    """Find what was answered lately to some families' last wish for a field: by the régie, or refused by a rule."""
    query = (
        select(RequestItem, Request)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.subject.in_(PEOPLE),
            Request.family_id.in_(family_ids),
            Request.received_at >= since - DECIDED_IN,
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    last = {
        (request.family_id, item.subject, item.subject_id, item.field): (item, request)
        for item, request in session.execute(query)
    }
    return {
        key: FieldAnswered(
            item.wished or "", item.verdict, " ".join(filter(None, (item.why, request.note))), request.decided_at
        )
        for key, (item, request) in last.items()
        if request.decided_at is not None
        and request.decided_at >= since
        and (item.verdict is Verdict.REFUSED or (item.verdict is Verdict.ACCEPTED and request.decided_by != AUTOMATIC))
    }


def waiting_people(session: Session, family_ids: Collection[int]) -> dict[int, list[PersonWaiting]]:
    """Find, family by family, who waits to join its file or to leave it, oldest first."""
    query = (
        select(RequestItem, Request)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            Request.kind == RequestKind.PERSON,
            RequestItem.verdict == Verdict.WAITING,
            Request.family_id.in_(family_ids),
        )
        .order_by(Request.received_at, RequestItem.id)
    )
    values: dict[UUID, dict[str, str]] = {}
    heads: dict[UUID, tuple[RequestItem, Request]] = {}
    for item, request in session.execute(query):
        values.setdefault(request.id, {})[item.field] = item.wished or ""
        heads.setdefault(request.id, (item, request))
    found: dict[int, list[PersonWaiting]] = {}
    for request_id, (item, request) in heads.items():
        known = values[request_id]
        name = known.get("name") or f"{known.get('first_name', '')} {known.get('last_name', '')}".strip()
        who = PersonWaiting(request_id, item.subject, item.subject_id, name, request.received_at)
        found.setdefault(request.family_id, []).append(who)
    return found


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
