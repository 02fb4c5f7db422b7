"""What each day is, in words: class, holidays, bridges, closures; no session, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.rulebook.calendar import HOLIDAYS, MONDAY_TO_FRIDAY, SCHOOL_TIME, Calendar, OpeningDays
from backoffice.rulebook.file.words import Exceptional, Period, Weekday
from resources.french import NARROW, capital, listed, long_date

PERIOD_WORDS = {
    Period.SCHOOL: "en période scolaire sauf le mercredi",
    Period.WEDNESDAY: "les mercredis de période scolaire",
    Period.SMALL_HOLIDAYS: "pendant les petites vacances",
    Period.SUMMER: "l'été",
}


class Nature(StrEnum):
    """What a day is for the schools."""

    PUBLIC = "public"
    VACATION = "vacation"
    NO_CLASS = "no_class"  # a bridge
    CAUGHT_UP = "caught_up"
    SOME = "some"  # of the schools have class, not all
    CLASS = "class"
    REST = "rest"  # a Wednesday, a weekend


NATURE_WORDS = {
    Nature.PUBLIC: "Férié",
    Nature.VACATION: "Vacances scolaires",
    Nature.NO_CLASS: "Pont ou jour sans classe",
    Nature.CAUGHT_UP: "Classe rattrapée",
    Nature.SOME: "Classe dans certaines écoles",
    Nature.CLASS: "Classe",
    Nature.REST: "Pas de classe",
}


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of the year at a glance."""

    day: date
    nature: Nature
    name: str  # of the holiday, of the holidays, of the bridge
    closures: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say all of it: vendredi 14 mai 2027 : férié (Ascension). Fermeture : Centre."""
        return f"{long_date(self.day)}\u202f: {self.said}"

    @property
    def said(self) -> str:
        """Say what the day is."""
        nature = NATURE_WORDS[self.nature].lower()
        told = [f"{nature} ({self.name})" if self.name else nature]
        told += [f"fermeture\u202f: {closure}" for closure in self.closures]
        told += [f"ouverture exceptionnelle\u202f: {opening}" for opening in self.openings]
        return f"{NARROW}; ".join(told)


def year_day(calendar: Calendar, day: date, facilities: Mapping[str, str]) -> YearDay:
    """Say what a day is; facilities are named by their code."""
    nature, name = nature_of(calendar, day)
    special: dict[Exceptional, list[str]] = {}
    for days in calendar.exceptions:
        if day in days.span:
            where = facilities.get(days.facility, days.facility) if days.facility else "tous les établissements"
            special.setdefault(days.kind, []).append(f"{where}, {days.span.name}")
    closed, opened = special.get(Exceptional.CLOSED, ()), special.get(Exceptional.OPEN, ())
    return YearDay(day, nature, name, tuple(dict.fromkeys(closed)), tuple(dict.fromkeys(opened)))


def nature_of(calendar: Calendar, day: date) -> tuple[Nature, str]:
    """Say what a day is for the schools, and what it is called."""
    if day in calendar.holidays:
        return Nature.PUBLIC, calendar.holidays[day]
    taught = {code for code in calendar.schools if calendar.is_school_day(day, code)}
    holiday = calendar.school_holiday(day)
    regular = {code for code, week in calendar.schools.items() if holiday is None and day.weekday() in week}
    if taught - regular:
        return Nature.CAUGHT_UP, _reason(calendar, Exceptional.CLASS, day)
    if taught:
        bridge = _reason(calendar, Exceptional.NO_CLASS, day)
        return (Nature.CLASS, "") if taught == set(calendar.schools) else (Nature.SOME, bridge)
    if holiday is not None:
        return Nature.VACATION, holiday
    if regular:
        return Nature.NO_CLASS, _reason(calendar, Exceptional.NO_CLASS, day)
    return Nature.REST, ""


def class_words(calendar: Calendar, day: date, school: str) -> str:
    """Say whether a school has class on a day, and why it has not."""
    if calendar.is_school_day(day, school):
        return "classe"
    if day in calendar.holidays:
        return f"pas de classe, férié ({calendar.holidays[day]})"
    reasons = [
        days.span.name
        for days in calendar.exceptions
        if days.kind is Exceptional.NO_CLASS and day in days.span and days.school in {None, school}
    ]
    if reasons:
        return f"pas de classe ({reasons[0]})"
    holiday = calendar.school_holiday(day)
    return f"pas de classe, vacances ({holiday})" if holiday else "pas de classe ce jour de la semaine"


def opening_words(opening: OpeningDays) -> str:
    """Say when an activity receives children: le mercredi, les mercredis de période scolaire."""
    if opening.with_class:
        more = opening.periods - SCHOOL_TIME
        days = f", {week_words(opening.weekdays)}" if opening.weekdays is not None else ""
        return f"Les jours de classe{days}{f', et {_periods(more)}' if more else ''}"
    weekdays = opening.weekdays if opening.weekdays is not None else MONDAY_TO_FRIDAY
    when = _periods(opening.periods)
    told = when if weekdays == {2} and opening.periods == {Period.WEDNESDAY} else f"{when}, {week_words(weekdays)}"
    return capital(told)


def week_words(weekdays: frozenset[int]) -> str:
    """Say some days of the week: du lundi au vendredi, le lundi et le jeudi."""
    if weekdays == MONDAY_TO_FRIDAY:
        return "du lundi au vendredi"
    return listed(f"le {name}" for name in day_names(weekdays))


def school_week_words(weekdays: frozenset[int]) -> str:
    """Say a school's week: 4 jours (lundi, mardi, jeudi et vendredi), 4 jours et demi (mercredi matin compris)."""
    if weekdays == MONDAY_TO_FRIDAY:
        return "4 jours et demi (du lundi au vendredi, mercredi matin compris)"
    count = f"{len(weekdays)} jour{'s' if len(weekdays) > 1 else ''}"
    return f"{count} ({listed(day_names(weekdays))})"


def day_names(weekdays: frozenset[int]) -> list[str]:
    """Name days of the week, Monday first."""
    return [list(Weekday)[rank].value for rank in sorted(weekdays)]


def _periods(periods: frozenset[Period]) -> str:
    if periods == SCHOOL_TIME | HOLIDAYS:
        return "toute l'année"
    told = []
    left = set(periods)
    for whole, words in ((SCHOOL_TIME, "en période scolaire"), (HOLIDAYS, "pendant les vacances scolaires")):
        if whole <= left:
            told.append(words)
            left -= whole
    told += [PERIOD_WORDS[period] for period in Period if period in left]
    return listed(told)


def _reason(calendar: Calendar, kind: Exceptional, day: date) -> str:
    return next((days.span.name for days in calendar.exceptions if days.kind is kind and day in days.span), "")
