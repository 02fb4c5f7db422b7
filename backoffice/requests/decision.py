"""What accepting and refusing share: one decision, one signature, one e-mail."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import hold_places
from backoffice.errors import RefusedByRule
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Work
from backoffice.requests import words
from backoffice.requests.closing import sum_up
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import Line
from backoffice.requests.lines import lines_of
from backoffice.requests.waiting import CELL
from backoffice.sync.contract import ViewKind
from models.office.families import Guardian
from models.office.requests import RefusalReason, Request, RequestItem
from models.vocabulary import RequestStatus, Verdict
from resources.french import short_instant


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request."""

    request_id: UUID
    status: RequestStatus
    accepted: int
    refused: int
    waiting: int
    mailed: bool

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        return words.decided_sentence(self.status, self.accepted, self.refused, self.waiting)


def open_request(session: Session, request_id: UUID) -> tuple[Request, Sequence[RequestItem]]:
    """Take a request that waits, alone: a second agent waits, then is told.

    Raises:
        RefusedByRule: it is unknown, or somebody has decided it.
    """
    request = session.get(Request, request_id, with_for_update=True)
    if request is None:
        raise RefusedByRule("Cette demande n'existe pas, ou n'existe plus.")
    if request.status is not RequestStatus.WAITING:
        by, at = request.decided_by or words.AUTOMATIC, request.decided_at or request.received_at
        raise RefusedByRule(f"Cette demande a déjà été traitée par {by} le {short_instant(at)}. Rien n'a été modifié.")
    return request, items_held(session, request_id)


def items_held(session: Session, request_id: UUID) -> Sequence[RequestItem]:
    """Read the lines of a request that is held; a waiting list may be answering one of its cells: it ends first."""
    query = select(RequestItem).where(RequestItem.request_id == request_id).order_by(RequestItem.position)
    items = session.scalars(query).all()
    if cells := {int(item.field) for item in items if item.subject == CELL}:
        hold_places(session, cells)
        items = session.scalars(query.execution_options(populate_existing=True)).all()
    return items


def settle(
    work: Work,
    request: Request,
    items: Sequence[RequestItem],
    *,
    note: str = "",
    reason: RefusalReason | None = None,
) -> Decision:
    """Write a decision down, show it, and tell the family once nothing waits any more."""
    request.note = "\n".join(part for part in (request.note, note.strip()) if part) or None
    if reason is not None:
        request.reason_id = reason.id
    sum_up(work, request, items, by=work.agent.name)
    mailed = request.status is not RequestStatus.WAITING and _tell(work, request, reason)
    show_request(work, request, items)
    by_verdict = Counter(item.verdict for item in items)
    return Decision(
        request.id, request.status, by_verdict[Verdict.ACCEPTED], by_verdict[Verdict.REFUSED],
        by_verdict[Verdict.WAITING], mailed,
    )  # fmt: skip


def show_request(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show a request's answer, and what of it waits or no longer does."""
    work.show(ViewKind.REQUEST, str(request.id), request.family_id)
    HANDLERS[request.kind].show(work, request, items)
    work.changed(Changed.REQUESTS)


def _tell(work: Work, request: Request, reason: RefusalReason | None) -> bool:
    guardian = work.session.get_one(Guardian, request.guardian_id)
    if not guardian.email:
        return False
    lines = lines_of(work.session, [request]).get(request.id, ())
    return write_mail(
        work,
        cause=f"request:{request.id}",
        recipient=guardian.email,
        subject=f"Votre demande{_subject_end(request.status)}",
        template="request",
        values={
            "first_name": guardian.first_name,
            "received_at": request.received_at,
            "title": HANDLERS[request.kind].title(lines),
            "answer": words.ANSWERS[request.status],
            "lines": [_mail_line(line) for line in lines],
            "reason": reason.label if reason else None,
            "note": request.note,
        },
    )


def _mail_line(line: Line) -> dict[str, str]:
    why = line.why if line.verdict is Verdict.REFUSED else ""
    verdict = "retiré par vous" if line.verdict is Verdict.WITHDRAWN else words.VERDICT_WORDS[line.verdict]
    return {"text": line.text, "wished": line.wished, "verdict": verdict, "why": why}


def _subject_end(status: RequestStatus) -> str:
    return {
        RequestStatus.ACCEPTED: " est acceptée",
        RequestStatus.PARTLY: " est acceptée en partie",
        RequestStatus.REFUSED: " est refusée",
        RequestStatus.LISTED: " est sur liste d'attente",
    }[status]
