"""The views of weeks: what a child has booked, and what an activity offers until when."""

from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from pydantic import AwareDatetime, Field

from backoffice.sync.contract.message import Message


class CellState(StrEnum):
    """A cell of a child's week; whether it is closed, full or too late stands in the activity's week."""

    FREE = "free"
    BOOKED = "booked"
    WAITING = "waiting"  # asked, the régie decides
    LISTED = "listed"  # on the waiting list
    OFFERED = "offered"  # a place is held for the child, until the family answers
    REFUSED = "refused"  # free, and lately refused by the régie: it may be asked again where cells are free
    PRESENT = "present"
    ABSENT = "absent"


class CellView(Message):
    """One unit of one day for one child."""

    unit_id: int
    day: date
    state: CellState
    rank: int | None = None  # on the waiting list, the first is 1
    until: AwareDatetime | None = None  # of an offered place
    why: str = ""  # of a refusal
    request_id: str | None = None  # of what waits: it can be withdrawn


class WeekActivity(Message):
    """An activity of a child's week, and which of its prices and places concern this child."""

    activity_id: int
    rate: str  # key into the activity's prices; none: the prices are this household's own
    group: str  # key into the activity's places
    starts: date  # the enrolment's dates: outside them a cell cannot be booked
    ends: date
    outside: bool = False  # the household is not of the commune: its limits are the slots' `outside`, where they differ
    prices: dict[str, int] = Field(default_factory=dict)  # unit → cents, of an effort rate
    late_prices: dict[str, int] = Field(
        default_factory=dict
    )  # unit → cents, booked after the limit, where that is dearer
    later: tuple["WeekActivity", ...] = ()  # the same at another rate or other prices, each from its `starts` on


class WeekView(Message):
    """A child's week, Monday first, all of its activities."""

    child_id: int
    child: str
    monday: date
    activities: tuple[WeekActivity, ...]
    cells: tuple[CellView, ...]  # those that are not free


class LimitView(Message):
    """From when and until when something can be done, and what happens in time and later; no `until`: never in time."""

    until: AwareDatetime | None
    late: Literal["refuse", "ask", "charge", "bill", "proof"]  # see backoffice.rulebook.values.Judgement
    rule: str  # the rule in words
    opens: AwareDatetime | None = None
    in_time: Literal["accept", "ask"] = "accept"  # at once, or the régie validates
    cost: str = ""  # of being late, in words: «\xa0majoré de 10 %\xa0», «\xa0l'absence reste facturée\xa0»
    late_until: AwareDatetime | None = None  # from then on, even the late are refused
    late_prices: dict[str, int] = Field(
        default_factory=dict
    )  # rate → cents, booked after the limit, where that is dearer


class UnitView(Message):
    """A unit of an activity."""

    id: int
    name: str
    hours: str


class SlotView(Message):
    """One unit of one day, the same for all children: open or why not, limits, prices, places left."""

    unit_id: int
    day: date
    closed: str | None  # why, when it is closed
    book: LimitView
    cancel: LimitView
    prices: dict[str, int]  # rate → cents
    places: dict[str, int]  # group → places left
    listed: dict[str, int] = Field(default_factory=dict)  # group → children on the waiting list
    outside: tuple[LimitView, LimitView] | None = None  # to book and to cancel, for families from outside, if different


class ActivityWeekView(Message):
    """An activity's week, Monday first."""

    activity_id: int
    activity: str
    place: str
    online: bool
    monday: date
    units: tuple[UnitView, ...]
    waiting_list: bool = False  # a full cell takes those who ask, in order
    slots: tuple[SlotView, ...]


@lru_cache(maxsize=1024)
def week_of(day: date) -> str:
    """Name the ISO week of a day: 2026-W48."""
    return f"{day:%G-W%V}"


def monday_of(week: str) -> date:
    """Give the Monday of an ISO week; a ValueError tells that the text is none."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 a civil date, no instant
