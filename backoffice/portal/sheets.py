"""The sheets of a child's planning as addresses name them: a week, a month; the days they hold, and what they are called."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from backoffice.portal import months
from backoffice.portal.weeks import week_title
from backoffice.sync.contract import monday_of, week_of

FARTHEST = timedelta(weeks=53)
MONTH = re.compile(r"\d{4}-\d\d")
Days = tuple[date, date]  # the first and the last

_named = lru_cache(maxsize=256)(monday_of)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of sheet."""

    days: Callable[[str, date], Days | None]  # of its name, as long as today is not too far
    title: Callable[[str, date], str]  # of the child's name and the first day


def _week(name: str, today: date) -> Days | None:
    try:
        monday = _named(name)
    except ValueError:
        return None
    known = week_of(monday) == name and abs(monday - today) <= FARTHEST
    return (monday, monday + timedelta(days=6)) if known else None


def _month(name: str, today: date) -> Days | None:
    try:
        first = date.fromisoformat(f"{name}-01") if MONTH.fullmatch(name) else None
    except ValueError:
        return None
    return (first, months.last_day(first)) if first and abs(first - today) <= FARTHEST else None


WEEKS = Sheet(_week, lambda child, first: f"Réservations de {child}, {week_title(first)}")
MONTHS = Sheet(_month, lambda child, first: f"Réservations de {child}, {first:%m/%Y}")
