"""Writing a cell: the one place where a booking changes state."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from backoffice.office import Changed, Work
from models.office.bookings import Booking
from models.vocabulary import BookingState, Origin


def set_booking(
    work: Work,
    cell: tuple[int, int, date],
    state: BookingState,
    *,
    origin: Origin,
    request_id: UUID | None = None,
    held_only: bool = False,
) -> BookingState | None:
    """Put a cell (child, unit, day) in a state and give the state it had; a cell never booked has no row to cancel.

    With `held_only`, only a place that waits for the régie is touched: the desk may have booked it meanwhile.
    """
    child_id, unit_id, day = cell
    booking = work.session.scalar(
        select(Booking).where(Booking.child_id == child_id, Booking.unit_id == unit_id, Booking.day == day)
    )
    old = booking.state if booking else None
    if held_only and old is not BookingState.WAITING:
        return old
    if booking is None and state is BookingState.CANCELLED:
        return None
    if booking is None:
        booking = Booking(child_id=child_id, unit_id=unit_id, day=day)
        work.session.add(booking)
    booking.state, booking.origin, booking.request_id, booking.changed_at = state, origin, request_id, work.now
    work.session.flush()
    work.changed(Changed.BOOKINGS)
    return old
