"""Engines as both programs want them: SQLite with real transactions, PostgreSQL with time-outs."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

WRITES = {"writes": True}  # execution option of a transaction that will write


def make_engine(url: str) -> Engine:
    """Open a database by its URL, SQLite or PostgreSQL."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=5, max_overflow=20, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=20,
        connect_args={"options": "-c lock_timeout=20s"},
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def sqlite_url(file: Path) -> str:
    """Name a SQLite file as a URL."""
    return f"sqlite:///{file.as_posix()}"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "busy_timeout = 20000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a reader that upgrades late is refused, however long it waits."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgres(connection: Connection) -> None:
    """Let a reading transaction see one moment, as SQLite's does, and change nothing."""
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
