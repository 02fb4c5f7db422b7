"""The room of families."""
