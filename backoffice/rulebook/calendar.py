"""The commune's calendar as a value: holidays, school days, opening days; no session, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import DayKind, Exceptional, Nature, Period, Weekday
from resources.french import NARROW, listed, search_key

ONE = timedelta(days=1)
FURTHEST = 800  # days: further back than any notice period
TERM_BREAK = 5  # days: shorter holidays (a bridge) do not begin a new stretch of school time
SCHOOL_TIME = frozenset({Period.SCHOOL, Period.WEDNESDAY})
HOLIDAYS = frozenset({Period.SMALL_HOLIDAYS, Period.SUMMER})
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both included, and why."""

    first: date
    last: date
    name: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ExceptionalDays:
    """Days that are not what the calendar says; of a school or of a facility, or of all."""

    span: Span
    kind: Exceptional
    school: str | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningDays:
    """When an activity receives children; with class, it also follows the days of the schools."""

    periods: frozenset[Period]
    weekdays: frozenset[int] | None  # Monday is 0; none: those with class
    with_class: bool
    facility: str | None = None
    school: str | None = None


NATURES = {
    Nature.PERISCOLAIRE: OpeningDays(SCHOOL_TIME, None, with_class=True),
    Nature.CANTEEN: OpeningDays(SCHOOL_TIME, None, with_class=True),
    Nature.WEDNESDAY: OpeningDays(frozenset({Period.WEDNESDAY}), frozenset({2}), with_class=False),
    Nature.HOLIDAYS: OpeningDays(HOLIDAYS, MONDAY_TO_FRIDAY, with_class=False),
    Nature.CRECHE: OpeningDays(SCHOOL_TIME | HOLIDAYS, MONDAY_TO_FRIDAY, with_class=False),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is open, worked and taught on a day."""

    holidays: Mapping[date, str]
    school_holidays: tuple[Span, ...]  # in order
    schools: Mapping[str, frozenset[int]]  # by code, the weekdays with class; Monday is 0
    exceptions: tuple[ExceptionalDays, ...] = ()
    activities: Mapping[str, OpeningDays] = field(default_factory=dict)

    def under(self, book: Rulebook) -> "Calendar":
        """Give this calendar as a rulebook completes it: its activities, its exceptional days, its schools if none is known."""
        weeks = {school.code: frozenset(day.rank for day in school.days) for school in book.calendar.school_list}
        everyone = {"": frozenset(day.rank for day in book.calendar.school_days)}
        told = tuple(
            ExceptionalDays(
                Span(part.first, part.last or part.first, part.reason), part.kind, part.school, part.facility
            )
            for part in book.calendar.exceptions
        )
        openings = {
            activity.code: opening_days(activity, self.activities.get(activity.code)) for activity in book.activity_list
        }
        return replace(
            self,
            schools=weeks | dict(self.schools) or everyone,
            exceptions=self.exceptions + told,
            activities={**self.activities, **openings},
        )

    def is_working_day(self, day: date) -> bool:
        """Tell whether the town hall works (jour ouvré): Monday to Friday, no public holiday."""
        return day.weekday() < 5 and day not in self.holidays

    def is_weekday(self, day: date) -> bool:
        """Tell whether a day is « ouvrable »: Monday to Saturday, no public holiday."""
        return day.weekday() < 6 and day not in self.holidays

    def school_holiday(self, day: date) -> str | None:
        """Name the school holidays that a day falls in."""
        span = self.holiday_span(day)
        return span.name if span else None

    def holiday_span(self, day: date) -> Span | None:
        """Give the school holidays that a day falls in."""
        return next((span for span in self.school_holidays if day in span), None)

    def unknown(self, day: date) -> str | None:
        """Say that the school holidays of a day are not known; None when they are."""
        spans = self.school_holidays
        if spans and spans[0].first <= day <= spans[-1].last:
            return None
        return (
            "Les vacances scolaires de cette date ne sont pas connues (trop anciennes, ou pas encore publiées)"
            f"{NARROW}: cette réponse n'en tient pas compte."
        )

    def is_school_day(self, day: date, school: str | None = None) -> bool:
        """Tell whether a school has class, or any school of the commune."""
        if day in self.holidays:
            return False
        return any(self._has_class(day, code) for code in ([school] if school else self.schools))

    def period(self, day: date) -> Period:
        """Say what time of the school year a day belongs to."""
        span = self.holiday_span(day)
        if span is not None:
            words = search_key(span.name).replace("'", " ").split()  # Vacances d'été
            return Period.SUMMER if "ete" in words else Period.SMALL_HOLIDAYS
        return Period.WEDNESDAY if day.weekday() == 2 else Period.SCHOOL

    def period_first(self, day: date) -> date:
        """Give the first day of the holidays, or of the stretch of school time, that a day belongs to."""
        span = self.holiday_span(day)
        if span is not None:
            return span.first
        ended = [s.last for s in self.school_holidays if s.last < day and (s.last - s.first).days + 1 >= TERM_BREAK]
        return max(ended) + ONE if ended else date(day.year if day.month >= 9 else day.year - 1, 9, 1)

    def closed(self, activity: str, day: date) -> str | None:
        """Say in French why an activity is closed on a day; None when it is open, or unknown here."""
        opening = self.activities.get(activity)
        if opening is None:
            return None
        told = [days for days in self.exceptions if day in days.span and days.facility in {None, opening.facility}]
        if shut := next((days for days in told if days.kind is Exceptional.CLOSED), None):
            return f"Fermé{NARROW}: {shut.span.name}"
        if any(days.kind is Exceptional.OPEN for days in told):
            return None
        if day in self.holidays:
            return f"Férié{NARROW}: {self.holidays[day]}"
        return self._out_of_season(opening, day)

    def counts(self, kind: DayKind, activity: str) -> Callable[[date], bool]:
        """Give the test of the days that an offset counts."""
        opening = self.activities.get(activity)
        school = opening.school if opening else None
        match kind:
            case DayKind.WORKING:
                return self.is_working_day
            case DayKind.WEEKDAYS:
                return self.is_weekday
            case DayKind.SCHOOL:
                return lambda day: self.is_school_day(day, school)
            case DayKind.OPENING:
                return lambda day: self.closed(activity, day) is None
            case _:
                return lambda _day: True

    def back(self, day: date, count: int, kind: DayKind, activity: str) -> date | None:
        """Go back so many days of a kind, the day itself not counted; None when there are not so many."""
        counted, last = self.counts(kind, activity), day - timedelta(days=FURTHEST)
        while count and day > last:
            day -= ONE
            count -= counted(day)
        return None if count else day

    def _has_class(self, day: date, school: str) -> bool:
        kinds = {days.kind for days in self.exceptions if day in days.span and days.school in {None, school}}
        if Exceptional.NO_CLASS in kinds:
            return False
        regular = day.weekday() in self.schools.get(school, frozenset()) and self.holiday_span(day) is None
        return Exceptional.CLASS in kinds or regular

    def _out_of_season(self, opening: OpeningDays, day: date) -> str | None:
        holiday = self.school_holiday(day)
        if opening.with_class:
            return self._without_class(opening, day, holiday)
        if self.period(day) not in opening.periods and (holiday is not None or not opening.periods & SCHOOL_TIME):
            return f"Vacances{NARROW}: {holiday}" if holiday else "Ouvert pendant les vacances scolaires"
        weekdays = opening.weekdays if opening.weekdays is not None else MONDAY_TO_FRIDAY
        if day.weekday() in weekdays and self.period(day) in opening.periods:
            return None
        return _open_on(weekdays)

    def _without_class(self, opening: OpeningDays, day: date, holiday: str | None) -> str | None:
        if self.is_school_day(day, opening.school) and (opening.weekdays is None or day.weekday() in opening.weekdays):
            return None
        if holiday and self.period(day) not in opening.periods:
            return f"Vacances{NARROW}: {holiday}"
        free = [d for d in self.exceptions if day in d.span and d.kind is Exceptional.NO_CLASS and d.facility is None]
        if told := next((d for d in free if opening.school is None or d.school in {None, opening.school}), None):
            return f"Pas d'école{NARROW}: {told.span.name}"
        if opening.weekdays is not None and day.weekday() in opening.weekdays and self.period(day) in opening.periods:
            return None  # it receives on days without class too: the canteen of Wednesdays
        return "Pas d'école ce jour" if opening.weekdays is None else _open_on(opening.weekdays)


def opening_days(activity: ActivityPart, known: OpeningDays | None = None) -> OpeningDays:
    """Give an activity's opening days: those it names, or those of its kind; a facility already known is kept."""
    usual = NATURES[activity.kind]
    return OpeningDays(
        periods=frozenset(activity.periods) or usual.periods,
        weekdays=frozenset(day.rank for day in activity.days) or usual.weekdays,
        with_class=usual.with_class,
        facility=activity.facility or (known.facility if known else None),
        school=activity.school,
    )


def _open_on(weekdays: frozenset[int]) -> str:
    names = [list(Weekday)[rank].value for rank in sorted(weekdays)]
    if weekdays == MONDAY_TO_FRIDAY:
        return "Ouvert du lundi au vendredi"
    return f"Ouvert le {listed(names)}"
