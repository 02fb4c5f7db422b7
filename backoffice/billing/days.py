"""A day whose units were not all alike: which of them are priced together, and as what.

Units are priced together, so that combinations, prices by the day and durations find all that they look at; what sets
some of them apart (an absence, a late booking) must then touch those alone. Doubt goes to the family.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from backoffice.billing.rules import AttendedUnit, Terms
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import PriceLine, Quote
from models.vocabulary import AttendanceState

Units = Sequence[AttendedUnit]


@dataclass(frozen=True, slots=True)
class Day:
    """How the units of a child's day are named, and priced together."""

    book: Rulebook
    activity: str
    code: Callable[[AttendedUnit], str]
    quote: Callable[[Units, Terms], Quote]

    def sets(self, units: Units) -> list[tuple[frozenset[str], str]]:
        """Give the sets of units that the rulebook may price as one, and what they give."""
        codes = {self.code(unit) for unit in units}
        wholes = ((frozenset(one.together), one.gives) for one in self.book.combinations)
        return [whole for whole in wholes if whole[0] <= codes]


def price_mixed(day: Day, units: Units) -> list[tuple[Terms, PriceLine]]:
    """Price a day's units, what happened to each told apart; what is due once a day is due once."""
    found: list[tuple[Terms, PriceLine]] = []
    once: set[tuple[str, str]] = set()
    for alike in _by_event(day, units):
        lines = [line for part in _by_lateness(day, alike) for line in part]
        found += [(terms, line) for terms, line in lines if (line.unit, line.title) not in once]
        once |= {(line.unit, line.title) for _, line in lines if line.unit == day.activity and line.per is not Per.HOUR}
    return found


def _by_event(day: Day, units: Units) -> list[list[AttendedUnit]]:
    """Set presences and absences apart; an absence that nobody justified stays in the set in which it was booked."""
    parts: dict[Terms, list[AttendedUnit]] = {}
    for state in (AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED, AttendanceState.JUSTIFIED):
        for unit in units:
            if unit.facts.terms.state is state:
                parts.setdefault(unit.facts.terms._replace(late=None, unbooked=False), []).append(unit)
    present = parts.get(Terms(AttendanceState.PRESENT), [])
    missing = [unit for unit in units if unit.facts.terms.state is AttendanceState.UNJUSTIFIED]
    for codes, gives in day.sets([*present, *missing]) if present and missing else ():
        away = [unit for unit in missing if day.code(unit) in codes]
        if away and len(away) < len(codes) and _gives(day, [*present, *away], gives):
            present += away
            missing = [unit for unit in missing if unit not in away]
            parts = {terms: [unit for unit in part if unit not in away] for terms, part in parts.items()}
            parts[Terms(AttendanceState.PRESENT)] = present
    return [part for part in parts.values() if part]


def _gives(day: Day, units: Units, gives: str) -> bool:
    return any(line.unit == gives for line in day.quote(units, _merged(units)).lines)


def _by_lateness(day: Day, units: Units) -> Iterable[list[tuple[Terms, PriceLine]]]:
    """Set late or unbooked units apart, where each has its own price."""
    whole = _merged(units)
    together = day.quote(units, whole)
    alike = len({(unit.facts.terms.late, unit.facts.terms.unbooked) for unit in units}) == 1
    if alike or any(line.unit == day.activity for line in together.lines):
        return [[(whole, line) for line in together.lines]]
    given = {line.unit for line in together.lines}
    sets = [codes for codes, gives in day.sets(units) if gives in given]
    parts: dict[object, list[AttendedUnit]] = {}
    for unit in units:
        own = next((codes for codes in sets if day.code(unit) in codes), None)
        parts.setdefault(own or (unit.facts.terms.late, unit.facts.terms.unbooked), []).append(unit)
    return [[(_merged(part), line) for line in day.quote(part, _merged(part)).lines] for part in parts.values()]


def _merged(units: Units) -> Terms:
    """Give the terms of units priced as one: present if one was, late or unbooked if all were."""
    first = min((unit.facts.terms for unit in units), key=lambda terms: terms.state is not AttendanceState.PRESENT)
    late = {unit.facts.terms.late for unit in units}
    unbooked = all(unit.facts.terms.unbooked for unit in units)
    return first._replace(late=first.late if len(late) == 1 else None, unbooked=unbooked)
