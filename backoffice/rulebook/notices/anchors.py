"""From a deadline as a rulebook writes it to an instant, with the reasoning in French."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backoffice.clock import monday, paris_day, paris_instant
from backoffice.rulebook.calendar import ONE, Calendar
from backoffice.rulebook.file.calendar_parts import ActivityPart, UnitPart
from backoffice.rulebook.file.notice_parts import Deadline
from backoffice.rulebook.file.words import Anchor, ClosedDay, DayKind, Weekday
from backoffice.rulebook.notices.skipped import closed_reason, skipped
from backoffice.rulebook.values import Steps
from resources.french import (
    NARROW,
    clock_text,
    day_and_month,
    in_paris,
    instant_text,
    listed,
    long_date,
    plural,
    until_text,
)

WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
FIRST_DAY_OF = {
    Anchor.WEEK: "de la semaine",
    Anchor.BLOCK: "du bloc",
    Anchor.MONTH: "du mois",
    Anchor.PERIOD: "de la période",
}
COUNTED = {
    DayKind.CALENDAR: ("jour", "jours"),
    DayKind.WORKING: ("jour ouvré", "jours ouvrés"),
    DayKind.WEEKDAYS: ("jour ouvrable", "jours ouvrables"),
    DayKind.SCHOOL: ("jour d'école", "jours d'école"),
    DayKind.OPENING: ("jour d'ouverture", "jours d'ouverture"),
    DayKind.HOUR: ("heure", "heures"),
}


@dataclass(frozen=True, slots=True)
class Service:
    """A day of an activity, or of one of its units: what a limit counts back from."""

    calendar: Calendar
    activity: ActivityPart
    day: date
    unit: UnitPart | None = None

    @property
    def hour(self) -> time | None:
        """Say at what time the unit begins, or the first unit of the activity; none: nothing declares it."""
        units = (self.unit,) if self.unit else self.activity.units
        return min((unit.starts for unit in units if unit.starts is not None), default=None)

    @property
    def latest(self) -> datetime:
        """Give the instant after which nothing is in time: the beginning of the service, or the end of a day without hours."""
        return paris_instant(self.day, self.hour) if self.hour is not None else end_of(self.day)


@dataclass(frozen=True, slots=True)
class Found:
    """The instant that a deadline falls on.

    `exact` is the hour as written; `until` the first instant that is too late: an hour in :59 holds to the end of its
    minute, and no limit is after the service. Both are none when the calendar does not go back far enough.
    """

    exact: datetime | None
    until: datetime | None
    text: str  # as the rulebook says it: 23 h 59, where `until` is the next midnight
    steps: Steps


def find(limit: Deadline, service: Service) -> Found:
    """Find the instant of a deadline: anchor, offset, closed day, hour, never after the service."""
    anchor, named = _anchor(limit, service)
    if limit.unit is DayKind.HOUR:
        return _bounded(*_hours(limit, service, anchor, named), service)
    last, steps = _last_day(limit, service, anchor, named)
    if last is None:
        return Found(None, None, "", steps)
    last, moved = _moved(limit, service.calendar, last)
    steps = (*steps, *moved)
    if limit.at is None:
        end = end_of(last)
        return _bounded(end, end, _moment(last, "minuit (fin de la journée)", service), steps, service)
    exact = paris_instant(last, limit.at)
    held = exact.replace(second=0, microsecond=0) + MINUTE if limit.at.minute == 59 else exact
    return _bounded(exact, held, _text(exact, service), steps, service)


def end_of(day: date) -> datetime:
    """Give the first instant of the next day in the town hall: « minuit » of a day is its end."""
    return paris_instant(day + ONE, time.min)


def _bounded(exact: datetime, until: datetime, text: str, steps: Steps, service: Service) -> Found:
    """Bring a limit back to the beginning of the service."""
    latest = service.latest
    if until <= latest:
        return Found(exact, until, text, steps)
    text = until_text(latest)
    what = "le début de l'accueil" if service.hour is not None else "la fin du jour demandé"
    return Found(exact, latest, text, (*steps, f"Jamais après {what}{NARROW}: {text}."))


def _text(exact: datetime, service: Service) -> str:
    return _moment(paris_day(exact), clock_text(in_paris(exact).time()), service)


def _moment(last: date, hour: str, service: Service) -> str:
    """Write a limit, with its year where it is not that of the service."""
    return f"{(day_and_month if last.year == service.day.year else long_date)(last)} à {hour}"


def _anchor(limit: Deadline, service: Service) -> tuple[date, str]:
    """Find the day that a deadline counts from, and name it."""
    day, calendar = service.day, service.calendar
    match limit.anchor:
        case Anchor.DAY:
            return day, "le jour demandé"
        case Anchor.WEEK:
            return (first := monday(day)), f"la semaine du {long_date(first)}"
        case Anchor.BLOCK:
            first = day - timedelta(days=(day.weekday() - limit.block[0].rank) % 7)
            return first, f"le bloc {listed(limit.block)}, qui commence le {long_date(first)}"
        case Anchor.MONTH:
            return (first := day.replace(day=1)), f"le {long_date(first)}"
        case Anchor.PERIOD:
            first, name = calendar.period_first(day), calendar.school_holiday(day)
            period = f"premier jour, «\xa0{name}\xa0»" if name else "premier jour de cette période scolaire"
            return first, f"le {long_date(first)} ({period})"
        case _:
            assert limit.date is not None  # the schema holds it for a fixed date
            return limit.date, f"le {long_date(limit.date)}"


def _last_day(limit: Deadline, service: Service, anchor: date, named: str) -> tuple[date | None, Steps]:
    """Find the last day on which it may be done, and tell how."""
    if limit.weekday is not None:
        return _weekday(limit.weekday, limit.weeks, anchor, named)
    if limit.day_of_month is not None:
        of = f" {named}" if limit.anchor is Anchor.PERIOD else ""
        return _day_of_month(limit.day_of_month, limit.months_before, anchor, of)
    if not limit.count:
        how = {Anchor.DAY: "Le jour même", Anchor.DATE: "La date fixée"}.get(limit.anchor)
        return anchor, (f"{how or f'Le premier jour {FIRST_DAY_OF[limit.anchor]}'}{NARROW}: {long_date(anchor)}.",)
    return _counted(limit, service, anchor, named)


def _counted(limit: Deadline, service: Service, anchor: date, named: str) -> tuple[date | None, Steps]:
    """Go back the days that a deadline counts, and name those that it does not."""
    last = service.calendar.back(anchor, limit.count + limit.free_days, limit.unit, service.activity.code)
    count = plural(limit.count, *COUNTED[limit.unit])
    if limit.free_days:
        count += " franc" if limit.count < 2 else " francs"
    if last is None:
        return None, (f"{count} avant {named}{NARROW}: le calendrier ne compte pas autant de jours.",)
    steps = [f"{count} avant {named}{NARROW}: {long_date(last)}."]
    if limit.free_days:
        steps.append("Jours francs\u202f: ni le premier ni le dernier jour ne comptent.")
    if passed := skipped(service.calendar, limit.unit, service.activity.code, last, anchor):
        steps.append(passed)
    return last, tuple(steps)


def _weekday(weekday: Weekday, weeks: int, anchor: date, named: str) -> tuple[date, Steps]:
    if weeks == 0:
        last = monday(anchor) + timedelta(days=weekday.rank)
        return last, (f"Le {weekday} de la même semaine{NARROW}: {long_date(last)}.",)
    before = anchor - ONE
    last = before - timedelta(days=(before.weekday() - weekday.rank) % 7) - WEEK * (weeks - 1)
    rank = f"{weeks}e {weekday}" if weeks > 1 else weekday.value
    return last, (f"Le {rank} avant {named}{NARROW}: {long_date(last)}.",)


def _day_of_month(day: int, months: int, anchor: date, of: str) -> tuple[date, Steps]:
    """Find a day of a month before the anchor; `of` names the anchor where it is not the day's own month."""
    years, month = divmod(anchor.year * 12 + anchor.month - 1 - months, 12)
    length = monthrange(years, month + 1)[1]
    last = date(years, month + 1, min(day, length))
    before = f"précédant{of}" if of else "précédent"
    when = {0: f"du mois du{of.removeprefix(' le')}" if of else "du même mois", 1: f"du mois {before}"}.get(
        months, f"du {months}e mois {before}"
    )
    which = f"Le {day if day > 1 else '1er'} {when}" if day <= length else f"Le dernier jour {when}"
    return last, (f"{which}{NARROW}: {long_date(last)}.",)


