"""The room of legal texts."""
