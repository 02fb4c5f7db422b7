"""Messages: what households and the régie write to each other."""
