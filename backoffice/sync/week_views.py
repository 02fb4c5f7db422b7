"""The views of children's weeks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import limits_of
from backoffice.bookings.lists import PlanCell, cell_states
from backoffice.bookings.refused import refused_cells
from backoffice.bookings.situations import Asked, Households, read_households
from backoffice.clock import days_between
from backoffice.office import ViewKey
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.in_force import Rules
from backoffice.rulebook.tariffs.factors import factors_of
from backoffice.rulebook.values import Situation
from backoffice.sync.contract import CellState, CellView, WeekActivity, WeekView, monday_of
from backoffice.sync.frame import NOTHING, Frame, Shown
from models.office.bookings import Enrolment
from models.office.families import Child
from models.office.structure import Activity, Unit
from models.vocabulary import EnrolmentStatus

ONE_DAY, LATELY = timedelta(days=1), timedelta(days=30)  # how long a refusal is told in its cell
Spot = tuple[int, date]


def weeks(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build children's weeks, each for a household that pays; some queries for all of them."""
    wanted = {key: number_and_week(key[1]) for key in keys}
    inside = {key: week for key, week in wanted.items() if week[1] in frame.weeks}
    if not inside:
        return dict.fromkeys(keys, NOTHING)
    child_ids = {child_id for child_id, _ in inside.values()}
    first = min(day for _, day in inside.values())
    last = max(day for _, day in inside.values()) + timedelta(days=6)
    children = {child.id: child for child in frame.session.scalars(select(Child).where(Child.id.in_(child_ids)))}
    enrolled = _enrolments(frame.session, child_ids, first, last)
    households = read_households(frame.session, (key[2] for key in inside))
    cells = cell_states(frame.session, child_ids, None, first, last)
    refused = refused_cells(frame.session, child_ids, max(first, frame.today), last, since=frame.now - LATELY)
    units: dict[int, list[Unit]] = {}
    for unit in frame.session.scalars(select(Unit).order_by(Unit.id)):
        units.setdefault(unit.activity_id, []).append(unit)
    prices = _Prices(frame.rules, households, units)
    built: dict[ViewKey, Shown] = dict.fromkeys(keys, NOTHING)
    for key, (child_id, day) in inside.items():
        mine = [
            (enrolment, activity)
            for enrolment, activity in enrolled.get((child_id, key[2]), ())
            if enrolment.starts <= day + timedelta(days=6) and enrolment.ends >= day
        ]
        if mine and child_id in children:
            shown = {unit.id for _, activity in mine for unit in units.get(activity.id, ())}
            built[key] = Shown(
                WeekView(
                    child_id=child_id,
                    child=children[child_id].first_name,
                    monday=day,
                    activities=tuple(_activity(prices, day, *pair) for pair in mine),
                    cells=_cells(cells.get(child_id, {}), refused.get((child_id, key[2]), {}), day, shown),
                )
            )
    return built


