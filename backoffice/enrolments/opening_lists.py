"""Openings as the desk lists them, and what their form offers to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.enrolments.groups import GroupRow, groups_of
from backoffice.enrolments.openings import plain_draft
from backoffice.enrolments.rules import OpeningDraft
from models.office.bookings import EnrolmentOpening, OpeningDocument
from models.office.documents import DocumentKind
from models.office.requests import Request, RequestItem
from models.office.structure import Activity, Facility
from models.vocabulary import RequestKind, Verdict


class Window(StrEnum):
    """Where an opening stands."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


WINDOW_WORDS = {Window.COMING: "À venir", Window.OPEN: "Ouverte", Window.CLOSED: "Fermée"}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening, with how many families have asked."""

    id: int
    activity: str
    place: str
    draft: OpeningDraft
    documents: tuple[str, ...]
    received: int
    waiting: int
    window: Window
    version: int


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    """The openings, the groups of each activity, and what the form offers."""

    openings: tuple[OpeningRow, ...]
    groups: tuple[GroupRow, ...]
    activities: Mapping[int, str]
    documents: Mapping[int, str]


def openings_page(session: Session, now: datetime) -> OpeningsPage:
    """Read all that the page of openings shows, in a constant number of queries."""
    kinds = session.execute(select(DocumentKind.id, DocumentKind.name).order_by(DocumentKind.position, DocumentKind.id))
    documents = dict(kinds.all())
    activities = session.execute(select(Activity.id, Activity.name).order_by(Activity.position, Activity.id))
    return OpeningsPage(_openings(session, now, documents), groups_of(session), dict(activities.all()), documents)


def _openings(session: Session, now: datetime, documents: Mapping[int, str]) -> tuple[OpeningRow, ...]:
    needed: dict[int, set[int]] = {}
    for opening_id, kind_id in session.execute(select(OpeningDocument.opening_id, OpeningDocument.kind_id)):
        needed.setdefault(opening_id, set()).add(kind_id)
    asked = _asked(session)
    query = (
        select(EnrolmentOpening, Activity.name, Facility.name)
        .join(Activity, Activity.id == EnrolmentOpening.activity_id)
        .join(Facility, Facility.id == Activity.facility_id)
        .order_by(EnrolmentOpening.closes_at.desc(), Activity.position, EnrolmentOpening.id)
    )
    return tuple(
        OpeningRow(
            opening.id, activity, place, plain_draft(opening, frozenset(needed.get(opening.id, ()))),
            tuple(name for kind_id, name in documents.items() if kind_id in needed.get(opening.id, ())),
            *asked.get(str(opening.id), (0, 0)), _window(opening, now), opening.version,
        )
        for opening, activity, place in session.execute(query)
    )  # fmt: skip


def _asked(session: Session) -> dict[str, tuple[int, int]]:
    """Count the requests received, and those that wait, by opening."""
    query = (
        select(RequestItem.field, RequestItem.verdict, func.count())
        .join(Request, Request.id == RequestItem.request_id)
        .where(Request.kind == RequestKind.ENROLMENT)
        .group_by(RequestItem.field, RequestItem.verdict)
    )
    found: dict[str, tuple[int, int]] = {}
    for field, verdict, count in session.execute(query):
        received, waiting = found.get(field, (0, 0))
        found[field] = (received + count, waiting + (count if verdict is Verdict.WAITING else 0))
    return found


def _window(opening: EnrolmentOpening, now: datetime) -> Window:
    if now < opening.opens_at:
        return Window.COMING
    return Window.OPEN if now < opening.closes_at else Window.CLOSED
