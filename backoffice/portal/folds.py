"""A long preview in few lines: a week that is plain is one of them, the days of another stay apart."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from backoffice.portal.cells import Cell, Spot
from backoffice.portal.periods import Lines
from backoffice.portal.spans import monday
from backoffice.sync.contract import week_of
from resources.french import NARROW, NO_BREAK

MOST_DRAWN = 100  # changes drawn one by one; beyond, week by week
HEAVIEST = 1000  # what one page bears, and what one sending takes
HEAVY = 10  # a change drawn by itself, where one that is folded weighs 1


@dataclass(frozen=True, slots=True)
class Week:
    """The changes of one week, in one line or day by day."""

    monday: date
    days: tuple[Lines, ...]
    whole: bool  # one box turns them all, or none

    @property
    def name(self) -> str:
        """Name it for its box."""
        return week_of(self.monday)

    @property
    def cells(self) -> list[Cell]:
        """List what would change."""
        return [cell for lines in self.days for cell in lines.cells]

    @property
    def cents(self) -> int:
        """Say what it does to the next invoices."""
        return sum(cell.change_cents for cell in self.cells)

    @property
    def words(self) -> str:
        """Sum it up: « Réserver : Repas × 4, Matin × 2 »."""
        deeds: dict[str, Counter[str]] = {}
        for cell in self.cells:
            deeds.setdefault(verb_of(cell), Counter())[cell.unit.name] += 1
        return f"{NARROW}; ".join(f"{verb}{NARROW}: {_counted(names)}" for verb, names in deeds.items())

    @property
    def seen(self) -> str:
        """Name its cells, with their states, for the form that shows them."""
        return " ".join(lines.seen(()) for lines in self.days)

    @property
    def weight(self) -> int:
        """Tell how much of a page it takes."""
        return len(self.cells) * (1 if self.whole else HEAVY)


def verb_of(cell: Cell) -> str:
    """Say what changing a cell does."""
    if cell.on:
        return "Quitter la liste" if cell.queues else "Annuler"
    if cell.queues:
        return "Liste d'attente"
    return "Demander" if cell.on_request else "Réserver"


def weeks_of(days: Sequence[Lines], turned: Collection[Spot], apart: Collection[Spot]) -> tuple[Week, ...]:
    """Lay changes out by weeks: in one line each where there are many; never what must be read by itself, nor by halves."""
    many = sum(len(lines.cells) for lines in days) > MOST_DRAWN

    def laid(first: date, some: Iterable[Lines]) -> Week:
        mine = tuple(some)
        spots = {cell.spot for lines in mine for cell in lines.cells}
        return Week(first, mine, whole=many and spots.isdisjoint(apart) and len(spots & {*turned}) in {0, len(spots)})

    return tuple(laid(first, some) for first, some in groupby(days, key=lambda lines: monday(lines.day)))


def page_of(weeks: Sequence[Week]) -> tuple[tuple[Week, ...], date | None]:
    """Keep as many weeks as one page bears, and say with which day the next page begins."""
    borne = 0
    for number, week in enumerate(weeks):
        borne += week.weight
        if number and borne > HEAVIEST:
            return tuple(weeks[:number]), week.days[0].day
    return tuple(weeks), None


def _counted(names: Counter[str]) -> str:
    return ", ".join(f"{name}{NO_BREAK}×{NO_BREAK}{count}" if count > 1 else name for name, count in names.items())
