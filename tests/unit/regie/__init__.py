"""The settings of a régie."""
