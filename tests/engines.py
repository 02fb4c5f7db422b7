"""What the engines of one run may share: a statement is compiled once, not once for each test's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect

Statements = list[tuple[str, Any]]
_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def compile_once(engine: Engine) -> Engine:
    """Give an engine that has already connected the compiled statements of those before it."""
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine


def wait_for_no_disk(engine: Engine) -> None:
    """Spare a SQLite database its fsync, as tests/servers.py does PostgreSQL's: no test cuts the machine's power."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _no_fsync)
    connection = engine.raw_connection()  # the one that opening left in the pool
    _no_fsync(connection)
    connection.close()


def _no_fsync(connection: Any, _record: object = None) -> None:
    connection.cursor().execute("PRAGMA synchronous = OFF")


@contextmanager
def recorded(engine: Engine, *verbs: str) -> Iterator[Statements]:
    """Keep the statements that begin with one of these words, and their values, to be played again elsewhere."""
    kept: Statements = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(verbs):
            kept.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(engine, "before_cursor_execute", keep)
