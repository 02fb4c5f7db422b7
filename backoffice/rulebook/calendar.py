"""The commune's calendar as a value: holidays, school days, opening days; kept as an editable snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.structure import Closure, Holiday, School, SchoolHoliday
from models.vocabulary import ActivityKind


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both included, and why."""

    first: date
    last: date
    name: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is open and what is worked on a day."""

    holidays: Mapping[date, str]
    school_holidays: tuple[Span, ...]
    school_weekdays: frozenset[int]  # Monday is 0
    closures: Mapping[int, tuple[Span, ...]]  # by facility

    def is_working_day(self, day: date) -> bool:
        """Tell whether the town hall works: Monday to Friday, no public holiday."""
        return day.weekday() < 5 and day not in self.holidays

    def school_holiday(self, day: date) -> str | None:
        """Name the school holidays that a day falls in."""
        return next((span.name for span in self.school_holidays if day in span), None)

    def is_school_day(self, day: date) -> bool:
        """Tell whether a school of the commune has class."""
        return day.weekday() in self.school_weekdays and day not in self.holidays and not self.school_holiday(day)

    def working_days_before(self, day: date, count: int) -> date:
        """Go back so many working days from a day, itself not counted."""
        while count:
            day -= timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def closed(self, kind: ActivityKind, facility_id: int, day: date) -> str | None:
        """Say in French why an activity is closed on a day; None when it is open."""
        if day in self.holidays:
            return f"Férié : {self.holidays[day]}"
        for span in self.closures.get(facility_id, ()):
            if day in span:
                return f"Fermé : {span.name}"
        return self._out_of_season(kind, day)

    def _out_of_season(self, kind: ActivityKind, day: date) -> str | None:
        holiday = self.school_holiday(day)
        match kind:
            case ActivityKind.CRECHE:
                return None if day.weekday() < 5 else "Fermé le week-end"
            case ActivityKind.HOLIDAYS:
                return None if holiday and day.weekday() < 5 else "Ouvert pendant les vacances, du lundi au vendredi"
            case _ if holiday:
                return f"Vacances : {holiday}"
            case ActivityKind.WEDNESDAY:
                return None if day.weekday() == 2 else "Ouvert le mercredi"
            case _:
                return None if day.weekday() in self.school_weekdays else "Pas d'école ce jour"


def read_calendar(session: Session) -> Calendar:
    """Read the snapshot, four small queries."""
    closures: dict[int, tuple[Span, ...]] = {}
    for facility, first, last, reason in session.execute(
        select(Closure.facility_id, Closure.starts, Closure.ends, Closure.reason)
    ):
        closures[facility] = (*closures.get(facility, ()), Span(first, last, reason))
    return Calendar(
        holidays={day: name for day, name in session.execute(select(Holiday.day, Holiday.name))},  # noqa: C416 rows are not pairs to mypy
        school_holidays=tuple(
            Span(first, last, name)
            for name, first, last in session.execute(
                select(SchoolHoliday.name, SchoolHoliday.starts, SchoolHoliday.ends).order_by(SchoolHoliday.starts)
            )
        ),
        school_weekdays=frozenset(
            int(weekday) - 1 for weekdays in session.scalars(select(School.weekdays)) for weekday in weekdays
        ),
        closures=closures,
    )
