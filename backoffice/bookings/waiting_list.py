"""The waiting list of a full cell: who enters, who leaves, who is given or offered the place that is freed.

All of it under the lock of the activity's groups (`hold_places`), in the transaction of what freed the place: two
programmes never give one place twice, and a place is never free while somebody waits for it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session

from backoffice.bookings.book import change_cell
from backoffice.bookings.cells import hold_places, places_taken, read_cells
from backoffice.bookings.rules import CellFacts, CellNow, grant_of
from backoffice.bookings.waiting_entries import (
    LIVING,
    Cell,
    Queue,
    Spot,
    answer_listed,
    close_entry,
    live_entry,
    mark_behind,
    move_entry,
)
from backoffice.bookings.waiting_mail import tell_family
from backoffice.bookings.waiting_rules import is_given, offer_end, offered_words, priority_of
from backoffice.clock import paris_instant
from backoffice.office import Changed, Work
from backoffice.rulebook.file.words import InTime, Operation
from backoffice.sync.mark import mark_cells
from models.office.bookings import Booking, WaitingEntry
from models.office.families import FamilyChild
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import BookingState, Origin, Verdict, WaitingState
from resources.french import NARROW, instant_text

NO_PLACE = "Aucune place ne s'est libérée pour ce jour."
NOT_ENROLLED = "L'enfant n'est plus inscrit à cette activité ce jour-là."
LOOKED_BACK = timedelta(days=31)
POINTED = "Le pointage de ce jour est déjà fait."


def enter(
    work: Work, cell: Cell, facts: CellFacts, family_id: int, *, request_id: UUID | None, asked_at: datetime
) -> int:
    """Put a child on the list of a full cell, and give its rank; the caller shows the cell."""
    child_id, unit_id, day = cell
    group_id = facts.group_id
    assert group_id is not None  # she is enrolled
    priority = priority_of(resident=facts.resident, sibling=_has_sibling(work.session, family_id, cell))
    ahead, behind = _around(work.session, (unit_id, day, group_id), priority)
    entry = WaitingEntry(
        child_id=child_id, unit_id=unit_id, day=day, age_group_id=group_id, family_id=family_id, request_id=request_id,
        asked_at=asked_at, priority=priority, state=WaitingState.WAITING, changed_at=work.now,
    )  # fmt: skip
    work.session.add(entry)
    work.session.flush()
    if behind:
        mark_behind(work, entry)
    work.changed(Changed.BOOKINGS)
    return ahead + 1


def leave(work: Work, cell: Cell, why: str) -> None:
    """Let a family go from a list, or decline the place that it is offered: the caller then serves the cell."""
    if (entry := live_entry(work.session, cell)) is not None:
        offered = entry.state is WaitingState.OFFERED
        close_entry(work, entry, WaitingState.DECLINED if offered else WaitingState.LEFT, Verdict.WITHDRAWN, why)


def expire(work: Work, cell: Cell) -> None:
    """Close an offer that was not answered in time: the caller then serves the cell."""
    entry = live_entry(work.session, cell)
    if entry is not None and entry.state is WaitingState.OFFERED:
        _expire(work, entry)


def was_given_after(session: Session, cell: Cell, moment: datetime) -> bool:
    """Tell whether the list gave a child its place after a moment, at which the family may have left the list."""
    child_id, unit_id, day = cell
    mine = (WaitingEntry.child_id == child_id, WaitingEntry.unit_id == unit_id, WaitingEntry.day == day)
    given = (WaitingEntry.state == WaitingState.TAKEN, WaitingEntry.changed_at > moment)
    return bool(session.scalar(select(exists().where(*mine, *given))))


def serve(work: Work, spots: Iterable[Spot]) -> int:
    """Give or offer the free places of some cells, held by the caller, to whoever is next; count those served."""
    served, queues = 0, _queues(work.session, {spot for spot in spots if spot[1] > work.today})
    while queues:
        served += _serve(work, queues.pop(), queues)
    return served


def serve_lists(work: Work) -> None:
    """Bring every list up to date: places freed without a word (more places, an enrolment that ends), days that are past.

    On the day itself nothing is given by itself; its list stays for the desk, which has the family on the telephone.
    """
    past = _past(work.today)
    units = set(work.session.scalars(select(WaitingEntry.unit_id).where(*past).distinct()))
    units |= {unit_id for unit_id, _, _ in _free_queues(work.session, work.today)}
    hold_places(work.session, units)  # at once: everybody takes them in the same order
    for entry in work.session.scalars(select(WaitingEntry).where(*past)).all():
        move_entry(work, entry, WaitingState.EXPIRED)
        answer_listed(work, entry, Verdict.REFUSED, NO_PLACE)
    serve(work, {(unit_id, day) for unit_id, day, _ in _free_queues(work.session, work.today) if unit_id in units})


def serve_activity(work: Work, activity_id: int) -> int:
    """Serve the lists of an activity that may have more places than before: a capacity raised, an enrolment ended."""
    units = work.session.scalars(select(Unit.id).where(Unit.activity_id == activity_id)).all()
    hold_places(work.session, units)
    return serve(work, {(unit, day) for unit, day, _ in _free_queues(work.session, work.today) if unit in units})


def lists_move(session: Session, today: date) -> bool:
    """Tell whether a list has something to do: a day that is past, a place that nobody has served."""
    if session.scalar(select(exists().where(*_past(today)))):
        return True
    return bool(_free_queues(session, today))


def offers_due(session: Session, heard: datetime) -> list[int]:
    """Name the units of the offers that nobody answered; `heard`: until when the portal has told what families did."""
    due = (LIVING, WaitingEntry.state == WaitingState.OFFERED, WaitingEntry.offer_until <= heard)
    return list(session.scalars(select(WaitingEntry.unit_id).where(*due).distinct()))


def expire_offers(work: Work, heard: datetime) -> int:
    """Close the offers that nobody answered in time, and serve the next ones; two offices at once do it once."""
    hold_places(work.session, offers_due(work.session, heard))
    due = (LIVING, WaitingEntry.state == WaitingState.OFFERED, WaitingEntry.offer_until <= heard)
    entries = work.session.scalars(select(WaitingEntry).where(*due).order_by(WaitingEntry.id)).all()
    for entry in entries:
        _expire(work, entry)
    serve(work, {(entry.unit_id, entry.day) for entry in entries})
    return len(entries)


def hand_over(work: Work, entry: WaitingEntry, facts: CellFacts, until: datetime | None) -> None:
    """Give a place to a child on the list, or offer it until an instant."""
    if until is None:
        why = f"Place libérée{NARROW}: réservé le {instant_text(work.now)}."
        grant = grant_of(facts.limits[Operation.BOOK], entry.asked_at, book=True)
        cell = entry.child_id, entry.unit_id, entry.day
        change_cell(work, cell, grant, origin=Origin.PORTAL, request_id=entry.request_id, note=why)
        mark_cells(work, [cell])
    else:
        mark_behind(work, entry)
        entry.offered_at, entry.offer_until = work.now, until
        move_entry(work, entry, WaitingState.OFFERED)
        answer_listed(work, entry, Verdict.LISTED, offered_words(until))
        name = f"{entry.unit_id}:{entry.day}"
        work.sign("waiting_list", "child", entry.child_id, new={name: WaitingState.OFFERED, "until": str(until)})
    tell_family(work, entry, facts)


def cancel_until(facts: CellFacts) -> datetime | None:
    """Say until when a place could be given back."""
    return facts.limits[Operation.CANCEL].until if facts.limits else None


def day_starts(day: date) -> datetime:
    """Give the first instant of a day in the town hall."""
    return paris_instant(day, time.min)


def facts_of(work: Work, entry: WaitingEntry) -> CellFacts | None:
    """Read the cell of an entry, under the limits that were known when it was asked."""
    spot = entry.unit_id, entry.day
    found = read_cells(work.session, entry.child_id, [spot], family_id=entry.family_id, received_at=entry.asked_at)
    return found.get(spot)


def _serve(work: Work, queue: Queue, queues: set[Queue]) -> int:
    unit_id, day, group_id = queue
    capacity = work.session.get_one(AgeGroup, group_id, populate_existing=True).capacity
    places = capacity - places_taken(work.session, [unit_id], day, day).get(queue, 0)
    hours = work.session.scalar(
        select(Activity.answer_hours).join(Unit, Unit.activity_id == Activity.id).where(Unit.id == unit_id)
    )
    served = 0
    while places > served and (entry := _next(work.session, queue)) is not None:
        facts = facts_of(work, entry)
        if facts is None:
            break
        if not _may_receive(work, entry, facts, queues):
            continue
        if facts.closed is not None or not facts.limits or facts.limits[Operation.BOOK].in_time is InTime.ASK:
            break  # nothing is proposed on a closed day; where the régie validates, she proposes
        limit = cancel_until(facts)
        until = None
        if not is_given(work.now, answer_hours=hours, cancel_until=limit):
            until = offer_end(work.now, answer_hours=hours, cancel_until=limit, day_starts=day_starts(day))
            if until is None:
                break
        hand_over(work, entry, facts, until)
        served += 1
    return served


def _may_receive(work: Work, entry: WaitingEntry, facts: CellFacts, queues: set[Queue]) -> bool:
    """Tell whether the first of a list may have a place; one that may not any more leaves the list."""
    if not facts.enrolled or facts.group_id is None:
        close_entry(work, entry, WaitingState.LEFT, Verdict.REFUSED, NOT_ENROLLED)
        return False
    if facts.now is not CellNow.FREE:
        close_entry(work, entry, WaitingState.LEFT, Verdict.REFUSED, POINTED)
        return False
    if facts.group_id != entry.age_group_id:  # it has changed groups: it waits for the other's places
        mark_behind(work, entry)
        entry.age_group_id = facts.group_id
        move_entry(work, entry, WaitingState.WAITING)
        mark_behind(work, entry)
        queues.add((entry.unit_id, entry.day, facts.group_id))
        return False
    return True


def _expire(work: Work, entry: WaitingEntry) -> None:
    assert entry.offer_until is not None
    why = f"La place proposée n'a pas été acceptée avant le {instant_text(entry.offer_until)}."
    close_entry(work, entry, WaitingState.EXPIRED, Verdict.REFUSED, why)


def _next(session: Session, queue: Queue) -> WaitingEntry | None:
    unit_id, day, group_id = queue
    query = select(WaitingEntry).where(
        WaitingEntry.unit_id == unit_id,
        WaitingEntry.day == day,
        WaitingEntry.age_group_id == group_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    ordered = query.order_by(WaitingEntry.priority, WaitingEntry.id).limit(1)
    return session.scalar(ordered.execution_options(populate_existing=True))


def _queues(session: Session, spots: Collection[Spot]) -> set[Queue]:
    """Find the lists of some cells on which somebody waits."""
    if not spots:
        return set()
    query = select(WaitingEntry.unit_id, WaitingEntry.day, WaitingEntry.age_group_id).where(
        WaitingEntry.state == WaitingState.WAITING,
        tuple_(WaitingEntry.unit_id, WaitingEntry.day).in_(spots),
    )
    return {(unit, day, group) for unit, day, group in session.execute(query.distinct())}


def _past(today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Find who waits for a day that is past; what is long past is not looked at in each turn."""
    yesterday = today - timedelta(days=1)
    return WaitingEntry.state == WaitingState.WAITING, WaitingEntry.day.between(today - LOOKED_BACK, yesterday)


