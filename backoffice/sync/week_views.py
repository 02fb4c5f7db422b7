"""The views of weeks: a child's, and what all the children of an activity share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import Rules, limits_of, places_taken
from backoffice.bookings.lists import PlanCell, cell_states, hours_text
from backoffice.errors import RefusedByRule
from backoffice.office import ViewKey
from backoffice.rulebook.load import Operation
from backoffice.rulebook.notice import Limit
from backoffice.rulebook.tariff import bracket, prices
from backoffice.sync.contract import (
    ActivityWeekView,
    CellView,
    LimitView,
    SlotView,
    UnitView,
    WeekActivity,
    WeekView,
    monday_of,
)
from backoffice.sync.frame import NOTHING, Frame, Shown
from backoffice.sync.mark import horizon
from models.office.bookings import Enrolment
from models.office.families import Child, Family, Quotient
from models.office.structure import Activity, AgeGroup, Facility, Unit
from models.vocabulary import EnrolmentStatus

NEVER = LimitView(until=None, late="refuse", rule="")


@dataclass(frozen=True, slots=True)
class Payers:
    """What the prices of some households depend on."""

    resident: Mapping[int, bool]
    quotients: Mapping[int, Sequence[tuple[date, date | None, int]]]  # the latest first

    def quotient(self, family_id: int, day: date) -> int | None:
        """Give a household's quotient on a day."""
        dated = self.quotients.get(family_id, ())
        return next((value for first, last, value in dated if first <= day and (last is None or day <= last)), None)


def read_payers(session: Session, family_ids: Iterable[int]) -> Payers:
    """Read what the prices of some households depend on, in two queries."""
    ids = set(family_ids)
    quotients: dict[int, list[tuple[date, date | None, int]]] = {}
    query = select(Quotient).where(Quotient.family_id.in_(ids)).order_by(Quotient.starts.desc())
    for row in session.scalars(query):
        quotients.setdefault(row.family_id, []).append((row.starts, row.ends, row.value))
    resident = dict(session.execute(select(Family.id, Family.resident).where(Family.id.in_(ids))).all())
    return Payers(resident, quotients)


def rate_of(rules: Rules, payers: Payers, *, family_id: int, activity: str, day: date) -> str:
    """Give the key of the rate that a household pays on a day; none when the rulebook has no tariff."""
    rulebook = rules.rulebooks.on(day)
    if rulebook is None:
        return ""
    try:
        return bracket(
            rulebook,
            activity=activity,
            quotient=payers.quotient(family_id, day),
            resident=payers.resident.get(family_id, True),
        )
    except RefusedByRule:
        return ""


