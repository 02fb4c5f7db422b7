"""The screen of the roll call."""
