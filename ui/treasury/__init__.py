"""The régie's till: what is held, deposited, closed, paid over."""
