"""The waiting list at the desk: who waits for a cell, and what an agent may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import hold_places, places_taken, read_cells
from backoffice.bookings.rules import CellFacts, CellNow, judge_cell
from backoffice.bookings.waiting_entries import Spot, close_entry
from backoffice.bookings.waiting_list import cancel_until, day_starts, enter, facts_of, hand_over, serve
from backoffice.bookings.waiting_rules import is_given, offer_end, priority_words
from backoffice.clock import paris_day
from backoffice.errors import RefusedByRule
from backoffice.office import Work
from backoffice.sync.mark import mark_cells
from models.office.bookings import Enrolment, WaitingEntry
from models.office.families import Child, Family
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import EnrolmentStatus, Role, Verdict, WaitingState
from resources.french import NARROW, day_and_month, until_text

GONE = "Cet enfant n'est plus sur la liste d'attente. Rien n'a été modifié."
LIVE = (WaitingState.WAITING, WaitingState.OFFERED)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A child on the list of a cell."""

    id: int
    child_id: int
    child: str
    family_id: int
    family: str
    group: str
    rank: int | None  # none: a place is held for it
    priority: str
    asked_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingQueue:
    """The list of a unit of a day, in the order in which it is served."""

    unit: str
    day: date
    activity: str
    rows: tuple[WaitingRow, ...]
    free: int  # places that nobody was given: the agent may propose them
    given: bool  # a place is given at once, not offered


def waiting_queue(session: Session, unit_id: int, day: date) -> WaitingQueue:
    """Read who waits for a unit of a day, those to whom a place is offered first.

    Raises:
        RefusedByRule: there is no such unit.
    """
    found = session.execute(
        select(Unit, Activity).join(Activity, Activity.id == Unit.activity_id).where(Unit.id == unit_id)
    ).one_or_none()
    if found is None:
        raise RefusedByRule("Cette unité n'existe pas, ou n'existe plus.")
    query = (
        select(WaitingEntry, Child, Family.name, AgeGroup)
        .join(Child, Child.id == WaitingEntry.child_id)
        .join(Family, Family.id == WaitingEntry.family_id)
        .join(AgeGroup, AgeGroup.id == WaitingEntry.age_group_id)
        .where(WaitingEntry.unit_id == unit_id, WaitingEntry.day == day, WaitingEntry.state.in_(LIVE))
        .order_by(AgeGroup.id, WaitingEntry.state, WaitingEntry.priority, WaitingEntry.id)  # offered, then waiting
    )
    rows: list[WaitingRow] = []
    ranks: dict[int, int] = {}
    capacities: dict[int, int] = {}
    for entry, child, family, group in session.execute(query):
        capacities[group.id] = group.capacity
        offered = entry.state is WaitingState.OFFERED
        ranks[group.id] = ranks.get(group.id, 0) + (not offered)
        rows.append(
            WaitingRow(
                entry.id, child.id, f"{child.last_name.upper()} {child.first_name}", entry.family_id, family, group.name,
                None if offered else ranks[group.id], priority_words(entry.priority), entry.asked_at,
                entry.offer_until if offered else None,
            )
        )  # fmt: skip
    taken = places_taken(session, [unit_id], day, day)
    free = sum(max(capacity - taken.get((unit_id, day, group), 0), 0) for group, capacity in capacities.items())
    unit, activity = found
    return WaitingQueue(unit.name, day, activity.name, tuple(rows), free, activity.answer_hours is None)


def put_on_list(work: Work, child_id: int, spots: Sequence[Spot]) -> str:
    """Put a child on the lists of full cells, for a family that asks at the desk; all or none.

    Its place in the order is that of now: behind those whose wish the portal has received, and the office collected.

    Raises:
        RefusedByRule: a cell is not full, its list is closed, it is too late, or the child is on it already.
    """
    work.agent.must_be(Role.AGENT)
    hold_places(work.session, {unit_id for unit_id, _ in spots})
    found = read_cells(work.session, child_id, spots)
    told = []
    for spot in spots:
        facts = found.get(spot)
        judgement = judge_cell(facts, book=True, at=work.now, by_family=False) if facts else None
        if facts is None or judgement is None or not judgement.listable:
            why = judgement.why if judgement else "Cette case n'existe pas."
            raise RefusedByRule(
                f"{day_and_month(spot[1])}{NARROW}: pas de liste d'attente. {why} Rien n'a été modifié."
            )
        rank = enter(work, (child_id, *spot), facts, _payer(work, child_id, spot), request_id=None, asked_at=work.now)
        told.append(f"{facts.child}, {day_and_month(facts.day)}{NARROW}: liste d'attente, rang {rank}.")
    mark_cells(work, [(child_id, *spot) for spot in spots])
    work.sign("waiting_list", "child", child_id, new={f"{unit_id}:{day}": "listed" for unit_id, day in spots})
    return " ".join(told)


