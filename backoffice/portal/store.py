"""The portal's database: the only begin and commit of the portal."""

from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session, sessionmaker

from models.engine import WRITES, make_engine
from models.migrate import is_current, migrate

P = ParamSpec("P")
T = TypeVar("T")
ONE_WRITER = 0x4D61726C  # the advisory lock under which PostgreSQL writes one after the other, as SQLite does

TOGETHER = 32  # deeds of one transaction, at most


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction, and the moment it began."""

    session: Session
    now: datetime

    @property
    def connection(self) -> Connection:
        """Give what a statement written once is run on."""
        return self.session.connection()


@dataclass(frozen=True, slots=True)
class Moment:
    """The same without a session, for the few statements that are hurried."""

    connection: Connection
    now: datetime


@dataclass(slots=True, eq=False)
class _Deed:
    """What somebody wants written down, and what became of it."""

    act: Callable[[Any], Any]
    context: Context
    single: bool = False  # one statement, from a Moment
    outcome: Any = None
    error: BaseException | None = None
    done: bool = False


class Store:
    """Calls reads and writes, each in a transaction of its own; safe from any thread."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        if not is_current(self.engine, "portal"):
            migrate(self.engine, "portal")
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._waiting: deque[_Deed] = deque()
        self._turn = Lock()

    def read(self, question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a question from one moment of the database."""
        with self._sessions() as session:
            return question(Work(session, self.clock()), *args, **kwargs)

    def look(self, question: Callable[Concatenate[Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a hurried question from one moment of the database."""
        with self.engine.connect() as connection:
            return question(Moment(connection, self.clock()), *args, **kwargs)

    def write(self, deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a deed and commit all of it, or nothing if it raises.

        Writers follow each other, and look at the clock once it is their turn: the order of the outbox is the order of
        its receipt times, and two sendings of one form never cross. Those who wait while one is written down go
        together into the next transaction, in their order: the disk is waited for once for all of them.
        """
        return cast("T", self._wait_for(_Deed(lambda work: deed(work, *args, **kwargs), copy_context())))

    def write_one(self, deed: Callable[Concatenate[Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a deed of one statement, among the others in their order: it needs neither a session nor a savepoint."""
        return cast("T", self._wait_for(_Deed(lambda one: deed(one, *args, **kwargs), copy_context(), single=True)))

    def _wait_for(self, mine: _Deed) -> object:
        self._waiting.append(mine)
        while not mine.done:
            with self._turn:
                if not mine.done:
                    self._write_down([self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER))])
        if mine.error is not None:
            raise mine.error
        return mine.outcome

    def _write_down(self, deeds: list[_Deed]) -> None:
        try:
            with self.engine.connect().execution_options(**WRITES) as connection, connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
                for deed in deeds:
                    self._do(deed, connection, alone=len(deeds) == 1)
        except BaseException as error:  # nothing of them was kept
            for deed in deeds:
                deed.error = deed.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for deed in deeds:
                deed.done = True

    def _do(self, deed: _Deed, connection: Connection, *, alone: bool) -> None:
        """Do a deed among others: what it raises undoes it and nothing else."""
        if deed.single:
            self._do_one(deed, connection, alone=alone)
            return
        mode: Literal["rollback_only", "create_savepoint"] = "rollback_only" if alone else "create_savepoint"
        with Session(connection, join_transaction_mode=mode, expire_on_commit=False) as session:
            try:
                deed.outcome = deed.context.run(deed.act, Work(session, self.clock()))
                session.commit()
            except Exception as error:
                if alone:
                    raise
                session.rollback()
                deed.error = error

    def _do_one(self, deed: _Deed, connection: Connection, *, alone: bool) -> None:
        """Do a deed of one statement: SQLite undoes it alone when it fails, PostgreSQL needs a savepoint for that."""
        bare = alone or connection.dialect.name == "sqlite"
        try:
            with nullcontext() if bare else connection.begin_nested():
                deed.outcome = deed.context.run(deed.act, Moment(connection, self.clock()))
        except Exception as error:
            if alone:
                raise
            deed.error = error

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
