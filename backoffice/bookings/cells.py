"""Reading what a judgement needs of some cells, in a constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.bookings.rules import CellFacts, CellNow
from backoffice.bookings.waiting_entries import Queue, offers_and_listed, standings
from backoffice.bookings.waiting_rules import Listed
from backoffice.errors import RefusedByRule
from backoffice.requests.waiting import Waiting, waiting_cells
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.in_force import Rules, read_rules
from backoffice.rulebook.values import Limit
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child, Family
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import AttendanceState, BookingState, EnrolmentStatus, WaitingState

Spot = tuple[int, date]  # unit, day


@dataclass(frozen=True, slots=True)
class _Week:
    """All that the cells of one child share, read in a constant number of queries."""

    child: Child
    rules: Rules
    judged_by: Rules
    units: Mapping[int, tuple[Unit, Activity]]
    enrolments: Mapping[int, Sequence[tuple[Enrolment, bool]]]  # and whether the household that pays is a resident
    bookings: Mapping[Spot, BookingState]
    seen: Mapping[Spot, AttendanceState]
    asked: Mapping[Spot, Waiting]
    taken: Mapping[Queue, int]
    waited: Mapping[Queue, int]
    capacities: Mapping[int, int]
    listed: Mapping[Spot, Listed]

    def facts(self, spot: Spot) -> CellFacts:
        (unit, activity), day = self.units[spot[0]], spot[1]
        known = self.enrolments.get(activity.id, ())
        mine, resident = next((pair for pair in known if pair[0].starts <= day <= pair[0].ends), (None, True))
        group_id = mine.age_group_id if mine else None
        capacity, listed = self.capacities.get(group_id or 0, 0), self.listed.get(spot)
        held = listed is not None and listed.state is WaitingState.OFFERED  # for this very child
        return CellFacts(
            day=day,
            child=self.child.first_name,
            unit=unit.name,
            activity=activity.name,
            online=activity.online,
            enrolled=group_id is not None,
            closed=self.rules.closed(activity.code, day),
            now=_state(self.bookings.get(spot), self.seen.get(spot)),
            asked=spot in self.asked,
            places=capacity - self.taken.get((spot[0], day, group_id or 0), 0) + held,
            capacity=capacity,
            group_id=group_id,
            limits=limits_of(self.judged_by, activity.code, day, unit=unit.code, resident=resident),
            resident=resident,
            waited=self.waited.get((spot[0], day, group_id or 0), 0),
            list_open=activity.waiting_list,
            listed=listed,
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """What all the judgements of one transaction share, read once: the rules, the units, the places of the groups."""

    rules: Rules
    units: Mapping[int, tuple[Unit, Activity]]
    capacities: Mapping[int, int]


def read_shared(session: Session, rules: Rules | None = None) -> Shared:
    """Read the rules, the units and the places of the groups: some small tables."""
    capacities = dict(session.execute(select(AgeGroup.id, AgeGroup.capacity)).all())
    return Shared(rules or read_rules(session), _units(session), capacities)


def read_cells(
    session: Session,
    child_id: int,
    spots: Collection[Spot],
    *,
    family_id: int | None = None,
    shared: Shared | None = None,
    received_at: datetime | None = None,
    besides: Collection[int] = (),
) -> dict[Spot, CellFacts]:
    """Read some cells of a child; a unit that does not exist is left out.

    With a family, only the enrolments at its expense count. What was received at a moment is judged by the limits that
    were known then: a rulebook adopted since does not undo what the family was shown. `besides` are request items that
    do not wait for this judgement: those that are being decided.
    """
    shared, child = shared or read_shared(session), session.get(Child, child_id)
    units = {unit_id: shared.units[unit_id] for unit_id, _ in spots if unit_id in shared.units}
    if not units or child is None:
        return {}
    days = [day for _, day in spots]
    waiting = waiting_cells(session, [child_id], min(days), max(days))
    standing = standings(session, [child_id], min(days), max(days))
    taken, waited = taken_and_waited(session, list(units), min(days), max(days))
    week = _Week(
        child=child,
        rules=shared.rules,
        judged_by=shared.rules.known_at(received_at) if received_at else shared.rules,
        units=units,
        enrolments=_enrolments(session, child_id, family_id),
        bookings=_bookings(session, child_id, units, days),
        seen=_attendance(session, child_id, units, days),
        asked={(unit, day): wish for (_, unit, day), wish in waiting.items() if wish.item_id not in besides},
        taken=taken,
        waited=waited,
        capacities=shared.capacities,
        listed={(unit, day): listed for (_, unit, day), listed in standing.items()},
    )
    return {spot: week.facts(spot) for spot in spots if spot[0] in units}


def limits_of(rules: Rules, activity: str, day: date, *, unit: str, resident: bool) -> dict[Operation, Limit]:
    """Give both limits of a unit's day; none when no rulebook in force knows it."""
    applied = rules.on(day)
    if applied is None:
        return {}
    try:
        return {
            operation: applied.limit(activity=activity, operation=operation, day=day, unit=unit, resident=resident)
            for operation in Operation
        }
    except RefusedByRule:  # a rulebook older than this activity
        return {}