def _hours(limit: Deadline, service: Service, anchor: date, named: str) -> tuple[datetime, datetime, str, Steps]:
    """Count elapsed hours back from the beginning of the unit for a day or a block, from midnight for the other anchors."""
    begins = service.hour if limit.anchor in {Anchor.DAY, Anchor.BLOCK} else None
    start = paris_instant(anchor, begins or time.min)
    exact = start - timedelta(hours=limit.count)
    how = f"{plural(limit.count, 'heure')} avant {named} ({instant_text(start)}){NARROW}: {instant_text(exact)}."
    clocks = _clocks(exact, start)
    last, moved = _moved(limit, service.calendar, paris_day(exact))
    if moved:
        exact = paris_instant(last, in_paris(exact).time())
    return exact, exact, _text(exact, service), (how, *clocks, *moved)


def _clocks(first: datetime, last: datetime) -> Steps:
    """Say why hours that go over a change of the clocks do not fall on the same hour of the day."""
    before, after = in_paris(first).utcoffset(), in_paris(last).utcoffset()
    if before is None or after is None or before == after:
        return ()
    season, hour = ("d'été", "moins") if after > before else ("d'hiver", "plus")
    return (f"On passe entre-temps à l'heure {season}{NARROW}: une journée compte une heure de {hour}.",)


def _moved(limit: Deadline, calendar: Calendar, last: date) -> tuple[date, Steps]:
    """Move a limit that falls on a day when the town hall is closed back to the last day when it works."""
    if limit.closed_day is ClosedDay.KEEP or calendar.is_working_day(last):
        return last, ()
    open_day = last
    while not calendar.is_working_day(open_day):
        open_day -= ONE
    why = closed_reason(calendar, last)
    return open_day, (
        f"La régie est fermée le {long_date(last)} ({why}){NARROW}: la limite recule au {long_date(open_day)}.",
    )
