"""A child's week as the family sees it: two published views, what it sent meanwhile, and the moment it is."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from backoffice.portal.cells import Cell, CellJudge, Look, Spot, limits_of
from backoffice.portal.withdrawals import NONE, Leaving
from backoffice.sync.contract import (
    ActivityWeekView,
    BookingsChange,
    CellState,
    SlotView,
    UnitView,
    WeekActivity,
    WeekView,
)
from resources.french import NO_BREAK, day_and_month, listed

NOTHING_LEAVES: Mapping[str, Leaving] = {}


@dataclass(frozen=True, slots=True)
class DayActivity:
    """One activity of one day; a missing cell keeps the rows of the days level."""

    activity_id: int
    activity: str
    place: str
    cells: tuple[Cell | None, ...]

    @property
    def shut(self) -> str | None:
        """Say why the whole activity is closed that day, when it is and nothing was booked."""
        cells = [cell for cell in self.cells if cell]
        if not cells or any(cell.look is not Look.CLOSED or cell.state is not CellState.FREE for cell in cells):
            return None
        return " ".join(dict.fromkeys(detail for cell in cells for detail in cell.details))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week."""

    day: date
    activities: tuple[DayActivity, ...]

    @property
    def shut(self) -> str | None:
        """Say why everything is closed that day, when it is; of several reasons, whose each is."""
        offered = [one.shut for one in self.activities if any(one.cells)]
        if None in offered or not offered:
            return None
        return offered[0] if len(set(offered)) == 1 else self.folded

    @property
    def folded(self) -> str:
        """Say in one line which activities are closed that day, and why; not those that never open on such a day."""
        whose: dict[str, list[str]] = {}
        for one in self.activities:
            if any(one.cells) and (why := one.shut) is not None and not why.startswith("Ouvert "):
                whose.setdefault(why, []).append(one.activity)
        return "\u202f; ".join(f"{listed(names)}\u202f: {why}" for why, names in whose.items())

    @property
    def empty(self) -> bool:
        """Tell whether the day has nothing to say: nothing offered, or a weekend like any other."""
        offered = [activity for activity in self.activities if any(activity.cells)]
        weekend = self.day.weekday() >= 5
        return not offered or (weekend and all(activity.shut is not None for activity in offered))


@dataclass(frozen=True, slots=True)
class Planning:
    """A child's week, ready to be drawn and to judge what the browser sends back."""

    child_id: int
    child: str
    monday: date
    days: tuple[Day, ...]
    rules: tuple[tuple[str, tuple[str, ...], int], ...]  # activity, its notice periods in words, its id
    activities: tuple[tuple[int, str], ...] = ()  # all of the child's, also those that are not drawn

    @property
    def cells(self) -> dict[Spot, Cell]:
        """Find a cell by its spot."""
        activities = (activity for day in self.days for activity in day.activities)
        return {cell.spot: cell for activity in activities for cell in activity.cells if cell}

    @property
    def looks(self) -> tuple[Look, ...]:
        """List what the legend must explain."""
        shown = {cell.look for cell in self.cells.values()}
        return tuple(look for look in Look if look in shown)

    @property
    def requests(self) -> list[str]:
        """List the requests of which something waits: they can be withdrawn."""
        return sorted({cell.request_id for cell in self.cells.values() if cell.request_id})

    @property
    def changeable(self) -> bool:
        """Tell whether there is anything to save."""
        return any(cell.changeable for cell in self.cells.values())


def activity_keys(week: WeekView, name: str) -> list[str]:
    """Name the activity weeks that a child's week needs."""
    return [f"{activity.activity_id}:{name}" for activity in week.activities]


def sent_cells(changes: Iterable[BookingsChange], child_id: int) -> dict[Spot, CellState]:
    """Gather what the family sent for a child and the office has not answered, the latest wish last."""
    mine = (change for change in changes if change.child_id == child_id)
    return {(wish.unit_id, wish.day): CellState(wish.wished) for change in mine for wish in change.cells}


