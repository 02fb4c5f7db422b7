"""A child's week as the family sees it: two published views, what it sent meanwhile, and the moment it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from backoffice.sync.contract import (
    ActivityWeekView,
    BookingsChange,
    CellState,
    LimitView,
    SlotView,
    UnitView,
    WeekActivity,
    WeekView,
)
from resources.french import day_and_month, in_paris, instant_text, plural

Spot = tuple[int, date]  # unit, day
FEW_PLACES = 5

instant_words = lru_cache(maxsize=1024)(instant_text)  # a week says the same few limits again and again


class Look(StrEnum):
    """What a cell looks like: a word, an icon and a colour, never the colour alone."""

    FREE = "free"
    BOOKED = "booked"
    ASKABLE = "askable"
    SENT = "sent"
    WAITING = "waiting"
    PRESENT = "present"
    ABSENT = "absent"
    CLOSED = "closed"
    LATE = "late"
    FULL = "full"
    OUTSIDE = "outside"
    DESK = "desk"


WORDS = {
    Look.FREE: "Libre",
    Look.BOOKED: "Réservé",
    Look.ASKABLE: "Sur demande",
    Look.SENT: "Envoyé",
    Look.WAITING: "En attente",
    Look.PRESENT: "Présent",
    Look.ABSENT: "Absent",
    Look.CLOSED: "Fermé",
    Look.LATE: "Trop tard",
    Look.FULL: "Complet",
    Look.OUTSIDE: "Hors inscription",
    Look.DESK: "Auprès de la régie",
}
MEANINGS = {
    Look.FREE: "vous pouvez réserver en cochant la case",
    Look.BOOKED: "la place est à vous ; décochez pour annuler, tant que c'est possible",
    Look.ASKABLE: "le délai est passé, la régie décidera",
    Look.SENT: "votre demande est partie, elle est en cours d'enregistrement",
    Look.WAITING: "la régie doit répondre",
    Look.PRESENT: "l'enfant est venu",
    Look.ABSENT: "l'enfant n'est pas venu",
    Look.CLOSED: "pas d'accueil ce jour-là",
    Look.LATE: "le délai pour réserver est passé",
    Look.FULL: "il n'y a plus de place",
    Look.OUTSIDE: "l'enfant n'est pas inscrit ce jour-là",
    Look.DESK: "cette activité ne se réserve pas en ligne",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit of one day, ready to be drawn."""

    unit: UnitView
    day: date
    state: CellState
    look: Look
    details: tuple[str, ...] = ()
    price_cents: int | None = None
    until: datetime | None = None
    changeable: bool = False
    on_request: bool = False

    @property
    def spot(self) -> Spot:
        """Which cell it is."""
        return (self.unit.id, self.day)

    @property
    def name(self) -> str:
        """Name the cell in a form."""
        return f"{self.unit.id}:{self.day.isoformat()}"

    @property
    def words(self) -> str:
        """Say how it stands."""
        return WORDS[self.look]


@dataclass(frozen=True, slots=True)
class DayActivity:
    """One activity of one day; a missing cell keeps the rows of the days level."""

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
        """Say why everything is closed that day, when it is for one reason."""
        reasons = {activity.shut for activity in self.activities if any(activity.cells)}
        return reasons.pop() if len(reasons) == 1 else None

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
    rules: tuple[tuple[str, tuple[str, ...]], ...]  # activity → its notice periods in words

    @property
    def cells(self) -> dict[Spot, Cell]:
        """Find a cell by its spot."""
        activities = (activity for day in self.days for activity in day.activities)
        return {cell.spot: cell for activity in activities for cell in activity.cells if cell}

    @property
    def looks(self) -> list[Look]:
        """List what the legend must explain."""
        shown = {cell.look for cell in self.cells.values()}
        return [look for look in Look if look in shown]

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
    week: WeekView, shared: Mapping[int, ActivityWeekView], sent: Mapping[Spot, CellState], now: datetime
) -> Planning:
    """Put a child's week together, at a moment."""
    states = {(cell.unit_id, cell.day): cell.state for cell in week.cells}
    known = [(activity, shared[activity.activity_id]) for activity in week.activities if activity.activity_id in shared]

    def cells(mine: WeekActivity, view: ActivityWeekView, day: date) -> Iterable[Cell | None]:
        slots = {slot.unit_id: slot for slot in view.slots if slot.day == day}
        for unit in view.units:
            spot, slot = (unit.id, day), slots.get(unit.id)
            state = states.get(spot, CellState.FREE)
            yield _Judge(mine, view, unit, slot, state, sent.get(spot), now).cell() if slot else None

    days = tuple(
        Day(day, tuple(DayActivity(view.activity, view.place, tuple(cells(mine, view, day))) for mine, view in known))
        for day in sorted({slot.day for _, view in known for slot in view.slots})
    )
    rules = tuple((view.activity, _rules(view)) for _, view in known if view.online)
    return Planning(week.child_id, week.child, week.monday, tuple(day for day in days if not day.empty), rules)