class Terms(NamedTuple):
    """Which prices concern a child: a class of families, or its household's own, by unit."""

    rate: str
    prices: dict[str, int]
    late_prices: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Prices:
    """What the prices of some households' weeks depend on."""

    rules: Rules
    households: Households
    units: Mapping[int, Sequence[Unit]]  # by activity
    _rates: dict[tuple[str, str, Situation], str] = field(default_factory=dict)  # those found already
    _dated: dict[tuple[str, str], bool] = field(default_factory=dict)

    def of_week(self, asked: Asked, activity_id: int, last: date) -> list[tuple[date, Terms]]:
        """Say which prices concern a child, then which do from each day of the week on which they are others."""
        told = [(asked.day, self._terms(asked, activity_id))]
        turns = self.households.turns(asked, last)
        turns |= {version.effective for version in self.rules.versions if asked.day < version.effective <= last}
        if told[0][1].prices and self._looks_at_days(asked):  # the household's own
            turns |= set(days_between(asked.day + ONE_DAY, last))
        for day in sorted(turns):
            terms = self._terms(replace(asked, day=day), activity_id)
            if terms != told[-1][1]:
                told.append((day, terms))
        return told

    def _looks_at_days(self, asked: Asked) -> bool:
        """Tell whether an activity's prices are not those of each day alike."""
        applied = self.rules.on(asked.day)
        if applied is None:
            return False
        key = applied.book.version, asked.activity
        if key not in self._dated:
            factors = factors_of(applied.book, applied.book.activities[asked.activity])
            self._dated[key] = factors.weekdays or factors.periods
        return self._dated[key]

    def _terms(self, asked: Asked, activity_id: int) -> Terms:
        rate = self._rate(asked)
        return Terms(rate, *(({}, {}) if rate else self._own(asked, activity_id)))

    def _rate(self, asked: Asked) -> str:
        """Give the class of families that pay the same; none when the prices are the household's own, or unknown."""
        applied = self.rules.on(asked.day)
        if applied is None or asked.activity not in applied.book.activities:
            return ""
        situation = self.households.situation(applied.book, asked)
        alike = applied.book.version, asked.activity, situation
        if alike not in self._rates:
            self._rates[alike] = applied.rate_of(activity=asked.activity, day=asked.day, situation=situation)
        return self._rates[alike]

    def _own(self, asked: Asked, activity_id: int) -> tuple[dict[str, int], dict[str, int]]:
        """Price each unit for this household alone: in time, and late where that is dearer."""
        prices: dict[str, int] = {}
        late_prices: dict[str, int] = {}
        resident = self.households.resident.get(asked.family_id, True)
        for unit in self.units.get(activity_id, ()):
            bound = limits_of(self.rules, asked.activity, asked.day, unit=unit.code, resident=resident)
            late = bound[Operation.BOOK].late if bound else None
            in_time, dearer = (self.households.quote(self.rules, asked, unit.code, told) for told in (None, late))
            if in_time is not None:
                prices[str(unit.id)] = in_time.cents
                if dearer is not None and dearer.cents != in_time.cents:
                    late_prices[str(unit.id)] = dearer.cents
        return prices, late_prices


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


def _activity(prices: _Prices, monday: date, enrolment: Enrolment, activity: Activity) -> WeekActivity:
    first, last = max(monday, enrolment.starts), min(monday + timedelta(days=6), enrolment.ends)
    outside = not prices.households.resident.get(enrolment.payer_family_id, True)
    asked = Asked(enrolment.payer_family_id, enrolment.child_id, activity.code, first)
    (_, terms), *later = prices.of_week(asked, activity.id, last)

    def told(starts: date, terms: Terms, *later: WeekActivity) -> WeekActivity:
        return WeekActivity(
            activity_id=activity.id,
            rate=terms.rate,
            group=str(enrolment.age_group_id),
            starts=starts,
            ends=enrolment.ends,
            outside=outside,
            prices=terms.prices,
            late_prices=terms.late_prices,
            later=later,
        )

    return told(enrolment.starts, terms, *(told(day, changed) for day, changed in later))


def _cells(
    states: Mapping[Spot, PlanCell], refused: Mapping[Spot, str], monday: date, units: set[int]
) -> tuple[CellView, ...]:
    sunday = monday + timedelta(days=6)
    return tuple(
        _cell(spot, states.get(spot), refused.get(spot, ""))
        for spot in sorted({*states, *refused})
        if monday <= spot[1] <= sunday and spot[0] in units
    )


def _cell(spot: Spot, cell: PlanCell | None, why: str) -> CellView:
    if cell is None:
        return CellView(unit_id=spot[0], day=spot[1], state=CellState.REFUSED, why=why)
    request_id = str(cell.request_id) if cell.request_id else None
    return CellView(
        unit_id=spot[0], day=spot[1], state=cell.state, rank=cell.rank, until=cell.until, request_id=request_id
    )


def number_and_week(key: str) -> tuple[int, date]:
    """Read the key of a week's view, « 12:2026-W48 »: a number, and the Monday."""
    number, _, week = key.partition(":")
    return int(number), monday_of(week)
