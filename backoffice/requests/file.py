"""One request, line by line: what the family saw, what is now, what it wishes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lines import lines_of
from backoffice.requests.lists import RequestRow, rows_of
from models.office.families import Guardian
from models.office.requests import RefusalReason, Request


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A whole request, as the agent who decides reads it."""

    row: RequestRow
    items: tuple[ItemRow, ...]
    reason: str | None
    note: str | None
    email: str | None
    stale: bool
    version: int


def request_file(session: Session, request_id: UUID) -> RequestFile:
    """Read one request.

    Raises:
        RefusedByRule: there is no such request.
    """
    request = session.get(Request, request_id)
    if request is None:
        raise RefusedByRule("Cette demande n'existe pas, ou n'existe plus.")
    items = items_of(session, request)
    reason = session.get(RefusalReason, request.reason_id) if request.reason_id else None
    guardian = session.get_one(Guardian, request.guardian_id)
    return RequestFile(
        rows_of(session, [request])[0], items, reason.label if reason else None, request.note, guardian.email,
        any(item.stale or item.full for item in items), request.version,
    )  # fmt: skip


def items_of(session: Session, request: Request) -> tuple[ItemRow, ...]:
    """Read a request's lines, with what each is now."""
    return HANDLERS[request.kind].rows(session, request, lines_of(session, [request]).get(request.id, ()))
