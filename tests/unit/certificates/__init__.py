"""Tax certificates."""
