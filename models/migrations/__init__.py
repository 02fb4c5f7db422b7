"""Alembic migrations: one chain for the office, one for the portal."""