def _free_queues(session: Session, today: date) -> set[Queue]:
    """Find the lists on which somebody waits while a place is free."""
    query = select(WaitingEntry.unit_id, WaitingEntry.day, WaitingEntry.age_group_id).where(
        LIVING, WaitingEntry.state == WaitingState.WAITING, WaitingEntry.day > today
    )
    queues = [(unit, day, group) for unit, day, group in session.execute(query.distinct())]
    if not queues:
        return set()
    days = [day for _, day, _ in queues]
    taken = places_taken(session, {unit for unit, _, _ in queues}, min(days), max(days))
    groups = select(AgeGroup.id, AgeGroup.capacity).where(AgeGroup.id.in_({group for _, _, group in queues}))
    capacities = dict(session.execute(groups).all())
    return {queue for queue in queues if capacities[queue[2]] > taken.get(queue, 0)}


def _around(session: Session, queue: Queue, priority: int) -> tuple[int, int]:
    """Count who stands ahead of a newcomer, and behind it."""
    unit_id, day, group_id = queue
    query = select(func.count(), func.count().filter(WaitingEntry.priority > priority)).where(
        WaitingEntry.unit_id == unit_id,
        WaitingEntry.day == day,
        WaitingEntry.age_group_id == group_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    count, behind = session.execute(query).one()
    return count - behind, behind


def _has_sibling(session: Session, family_id: int, cell: Cell) -> bool:
    """Tell whether another child of the household is booked on that day in the same activity."""
    child_id, unit_id, day = cell
    activity = select(Unit.activity_id).where(Unit.id == unit_id).scalar_subquery()
    siblings = select(FamilyChild.child_id).where(FamilyChild.family_id == family_id, FamilyChild.child_id != child_id)
    query = select(Booking.id).where(
        Booking.child_id.in_(siblings),
        Booking.unit_id.in_(select(Unit.id).where(Unit.activity_id == activity)),
        Booking.day == day,
        Booking.state == BookingState.BOOKED,
    )
    return session.scalar(query.limit(1)) is not None
