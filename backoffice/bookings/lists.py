"""The planning of an activity's week, as the desk reads it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import taken_and_waited
from backoffice.bookings.waiting_entries import offers_and_listed, standings
from backoffice.bookings.waiting_rules import Listed
from backoffice.errors import RefusedByRule
from backoffice.requests.waiting import Waiting, waiting_cells
from backoffice.rulebook.in_force import read_rules
from backoffice.sync.contract import CellState
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Child
from models.office.structure import Activity, AgeGroup, Facility, Service, Unit
from models.vocabulary import ActivityKind, AttendanceState, BookingState, EnrolmentStatus, WaitingState
from resources.french import age_on, clock_text

Spot = tuple[int, date]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity to choose from."""

    id: int
    code: str
    name: str
    service: str
    facility: str
    kind: ActivityKind
    online: bool


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A day of the week, and why it is closed if it is."""

    day: date
    closed: str | None


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """A unit of the activity."""

    id: int
    name: str
    hours: str


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """A group of the activity, with its places per unit and day."""

    id: int
    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A cell that is not free."""

    state: CellState
    wished: str | None = None
    request_id: UUID | None = None  # of what waits for the régie, or of what put the child on the list
    rank: int | None = None  # on the waiting list
    until: datetime | None = None  # of a place offered


@dataclass(frozen=True, slots=True)
class PlanCount:
    """How many children a unit of a day expects."""

    booked: int
    waiting: int
    capacity: int
    offered: int = 0  # places held until the families answer
    listed: int = 0  # children on the waiting list

    @property
    def asked(self) -> bool:
        """Tell whether anything at all was asked."""
        return bool(self.booked + self.waiting + self.offered + self.listed)

    @property
    def full(self) -> bool:
        """Tell whether no place is left."""
        return self.booked + self.offered >= self.capacity


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A child enrolled during the week."""

    child_id: int
    family_id: int
    child: str
    age: int
    class_name: str | None
    group_id: int
    group: str
    starts: date
    ends: date
    cells: Mapping[Spot, PlanCell]


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """An activity's week: children × units × days."""

    activity_id: int
    activity: str
    facility: str
    monday: date
    days: tuple[PlanDay, ...]
    units: tuple[PlanUnit, ...]
    groups: tuple[PlanGroup, ...]
    rows: tuple[PlanRow, ...]
    counts: Mapping[Spot, PlanCount]
    waiting_list: bool = False  # a full day keeps those who ask


def activities(session: Session) -> tuple[ActivityRow, ...]:
    """Read the activities in the commune's order."""
    query = (
        select(
            Activity.id, Activity.code, Activity.name, Service.name, Facility.name, Activity.kind, Activity.online
        )
        .join(Service, Service.id == Activity.service_id)
        .join(Facility, Facility.id == Activity.facility_id)
        .order_by(Service.position, Activity.position, Activity.id)
    )  # fmt: skip
    return tuple(ActivityRow(*row) for row in session.execute(query))


def week_plan(session: Session, activity_id: int, monday: date, *, age_group_id: int | None = None) -> WeekPlan:
    """Read the planning of a week, whatever its size in the same few queries.

    Raises:
        RefusedByRule: there is no such activity.
    """
    activity = session.get(Activity, activity_id)
    if activity is None:
        raise RefusedByRule("Cette activité n'existe pas, ou n'existe plus.")
    facility = session.get_one(Facility, activity.facility_id)
    rules = read_rules(session)
    days = [monday + timedelta(days=n) for n in range(7)]
    units = session.scalars(select(Unit).where(Unit.activity_id == activity_id).order_by(Unit.position, Unit.id)).all()
    groups = session.scalars(select(AgeGroup).where(AgeGroup.activity_id == activity_id).order_by(AgeGroup.id)).all()
    shown = [group for group in groups if age_group_id in {None, group.id}]
    rows = _rows(session, shown, [unit.id for unit in units], days)
    return WeekPlan(
        activity.id, activity.name, facility.name, monday,
        tuple(PlanDay(day, rules.closed(activity.code, day)) for day in days),
        tuple(PlanUnit(unit.id, unit.name, hours_text(unit)) for unit in units),
        tuple(PlanGroup(group.id, group.name, group.capacity) for group in groups),
        rows, _counts(session, rows, shown, [unit.id for unit in units], days),
        activity.waiting_list,
    )  # fmt: skip


def hours_text(unit: Unit) -> str:
    """Write a unit's hours: 7 h 30 – 8 h 30."""
    return f"{clock_text(unit.starts)} – {clock_text(unit.ends)}"