@dataclass(frozen=True, slots=True)
class _Judge:
    """All that decides what one cell says."""

    mine: WeekActivity
    view: ActivityWeekView
    unit: UnitView
    slot: SlotView
    state: CellState
    sent: CellState | None
    now: datetime

    def cell(self) -> Cell:
        if self.sent is not None:
            wish = "réservation" if self.sent is CellState.BOOKED else "annulation"
            return self._fixed(Look.SENT, f"{wish.capitalize()} en cours d'enregistrement")
        if self.state in {CellState.PRESENT, CellState.ABSENT}:
            return self._fixed(Look(self.state.value))
        if self.state is CellState.WAITING:
            return self._fixed(Look.WAITING, "La régie doit répondre")
        if self.slot.closed is not None:
            return self._closed(self.slot.closed)
        if self.state is CellState.BOOKED:
            return self._booked()
        return self._free()

    def _closed(self, why: str) -> Cell:
        booked = ("Une réservation était prévue",) if self.state is CellState.BOOKED else ()
        return self._fixed(Look.CLOSED, why, *booked)

    def _booked(self) -> Cell:
        if not self.view.online:
            return self._fixed(Look.BOOKED, "Se modifie auprès de la régie")
        limit = self.slot.cancel
        if _in_time(limit, self.now):
            return self._open(Look.BOOKED, limit)
        if limit.late == "ask" and not self._over():
            return self._on_request(Look.BOOKED, f"{_since(limit)} : l'annulation se demande, la régie décidera")
        return self._fixed(Look.BOOKED, *(f"{words} : ne peut plus être annulé" for words in self._since(limit)))

    def _free(self) -> Cell:
        if not self.mine.starts <= self.slot.day <= self.mine.ends:
            return self._fixed(Look.OUTSIDE)
        if not self.view.online:
            return self._fixed(Look.DESK)
        limit, places = self.slot.book, self.slot.places.get(self.mine.group)
        in_time = _in_time(limit, self.now)
        if not in_time and (limit.late == "refuse" or self._over()):
            return self._fixed(Look.LATE, *self._since(limit))
        if places is not None and places <= 0:
            return self._fixed(Look.FULL)
        left = (f"Il reste {plural(places, 'place')}",) if places is not None and places <= FEW_PLACES else ()
        if in_time:
            return self._open(Look.FREE, limit, *left)
        return self._on_request(Look.ASKABLE, f"{_since(limit)} : la régie décidera", *left)

    def _open(self, look: Look, limit: LimitView, *details: str) -> Cell:
        assert limit.until is not None
        words = f"Modifiable jusqu'au {instant_words(limit.until)}"
        return self._cell(look, (*details, words), until=limit.until, changeable=True)

    def _on_request(self, look: Look, *details: str) -> Cell:
        return self._cell(look, details, changeable=True, on_request=True)

    def _over(self) -> bool:
        """A day gone by is not asked for, and needs no explanation."""
        return self.slot.day < in_paris(self.now).date()

    def _since(self, limit: LimitView) -> tuple[str, ...]:
        return () if self._over() else (_since(limit),)

    def _fixed(self, look: Look, *details: str) -> Cell:
        return self._cell(look, details)

    def _cell(
        self,
        look: Look,
        details: tuple[str, ...],
        *,
        until: datetime | None = None,
        changeable: bool = False,
        on_request: bool = False,
    ) -> Cell:
        priced = look not in {Look.CLOSED, Look.OUTSIDE, Look.LATE, Look.FULL, Look.ABSENT}
        price = self.slot.prices.get(self.mine.rate) if priced else None
        return Cell(self.unit, self.slot.day, self.state, look, details, price, until, changeable, on_request)


def _in_time(limit: LimitView, now: datetime) -> bool:
    return limit.until is not None and now < limit.until


def _since(limit: LimitView) -> str:
    return f"Délai passé depuis le {instant_words(limit.until)}" if limit.until else "Ne se fait pas en ligne"


def _rules(view: ActivityWeekView) -> tuple[str, ...]:
    book = dict.fromkeys(f"Réserver : {slot.book.rule}" for slot in view.slots if slot.book.rule)
    cancel = dict.fromkeys(f"Annuler : {slot.cancel.rule}" for slot in view.slots if slot.cancel.rule)
    return (*book, *cancel)


def week_title(monday: date) -> str:
    """Name a week by its Monday: « semaine du lundi 23 novembre »."""
    return f"semaine du {day_and_month(monday)}"