def merge(
    week: WeekView,
    shared: Mapping[int, ActivityWeekView],
    sent: Mapping[Spot, CellState],
    now: datetime,
    leaving: Mapping[str, Leaving] = NOTHING_LEAVES,
) -> Planning:
    """Put a child's week together, at a moment."""
    states = {(cell.unit_id, cell.day): cell for cell in week.cells}
    known = [(activity, shared[activity.activity_id]) for activity in week.activities if activity.activity_id in shared]
    slots = [{(slot.unit_id, slot.day): slot for slot in view.slots} for _, view in known]

    def cell(mine: WeekActivity, view: ActivityWeekView, unit: UnitView, slot: SlotView) -> Cell:
        shown = states.get(spot := (unit.id, slot.day))
        state = shown.state if shown else CellState.FREE
        left = shown is not None and leaving.get(shown.request_id or "", NONE).has(f"{unit.id}:{slot.day.isoformat()}")
        return CellJudge(mine, view, unit, slot, state, sent.get(spot), now, shown, left).cell()

    def activity(rank: int, day: date) -> DayActivity:
        mine, view = known[rank]
        found = [(unit, slots[rank].get((unit.id, day))) for unit in view.units]
        cells = tuple(cell(mine, view, unit, slot) if slot else None for unit, slot in found)
        return DayActivity(view.activity_id, view.activity, view.place, cells)

    days = tuple(
        Day(day, tuple(activity(rank, day) for rank in range(len(known))))
        for day in sorted({day for one in slots for _, day in one})
    )
    rules = tuple((view.activity, _rules(mine, view), view.activity_id) for mine, view in known if view.online)
    names = tuple(dict.fromkeys((view.activity_id, view.activity) for _, view in known))
    drawn = tuple(day for day in days if not day.empty)
    return Planning(week.child_id, week.child, week.monday, drawn, rules, names)


def narrowed(planning: Planning, activity_id: int | None) -> Planning:
    """Keep one activity of a week; an unknown one leaves it whole."""
    if activity_id is None or activity_id not in dict(planning.activities):
        return planning
    days = (
        Day(day.day, tuple(one for one in day.activities if one.activity_id == activity_id)) for day in planning.days
    )
    rules = tuple(rule for rule in planning.rules if rule[2] == activity_id)
    return replace(planning, days=tuple(day for day in days if not day.empty), rules=rules)


def _rules(mine: WeekActivity, view: ActivityWeekView) -> tuple[str, ...]:
    """Write the notice periods of the week's open days; where there are several, say which is for when, or for what."""
    slots = [slot for slot in view.slots if slot.closed is None] or view.slots
    units = {unit.id: unit.name for unit in view.units}
    told: list[str] = []
    for verb, rank in (("Réserver", 0), ("Annuler", 1)):
        ruled: dict[str, list[SlotView]] = {}
        for slot in slots:
            if (limit := limits_of(mine, slot)[rank]).rule:
                ruled.setdefault(_rule(verb, limit.rule, limit.in_time, limit.cost), []).append(slot)
        days = [sorted({slot.day for slot in of_rule}) for of_rule in ruled.values()]
        names = [list(dict.fromkeys(units[slot.unit_id] for slot in of_rule)) for of_rule in ruled.values()]
        apart = [_weekdays(some) for some in days] if _disjoint(days) else []
        apart = apart or ([listed(some).lower() for some in names] if _disjoint(names) else [])
        told += [f"{rule} ({which})" for rule, which in zip(ruled, apart, strict=True)] if apart[1:] else ruled
    return tuple(told)


def _disjoint(groups: Collection[Collection[object]]) -> bool:
    return sum(map(len, groups)) == len({one for group in groups for one in group})


def _weekdays(days: Sequence[date]) -> str:
    """Name days of a week: lundi; lundi et jeudi; du mardi au vendredi."""
    names = [day_and_month(day).partition(" ")[0] for day in days]
    if len(days) > 2 and (days[-1] - days[0]).days == len(days) - 1:
        return f"du {names[0]} au {names[-1]}"
    return listed(names)


@lru_cache(maxsize=1024)
def _rule(verb: str, rule: str, in_time: str, cost: str) -> str:
    validated = ", validation par la régie" if in_time == "ask" else ""
    after = f"\u202f; après\u202f: {cost}" if cost else ""
    return f"{verb}\u202f: {_in_sentence(rule)}{validated}{after}"


def _in_sentence(rule: str) -> str:
    """Set a rule's title after a colon: « la veille ouvrée, 17 h », which never parts the figure from its « h »."""
    rule = re.sub(r"(?<=\d) (?=h\b|\d)", NO_BREAK, rule)
    return rule[:1].lower() + rule[1:] if rule[1:2].islower() else rule


def week_title(monday: date) -> str:
    """Name a week by its Monday: « semaine du lundi 23 novembre »."""
    return f"semaine du {day_and_month(monday)}"
