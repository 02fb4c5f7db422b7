"""The screen of the requests."""
