"""The absences that a late cancellation announces.

A cancellation that comes too late frees the place, and is written down as an absence at once: billing bills attendance,
never bookings, so that this absence is billed, explained and corrected like any other; the roll call no longer expects
the child, and says why.
"""

from datetime import date

from sqlalchemy import select

from backoffice.attendance.absences import number_absences
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from models.office.bookings import Attendance
from models.vocabulary import AttendanceState
from resources.french import short_date

Cell = tuple[int, int, date]  # child, unit, day


def announce_absence(work: Work, cell: Cell, state: AttendanceState, note: str) -> None:
    """Write an absence down before its day.

    Raises:
        RefusedByRule: the day is billed already.
    """
    seen = attendance_of(work, cell)
    if seen is None:
        seen = Attendance(child_id=cell[0], unit_id=cell[1], day=cell[2])
        work.session.add(seen)
    else:
        _refuse_billed(seen)
    old = seen.state
    seen.state, seen.arrived, seen.left, seen.note = state, None, None, note or None
    _note(work, cell, old, state)


def take_back_absence(work: Work, cell: Cell) -> None:
    """Forget an absence announced for a day to come: the child comes after all.

    Raises:
        RefusedByRule: the day is billed already.
    """
    seen = attendance_of(work, cell)
    if seen is not None and seen.day > work.today:
        _refuse_billed(seen)
        work.session.delete(seen)
        _note(work, cell, seen.state, None)


def attendance_of(work: Work, cell: Cell) -> Attendance | None:
    """Find what was seen, or announced, of a cell."""
    child_id, unit_id, day = cell
    mine = (Attendance.child_id == child_id, Attendance.unit_id == unit_id, Attendance.day == day)
    return work.session.scalar(select(Attendance).where(*mine))


def _refuse_billed(seen: Attendance) -> None:
    if seen.invoice_id is not None:
        message = f"L'absence du {short_date(seen.day)} est déjà facturée\u202f: elle ne se change plus ici. Rien n'a été modifié."
        raise RefusedByRule(message)


def _note(work: Work, cell: Cell, old: AttendanceState | None, new: AttendanceState | None) -> None:
    """Sign as a pointing is signed, so that whoever points this cell later is told who wrote it; count its day anew."""
    name = f"child {cell[0]}, unit {cell[1]}"
    work.session.flush()
    work.sign("attendance.record", "attendance", cell[2].isoformat(), old={name: old or ""}, new={name: new or ""})
    number_absences(work.session, [cell])
    work.changed(Changed.ATTENDANCE)
