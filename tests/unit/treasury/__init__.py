"""The régie's till and books."""
