"""Cells that a family books and frees, judged at the moment of their receipt on the portal."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.book import change_cell, release_place
from backoffice.bookings.cells import hold_places, read_cells
from backoffice.bookings.rules import CellFacts, CellJudgement, CellNow, Effect, Grant, grant_of, judge_cell
from backoffice.office import Work
from backoffice.requests import words
from backoffice.requests.kinds.fields import read_people
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told
from backoffice.requests.waiting import CELL
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.values import Limit
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish
from backoffice.sync.mark import mark_cells
from models.office.families import FamilyChild
from models.office.requests import Request, RequestItem
from models.office.structure import Activity, Unit
from models.vocabulary import Origin, Verdict
from resources.french import NARROW, instant_text, plural

NOT_YOURS = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cet enfant n'est pas de votre foyer.")
UNKNOWN = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cette case n'existe pas.")
UNKNOWN_CELL = "case inconnue"


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Judge each cell, apply at once those that are accepted, and give the lines of the request."""
    change = action.payload
    assert isinstance(change, BookingsChange)
    wishes = list({(wish.unit_id, wish.day): wish for wish in change.cells}.values())
    judged = _judge(work, action, change.child_id, wishes)
    note = f"Annulé par la famille le {instant_text(action.received_at)}, après la limite."
    for wish, judgement in judged:
        cell = (change.child_id, wish.unit_id, wish.day)
        done = Grant(judgement.effect, judgement.grant.late if judgement.effect is Effect.BOOK else None)
        change_cell(work, cell, done, origin=Origin.PORTAL, request_id=action.id, note=note)
    return [_item(change.child_id, wish, judgement, action.received_at) for wish, judgement in judged]


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell cells: « jeudi 26 novembre, Repas, Léa »."""
    people = read_people(session, {request.family_id for request, _ in pairs})
    numbers = {int(item.field) for _, item in pairs if item.field.isdecimal()}
    query = select(Unit.id, Unit.name, Unit.code, Activity.code).join(Activity, Activity.id == Unit.activity_id)
    units = {
        number: (name, unit, activity)
        for number, name, unit, activity in session.execute(query.where(Unit.id.in_(numbers)))
    }
    return {
        item.id: _told(item, people.child(request.family_id, item.subject_id), units.get(int(item.field)))
        for request, item in pairs
    }


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Compare the cells with what they are now."""
    facts = _facts(session, request, lines)
    return tuple(
        _row(line, facts.get((line.unit_id, line.day)) if line.day else None, request.received_at) for line in lines
    )


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Book and free the cells accepted."""
    for item in items:
        assert item.day is not None
        cell = (item.subject_id, int(item.field), item.day)
        grant = rows[f"{item.field}:{item.day}"].grant
        change_cell(work, cell, grant, origin=Origin.PORTAL, request_id=request.id, note=terms.note.strip())


def release(work: Work, request: Request, item: RequestItem) -> None:
    """Give back the place that a booking not granted was holding."""
    if item.wished == "booked" and item.day:
        release_place(work, (item.subject_id, int(item.field), item.day))


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show the weeks of these cells."""
    mark_cells(work, [(item.subject_id, int(item.field), item.day) for item in items if item.day])


def title(lines: Sequence[Line]) -> str:
    """Name it: « Réservations de Léa : 2 jours »."""
    person = lines[0].person if lines else words.UNKNOWN_PERSON
    days = {line.day for line in lines if line.day}
    return f"{WORD} {words.of_name(person)}{NARROW}: {plural(len(days), 'jour')}"


def _judge(work: Work, action: Action, child_id: int, wishes: list[CellWish]) -> list[tuple[CellWish, CellJudgement]]:
    query = select(FamilyChild.child_id).where(
        FamilyChild.family_id == action.family_id, FamilyChild.child_id == child_id
    )
    if work.session.scalar(query) is None:
        return [(wish, NOT_YOURS) for wish in wishes]
    hold_places(work.session, {wish.unit_id for wish in wishes})
    spots = [(wish.unit_id, wish.day) for wish in wishes]
    facts = read_cells(work.session, child_id, spots, family_id=action.family_id, received_at=action.received_at)
    judged = []
    for wish in wishes:
        known = facts.get((wish.unit_id, wish.day))
        book = wish.wished is CellState.BOOKED
        judged.append((wish, judge_cell(known, book=book, at=action.received_at) if known else UNKNOWN))
    return judged


def _item(child_id: int, wish: CellWish, judgement: CellJudgement, received_at: datetime) -> RequestItem:
    bound, received = judgement.bound, f"Demande reçue sur le portail le {instant_text(received_at)}."
    return RequestItem(
        subject=CELL,
        subject_id=child_id,
        field=str(wish.unit_id),
        day=wish.day,
        then=wish.seen.value,
        wished=wish.wished.value,
        verdict=judgement.verdict,
        why=judgement.why,
        limit_at=bound.until if bound else None,
        rule=f"{bound.rule} (version {bound.version})"[:200] if bound else None,
        explanation=[*judgement.steps, received] if judgement.steps else [],
    )


def _told(item: RequestItem, person: str, unit: tuple[str, str, str] | None) -> Told:
    assert item.day is not None
    name, code, activity = unit or (UNKNOWN_CELL, None, None)
    then, wished = item.then or "", item.wished or ""
    text = words.cell_text(item.day, name, person)
    said, asked = words.CELL_WORDS.get(then, then), words.WISH_WORDS.get(wished, wished)
    return Told(name, person, text, said, asked, code, activity)


def _facts(session: Session, request: Request, lines: Sequence[Line]) -> Mapping[tuple[int, date], CellFacts]:
    spots = [(line.unit_id, line.day) for line in lines if line.subject == CELL and line.day]
    if not spots:
        return {}
    child_id = next(line.subject_id for line in lines if line.subject == CELL)
    besides = {line.item_id for line in lines}
    received_at = request.received_at
    return read_cells(session, child_id, spots, family_id=request.family_id, received_at=received_at, besides=besides)


def _row(line: Line, facts: CellFacts | None, received_at: datetime) -> ItemRow:
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


WORD = "Réservations"
HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=release, show=show, title=title
)
