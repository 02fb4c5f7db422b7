"""The grid of a day, the progress of a week, the attendance of a month, as frozen rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.attendance.reasons import AbsenceReason, reasons_on, title_of
from backoffice.attendance.rules import NURSERY_AGE
from backoffice.errors import RefusedByRule
from backoffice.rulebook.in_force import read_rules
from backoffice.sealing import Sealer
from models.office.billing import Invoice
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child
from models.office.structure import Activity, AgeGroup, Facility, Unit
from models.vocabulary import AttendanceState, BookingState, Diet
from resources.french import age_on


@dataclass(frozen=True, slots=True)
class SheetUnit:
    """A column of the grid."""

    id: int
    code: str
    name: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """An age group of the activity."""

    id: int
    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Health:
    """What the staff must know of a child's health."""

    pai: bool
    allergies: tuple[str, ...]
    needs: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """One unit of one child: booked or not, pointed or not, billed or not."""

    unit_id: int
    booking: BookingState | None = None
    state: AttendanceState | None = None
    arrived: time | None = None
    left: time | None = None
    note: str | None = None
    version: int | None = None
    billed: bool = False
    invoice_number: str | None = None
    corrected: bool = False  # since it was billed: the difference is still to be made good
    absence: AbsenceReason | None = None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One child of the grid; `expected` has a booking or a pointing on the day."""

    child_id: int
    name: str
    first_name: str
    last_name: str
    age: int
    class_name: str | None
    group_id: int | None
    group: str
    diet: Diet
    health: Health | None
    leaves_alone: bool
    expected: bool
    enrolled: bool
    cells: tuple[DayCell, ...]


@dataclass(frozen=True, slots=True)
class UnitCount:
    """The heads of one unit, under six apart as the state counts them."""

    unit_id: int
    expected: int
    present: int
    absent: int
    not_pointed: int
    present_under_6: int
    present_from_6: int
    expected_under_6: int
    expected_from_6: int


@dataclass(frozen=True, slots=True)
class DaySheet:
    """The grid of an activity's day."""

    activity_id: int
    activity: str
    facility: str
    day: date
    closed: str | None
    units: tuple[SheetUnit, ...]
    groups: tuple[SheetGroup, ...]
    rows: tuple[DayRow, ...]
    counts: tuple[UnitCount, ...]
    reasons: tuple[AbsenceReason, ...] = ()  # that justify an absence, as the rulebook says


@dataclass(frozen=True, slots=True)
class DayProgress:
    """How many of a day's expected units are pointed."""

    expected: int
    pointed: int


@dataclass(frozen=True, slots=True)
class _Seat:
    """A child of the sheet, before its cells."""

    child: Child
    group: SheetGroup | None


def day_sheet(
    session: Session, activity_id: int, day: date, sealer: Sealer | None = None, age_group_id: int | None = None
) -> DaySheet:
    """Read the grid of a day: every enrolled child, and whoever was booked or pointed all the same.

    Health is read only with the key, that is for those whose role needs it.

    Raises:
        RefusedByRule: the activity does not exist.
    """
    found = session.execute(
        select(Activity, Facility).join(Facility, Activity.facility_id == Facility.id).where(Activity.id == activity_id)
    ).one_or_none()
    if found is None:
        message = "Cette activité n'existe plus."
        raise RefusedByRule(message)
    activity, facility = found
    units = _units(session, activity_id)
    groups = _groups(session, activity_id)
    rules = read_rules(session)
    reasons = reasons_on(rules, activity.code, day)
    cells = _cells(session, [unit.id for unit in units], day, reasons)
    rows = tuple(
        _row(seat, day, units, cells, sealer)
        for seat in _seats(session, activity_id, day, groups, {child_id for child_id, _ in cells})
        if age_group_id is None or (seat.group and seat.group.id == age_group_id)
    )
    return DaySheet(
        activity_id=activity_id,
        activity=activity.name,
        facility=facility.name,
        day=day,
        closed=rules.closed(activity.code, day),
        units=units,
        groups=tuple(groups.values()),
        rows=rows,
        counts=tuple(_count(unit.id, at, rows) for at, unit in enumerate(units)),
        reasons=reasons,
    )


def pointed_days(session: Session, activity_id: int, first: date, last: date) -> dict[date, DayProgress]:
    """Tell for each day with bookings how many of them are pointed."""
    rows = session.execute(
        select(Booking.day, func.count(), func.count(Attendance.id))
        .join(Unit, Booking.unit_id == Unit.id)
        .outerjoin(
            Attendance,
            and_(
                Attendance.child_id == Booking.child_id,
                Attendance.unit_id == Booking.unit_id,
                Attendance.day == Booking.day,
            ),
        )
        .where(Unit.activity_id == activity_id, Booking.day.between(first, last), Booking.state == BookingState.BOOKED)
        .group_by(Booking.day)
        .order_by(Booking.day)
    )
    return {day: DayProgress(expected, pointed) for day, expected, pointed in rows}


