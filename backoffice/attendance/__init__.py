"""What happened on the day: who was there, from when to when; roll calls and the month's sheets."""
