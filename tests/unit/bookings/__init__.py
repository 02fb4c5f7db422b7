"""The room of bookings."""
