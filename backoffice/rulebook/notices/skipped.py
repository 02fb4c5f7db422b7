"""Name in French the days that an offset does not count, and why."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import groupby

from backoffice.rulebook.calendar import ONE, Calendar
from backoffice.rulebook.file.words import DayKind, Exceptional
from resources.french import NARROW, day_and_month, plural

WEEK_END, SUNDAY = "week-end", "dimanche"  # said for themselves when there are several


def skipped(calendar: Calendar, kind: DayKind, activity: str, after: date, before: date) -> str | None:
    """Name the days strictly between two that are not of a kind, in groups; None when there are none."""
    counted = calendar.counts(kind, activity)
    days = [day for day in _between(after, before) if not counted(day)]
    if not days:
        return None
    reason = partial(_reason, calendar, kind, activity)
    runs: dict[str, list[list[date]]] = {}
    for _, group in groupby(enumerate(days), key=lambda item: (item[1].toordinal() - item[0], reason(item[1]))):
        run = [day for _, day in group]
        runs.setdefault(reason(run[0]), []).append(run)
    told = f"{NARROW}; ".join(_told(why, found) for why, found in runs.items())
    return f"Ne comptent pas{NARROW}: {told}." if len(days) > 1 else f"Ne compte pas{NARROW}: {told}."


def closed_reason(calendar: Calendar, day: date) -> str:
    """Say why the town hall does not work on a day."""
    return WEEK_END if day.weekday() > 4 else _public_holiday(calendar, day)


def _public_holiday(calendar: Calendar, day: date) -> str:
    return f"férié, {calendar.holidays[day]}"


def _between(after: date, before: date) -> Iterator[date]:
    day = after + ONE
    while day < before:
        yield day
        day += ONE


def _told(reason: str, runs: list[list[date]]) -> str:
    if len(runs) > 1:
        count = sum(len(run) for run in runs)
        return plural(len(runs), reason) if reason in {WEEK_END, SUNDAY} else f"{plural(count, 'jour')} ({reason})"
    (run,) = runs
    first, last = day_and_month(run[0]), day_and_month(run[-1])
    if len(run) == 1:
        return first if reason == SUNDAY else f"{first} ({reason})"
    return f"{first} et {last} ({reason})" if len(run) == 2 else f"du {first} au {last} ({reason})"


def _reason(calendar: Calendar, kind: DayKind, activity: str, day: date) -> str:
    if kind is DayKind.WORKING:
        return closed_reason(calendar, day)
    if kind is DayKind.WEEKDAYS:
        return SUNDAY if day.weekday() == 6 else _public_holiday(calendar, day)
    if kind is DayKind.OPENING:
        return _shut(calendar, activity, day)
    return _no_class(calendar, activity, day)


def _shut(calendar: Calendar, activity: str, day: date) -> str:
    """Say why an activity does not receive, from the calendar's own sentence."""
    what, colon, name = (calendar.closed(activity, day) or "").partition(f"{NARROW}: ")
    if colon:
        return f"férié, {name}" if what == "Férié" else name
    if day.weekday() > 4 and calendar.period(day) in calendar.activities[activity].periods:
        return WEEK_END
    return what[:1].lower() + what[1:]


def _no_class(calendar: Calendar, activity: str, day: date) -> str:
    if (holiday := calendar.school_holiday(day)) is not None:
        return holiday
    if day.weekday() > 4:
        return WEEK_END
    if day in calendar.holidays:
        return _public_holiday(calendar, day)
    school = calendar.activities[activity].school
    told = [days for days in calendar.exceptions if day in days.span and days.kind is Exceptional.NO_CLASS]
    here = next((days for days in told if school is None or days.school in {None, school}), None)
    return here.span.name if here else "pas d'école"
