"""Bookings: what may be booked or cancelled, by whom and until when."""
