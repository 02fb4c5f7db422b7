"""Enrolments that families have asked for: what waits for the régie, and the documents that lack."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backoffice.documents.lists import documents_of
from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.bookings import EnrolmentOpening, OpeningDocument
from models.office.documents import DocumentKind
from models.office.families import Child
from models.office.requests import Request, RequestItem
from models.office.structure import Activity, Facility
from models.vocabulary import DocumentState, RequestKind, RequestStatus, Verdict
from resources.french import listed

STUDIED = "La régie étudie votre demande."
ENROLMENT = "enrolment"  # what a request's line is about
HELD = frozenset({DocumentState.PROVIDED, DocumentState.RECEIVED})


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An enrolment asked for, and not answered."""

    request_id: UUID
    family_id: int
    opening_id: int
    child_id: int
    child: str
    activity_id: int
    activity: str
    place: str
    starts: date
    ends: date
    since: datetime


def asked_by_families(session: Session, family_ids: Collection[int]) -> dict[int, tuple[AskedRow, ...]]:
    """Read what waits of several households, in one query after the requests'."""
    return _rows(session, Request.family_id.in_(family_ids))


def asked_since(session: Session, child_id: int, activity_id: int, first: date, last: date) -> datetime | None:
    """Tell since when an enrolment of a child in an activity waits, for some of these days, whoever asked."""
    waiting = _rows(session, RequestItem.subject_id == child_id)
    since = [
        row.since
        for rows in waiting.values()
        for row in rows
        if row.activity_id == activity_id and row.starts <= last and row.ends >= first
    ]
    return min(since, default=None)


def lacking(session: Session, family_id: int, child_id: int, opening_id: int, today: date) -> tuple[str, ...]:
    """Name the documents that an opening needs, and that are neither provided nor received; one asked no more is none."""
    asked = select(OpeningDocument.kind_id).join(DocumentKind, DocumentKind.id == OpeningDocument.kind_id)
    needed = set(session.scalars(asked.where(OpeningDocument.opening_id == opening_id, DocumentKind.asked)))
    if not needed:
        return ()
    held = {
        row.kind_id
        for row in documents_of(session, family_id, today)
        if row.state in HELD and row.child_id in {None, child_id}
    }
    names = select(DocumentKind.name).where(DocumentKind.id.in_(needed - held))
    return tuple(session.scalars(names.order_by(DocumentKind.position, DocumentKind.id)))


def studied(lack: Sequence[str]) -> str:
    """Tell a family that its request waits, and for what."""
    return f"{STUDIED} Il manque\u202f: {listed(lack)}." if lack else STUDIED


def say_what_lacks(work: Work, family_ids: Collection[int]) -> None:
    """Say anew in what these households have asked which documents lack: one has come, or is worth no more."""
    for family_id, rows in asked_by_families(work.session, family_ids).items():
        for row in rows:
            why = studied(lacking(work.session, family_id, row.child_id, row.opening_id, work.today))
            items = select(RequestItem).where(RequestItem.request_id == row.request_id, RequestItem.why != why)
            for item in work.session.scalars(items).all():
                item.why = why
                work.show(ViewKind.REQUEST, str(row.request_id), family_id)
                work.changed(Changed.REQUESTS)


def _rows(session: Session, condition: ColumnElement[bool]) -> dict[int, tuple[AskedRow, ...]]:
    items = session.execute(
        select(RequestItem, Request.family_id, Request.received_at)
        .join(Request, Request.id == RequestItem.request_id)
        .where(Request.status == RequestStatus.WAITING, Request.kind == RequestKind.ENROLMENT)
        .where(RequestItem.verdict == Verdict.WAITING, condition)
        .order_by(Request.received_at, RequestItem.id)
    ).all()
    if not items:
        return {}
    openings = {
        opening.id: (opening, activity, place)
        for opening, activity, place in session.execute(
            select(EnrolmentOpening, Activity.name, Facility.name)
            .join(Activity, Activity.id == EnrolmentOpening.activity_id)
            .join(Facility, Facility.id == Activity.facility_id)
            .where(EnrolmentOpening.id.in_({int(item.field) for item, _, _ in items}))
        )
    }
    children = select(Child.id, Child.first_name).where(Child.id.in_({item.subject_id for item, _, _ in items}))
    names = dict(session.execute(children).all())
    found: dict[int, list[AskedRow]] = {}
    for item, family_id, since in items:
        opening, activity, place = openings[int(item.field)]
        found.setdefault(family_id, []).append(
            AskedRow(
                item.request_id, family_id, opening.id, item.subject_id, names[item.subject_id], opening.activity_id,
                activity, place, date.fromisoformat(item.wished or ""), opening.ends, since,
            )
        )  # fmt: skip
    return {family_id: tuple(rows) for family_id, rows in found.items()}
