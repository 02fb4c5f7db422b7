"""How long each absence has lasted, kept with it: the rulebook bills its first days otherwise."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from backoffice.attendance.reasons import ranks
from models.office.bookings import Attendance
from models.office.structure import Unit
from models.vocabulary import AttendanceState

Course = tuple[int, int]  # child, activity
AROUND = timedelta(days=70)  # no rulebook bills the first days of an absence beyond 60


def number_absences(
    session: Session, written: Collection[tuple[int, int, date]], *, corrected_at: datetime | None = None
) -> None:
    """Number again the absences around the cells just written (child, unit, day); what is billed keeps its number.

    The numbers follow from the cells: they do not count as a change of theirs. After the correction of a billed day,
    `corrected_at` says that billed days are numbered again too, and await to be made good like it.
    """
    if not written:
        return
    first, last = min(day for *_, day in written) - AROUND, max(day for *_, day in written) + AROUND
    units = {row.id: row.activity_id for row in session.execute(select(Unit.id, Unit.activity_id))}
    courses = {(child_id, units[unit_id]) for child_id, unit_id, _ in written}
    near = _cells({child_id for child_id, _ in courses}, {activity for _, activity in courses}, first, last)
    away = session.execute(near.where(Attendance.state != AttendanceState.PRESENT)).all()
    absent = {(row.child_id, row.activity_id) for row in away} & courses
    if not absent:
        return
    days: dict[Course, dict[date, tuple[bool, bool]]] = defaultdict(dict)
    here = near.where(Attendance.state == AttendanceState.PRESENT, Attendance.child_id.in_({c for c, _ in absent}))
    for row in session.execute(here):
        days[row.child_id, row.activity_id][row.day] = True, False
    for row in away:
        of_course = days[row.child_id, row.activity_id]
        of_course[row.day] = row.day in of_course and of_course[row.day][0], True
    found = {course: ranks(days[course]) for course in absent}
    touched = {(child_id, units[unit_id], day) for child_id, unit_id, day in written}
    free: list[dict[str, int]] = []
    billed: list[dict[str, int]] = []
    for row in away:
        course = (row.child_id, row.activity_id)
        if course not in absent or row.absence_day == found[course][row.day]:
            continue
        stale = {"cell": row.id, "rank": found[course][row.day]}
        if row.invoice_id is None:
            free.append(stale)
        elif corrected_at and (row.absence_day is not None or (*course, row.day) in touched):
            billed.append(stale)
    _number(session, free, billed, corrected_at)


def _number(
    session: Session, free: list[dict[str, int]], billed: list[dict[str, int]], corrected_at: datetime | None
) -> None:
    numbered = update(Attendance).where(Attendance.id == bindparam("cell")).values(absence_day=bindparam("rank"))
    again = numbered.values(corrected_at=corrected_at, version=Attendance.version + 1)
    for statement, rows in ((numbered, free), (again, billed)):
        if rows:
            session.connection().execute(statement, rows)


def _cells(
    children: set[int], activities: set[int], first: date, last: date
) -> Select[int, int, int, date, int | None, int | None]:
    return (
        select(
            Attendance.id,
            Attendance.child_id,
            Unit.activity_id,
            Attendance.day,
            Attendance.absence_day,
            Attendance.invoice_id,
        )
        .join(Unit, Attendance.unit_id == Unit.id)
        .where(Attendance.child_id.in_(children), Unit.activity_id.in_(activities), Attendance.day.between(first, last))
    )