def propose_place(work: Work, entry_id: int, *, note: str = "") -> str:
    """Give or offer a free place to a child of a list, as its activity does; give a sentence for the agent.

    Places are proposed by themselves to the first of the list: an agent does it where she validates each booking, and on
    the day itself. Past the first of the list, she says why.

    Raises:
        RefusedByRule: the child is no longer on the list, no place is free, or the note is missing.
    """
    work.agent.must_be(Role.AGENT)
    entry, facts = _held(work, entry_id)
    name = f"{facts.child}, {day_and_month(facts.day)}"
    if entry.state is WaitingState.OFFERED:
        raise RefusedByRule(f"{name}{NARROW}: une place lui est déjà proposée. Rien n'a été modifié.")
    if (why := _impossible(work, facts)) is not None:
        raise RefusedByRule(f"{name}{NARROW}: {why} Rien n'a été modifié.")
    if _ahead(work.session, entry) and not note.strip():
        raise RefusedByRule(
            "D'autres enfants attendent avant lui. Rien n'a été modifié. Écrivez pourquoi il passe devant."
        )
    until = _until(work, entry, facts)
    if note.strip():
        work.sign(
            "waiting_list", "child", entry.child_id, new={f"{entry.unit_id}:{entry.day}": "proposed", "note": note}
        )
    hand_over(work, entry, facts, until)
    if until is None:
        return f"{name}{NARROW}: réservé, la famille est prévenue."
    return f"{name}{NARROW}: place proposée jusqu'au {until_text(until)}, la famille est prévenue."


def remove_from_list(work: Work, entry_id: int, *, note: str) -> str:
    """Take a child off a list, with the reason that its family will read; a place held for it goes to the next.

    Raises:
        RefusedByRule: the child is no longer on the list, or the reason is missing.
    """
    work.agent.must_be(Role.AGENT)
    if not note.strip():
        raise RefusedByRule("Écrivez pourquoi l'enfant est retiré de la liste. Rien n'a été modifié.")
    entry, facts = _held(work, entry_id)
    why = f"Retiré de la liste d'attente par la régie{NARROW}: {note.strip()}"
    close_entry(work, entry, WaitingState.LEFT, Verdict.REFUSED, why)
    served = serve(work, [(entry.unit_id, entry.day)])
    then = " La place va au suivant." if served else ""
    return f"{facts.child} n'est plus sur la liste d'attente du {day_and_month(facts.day)}.{then}"


def _payer(work: Work, child_id: int, spot: Spot) -> int:
    """Find the household that pays a child's day: it is enrolled."""
    query = select(Enrolment.payer_family_id).join(Unit, Unit.activity_id == Enrolment.activity_id)
    mine = (Enrolment.child_id == child_id, Unit.id == spot[0], Enrolment.status == EnrolmentStatus.ACTIVE)
    dated = (Enrolment.starts <= spot[1], Enrolment.ends >= spot[1])
    return work.session.scalars(query.where(*mine, *dated).order_by(Enrolment.starts, Enrolment.id)).first() or 0


def _held(work: Work, entry_id: int) -> tuple[WaitingEntry, CellFacts]:
    """Take the list of an entry, alone; then read the entry, and its cell."""
    unit_id = work.session.scalar(select(WaitingEntry.unit_id).where(WaitingEntry.id == entry_id))
    if unit_id is None:
        raise RefusedByRule(GONE)
    hold_places(work.session, [unit_id])
    entry = work.session.get_one(WaitingEntry, entry_id, populate_existing=True)
    facts = facts_of(work, entry)
    if entry.state not in LIVE or facts is None:
        raise RefusedByRule(GONE)
    return entry, facts


def _impossible(work: Work, facts: CellFacts) -> str | None:
    reasons = (
        (not facts.enrolled, "il n'est plus inscrit ce jour-là."),
        (facts.now is not CellNow.FREE, "le pointage de ce jour est déjà fait."),
        (facts.closed is not None, f"pas d'accueil ce jour-là, {facts.closed}."),
        (facts.day < paris_day(work.now), "ce jour est passé."),
        (not facts.limits, "aucun règlement intérieur en vigueur ce jour-là ne connaît cette activité."),
        (facts.full, "aucune place n'est libre."),
    )
    return next((why for holds, why in reasons if holds), None)


def _until(work: Work, entry: WaitingEntry, facts: CellFacts) -> datetime | None:
    """Say until when the place is offered; on the day itself the agent has the family on the telephone: it is given."""
    query = select(Activity.answer_hours).join(Unit, Unit.activity_id == Activity.id).where(Unit.id == entry.unit_id)
    hours, limit, starts = work.session.scalar(query), cancel_until(facts), day_starts(entry.day)
    if work.now >= starts - timedelta(minutes=1) or is_given(work.now, answer_hours=hours, cancel_until=limit):
        return None
    return offer_end(work.now, answer_hours=hours, cancel_until=limit, day_starts=starts)


def _ahead(session: Session, entry: WaitingEntry) -> bool:
    query = select(WaitingEntry.id).where(
        WaitingEntry.unit_id == entry.unit_id,
        WaitingEntry.day == entry.day,
        WaitingEntry.age_group_id == entry.age_group_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    return session.scalar(query.order_by(WaitingEntry.priority, WaitingEntry.id).limit(1)) != entry.id
