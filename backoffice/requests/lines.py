"""The lines of requests with their French names, for many requests in few queries."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import Line, Told, line_key
from models.office.requests import Request, RequestItem
from models.vocabulary import RequestKind


def lines_of(session: Session, requests: Iterable[Request]) -> dict[UUID, tuple[Line, ...]]:
    """Read the lines of some requests."""
    asked = {request.id: request for request in requests}
    query = select(RequestItem).where(RequestItem.request_id.in_(asked))
    items = session.scalars(query.order_by(RequestItem.request_id, RequestItem.position)).all()
    by_kind: dict[RequestKind, list[tuple[Request, RequestItem]]] = {}
    for item in items:
        request = asked[item.request_id]
        by_kind.setdefault(request.kind, []).append((request, item))
    told = {key: one for kind, pairs in by_kind.items() for key, one in HANDLERS[kind].tell(session, pairs).items()}
    found: dict[UUID, list[Line]] = {}
    for item in items:
        found.setdefault(item.request_id, []).append(_line(item, told[item.id]))
    return {request_id: tuple(lines) for request_id, lines in found.items()}


def _line(item: RequestItem, told: Told) -> Line:
    return Line(
        item_id=item.id,
        key=line_key(item),
        subject=item.subject,
        subject_id=item.subject_id,
        field=item.field,
        label=told.label,
        person=told.person,
        day=item.day,
        text=told.text,
        then=told.then,
        wished=told.wished,
        wished_value=item.wished or "",
        verdict=item.verdict,
        why=item.why,
        limit_at=item.limit_at,
        rule=item.rule,
        steps=tuple(item.explanation),
        unit_code=told.unit_code,
        activity_code=told.activity_code,
    )
