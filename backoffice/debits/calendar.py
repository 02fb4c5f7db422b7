"""The days on which banks settle: TARGET's, the Eurosystem's own calendar."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 6


def target_day(day: date) -> date:
    """Give the same day, or the next one on which TARGET is open.

    >>> target_day(date(2026, 12, 25))
    datetime.date(2026, 12, 28)
    """
    while not is_target_day(day):
        day += timedelta(days=1)
    return day


def is_target_day(day: date) -> bool:
    """Tell whether TARGET is open: no weekend, no New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December."""
    return day.isoweekday() < SATURDAY and day not in _closed(day.year)


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("ECB", years=year))
