"""The screen of the families."""
