"""The calendar kept in the database, which agents may correct: read as a value."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.rulebook.calendar import NATURES, Calendar, ExceptionalDays, OpeningDays, Span
from backoffice.rulebook.file.words import Exceptional, Nature
from models.office.structure import Activity, ExceptionalDay, Facility, Holiday, School, SchoolHoliday
from models.vocabulary import ActivityKind

KINDS = {kind: NATURES[Nature[kind.name]] for kind in ActivityKind}


def read_calendar(session: Session) -> Calendar:
    """Read the snapshot, some small queries; an activity that no rulebook declares opens as its kind does."""
    facilities = {row.id: row.code for row in session.execute(select(Facility.id, Facility.code))}
    schools = session.execute(select(School.id, School.code, School.weekdays)).all()
    school_codes = {row.id: row.code for row in schools}
    activities = session.execute(select(Activity.code, Activity.kind, Activity.facility_id))
    return Calendar(
        holidays={row.day: row.name for row in session.execute(select(Holiday.day, Holiday.name))},
        school_holidays=tuple(
            Span(row.starts, row.ends, row.name)
            for row in session.execute(
                select(SchoolHoliday.name, SchoolHoliday.starts, SchoolHoliday.ends).order_by(SchoolHoliday.starts)
            )
        ),
        schools={row.code: frozenset(int(weekday) - 1 for weekday in row.weekdays) for row in schools},
        exceptions=tuple(
            ExceptionalDays(
                span=Span(row.starts, row.ends, row.reason),
                kind=Exceptional[row.kind.name],
                school=school_codes.get(row.school_id or 0),
                facility=facilities.get(row.facility_id or 0),
            )
            for row in session.scalars(select(ExceptionalDay).order_by(ExceptionalDay.starts, ExceptionalDay.id))
        ),
        activities={row.code: _opening(row.kind, facilities[row.facility_id]) for row in activities},
    )


def _opening(kind: ActivityKind, facility: str) -> OpeningDays:
    usual = KINDS[kind]
    return OpeningDays(usual.periods, usual.weekdays, usual.with_class, facility)
