"""The documents asked of families."""