def places_taken(session: Session, unit_ids: Collection[int], first: date, last: date) -> dict[Queue, int]:
    """Count the booked children, and the places that are offered, by unit, day and group."""
    return taken_and_waited(session, unit_ids, first, last)[0]


def taken_and_waited(
    session: Session, unit_ids: Collection[int], first: date, last: date
) -> tuple[dict[Queue, int], dict[Queue, int]]:
    """Count the places taken, booked or offered, and the children who wait for one, by unit, day and group."""
    taken = _booked_children(session, unit_ids, first, last)
    offered, waiting = offers_and_listed(session, unit_ids, first, last)
    for queue, count in offered.items():
        taken[queue] = taken.get(queue, 0) + count
    return taken, waiting


def _booked_children(session: Session, unit_ids: Collection[int], first: date, last: date) -> dict[Queue, int]:
    query = (
        select(Booking.unit_id, Booking.day, Enrolment.age_group_id, func.count(Booking.id.distinct()))
        .join(Unit, Unit.id == Booking.unit_id)
        .join(
            Enrolment,
            (Enrolment.child_id == Booking.child_id)
            & (Enrolment.activity_id + 0 == Unit.activity_id)  # by the child's index: few are booked of many enrolled
            & (Enrolment.starts <= Booking.day)
            & (Enrolment.ends >= Booking.day),
        )
        .where(
            Booking.unit_id.in_(unit_ids),
            Booking.day.between(first, last),
            Booking.state == BookingState.BOOKED,
            Enrolment.status == EnrolmentStatus.ACTIVE,
        )
        .group_by(Booking.unit_id, Booking.day, Enrolment.age_group_id)
    )
    return {(unit_id, day, group_id): count for unit_id, day, group_id, count in session.execute(query)}


def hold_places(session: Session, unit_ids: Collection[int]) -> None:
    """Make whoever else counts the places of these activities wait for the end of this transaction."""
    held: set[int] = session.info.setdefault("places held", set())
    if held.issuperset(unit_ids):
        return
    held.update(unit_ids)
    activities = select(Unit.activity_id).where(Unit.id.in_(unit_ids))
    query = select(AgeGroup.id).where(AgeGroup.activity_id.in_(activities))
    session.execute(query.order_by(AgeGroup.id).with_for_update()).all()


def _units(session: Session) -> dict[int, tuple[Unit, Activity]]:
    query = select(Unit, Activity).join(Activity, Activity.id == Unit.activity_id)
    return {unit.id: (unit, activity) for unit, activity in session.execute(query)}


def _enrolments(session: Session, child_id: int, family_id: int | None) -> dict[int, list[tuple[Enrolment, bool]]]:
    query = (
        select(Enrolment, Family.resident)
        .join(Family, Family.id == Enrolment.payer_family_id)
        .where(Enrolment.child_id == child_id, Enrolment.status == EnrolmentStatus.ACTIVE)
    )
    if family_id is not None:
        query = query.where(Enrolment.payer_family_id == family_id)
    found: dict[int, list[tuple[Enrolment, bool]]] = {}
    for enrolment, resident in session.execute(query.order_by(Enrolment.starts, Enrolment.id)):
        found.setdefault(enrolment.activity_id, []).append((enrolment, resident))
    return found


def _bookings(
    session: Session, child_id: int, units: Mapping[int, object], days: Collection[date]
) -> dict[Spot, BookingState]:
    query = select(Booking.unit_id, Booking.day, Booking.state).where(
        Booking.child_id == child_id, Booking.unit_id.in_(units), Booking.day.between(min(days), max(days))
    )
    return {(unit_id, day): state for unit_id, day, state in session.execute(query)}


def _attendance(
    session: Session, child_id: int, units: Mapping[int, object], days: Collection[date]
) -> dict[Spot, AttendanceState]:
    query = select(Attendance.unit_id, Attendance.day, Attendance.state).where(
        Attendance.child_id == child_id, Attendance.unit_id.in_(units), Attendance.day.between(min(days), max(days))
    )
    return {(unit_id, day): state for unit_id, day, state in session.execute(query)}


def _state(booking: BookingState | None, seen: AttendanceState | None) -> CellNow:
    if seen is not None:
        return CellNow.PRESENT if seen is AttendanceState.PRESENT else CellNow.ABSENT
    return CellNow.BOOKED if booking is BookingState.BOOKED else CellNow.FREE
