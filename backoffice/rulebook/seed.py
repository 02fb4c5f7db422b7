"""Seed the calendar's snapshot from the packages that know French holidays; the snapshot is edited afterwards."""

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.office.structure import Holiday, SchoolHoliday


def seed_calendar(session: Session, *, zone: str, first_year: int, last_year: int) -> None:
    """Replace the snapshot by what the packages say of these years."""
    session.execute(delete(Holiday))
    session.execute(delete(SchoolHoliday))
    session.add_all(Holiday(day=day, name=name) for day, name in public_holidays(first_year, last_year))
    session.add_all(
        SchoolHoliday(name=name, starts=first, ends=last)
        for name, first, last in school_holidays(zone, first_year, last_year)
    )
    session.flush()


def public_holidays(first_year: int, last_year: int) -> list[tuple[date, str]]:
    """List metropolitan France's public holidays (without those of Alsace-Moselle)."""
    from holidays import country_holidays  # noqa: PLC0415 only seeding needs it

    found = country_holidays("FR", years=range(first_year, last_year + 1), language="fr")
    return sorted(found.items())


def school_holidays(zone: str, first_year: int, last_year: int) -> list[tuple[str, date, date]]:
    """List a zone's school holidays as (name, first, last day without class); years not published yet are left out."""
    from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException  # noqa: PLC0415 see above

    days: dict[date, str] = {}
    known = SchoolHolidayDates()
    for year in range(first_year, last_year + 1):
        try:
            year_days = known.holidays_for_year_and_zone(year, zone)
        except UnsupportedYearException:
            continue
        days.update({day: details["nom_vacances"] for day, details in year_days.items()})
    spans: list[tuple[str, date, date]] = []
    for day, name in sorted(days.items()):
        if spans and spans[-1][0] == name and spans[-1][2] == day - timedelta(days=1):
            spans[-1] = (name, spans[-1][1], day)
        else:
            spans.append((name, day, day))
    return spans
