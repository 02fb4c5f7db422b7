"""Reading what a judgement needs of some cells, in a constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.bookings.rules import CellFacts, CellNow
from backoffice.requests.waiting import Waiting, waiting_cells
from backoffice.rulebook.calendar import Calendar, read_calendar
from backoffice.rulebook.load import Operation, Rulebook, parse
from backoffice.rulebook.notice import Limit, limit
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child
from models.office.structure import Activity, AgeGroup, RulebookVersion, Unit
from models.vocabulary import AttendanceState, BookingState, EnrolmentStatus

Spot = tuple[int, date]  # unit, day
_parsed = lru_cache(maxsize=32)(parse)


@dataclass(frozen=True, slots=True)
class Rulebooks:
    """The rulebooks by date of effect, read once for many days."""

    versions: tuple[tuple[date, str], ...]  # the latest first

    def on(self, day: date) -> Rulebook | None:
        """Give the rulebook in force on a day, if there is one."""
        source = next((source for effective, source in self.versions if effective <= day), None)
        return _parsed(source) if source is not None else None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a commune's days obey: its calendar and its rulebooks."""

    calendar: Calendar
    rulebooks: Rulebooks


def read_rules(session: Session) -> Rules:
    """Read the calendar and the rulebooks."""
    query = select(RulebookVersion.effective, RulebookVersion.source)
    rows = session.execute(query.order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc()))
    return Rules(read_calendar(session), Rulebooks(tuple((effective, source) for effective, source in rows)))


@dataclass(frozen=True, slots=True)
class _Week:
    """All that the cells of one child share, read in a constant number of queries."""

    child: Child
    rules: Rules
    units: Mapping[int, tuple[Unit, Activity]]
    enrolments: Mapping[int, Sequence[Enrolment]]
    bookings: Mapping[Spot, BookingState]
    seen: Mapping[Spot, AttendanceState]
    asked: Mapping[Spot, Waiting]
    taken: Mapping[tuple[int, date, int], int]
    capacities: Mapping[int, int]

    def facts(self, spot: Spot) -> CellFacts:
        (unit, activity), day = self.units[spot[0]], spot[1]
        mine = (row for row in self.enrolments.get(activity.id, ()) if row.starts <= day <= row.ends)
        group_id = next((row.age_group_id for row in mine), None)
        capacity = self.capacities.get(group_id or 0, 0)
        return CellFacts(
            day=day,
            child=self.child.first_name,
            unit=unit.name,
            activity=activity.name,
            online=activity.online,
            enrolled=group_id is not None,
            closed=self.rules.calendar.closed(activity.kind, activity.facility_id, day),
            now=_state(self.bookings.get(spot), self.seen.get(spot)),
            asked=spot in self.asked,
            places=capacity - self.taken.get((spot[0], day, group_id or 0), 0),
            capacity=capacity,
            group_id=group_id,
            limits=limits_of(self.rules, activity.code, day),
        )


def read_cells(
    session: Session,
    child_id: int,
    spots: Collection[Spot],
    *,
    family_id: int | None = None,
    rules: Rules | None = None,
    besides: Collection[int] = (),
) -> dict[Spot, CellFacts]:
    """Read some cells of a child; a unit that does not exist is left out.

    With a family, only the enrolments at its expense count. `besides` are request items that do not wait for this
    judgement: those that are being decided.
    """
    units, child = _units(session, {unit for unit, _ in spots}), session.get(Child, child_id)
    if not units or child is None:
        return {}
    days = [day for _, day in spots]
    waiting = waiting_cells(session, [child_id], min(days), max(days))
    week = _Week(
        child=child,
        rules=rules or read_rules(session),
        units=units,
        enrolments=_enrolments(session, child_id, family_id),
        bookings=_bookings(session, child_id, units, days),
        seen=_attendance(session, child_id, units, days),
        asked={(unit, day): wish for (_, unit, day), wish in waiting.items() if wish.item_id not in besides},
        taken=places_taken(session, list(units), min(days), max(days)),
        capacities=dict(session.execute(select(AgeGroup.id, AgeGroup.capacity)).all()),
    )
    return {spot: week.facts(spot) for spot in spots if spot[0] in units}


def limits_of(rules: Rules, activity: str, day: date) -> dict[Operation, Limit]:
    """Give both limits of a day, or none when no rulebook is in force."""
    rulebook = rules.rulebooks.on(day)
    if rulebook is None:
        return {}
    return {
        operation: limit(rulebook, rules.calendar, activity=activity, operation=operation, day=day)
        for operation in Operation
    }


def places_taken(
    session: Session, unit_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date, int], int]:
    """Count the booked children by unit, day and group."""
    query = (
        select(Booking.unit_id, Booking.day, Enrolment.age_group_id, func.count(Booking.id.distinct()))
        .join(Unit, Unit.id == Booking.unit_id)
        .join(
            Enrolment,
            (Enrolment.child_id == Booking.child_id)
            & (Enrolment.activity_id == Unit.activity_id)
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
    activities = select(Unit.activity_id).where(Unit.id.in_(unit_ids))
    query = select(AgeGroup.id).where(AgeGroup.activity_id.in_(activities))
    session.execute(query.order_by(AgeGroup.id).with_for_update()).all()


def _units(session: Session, unit_ids: Collection[int]) -> dict[int, tuple[Unit, Activity]]:
    query = select(Unit, Activity).join(Activity, Activity.id == Unit.activity_id).where(Unit.id.in_(unit_ids))
    return {unit.id: (unit, activity) for unit, activity in session.execute(query)}


def _enrolments(session: Session, child_id: int, family_id: int | None) -> dict[int, list[Enrolment]]:
    query = select(Enrolment).where(Enrolment.child_id == child_id, Enrolment.status == EnrolmentStatus.ACTIVE)
    if family_id is not None:
        query = query.where(Enrolment.payer_family_id == family_id)
    found: dict[int, list[Enrolment]] = {}
    for enrolment in session.scalars(query.order_by(Enrolment.starts, Enrolment.id)):
        found.setdefault(enrolment.activity_id, []).append(enrolment)
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
