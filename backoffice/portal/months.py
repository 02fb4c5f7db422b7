"""A child's month as a wide screen shows it: weeks below each other, the cells of a day in few words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.portal.cells import Cell, Look
from backoffice.portal.spans import Span, mondays
from backoffice.portal.weeks import Day, narrowed
from backoffice.sync.contract import CellState, week_of
from resources.french import short_until

SILENT = {Look.CLOSED, Look.OUTSIDE, Look.DESK}  # where nothing was booked, said once for the day or not at all


@dataclass(frozen=True, slots=True)
class Line:
    """One cell in few words."""

    cell: Cell
    words: str
    note: str  # until when, what it costs; empty where the day says it for all

    @property
    def boxed(self) -> bool:
        """Tell whether a box says it all; an offered place needs two answers, which the week gives."""
        return self.cell.changeable and self.cell.state is not CellState.OFFERED


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the month."""

    day: date
    lines: tuple[Line, ...]
    shut: str | None  # why the whole day is closed
    until: str  # until when its boxes change, when that is one instant for all

    @property
    def seen(self) -> str:
        """Write what its boxes showed, for the form."""
        return " ".join(f"{line.cell.name}:{line.cell.state}" for line in self.lines if line.boxed)

    @property
    def told(self) -> str:
        """Write which of its boxes said what being late costs."""
        return " ".join(line.cell.name for line in self.lines if line.boxed and line.cell.cost)


@dataclass(frozen=True, slots=True)
class Row:
    """One week of the month."""

    name: str
    monday: date
    published: bool
    squares: tuple[Square | None, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, ready to be drawn."""

    weekdays: tuple[date, ...]  # a day of each column
    rows: tuple[Row, ...]
    looks: tuple[Look, ...]
    changeable: bool


def last_day(first: date) -> date:
    """Give the last day of a month."""
    return moved(first, 1) - timedelta(days=1)


def moved(first: date, months: int) -> date:
    """Give the first day of a month before or after."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def grid(span: Span, activity_id: int | None = None) -> Month:
    """Lay a month out; columns of days on which nothing ever happens are left out."""
    weeks = {planning.monday: narrowed(planning, activity_id) for planning in span.plannings}
    squares = {
        day.day: _square(day)
        for planning in weeks.values()
        for day in planning.days
        if span.first <= day.day <= span.last
    }
    columns = sorted({day.weekday() for day in squares} | set(range(5)))
    rows = tuple(
        Row(
            week_of(monday),
            monday,
            monday in weeks,
            tuple(squares.get(monday + timedelta(days=number)) for number in columns),
        )
        for monday in mondays(span.first, span.last)
    )
    lines = [line for square in squares.values() for line in square.lines]
    looks = {line.cell.look for line in lines}
    weekdays = tuple(rows[0].monday + timedelta(days=number) for number in columns)
    return Month(weekdays, rows, tuple(look for look in Look if look in looks), any(line.boxed for line in lines))


def _square(day: Day) -> Square:
    cells = [cell for activity in day.activities for cell in activity.cells if cell and not _silent(cell)]
    limits = {cell.until for cell in cells if cell.changeable and not cell.queues}
    alike = next(iter(limits)) if len(limits) == 1 else None
    lines = tuple(Line(cell, cell.words, _note(cell, apart=alike is None)) for cell in cells)
    shut = day.shut or (None if cells else _why_shut(day))
    return Square(day.day, lines, shut, f"Modifiable jusqu'au {short_until(alike)}" if alike else "")


def _silent(cell: Cell) -> bool:
    return cell.look in SILENT and cell.state is CellState.FREE


def _why_shut(day: Day) -> str:
    cells = (cell for activity in day.activities for cell in activity.cells if cell)
    return ", ".join(dict.fromkeys(_reasons(cells)))


def _reasons(cells: Iterable[Cell]) -> Iterable[str]:
    for cell in cells:
        yield cell.details[0] if cell.look is Look.CLOSED and cell.details else cell.words


def _note(cell: Cell, *, apart: bool) -> str:
    if cell.cost:
        return cell.cost
    if cell.look in {Look.REFUSED, Look.EARLY} and cell.details:
        return cell.details[0]
    return f"jusqu'au {short_until(cell.until)}" if cell.until and (apart or cell.queues) else ""
