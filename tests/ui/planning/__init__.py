"""The screen of the bookings."""
