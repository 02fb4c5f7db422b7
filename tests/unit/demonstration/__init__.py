"""The demonstration commune."""
