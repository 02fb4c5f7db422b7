"""What the tests of one run may share: a statement is compiled once, and so is an address of the portal."""

import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from werkzeug.routing import Rule

T = TypeVar("T")
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


def write_addresses_once() -> None:
    """Let the portals of one run share the code that werkzeug writes for each address: half of making a portal."""
    write: Any = Rule._compile_builder
    written: dict[Any, Any] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in written:
            written[key] = write(rule, append_unknown)
        return written[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]  # for the tests of one run


class Shelf:
    """States of a SQLite database, reached once in a run and put back for the tests that start from there."""

    _kept: ClassVar[dict[tuple[Any, ...], tuple[list[sqlite3.Connection], Any]]] = {}
    _shelves: ClassVar[WeakKeyDictionary[Engine, "Shelf"]] = WeakKeyDictionary()

    def __init__(self, engine: Engine, start: Any) -> None:
        """Begin with a database in which nothing has been written since its tables were laid."""
        self._file = sqlite3.connect(str(engine.url.database), check_same_thread=False)
        self._file.execute("PRAGMA synchronous = OFF")
        self._path: tuple[Any, ...] = (start,)
        self._seen = self._changes()
        self._shelves[engine] = self
        event.listen(engine, "engine_disposed", lambda _engine: self._file.close())

    @classmethod
    def reach(cls, engine: Engine, state: Any, act: Callable[[], T], *beside: Engine) -> T:
        """Go on by an act, or by copying what it made of the same state, and of those of databases beside, last time.

        Whatever was written in between by anybody, the act itself is done.
        """
        shelves = [shelf for one in (engine, *beside) if (shelf := cls._shelves.get(one))]
        if len(shelves) <= len(beside) or any(shelf._seen != shelf._changes() for shelf in shelves):
            return act()
        path = (*(shelf._path for shelf in shelves), state)
        found: T
        if path in cls._kept:
            copies, found = cls._kept[path]
            for shelf, kept in zip(shelves, copies, strict=True):
                kept.backup(shelf._file)
        else:
            found = act()
            cls._kept[path] = [shelf._copy() for shelf in shelves], found
        for at, shelf in enumerate(shelves):
            shelf._path, shelf._seen = (path, at), shelf._changes()
        return found

    def _copy(self) -> sqlite3.Connection:
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        self._file.backup(kept)
        return kept

    def _changes(self) -> int:
        """Count the commits of all the others."""
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])
