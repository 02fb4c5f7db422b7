"""Who comes when: the bookings of an activity's week."""
