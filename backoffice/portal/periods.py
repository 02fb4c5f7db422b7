"""Many days at once: a week repeated, a typical week, a period emptied; what would change, and what cannot and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from backoffice.portal.cells import Cell, Look, Spot
from backoffice.portal.spans import monday
from backoffice.portal.weeks import Planning
from backoffice.sync.contract import CellState
from resources.french import day_and_month, listed, plural

Slot = tuple[int, int]  # unit, weekday: Monday is 0
NAMED = 4  # days named one by one; beyond, they are counted
KEPT = {CellState.BOOKED, CellState.LISTED, CellState.PRESENT}
NEVER = {Look.CLOSED, Look.OUTSIDE, Look.DESK}


class Gesture(StrEnum):
    """What is done to a period."""

    REPEAT = "repeter"
    TYPICAL = "semaine-type"
    CLEAR = "annuler"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a period shall be: the pattern booked; the rest left, or freed."""

    first: date
    last: date
    pattern: frozenset[Slot] = frozenset()
    frees: bool = False  # what is booked outside the pattern is cancelled
    activity_id: int | None = None  # alone concerned


@dataclass(frozen=True, slots=True)
class Lines:
    """The changes of one day."""

    day: date
    cells: tuple[Cell, ...]

    def seen(self, fixed: Collection[Spot]) -> str:
        """Name the cells that have a box, with their states, for the form that shows them."""
        return " ".join(f"{cell.name}:{cell.state}" for cell in self.cells if cell.spot not in fixed)

    @property
    def until(self) -> datetime | None:
        """Give the instant until which they change, when it is one for all."""
        limits = {cell.until for cell in self.cells}
        return next(iter(limits)) if len(limits) == 1 else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change, day by day, and what stays as it is."""

    days: tuple[Lines, ...]
    reasons: tuple[str, ...]  # one sentence for each reason why something cannot change
    already: int  # cells that are as wished
    beyond: date | None = None  # from when there is more to change than these days

    @property
    def cells(self) -> list[Cell]:
        """List the cells that would change."""
        return [cell for lines in self.days for cell in lines.cells]


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in the form of a typical week, and the weekdays on which it may be open."""

    unit_id: int
    name: str
    hours: str
    activity: str
    weekdays: frozenset[int]


def pattern_of(planning: Planning | None) -> frozenset[Slot]:
    """Take what is booked in a week, or was, or is asked: that is what it looks like when it is repeated."""
    cells = planning.cells.values() if planning else ()
    return frozenset((cell.unit.id, cell.day.weekday()) for cell in cells if _meant(cell))


def _meant(cell: Cell) -> bool:
    if cell.look is Look.SENT:
        return cell.sent is CellState.BOOKED
    return cell.state not in {CellState.FREE, CellState.REFUSED}


def typical_rows(plannings: Iterable[Planning], today: date) -> tuple[Row, ...]:
    """List the units of the weeks to come, and on which weekdays they are open at least once."""
    found: dict[int, tuple[Cell, str, set[int]]] = {}
    for planning in plannings:
        for day in planning.days:
            for activity in day.activities:
                for cell in activity.cells:
                    if cell and cell.day >= today and cell.look not in NEVER:
                        found.setdefault(cell.unit.id, (cell, activity.activity, set()))[2].add(cell.day.weekday())
    return tuple(
        Row(cell.unit.id, cell.unit.name, cell.unit.hours, activity, frozenset(weekdays))
        for cell, activity, weekdays in found.values()
    )


def scope(plannings: Iterable[Planning], activity_id: int | None) -> frozenset[int] | None:
    """Name the units of one activity; none: of all."""
    if activity_id is None:
        return None
    return frozenset(
        cell.unit.id
        for planning in plannings
        for day in planning.days
        for activity in day.activities
        if activity.activity_id == activity_id
        for cell in activity.cells
        if cell
    )


def propose(cells: Mapping[Spot, Cell], wanted: Wanted, units: Collection[int] | None = None) -> Proposal:
    """Say what would change between two days, and why the rest of what was wanted cannot."""
    changes: dict[date, list[Cell]] = {}
    refused: dict[str, list[Cell]] = {}
    already = 0
    for cell in sorted(cells.values(), key=lambda one: one.day):
        if not wanted.first <= cell.day <= wanted.last or (units is not None and cell.unit.id not in units):
            continue
        books = (cell.unit.id, cell.day.weekday()) in wanted.pattern
        if not books and not wanted.frees:
            continue
        if books and cell.state in KEPT and cell.look is not Look.SENT:
            already += 1
        elif cell.changeable and cell.state is not CellState.OFFERED and cell.on is not books:
            changes.setdefault(cell.day, []).append(cell)
        elif books or _held(cell):
            refused.setdefault(_why(cell, books=books), []).append(cell)
    days = tuple(Lines(day, tuple(some)) for day, some in changes.items())
    return Proposal(days, tuple(_sentence(why, some) for why, some in refused.items()), already)


def shown_again(cells: Mapping[Spot, Cell], spots: Collection[Spot], told: Proposal) -> Proposal:
    """Draw again the lines that a page showed, as they are now; the weeks after them are another page's."""
    days: dict[date, list[Cell]] = {}
    for spot in sorted(spots, key=lambda one: one[1]):
        if spot in cells:
            days.setdefault(spot[1], []).append(cells[spot])
    again = tuple(Lines(day, tuple(some)) for day, some in days.items())
    if not again:
        return told
    beyond = next((lines.day for lines in told.days if monday(lines.day) > again[-1].day), None)
    return Proposal(again, told.reasons, told.already, beyond)


def _held(cell: Cell) -> bool:
    return _meant(cell) and cell.look not in {Look.PRESENT, Look.ABSENT}


def _why(cell: Cell, *, books: bool) -> str:
    if cell.look is Look.SENT:
        return "Déjà envoyé, en cours d'enregistrement"
    if cell.look is Look.WAITING:
        return "Déjà demandé, la régie doit répondre"
    if cell.look is Look.OFFERED:
        return "Place proposée, à prendre ou à laisser dans le planning de la semaine"
    if cell.look is Look.CLOSED and cell.details:
        return f"Fermé ({cell.details[0]})"
    if not books:
        return "Ne peut plus être annulé"
    return cell.words


def _sentence(why: str, cells: Sequence[Cell]) -> str:
    """Write one reason: « Complet : soir, jeudi 26 et vendredi 27 novembre »."""
    units = listed(dict.fromkeys(cell.unit.name for cell in cells))
    days = sorted({cell.day for cell in cells})
    if len(days) <= NAMED:
        when = listed(day_and_month(day) for day in days)
    else:
        when = f"{plural(len(days), 'jour')}, du {day_and_month(days[0])} au {day_and_month(days[-1])}"
    return f"{why}\u202f: {units}, {when}."
