"""What families ask, and what the régie answers."""
