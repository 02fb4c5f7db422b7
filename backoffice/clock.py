"""The clock, injected so that a rule never asks the machine for the time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from resources.french import PARIS


class Clock(Protocol):
    """Gives the moment it is."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was put: demonstrations of past days, and tests."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, **delta: float) -> None:
        """Let time pass."""
        self._now += timedelta(**delta)

    def set(self, now: datetime) -> None:
        """Put it at another moment."""
        self._now = now


def paris_day(instant: datetime) -> date:
    """Give the civil date of an instant in the town hall."""
    return instant.astimezone(PARIS).date()


def paris_instant(day: date, hour: time) -> datetime:
    """Give the instant of an hour on a day in the town hall, daylight saving included."""
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def month_start(day: date) -> date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Give the last day of a day's month."""
    return next_month(day) - timedelta(days=1)


def next_month(month: date) -> date:
    """Give the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def previous_month(month: date) -> date:
    """Give the first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days_between(first: date, last: date) -> list[date]:
    """List the days from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
