"""What a request's lines sum up to, and what gives way when its family asks anew."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from backoffice.office import Work
from backoffice.requests.rules import status_of
from backoffice.requests.words import AUTOMATIC
from backoffice.sync.contract import ViewKind
from models.office.requests import Request, RequestItem
from models.vocabulary import RequestStatus, Verdict


def sum_up(work: Work, request: Request, items: Iterable[RequestItem], *, by: str = AUTOMATIC) -> None:
    """Write where a request stands by its lines; once none waits any more, it is decided, and by whom."""
    request.status = status_of([item.verdict for item in items])
    if request.status is not RequestStatus.WAITING:
        request.decided_at, request.decided_by = work.now, by
    work.session.flush()


def give_way(
    work: Work, lines: Sequence[tuple[RequestItem, Request]], verdict: Verdict, why: str
) -> list[tuple[Request, Sequence[RequestItem]]]:
    """Close lines that their family replaces, and give their requests: the caller shows what else they change."""
    for item, _ in lines:
        item.verdict, item.why = verdict, why
    work.session.flush()
    found: list[tuple[Request, Sequence[RequestItem]]] = []
    for request in dict.fromkeys(request for _, request in lines):
        items = work.session.scalars(select(RequestItem).where(RequestItem.request_id == request.id)).all()
        sum_up(work, request, items)
        work.show(ViewKind.REQUEST, str(request.id), request.family_id)
        found.append((request, items))
    return found