def cell_states(
    session: Session, child_ids: Collection[int], unit_ids: Collection[int] | None, first: date, last: date
) -> dict[int, dict[Spot, PlanCell]]:
    """Find the cells of some children that are not free, in few queries: pointed, else waiting, booked, or on a list."""
    found: dict[int, dict[Spot, PlanCell]] = {}
    for (child_id, unit_id, day), listed in standings(session, child_ids, first, last).items():
        found.setdefault(child_id, {})[unit_id, day] = _listed(listed)
    bookings = select(Booking.child_id, Booking.unit_id, Booking.day).where(
        Booking.child_id.in_(child_ids), Booking.day.between(first, last), Booking.state == BookingState.BOOKED
    )
    for child_id, unit_id, day in session.execute(bookings):
        found.setdefault(child_id, {})[unit_id, day] = PlanCell(CellState.BOOKED)
    for (child_id, unit_id, day), wish in waiting_cells(session, child_ids, first, last).items():
        found.setdefault(child_id, {})[unit_id, day] = _waiting(wish)
    seen = select(Attendance.child_id, Attendance.unit_id, Attendance.day, Attendance.state).where(
        Attendance.child_id.in_(child_ids), Attendance.day.between(first, last)
    )
    for child_id, unit_id, day, state in session.execute(seen):
        present = state is AttendanceState.PRESENT
        found.setdefault(child_id, {})[unit_id, day] = PlanCell(CellState.PRESENT if present else CellState.ABSENT)
    if unit_ids is None:
        return found
    return {
        child_id: {spot: cell for spot, cell in cells.items() if spot[0] in unit_ids}
        for child_id, cells in found.items()
    }


def _listed(listed: Listed) -> PlanCell:
    offered = listed.state is WaitingState.OFFERED
    state = CellState.OFFERED if offered else CellState.LISTED
    return PlanCell(state, None, listed.request_id, None if offered else listed.rank, listed.until)


def _waiting(wish: Waiting) -> PlanCell:
    return PlanCell(CellState.WAITING, wish.wished, wish.request_id)


def _rows(
    session: Session, groups: Collection[AgeGroup], unit_ids: Collection[int], days: list[date]
) -> tuple[PlanRow, ...]:
    names = {group.id: group.name for group in groups}
    query = (
        select(Enrolment, Child)
        .join(Child, Child.id == Enrolment.child_id)
        .where(
            Enrolment.age_group_id.in_(names),
            Enrolment.status == EnrolmentStatus.ACTIVE,
            Enrolment.starts <= days[-1],
            Enrolment.ends >= days[0],
        )
        .order_by(Child.search_key, Child.id, Enrolment.starts)
    )
    enrolled = session.execute(query).all()
    cells = cell_states(session, {child.id for _, child in enrolled}, unit_ids, days[0], days[-1])
    return tuple(
        PlanRow(
            child.id, enrolment.payer_family_id, f"{child.last_name.upper()} {child.first_name}",
            age_on(child.birth_date, days[0]), child.class_name, enrolment.age_group_id, names[enrolment.age_group_id],
            enrolment.starts, enrolment.ends, cells.get(child.id, {}),
        )
        for enrolment, child in enrolled
    )  # fmt: skip


def _counts(
    session: Session,
    rows: Collection[PlanRow],
    groups: Collection[AgeGroup],
    unit_ids: Collection[int],
    days: list[date],
) -> dict[Spot, PlanCount]:
    capacity = sum(group.capacity for group in groups)
    kept = {group.id for group in groups}
    counted = taken_and_waited(session, unit_ids, days[0], days[-1])
    held = offers_and_listed(session, unit_ids, days[0], days[-1])[0]
    taken, listed, offered = (_by_spot(count, kept) for count in (*counted, held))
    waiting: dict[Spot, int] = {}
    for row in rows:
        for spot, cell in row.cells.items():
            if cell.state is CellState.WAITING and cell.wished == CellState.BOOKED:
                waiting[spot] = waiting.get(spot, 0) + 1
    return {
        spot: PlanCount(
            taken.get(spot, 0) - offered.get(spot, 0), waiting.get(spot, 0), capacity, offered.get(spot, 0),
            listed.get(spot, 0),
        )
        for spot in ((unit_id, day) for unit_id in unit_ids for day in days)
    }  # fmt: skip


def _by_spot(counts: Mapping[tuple[int, date, int], int], groups: Collection[int]) -> dict[Spot, int]:
    """Add up what is counted by unit, day and group, for some groups."""
    found: dict[Spot, int] = {}
    for (unit_id, day, group_id), count in counts.items():
        if group_id in groups:
            found[unit_id, day] = found.get((unit_id, day), 0) + count
    return found