def _units(session: Session, activity_id: int) -> tuple[SheetUnit, ...]:
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.starts, Unit.ends)
        .where(Unit.activity_id == activity_id)
        .order_by(Unit.position, Unit.id)
    )
    return tuple(SheetUnit(*row) for row in rows)


def _groups(session: Session, activity_id: int) -> dict[int, SheetGroup]:
    rows = session.execute(
        select(AgeGroup.id, AgeGroup.name, AgeGroup.capacity)
        .where(AgeGroup.activity_id == activity_id)
        .order_by(AgeGroup.id)
    )
    return {row.id: SheetGroup(*row) for row in rows}


def _cells(
    session: Session, units: Sequence[int], day: date, reasons: Sequence[AbsenceReason]
) -> dict[tuple[int, int], DayCell]:
    """Put bookings and pointings together, by child and unit."""
    bookings = {
        (child_id, unit_id): state
        for child_id, unit_id, state in session.execute(
            select(Booking.child_id, Booking.unit_id, Booking.state).where(
                Booking.day == day, Booking.unit_id.in_(units), Booking.state != BookingState.CANCELLED
            )
        )
    }
    cells = {key: DayCell(key[1], booking=state) for key, state in bookings.items()}
    pointings = session.execute(
        select(Attendance, Invoice.number)
        .outerjoin(Invoice, Attendance.invoice_id == Invoice.id)
        .where(Attendance.day == day, Attendance.unit_id.in_(units))
    )
    for seen, number in pointings:
        key = (seen.child_id, seen.unit_id)
        cells[key] = DayCell(
            unit_id=seen.unit_id,
            booking=bookings.get(key),
            state=seen.state,
            arrived=seen.arrived,
            left=seen.left,
            note=seen.note,
            version=seen.version,
            billed=seen.invoice_id is not None,
            invoice_number=number,
            corrected=seen.corrected_at is not None,
            absence=AbsenceReason(seen.absence, title_of(reasons, seen.absence)) if seen.absence else None,
        )
    return cells


def _seats(
    session: Session, activity_id: int, day: date, groups: Mapping[int, SheetGroup], seen: set[int]
) -> Iterable[_Seat]:
    enrolled = {
        row.child_id: groups.get(row.age_group_id)
        for row in session.execute(
            select(Enrolment.child_id, Enrolment.age_group_id)
            .where(Enrolment.activity_id == activity_id, Enrolment.starts <= day, Enrolment.ends >= day)
            .order_by(Enrolment.starts)
        )
    }
    children = session.scalars(
        select(Child)
        .where(
            or_(
                Child.id.in_(
                    select(Enrolment.child_id).where(
                        Enrolment.activity_id == activity_id, Enrolment.starts <= day, Enrolment.ends >= day
                    )
                ),
                Child.id.in_(seen - enrolled.keys()),
            )
        )
        .order_by(Child.search_key, Child.id)
    )
    return [_Seat(child, enrolled.get(child.id)) for child in children]


def _row(
    seat: _Seat,
    day: date,
    units: Sequence[SheetUnit],
    cells: Mapping[tuple[int, int], DayCell],
    sealer: Sealer | None,
) -> DayRow:
    child = seat.child
    own = tuple(cells.get((child.id, unit.id)) or DayCell(unit.id) for unit in units)
    return DayRow(
        child_id=child.id,
        name=f"{child.last_name.upper()} {child.first_name}",
        first_name=child.first_name,
        last_name=child.last_name,
        age=age_on(child.birth_date, day),
        class_name=child.class_name,
        group_id=seat.group.id if seat.group else None,
        group=seat.group.name if seat.group else "",
        diet=child.diet,
        health=_health(child, sealer),
        leaves_alone=child.leaves_alone,
        expected=any(cell.booking is BookingState.BOOKED or cell.state for cell in own),
        enrolled=seat.group is not None,
        cells=own,
    )


def _health(child: Child, sealer: Sealer | None) -> Health | None:
    if sealer is None or child.health_sealed is None:
        return None
    told = json.loads(sealer.unseal(child.health_sealed))
    return Health(bool(told.get("pai")), tuple(told.get("allergies") or ()), told.get("needs") or "")


def _count(unit_id: int, at: int, rows: Sequence[DayRow]) -> UnitCount:
    cells = [(row.cells[at], row.age < NURSERY_AGE) for row in rows]
    expected = [young for cell, young in cells if cell.booking is BookingState.BOOKED]
    present = [young for cell, young in cells if cell.state is AttendanceState.PRESENT]
    pointed = sum(cell.state is not None for cell, _ in cells)
    return UnitCount(
        unit_id=unit_id,
        expected=len(expected),
        present=len(present),
        absent=pointed - len(present),
        not_pointed=sum(cell.booking is BookingState.BOOKED and cell.state is None for cell, _ in cells),
        present_under_6=sum(present),
        present_from_6=len(present) - sum(present),
        expected_under_6=sum(expected),
        expected_from_6=len(expected) - sum(expected),
    )
