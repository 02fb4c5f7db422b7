"""The calendar's screen."""
