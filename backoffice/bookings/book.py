"""Writing a cell: the one place where a booking changes state."""

from uuid import UUID

from sqlalchemy import select

from backoffice.bookings.absences import Cell, announce_absence, attendance_of, take_back_absence
from backoffice.bookings.late import kept
from backoffice.bookings.rules import Effect, Grant
from backoffice.bookings.waiting_entries import close_entry, live_entry
from backoffice.office import Changed, Work
from models.office.bookings import Booking
from models.vocabulary import AttendanceState, BookingState, Origin, Verdict, WaitingState

STATES = {
    Effect.BOOK: BookingState.BOOKED,
    Effect.RETURN: BookingState.BOOKED,
    Effect.HOLD: BookingState.WAITING,
    Effect.CANCEL: BookingState.CANCELLED,
    Effect.BILL: BookingState.CANCELLED,
    Effect.EXCUSE: BookingState.CANCELLED,
}
FREED = frozenset({Effect.CANCEL, Effect.BILL, Effect.EXCUSE})  # the place may go to the next
BY_DESK = "Réservé par la régie."
ABSENCES = {Effect.BILL: AttendanceState.UNJUSTIFIED, Effect.EXCUSE: AttendanceState.JUSTIFIED}


def change_cell(
    work: Work, cell: Cell, grant: Grant, *, origin: Origin, request_id: UUID | None = None, note: str = ""
) -> bool:
    """Do to a cell what a judgement grants; False when it was so already. `note` is kept with an absence, or says how a place was taken from the list.

    Raises:
        RefusedByRule: the day is billed already.
    """
    if grant.effect is Effect.NOTHING:
        return False
    booking = _booking(work, cell)
    state, absence = STATES[grant.effect], ABSENCES.get(grant.effect)
    if absence is AttendanceState.JUSTIFIED and attendance_of(work, cell) is not None:  # pointed while the proof came
        announce_absence(work, cell, absence, note)
        return True
    if booking is None and state is BookingState.CANCELLED:  # never booked: nothing to cancel
        return False
    if booking is None:
        booking = Booking(child_id=cell[0], unit_id=cell[1], day=cell[2])
        work.session.add(booking)
    changed = booking.state is not state
    if absence is None:
        booking.late = kept(grant.late)
    elif booking.state is BookingState.BOOKED:  # a booking made late keeps its price: so does the absence
        announce_absence(work, cell, absence, note)
    booking.state, booking.origin, booking.request_id, booking.changed_at = state, origin, request_id, work.now
    if grant.effect is Effect.RETURN:
        take_back_absence(work, cell)
    work.session.flush()
    if state is BookingState.BOOKED and (entry := live_entry(work.session, cell)) is not None:
        why = note if note and origin is Origin.PORTAL else BY_DESK
        close_entry(work, entry, WaitingState.TAKEN, Verdict.ACCEPTED, why)
    work.changed(Changed.BOOKINGS)
    return changed


def release_place(work: Work, cell: Cell) -> None:
    """Give back a place that waits for the régie; the desk may have booked it meanwhile, and then it is kept."""
    booking = _booking(work, cell)
    if booking is not None and booking.state is BookingState.WAITING:
        booking.state, booking.changed_at = BookingState.CANCELLED, work.now
        work.session.flush()
        work.changed(Changed.BOOKINGS)


def _booking(work: Work, cell: Cell) -> Booking | None:
    child_id, unit_id, day = cell
    mine = (Booking.child_id == child_id, Booking.unit_id == unit_id, Booking.day == day)
    return work.session.scalar(select(Booking).where(*mine))
