"""Cells that a family books and frees, judged at the moment of their receipt on the portal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.book import FREED, change_cell, release_place
from backoffice.bookings.cells import Shared, hold_places, read_cells, read_shared
from backoffice.bookings.rules import CellFacts, CellJudgement, CellNow, Effect, Grant, grant_of, judge_cell
from backoffice.bookings.waiting_entries import Cell
from backoffice.bookings.waiting_list import enter, expire, leave, serve, was_given_after
from backoffice.bookings.waiting_rules import rank_words
from backoffice.office import Work
from backoffice.requests import words
from backoffice.requests.kinds.fields import read_people
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told, line_key
from backoffice.requests.waiting import CELL
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.values import Limit
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish
from backoffice.sync.mark import mark_cells
from models.office.families import Child, FamilyChild
from models.office.requests import Request, RequestItem
from models.office.structure import Activity, Unit
from models.vocabulary import Origin, Verdict, WaitingState
from resources.french import NARROW, instant_text, plural

NOT_YOURS = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cet enfant n'est pas de votre foyer.")
UNKNOWN = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cette case n'existe pas.")
UNKNOWN_CELL = "case inconnue"
OFFER_OVER = "La place qui vous était proposée n'est plus gardée."
LEFT_BEFORE = "Retiré de la liste d'attente\u202f: la place donnée entre-temps est libérée, rien n'est facturé."
ON_LIST = frozenset({CellState.LISTED, CellState.OFFERED})


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Judge each cell, apply at once those that are accepted, and give the lines of the request."""
    change = action.payload
    assert isinstance(change, BookingsChange)
    wishes = list({(wish.unit_id, wish.day): wish for wish in change.cells}.values())
    answered, freed = [], []
    for wish, facts, judgement in _judge(work, action, change.child_id, wishes):
        answer = _done(work, action, (change.child_id, wish.unit_id, wish.day), facts, judgement)
        answered.append((wish, answer))
        if _frees(facts, answer):
            freed.append((wish.unit_id, wish.day))
    serve(work, freed)
    return [_item(change.child_id, wish, answer, action.received_at) for wish, answer in answered]


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
    freed = []
    for item in items:
        assert item.day is not None
        cell = (item.subject_id, int(item.field), item.day)
        grant = rows[line_key(item)].grant
        change_cell(work, cell, grant, origin=Origin.PORTAL, request_id=request.id, note=terms.note.strip())
        if grant.effect in FREED:
            freed.append(cell[1:])
    serve(work, freed)


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


Judged = tuple[CellWish, CellFacts | None, CellJudgement]


def _judge(work: Work, action: Action, child_id: int, wishes: list[CellWish]) -> list[Judged]:
    mine = FamilyChild.family_id == action.family_id, FamilyChild.child_id == child_id
    child = work.session.scalar(select(Child).join(FamilyChild, FamilyChild.child_id == Child.id).where(*mine))
    if child is None:
        return [(wish, None, NOT_YOURS) for wish in wishes]
    hold_places(work.session, {wish.unit_id for wish in wishes})
    facts = _facts_now(work, action, child_id, wishes)
    late = {spot for spot, known in facts.items() if _offer_is_over(known, action.received_at)}
    if late:
        for unit_id, day in late:
            expire(work, (child_id, unit_id, day))
        serve(work, late)
        facts = _facts_now(work, action, child_id, wishes)
    return [
        (wish, known := facts.get((wish.unit_id, wish.day)), _judgement(work, action, wish, known)) for wish in wishes
    ]


def _facts_now(
    work: Work, action: Action, child_id: int, wishes: Sequence[CellWish]
) -> dict[tuple[int, date], CellFacts]:
    spots = [(wish.unit_id, wish.day) for wish in wishes]
    shared = work.memo.get(Shared) or work.memo.setdefault(Shared, read_shared(work.session))
    return read_cells(
        work.session, child_id, spots, family_id=action.family_id, shared=shared, received_at=action.received_at
    )


def _offer_is_over(facts: CellFacts, received_at: datetime) -> bool:
    """Tell whether the place offered had lapsed when the answer was received."""
    listed = facts.listed
    return listed is not None and listed.state is WaitingState.OFFERED and not listed.stands(received_at)


def _judgement(work: Work, action: Action, wish: CellWish, facts: CellFacts | None) -> CellJudgement:
    if facts is None:
        return UNKNOWN
    book = wish.wished is CellState.BOOKED
    judgement = judge_cell(facts, book=book, at=action.received_at)
    if not book and facts.now is CellNow.BOOKED and wish.seen in ON_LIST:
        assert isinstance(action.payload, BookingsChange)
        cell = (action.payload.child_id, wish.unit_id, wish.day)
        if was_given_after(work.session, cell, action.received_at):  # she had left before the place came
            return CellJudgement(Verdict.ACCEPTED, Effect.CANCEL, LEFT_BEFORE, grant=Grant(Effect.CANCEL))
    if book and wish.seen is CellState.OFFERED and judgement.verdict is not Verdict.ACCEPTED:
        return replace(judgement, why=f"{OFFER_OVER} {judgement.why}")
    return judgement


def _done(work: Work, action: Action, cell: Cell, facts: CellFacts | None, judgement: CellJudgement) -> CellJudgement:
    """Do at once what is accepted of a wish; a child that enters a list is told its rank."""
    if judgement.effect is Effect.LIST and facts is not None:
        rank = enter(work, cell, facts, action.family_id, request_id=action.id, asked_at=action.received_at)
        return replace(judgement, why=f"{judgement.why} {rank_words(rank)}")
    received = instant_text(action.received_at)
    if judgement.effect is Effect.LEAVE:
        leave(work, cell, f"Retiré par vous le {received}.")
        return judgement
    books = judgement.effect is Effect.BOOK
    note = (
        f"Place acceptée par vous le {received}." if books else f"Annulé par la famille le {received}, après la limite."
    )
    done = Grant(judgement.effect, judgement.grant.late if books else None)
    change_cell(work, cell, done, origin=Origin.PORTAL, request_id=action.id, note=note)
    return judgement


def _frees(facts: CellFacts | None, judgement: CellJudgement) -> bool:
    """Tell whether the list of a cell is to be served: a place is freed, or stands free while somebody enters."""
    if judgement.effect is Effect.LIST:
        return facts is not None and not facts.full
    return judgement.effect in FREED or judgement.effect is Effect.LEAVE


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
    now = _now_words(facts) if facts else ""
    return ItemRow(
        line.key, line.text, line.then, now, line.wished, line.verdict, line.why, line.limit_at, line.rule,
        line.steps, stale, full, blocked, grant, decide_by,
    )  # fmt: skip


def _now_words(facts: CellFacts) -> str:
    if facts.listed is None or facts.now is not CellNow.FREE:
        return words.CELL_WORDS[facts.now]
    return words.CELL_WORDS["offered" if facts.listed.state is WaitingState.OFFERED else "listed"]


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
