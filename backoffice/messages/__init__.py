"""What households and the régie write to each other."""
