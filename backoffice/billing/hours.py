"""When a child was there on a day, from what was pointed unit by unit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import NamedTuple

from backoffice.billing.rules import AttendedUnit
from backoffice.billing.scope import UnitFacts
from backoffice.rulebook.file.parts import minutes
from models.vocabulary import AttendanceState


class Hours(NamedTuple):
    """When a child was there on a day, as the prices take it; nothing pointed: the hours of the units."""

    minutes: int | None = None  # none: all those between arrival and departure
    arrived: time | None = None
    left: time | None = None
    pickup_minutes: int = 0  # after the end of the day's last unit


AS_PLANNED = Hours()


def hours_of(part: Sequence[AttendedUnit], day: Iterable[AttendedUnit], units: Mapping[int, UnitFacts]) -> Hours:
    """Put together the hours of units priced together, among those of a day."""
    pointed = [unit for unit in part if unit.facts.arrived or unit.facts.left]
    if not pointed:
        return AS_PLANNED
    pickup = _pickup_minutes(part, day, units)
    if len(part) == 1:
        return Hours(None, part[0].facts.arrived, part[0].facts.left, pickup)
    spans = sorted(
        (unit.facts.arrived or units[unit.unit_id].starts, unit.facts.left or units[unit.unit_id].ends) for unit in part
    )
    arrived, left = spans[0][0], max(left for _, left in spans)
    there, reached = 0, minutes(arrived)
    for begins, ends in spans:
        there += max(0, minutes(ends) - max(reached, minutes(begins)))
        reached = max(reached, minutes(ends))
    whole = there == minutes(left) - minutes(arrived)
    return Hours(None if whole else there, arrived, left, pickup)


def _pickup_minutes(part: Sequence[AttendedUnit], day: Iterable[AttendedUnit], units: Mapping[int, UnitFacts]) -> int:
    """Count the minutes after the end of the day's last unit, if it is one of these."""
    ends = max((units[u.unit_id].ends for u in day if u.facts.terms.state is AttendanceState.PRESENT), default=None)
    last = [unit.facts.left for unit in part if unit.facts.left and units[unit.unit_id].ends == ends]
    return max(0, minutes(max(last)) - minutes(ends)) if last and ends else 0
