"""Seed the calendar's snapshot from the packages that know French holidays; the snapshot is edited afterwards."""

from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import delete
from sqlalchemy.orm import Session

from backoffice.rulebook.calendar import Calendar, Span
from backoffice.rulebook.file.calendar_parts import CalendarPart
from models.office.structure import Holiday, SchoolHoliday

PUBLISHED, COMPUTED = "vacances-scolaires-france", "holidays"
FIRST_COMPUTED = 2018  # school holidays are not computed before
ONE = timedelta(days=1)


def seed_calendar(
    session: Session, *, zone: str, first_year: int, last_year: int, alsace_moselle: bool = False
) -> None:
    """Replace the snapshot by what the packages say of these years: for a new commune only."""
    session.execute(delete(Holiday))
    session.execute(delete(SchoolHoliday))
    found = public_holidays(first_year, last_year, alsace_moselle=alsace_moselle)
    session.add_all(Holiday(day=day, name=name) for day, name in found)
    session.add_all(
        SchoolHoliday(name=name, starts=first, ends=last)
        for name, first, last in school_holidays(zone, first_year, last_year)
    )
    session.flush()


def public_holidays(first_year: int, last_year: int, *, alsace_moselle: bool = False) -> list[tuple[date, str]]:
    """List the public holidays of metropolitan France; Alsace and Moselle have two more."""
    from holidays import country_holidays  # noqa: PLC0415 only seeding and comparing need it

    part = "57" if alsace_moselle else None
    years = range(first_year, last_year + 1)
    return sorted(country_holidays("FR", subdiv=part, years=years, language="fr").items())


def school_holidays(zone: str, first_year: int, last_year: int) -> list[tuple[str, date, date]]:
    """List a zone's school holidays that touch these years as (name, first, last day without class), never cut.

    They are those of the published calendars: years not published yet are left out.
    """
    return _touching(_published(zone), first_year, last_year)


def computed_school_holidays(zone: str, first_year: int, last_year: int) -> list[tuple[str, date, date]]:
    """List them as the other package reckons them by rule, published or not: to compare, never to seed."""
    first_year = max(first_year, FIRST_COMPUTED)
    return _touching(_computed(zone, first_year, last_year), first_year, last_year)


def calendar_from_packages(part: CalendarPart, first_year: int, last_year: int) -> Calendar:
    """Give the calendar of a rulebook that has no database; its own schools and days are put over it by `under`."""
    return Calendar(
        holidays=dict(public_holidays(first_year, last_year, alsace_moselle=part.alsace_moselle)),
        school_holidays=tuple(
            Span(first, last, name) for name, first, last in school_holidays(part.zone, first_year, last_year)
        ),
        schools={},
    )


@lru_cache(maxsize=3)
def _published(zone: str) -> tuple[tuple[str, date, date], ...]:
    from vacances_scolaires_france import SchoolHolidayDates  # noqa: PLC0415 see above

    known = SchoolHolidayDates()
    days: dict[date, str] = {}
    for year in range(known.min_year, known.max_year + 1):
        found = known.holidays_for_year_and_zone(year, zone)
        days.update({day: details["nom_vacances"] for day, details in found.items()})
    return _spans(days)


@lru_cache(maxsize=8)
def _computed(zone: str, first_year: int, last_year: int) -> tuple[tuple[str, date, date], ...]:
    from holidays import country_holidays  # noqa: PLC0415 see above

    years = range(first_year - 1, last_year + 2)  # Christmas goes over the year's end
    found = country_holidays("FR", subdiv=f"Zone {zone}", categories=("school",), years=years, language="fr")
    return _spans(dict(found))


def _spans(days: dict[date, str]) -> tuple[tuple[str, date, date], ...]:
    spans: list[tuple[str, date, date]] = []
    for day, name in sorted(days.items()):
        if spans and spans[-1][0] == name and spans[-1][2] == day - ONE:
            spans[-1] = (name, spans[-1][1], day)
        else:
            spans.append((name, day, day))
    return tuple(spans)


def _touching(
    spans: tuple[tuple[str, date, date], ...], first_year: int, last_year: int
) -> list[tuple[str, date, date]]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return [span for span in spans if span[1] <= last and span[2] >= first]
