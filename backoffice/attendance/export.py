"""The month's attendance of a service, as the workbook that goes to the CAF and to the accountant."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from backoffice.attendance.rules import hours_of
from backoffice.clock import days_between, month_end, month_start, paris_day
from backoffice.errors import RefusedByRule
from backoffice.rulebook.in_force import Rules, read_rules
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child
from models.office.structure import Activity, AgeGroup, Commune, Facility, Service, Unit
from models.vocabulary import AttendanceState, BookingState
from reports.sheets.attendance import AttendanceDocument, AttendanceGroup, AttendanceRow, render_attendance
from resources.french import NARROW, listed

Key = tuple[int, int, date]  # child, unit, day
ELSEWHERE = "Sans inscription"


@dataclass(frozen=True, slots=True)
class _Seen:
    state: AttendanceState
    arrived: time | None
    left: time | None


@dataclass(frozen=True, slots=True)
class _Month:
    """What the workbook is made of, read at once."""

    first: date
    last: date  # the last day that can have been pointed
    activities: Mapping[int, Activity]
    units: Mapping[int, Unit]
    children: Mapping[int, Child]
    booked: frozenset[Key]
    seen: Mapping[Key, _Seen]


def export_attendance(session: Session, service_code: str, month: date, *, now: datetime) -> bytes:
    """Give a service's month as XLSX: a summary, then a sheet per group.

    Raises:
        RefusedByRule: no service has this code.
    """
    return render_attendance(month_attendance(session, service_code, month, now=now))


def month_attendance(session: Session, service_code: str, month: date, *, now: datetime) -> AttendanceDocument:
    """Put a month together: what was booked and what was seen, up to today.

    Raises:
        RefusedByRule: no service has this code.
    """
    service = session.scalar(select(Service).where(Service.code == service_code))
    if service is None:
        known = listed(session.scalars(select(Service.code).order_by(Service.position)))
        message = f"Aucun service n'a le code «\xa0{service_code}\xa0». Les services sont{NARROW}: {known}."
        raise RefusedByRule(message)
    first = month_start(month)
    last = min(month_end(first), paris_day(now))
    facts = _read(session, service.id, first, last)
    rules = read_rules(session)
    open_days = {activity_id: _open_days(rules, facts, activity_id) for activity_id in facts.activities}
    facilities = session.scalars(
        select(Facility.name)
        .where(Facility.id.in_({activity.facility_id for activity in facts.activities.values()}))
        .order_by(Facility.name)
    )
    return AttendanceDocument(
        commune=session.scalar(select(Commune.name)) or "",
        facility=listed(facilities),
        service=service.name,
        month=first,
        days_open=len(set().union(*open_days.values())),
        groups=tuple(_groups(session, facts, open_days)),
        made_at=now,
    )


def _read(session: Session, service_id: int, first: date, last: date) -> _Month:
    activities = session.scalars(
        select(Activity).where(Activity.service_id == service_id).order_by(Activity.position, Activity.id)
    ).all()
    units = session.scalars(select(Unit).where(Unit.activity_id.in_([activity.id for activity in activities]))).all()
    of_units = [unit.id for unit in units]
    booked = session.execute(
        select(Booking.child_id, Booking.unit_id, Booking.day).where(
            Booking.day.between(first, last), Booking.unit_id.in_(of_units), Booking.state == BookingState.BOOKED
        )
    )
    seen = session.execute(
        select(
            Attendance.child_id,
            Attendance.unit_id,
            Attendance.day,
            Attendance.state,
            Attendance.arrived,
            Attendance.left,
        ).where(and_(Attendance.day.between(first, last), Attendance.unit_id.in_(of_units)))
    )
    keys = frozenset((child_id, unit_id, day) for child_id, unit_id, day in booked)
    cells = {(row.child_id, row.unit_id, row.day): _Seen(row.state, row.arrived, row.left) for row in seen}
    children = session.scalars(select(Child).where(Child.id.in_({child for child, *_ in keys | cells.keys()})))
    return _Month(
        first=first,
        last=last,
        activities={activity.id: activity for activity in activities},
        units={unit.id: unit for unit in units},
        children={child.id: child for child in children},
        booked=keys,
        seen=cells,
    )


def _open_days(rules: Rules, facts: _Month, activity_id: int) -> set[date]:
    code = facts.activities[activity_id].code
    return {day for day in days_between(facts.first, facts.last) if rules.closed(code, day) is None}


def _groups(session: Session, facts: _Month, open_days: Mapping[int, set[date]]) -> Iterator[AttendanceGroup]:
    """Give the groups of every activity, then those whom no group expects, if there are any."""
    shared = _shared(session, facts)
    groups = session.execute(
        select(AgeGroup.activity_id, AgeGroup.id, AgeGroup.name)
        .join(Activity, AgeGroup.activity_id == Activity.id)
        .where(AgeGroup.activity_id.in_(facts.activities))
        .order_by(Activity.position, AgeGroup.id)
    ).all()
    known: list[tuple[int, int | None, str]] = [(row.activity_id, row.id, row.name) for row in groups]
    strays = [(activity_id, None, ELSEWHERE) for activity_id in facts.activities if (activity_id, None) in shared]
    for activity_id, group_id, name in [*known, *strays]:
        title = name if len(facts.activities) == 1 else f"{facts.activities[activity_id].name} {name}"
        yield AttendanceGroup(title, len(open_days[activity_id]), _rows(facts, shared.get((activity_id, group_id), ())))


def _shared(session: Session, facts: _Month) -> Mapping[tuple[int, int | None], list[Key]]:
    """Share the month out by activity and group: the one in which the child is enrolled on the day."""
    places: dict[tuple[int, int], list[tuple[date, date, int]]] = {}
    for row in session.execute(
        select(
            Enrolment.child_id, Enrolment.activity_id, Enrolment.starts, Enrolment.ends, Enrolment.age_group_id
        ).where(Enrolment.activity_id.in_(facts.activities))
    ):
        places.setdefault((row.child_id, row.activity_id), []).append((row.starts, row.ends, row.age_group_id))
    shared: dict[tuple[int, int | None], list[Key]] = {}
    for child_id, unit_id, day in facts.booked | facts.seen.keys():
        activity_id = facts.units[unit_id].activity_id
        spans = places.get((child_id, activity_id), ())
        group_id = next((group for starts, ends, group in spans if starts <= day <= ends), None)
        shared.setdefault((activity_id, group_id), []).append((child_id, unit_id, day))
    return shared


def _rows(facts: _Month, keys: Iterable[Key]) -> tuple[AttendanceRow, ...]:
    def order(key: Key) -> tuple[date, str, int, int]:
        return key[2], facts.children[key[0]].search_key, key[0], facts.units[key[1]].position

    return tuple(_row(facts, key) for key in sorted(keys, key=order))


def _row(facts: _Month, key: Key) -> AttendanceRow:
    child, unit, seen = facts.children[key[0]], facts.units[key[1]], facts.seen.get(key)
    kind = facts.activities[unit.activity_id].kind
    present = seen is not None and seen.state is AttendanceState.PRESENT
    return AttendanceRow(
        last_name=child.last_name,
        first_name=child.first_name,
        birth_date=child.birth_date,
        day=key[2],
        class_name=child.class_name or "",
        unit=unit.name,
        booked=key in facts.booked,
        state=seen.state.value if seen else "unrecorded",
        arrived_at=seen.arrived if seen else None,
        left_at=seen.left if seen else None,
        hours=hours_of(kind, (unit.starts, unit.ends), (seen.arrived, seen.left)) if seen and present else Decimal(0),
    )
