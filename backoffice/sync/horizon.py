"""How far families see: the weeks of plannings that the portal shows, as the structure decides."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.calendar.rules import school_year, year_end
from backoffice.clock import monday
from models.office.structure import Commune, SchoolHoliday

WEEKS_BEFORE = 1
USUAL = 8  # weeks ahead
TO_YEAR_END = 0  # instead of a number of weeks


def weeks_shown(today: date, weeks_ahead: int, known: date | None = None) -> list[date]:
    """List the Mondays of the weeks that families see; the end of the school year is never nearer than usual.

    Beyond the last day `known` to the calendar holidays would look like school days: they wait, be they not near.
    """
    first, usual = monday(today) - timedelta(weeks=WEEKS_BEFORE), monday(today) + timedelta(weeks=USUAL)
    last = monday(today) + timedelta(weeks=weeks_ahead)
    if weeks_ahead == TO_YEAR_END:
        last = max(usual, monday(year_end(school_year(today))))
    if known is not None:
        last = min(last, max(usual, monday(known)))
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]


def decided(session: Session) -> tuple[int, date | None]:
    """Read what the structure decided, and the end of the last school year whose holidays the calendar has, if any."""
    latest = select(func.max(SchoolHoliday.starts)).scalar_subquery()
    found = session.execute(select(Commune.weeks_ahead, latest)).first()
    if found is None:
        return USUAL, None
    weeks_ahead, starts = found
    return weeks_ahead, year_end(school_year(starts)) if starts else None


def horizon(session: Session, today: date) -> list[date]:
    """List the Mondays of the weeks that families see, as the structure decided."""
    return weeks_shown(today, *decided(session))
