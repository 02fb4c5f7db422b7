"""INSERT … ON CONFLICT, which SQLite and PostgreSQL both have and SQLAlchemy gives by dialect."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, table: type[Any]) -> Any:
    """Start an insert that may say what to do when the key exists."""
    dialect = session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)