def weeks(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build children's weeks, each for a household that pays; some queries for all of them."""
    wanted = {key: _number_and_week(key[1]) for key in keys}
    inside = {key: week for key, week in wanted.items() if week[1] in horizon(frame.today)}
    if not inside:
        return dict.fromkeys(keys, NOTHING)
    child_ids = {child_id for child_id, _ in inside.values()}
    first = min(day for _, day in inside.values())
    last = max(day for _, day in inside.values()) + timedelta(days=6)
    children = {child.id: child for child in frame.session.scalars(select(Child).where(Child.id.in_(child_ids)))}
    enrolled = _enrolments(frame.session, child_ids, first, last)
    payers = read_payers(frame.session, (key[2] for key in inside))
    cells = cell_states(frame.session, child_ids, None, first, last)
    activity_of = dict(frame.session.execute(select(Unit.id, Unit.activity_id)).all())
    built: dict[ViewKey, Shown] = dict.fromkeys(keys, NOTHING)
    for key, (child_id, day) in inside.items():
        mine = [
            (enrolment, activity)
            for enrolment, activity in enrolled.get((child_id, key[2]), ())
            if enrolment.starts <= day + timedelta(days=6) and enrolment.ends >= day
        ]
        if mine and child_id in children:
            lines = tuple(_activity(frame.rules, payers, day, *pair) for pair in mine)
            shown = {activity.id for _, activity in mine}
            built[key] = Shown(
                WeekView(
                    child_id=child_id,
                    child=children[child_id].first_name,
                    monday=day,
                    activities=lines,
                    cells=_cells(cells.get(child_id, {}), day, {u for u, a in activity_of.items() if a in shown}),
                )
            )
    return built


def activity_weeks(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the weeks that an activity's families share: openings, limits, prices, places left."""
    wanted = {key: _number_and_week(key[1]) for key in keys}
    inside = {key: week for key, week in wanted.items() if week[1] in horizon(frame.today)}
    if not inside:
        return dict.fromkeys(keys, NOTHING)
    ids = {activity_id for activity_id, _ in inside.values()}
    offer = _read_offer(frame, ids, [day for _, day in inside.values()])
    return dict.fromkeys(keys, NOTHING) | {
        key: Shown(_activity_week(frame, offer, *offer.activities[activity_id], monday=day))
        for key, (activity_id, day) in inside.items()
        if activity_id in offer.activities
    }


@dataclass(frozen=True, slots=True)
class _Offer:
    activities: Mapping[int, tuple[Activity, Facility]]
    units: Mapping[int, Sequence[Unit]]
    groups: Mapping[int, Sequence[AgeGroup]]
    taken: Mapping[tuple[int, date, int], int]


def _read_offer(frame: Frame, ids: Iterable[int], mondays: Sequence[date]) -> _Offer:
    session, wanted = frame.session, set(ids)
    found = session.execute(
        select(Activity, Facility).join(Facility, Facility.id == Activity.facility_id).where(Activity.id.in_(wanted))
    )
    units: dict[int, list[Unit]] = {}
    for unit in session.scalars(
        select(Unit).where(Unit.activity_id.in_(wanted)).order_by(Unit.activity_id, Unit.position, Unit.id)
    ):
        units.setdefault(unit.activity_id, []).append(unit)
    groups: dict[int, list[AgeGroup]] = {}
    for group in session.scalars(select(AgeGroup).where(AgeGroup.activity_id.in_(wanted)).order_by(AgeGroup.id)):
        groups.setdefault(group.activity_id, []).append(group)
    numbers = [unit.id for some in units.values() for unit in some]
    taken = places_taken(session, numbers, min(mondays), max(mondays) + timedelta(days=6))
    return _Offer({activity.id: (activity, facility) for activity, facility in found}, units, groups, taken)


def _activity_week(
    frame: Frame, offer: _Offer, activity: Activity, facility: Facility, *, monday: date
) -> ActivityWeekView:
    units = offer.units.get(activity.id, ())
    return ActivityWeekView(
        activity_id=activity.id,
        activity=activity.name,
        place=facility.name,
        online=activity.online,
        monday=monday,
        units=tuple(UnitView(id=unit.id, name=unit.name, hours=hours_text(unit)) for unit in units),
        slots=tuple(
            _slot(frame, offer, activity, unit, monday + timedelta(days=n)) for n in range(7) for unit in units
        ),
    )


def _slot(frame: Frame, offer: _Offer, activity: Activity, unit: Unit, day: date) -> SlotView:
    limits = limits_of(frame.rules, activity.code, day)
    return SlotView(
        unit_id=unit.id,
        day=day,
        closed=frame.rules.calendar.closed(activity.kind, activity.facility_id, day),
        book=_limit(limits.get(Operation.BOOK), past=day < frame.today),
        cancel=_limit(limits.get(Operation.CANCEL), past=day < frame.today),
        prices=_prices(frame.rules, activity.code, unit.code, day),
        places={
            str(group.id): max(group.capacity - offer.taken.get((unit.id, day, group.id), 0), 0)
            for group in offer.groups.get(activity.id, ())
        },
    )


def _limit(bound: Limit | None, *, past: bool) -> LimitView:
    if bound is None:
        return NEVER
    return LimitView(until=bound.until, late="refuse" if past else bound.late.value, rule=bound.rule)


def _prices(rules: Rules, activity: str, unit: str, day: date) -> dict[str, int]:
    rulebook = rules.rulebooks.on(day)
    if rulebook is None:
        return {}
    try:
        return prices(rulebook, activity=activity, unit=unit)
    except RefusedByRule:  # the tariff is not complete yet: the week is shown without prices
        return {}


def _enrolments(
    session: Session, child_ids: Iterable[int], first: date, last: date
) -> dict[tuple[int, int], list[tuple[Enrolment, Activity]]]:
    query = (
        select(Enrolment, Activity)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(
            Enrolment.child_id.in_(child_ids),
            Enrolment.status == EnrolmentStatus.ACTIVE,
            Enrolment.starts <= last,
            Enrolment.ends >= first,
        )
        .order_by(Activity.position, Activity.id, Enrolment.starts)
    )
    found: dict[tuple[int, int], list[tuple[Enrolment, Activity]]] = {}
    for enrolment, activity in session.execute(query):
        found.setdefault((enrolment.child_id, enrolment.payer_family_id), []).append((enrolment, activity))
    return found


def _activity(rules: Rules, payers: Payers, monday: date, enrolment: Enrolment, activity: Activity) -> WeekActivity:
    day = max(monday, enrolment.starts)
    return WeekActivity(
        activity_id=activity.id,
        rate=rate_of(rules, payers, family_id=enrolment.payer_family_id, activity=activity.code, day=day),
        group=str(enrolment.age_group_id),
        starts=enrolment.starts,
        ends=enrolment.ends,
    )


def _cells(states: Mapping[tuple[int, date], PlanCell], monday: date, units: set[int]) -> tuple[CellView, ...]:
    sunday = monday + timedelta(days=6)
    return tuple(
        CellView(unit_id=unit_id, day=day, state=cell.state)
        for (unit_id, day), cell in sorted(states.items())
        if monday <= day <= sunday and unit_id in units
    )


def _number_and_week(key: str) -> tuple[int, date]:
    number, _, week = key.partition(":")
    return int(number), monday_of(week)
