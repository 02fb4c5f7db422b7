"""Weeks of every answer that the office may give: a waiting list with its rank, an offered place, a refusal, a request."""

from collections.abc import Iterable
from datetime import date, timedelta

from backoffice.sync.contract import ActivityWeekView, CellState, CellView, View, ViewKind, week_of
from tests.portal.published import (
    CANTEEN,
    EVENING,
    FAMILY,
    LEA,
    MONDAY,
    MORNING,
    NOW,
    around_school,
    canteen,
    limit,
    slot,
    view,
    wednesdays,
    week,
)

NEXT = MONDAY + timedelta(days=7)  # a week that is wholly to come
NEXT_DAYS = [NEXT + timedelta(days=n) for n in range(5)]
OFFERED_UNTIL = NOW + timedelta(hours=30)
ASKED = "0198c1f0-0000-7000-8000-0000000000aa"  # the request of what waits
WEEKS = 4  # published from NEXT on


def full_canteen(monday: date, waiting: int = 3) -> ActivityWeekView:
    """Draw a canteen whose Thursday is full, and keeps a waiting list."""
    days = [monday + timedelta(days=n) for n in (0, 1, 3, 4)]
    full = {"places": {"primaire": 0}, "listed": {"primaire": waiting}}
    slots = tuple(slot(CANTEEN, day, 455, **(full if day == days[2] else {})) for day in days)
    return canteen(monday, slots=slots, waiting_list=True)


def answered_cells() -> list[CellView]:
    """Give a week with each answer of the office."""
    return [
        CellView(unit_id=CANTEEN, day=NEXT_DAYS[0], state=CellState.OFFERED, until=OFFERED_UNTIL),
        CellView(unit_id=CANTEEN, day=NEXT_DAYS[1], state=CellState.BOOKED),
        CellView(unit_id=CANTEEN, day=NEXT_DAYS[4], state=CellState.REFUSED, why="Sortie scolaire ce jour-là"),
        CellView(unit_id=MORNING, day=NEXT_DAYS[0], state=CellState.WAITING, request_id=ASKED),
        CellView(unit_id=EVENING, day=NEXT_DAYS[1], state=CellState.LISTED, rank=2),
    ]


def weeks_to_come(cells: Iterable[CellView] = (), weeks: int = WEEKS) -> list[View]:
    """Publish Léa's weeks from the next one on; the first holds these cells."""
    views = []
    for number in range(weeks):
        monday = NEXT + timedelta(days=7 * number)
        name = week_of(monday)
        shared = (full_canteen(monday), around_school(monday), wednesdays(monday))
        views += [view(ViewKind.ACTIVITY_WEEK, f"{one.activity_id}:{name}", 0, one) for one in shared]
        mine = week(monday=monday, cells=cells if number == 0 else ())
        views.append(view(ViewKind.WEEK, f"{LEA}:{name}", FAMILY, mine))
    return views


def dearer_canteen(monday: date) -> ActivityWeekView:
    """Draw a canteen for which it is late, and may still be booked at a price."""
    late = limit(NOW - timedelta(hours=1), "charge", cost="majoré de 2,00\u202f€", late_prices={"normal": 655})
    return canteen(monday, slots=tuple(slot(CANTEEN, monday + timedelta(days=n), 455, book=late) for n in (0, 1)))
