"""The views of the answers to requests."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backoffice.bookings.cells import limits_of
from backoffice.bookings.rules import grant_of
from backoffice.bookings.situations import Asked, Households, read_households
from backoffice.bookings.waiting_entries import ranks_of_requests
from backoffice.office import ViewKey
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import Line
from backoffice.requests.lines import lines_of
from backoffice.rulebook.file.words import Operation
from backoffice.sync.contract import AnswerLine, RequestView
from backoffice.sync.frame import NOTHING, Frame, Shown
from models.office.requests import RefusalReason, Request
from models.vocabulary import Verdict


def requests(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the answers to requests, line by line."""
    ids = {UUID(key) for _, key, _ in keys}
    found = {str(row.id): row for row in frame.session.scalars(select(Request).where(Request.id.in_(ids)))}
    lines = lines_of(frame.session, found.values())
    reasons = dict(frame.session.execute(select(RefusalReason.id, RefusalReason.label)).all())
    households = read_households(frame.session, {request.family_id for request in found.values()})
    ranks = ranks_of_requests(frame.session, {request.family_id for request in found.values()})
    built: dict[ViewKey, Shown] = {}
    for key in keys:
        request = found.get(key[1])
        if request is None or request.family_id != key[2]:
            built[key] = NOTHING
            continue
        mine = lines.get(request.id, ())
        built[key] = Shown(
            RequestView(
                title=HANDLERS[request.kind].title(mine),
                kind=request.kind.value,
                received_at=request.received_at,
                status=request.status.value,
                lines=tuple(_answer(frame, households, request, line, _rank(ranks, request, line)) for line in mine),
                reason=reasons.get(request.reason_id or 0),
                note=request.note,
                decided_at=request.decided_at,
            )
        )
    return built


def _rank(ranks: Mapping[tuple[UUID, int, date], int], request: Request, line: Line) -> int | None:
    """Find the rank of a line that is on a waiting list."""
    if line.verdict is not Verdict.LISTED or line.day is None:
        return None
    return ranks.get((request.id, line.unit_id, line.day))


def _answer(frame: Frame, households: Households, request: Request, line: Line, rank: int | None) -> AnswerLine:
    until = price = None
    if line.day is not None and line.activity_code is not None and line.unit_code is not None:
        asked = Asked(request.family_id, line.subject_id, line.activity_code, line.day)
        resident = households.resident.get(request.family_id, True)
        limits = limits_of(frame.rules, line.activity_code, line.day, unit=line.unit_code, resident=resident)
        undo = limits.get(Operation.CANCEL if line.books else Operation.BOOK)
        decided = request.decided_at or request.received_at
        if line.verdict is Verdict.ACCEPTED and undo is not None and undo.until is not None and decided < undo.until:
            until = undo.until
        if line.books and line.verdict is not Verdict.REFUSED:
            known = frame.rules.known_at(request.received_at)
            bound = limits_of(known, line.activity_code, line.day, unit=line.unit_code, resident=resident).get(
                Operation.BOOK
            )
            late = grant_of(bound, request.received_at, book=True).late if bound else None
            price = households.quote(frame.rules, asked, line.unit_code, late)
    return AnswerLine(
        text=line.text,
        wished=line.wished.capitalize() if line.day else line.wished,  # a verb; a field's own words are not touched
        verdict=line.verdict.value,
        why=line.why,
        price_cents=price.cents if price else None,
        until=until,
        key=line.key,
        rank=rank,
    )
