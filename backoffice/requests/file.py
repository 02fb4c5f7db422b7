"""One request, line by line: what the family saw, what is now, what it wishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.bookings.cells import read_cells
from backoffice.bookings.rules import NO, CellFacts, CellNow, Effect, Grant, grant_of
from backoffice.errors import RefusedByRule
from backoffice.families.edit import person_of
from backoffice.families.fields import Subject, field_of
from backoffice.requests import words
from backoffice.requests.lines import Line, lines_of
from backoffice.requests.lists import RequestRow, rows_of
from backoffice.requests.waiting import CELL
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.values import Limit
from models.office.families import Child, Guardian
from models.office.requests import RefusalReason, Request
from models.vocabulary import Verdict
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a request: then, now, wished."""

    key: str
    text: str
    then: str
    now: str
    wished: str
    verdict: Verdict
    why: str
    limit_at: datetime | None
    rule: str | None
    steps: tuple[str, ...]
    stale: bool  # the file changed since the family asked
    full: bool  # accepting goes over the group's capacity
    blocked: str | None  # why nobody can accept it any more
    grant: Grant = NO  # what accepting does to the bookings
    decide_by: datetime | None = None  # the régie's own limit; none: she may decide as long as she likes

    @property
    def needs_proof(self) -> bool:
        """Tell whether accepting says that the family brought a proof."""
        return self.verdict is Verdict.WAITING and self.grant.effect is Effect.EXCUSE


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
    lines = lines_of(session, [request]).get(request.id, ())
    cells = _cells(session, request, lines)
    return tuple(
        _cell_item(line, cells.get((line.unit_id, line.day)), request.received_at)
        if line.day
        else _field_item(session, line)
        for line in lines
    )


def _cells(session: Session, request: Request, lines: Sequence[Line]) -> Mapping[tuple[int, date], CellFacts]:
    spots = [(line.unit_id, line.day) for line in lines if line.subject == CELL and line.day]
    if not spots:
        return {}
    child_id = next(line.subject_id for line in lines if line.subject == CELL)
    besides = {line.item_id for line in lines}
    received_at = request.received_at
    return read_cells(session, child_id, spots, family_id=request.family_id, received_at=received_at, besides=besides)


def _cell_item(line: Line, facts: CellFacts | None, received_at: datetime) -> ItemRow:
    waiting = line.verdict is Verdict.WAITING
    grant = granted(line, facts, received_at)
    bound = _bound(line, facts)
    decide_by = bound.staff_until if bound and grant.effect is not Effect.EXCUSE else None
    blocked = _blocked(line, facts, grant) if waiting else None
    expected = {CellNow.FREE} if line.books else {CellNow.BOOKED}
    if grant.effect is Effect.EXCUSE:
        expected.add(CellNow.ABSENT)  # pointed while the proof was awaited
    stale = waiting and facts is not None and blocked is None and facts.now not in expected
    full = waiting and line.books and facts is not None and blocked is None and facts.full
    now = words.CELL_WORDS[facts.now] if facts else ""
    return ItemRow(
        line.key, line.text, line.then, now, line.wished, line.verdict, line.why, line.limit_at, line.rule,
        line.steps, stale, full, blocked, grant, decide_by,
    )  # fmt: skip


def granted(line: Line, facts: CellFacts | None, received_at: datetime) -> Grant:
    """Say what accepting a cell does, by the rule of its day and the moment of its receipt."""
    bound = _bound(line, facts)
    if bound is None:
        return Grant(Effect.BOOK if line.books else Effect.CANCEL)
    return grant_of(bound, received_at, book=line.books)


def _bound(line: Line, facts: CellFacts | None) -> Limit | None:
    return facts.limits.get(Operation.BOOK if line.books else Operation.CANCEL) if facts else None


def _blocked(line: Line, facts: CellFacts | None, grant: Grant) -> str | None:
    if facts is None:
        return "Cette case n'existe plus."
    if facts.now is CellNow.PRESENT or (facts.now is CellNow.ABSENT and grant.effect is not Effect.EXCUSE):
        return "Le pointage de ce jour est déjà fait."
    if line.books and not facts.enrolled:
        return f"Pas d'inscription de {facts.child} ce jour-là."
    if line.books and facts.closed is not None:
        return f"Pas d'accueil ce jour-là{NARROW}: {facts.closed}."
    return None


def _field_item(session: Session, line: Line) -> ItemRow:
    person = _person(session, line)
    field = field_of(Subject(line.subject), line.field)
    waiting = line.verdict is Verdict.WAITING
    now = field.in_words(field.of(person)) if field and person else ""
    blocked = "Cette personne n'existe plus." if waiting and person is None else None
    return ItemRow(
        line.key, line.text, line.then, now, line.wished, line.verdict, line.why, line.limit_at, line.rule,
        line.steps, waiting and blocked is None and now != line.then, False, blocked,
    )  # fmt: skip


def _person(session: Session, line: Line) -> Guardian | Child | None:
    if line.person == words.UNKNOWN_PERSON:  # not of this household: nothing of it is read
        return None
    return person_of(session, Subject(line.subject), line.subject_id)
