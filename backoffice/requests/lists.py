"""Requests as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.families.lists import full_name
from backoffice.requests import words
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import Line
from backoffice.requests.lines import lines_of
from models.office.families import Family, Guardian
from models.office.requests import RefusalReason, Request
from models.vocabulary import RequestKind, RequestStatus, Verdict


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in a list."""

    id: UUID
    kind: RequestKind
    family_id: int
    family: str
    number: str
    guardian: str
    received_at: datetime
    status: RequestStatus
    title: str
    summary: str
    waiting: int
    items: int
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests wait, and since when."""

    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason for refusing."""

    id: int
    label: str


def waiting_requests(session: Session) -> tuple[RequestRow, ...]:
    """Read what waits for a decision, in receipt order."""
    query = select(Request).where(Request.status == RequestStatus.WAITING)
    return rows_of(session, session.scalars(query.order_by(Request.received_at, Request.id)).all())


def decided_requests(session: Session, *, limit: int = 200) -> tuple[RequestRow, ...]:
    """Read the latest decisions, the last one first."""
    query = select(Request).where(Request.status != RequestStatus.WAITING)
    return rows_of(session, session.scalars(query.order_by(Request.decided_at.desc(), Request.id).limit(limit)).all())


def requests_of_family(session: Session, family_id: int, *, limit: int = 50) -> tuple[RequestRow, ...]:
    """Read what one household has asked, the latest first."""
    query = select(Request).where(Request.family_id == family_id)
    return rows_of(session, session.scalars(query.order_by(Request.received_at.desc(), Request.id).limit(limit)).all())


def request_counts(session: Session) -> RequestCounts:
    """Count what waits."""
    query = select(func.count(), func.min(Request.received_at)).where(Request.status == RequestStatus.WAITING)
    waiting, oldest = session.execute(query).one()
    return RequestCounts(waiting, oldest)


def refusal_reasons(session: Session) -> tuple[ReasonRow, ...]:
    """Read the reasons an agent chooses from."""
    query = select(RefusalReason.id, RefusalReason.label).order_by(RefusalReason.position, RefusalReason.id)
    return tuple(ReasonRow(*row) for row in session.execute(query))


def rows_of(session: Session, requests: Sequence[Request]) -> tuple[RequestRow, ...]:
    """Read some requests as rows, in the same few queries however many."""
    lines = lines_of(session, requests)
    families = {request.family_id for request in requests}
    guardians = {request.guardian_id for request in requests}
    family_names = {
        number: (name, code)
        for number, name, code in session.execute(
            select(Family.id, Family.name, Family.number).where(Family.id.in_(families))
        )
    }
    names = {who.id: full_name(who) for who in session.scalars(select(Guardian).where(Guardian.id.in_(guardians)))}
    return tuple(
        _row(request, lines.get(request.id, ()), family_names[request.family_id], names[request.guardian_id])
        for request in requests
    )


def _row(request: Request, lines: Sequence[Line], family: tuple[str, str], guardian: str) -> RequestRow:
    waiting = [line for line in lines if line.verdict is Verdict.WAITING]
    return RequestRow(
        request.id, request.kind, request.family_id, *family, guardian, request.received_at, request.status,
        HANDLERS[request.kind].title(lines), words.summary([line.text for line in waiting or lines]),
        len(waiting), len(lines), request.decided_at, request.decided_by,
    )  # fmt: skip
