"""The room of requests."""
