"""The portal's database: the only begin and commit of the portal."""

from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from threading import Event, Lock
from time import sleep
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session, sessionmaker

from models.engine import WRITES, make_engine
from models.migrate import is_current, migrate

P = ParamSpec("P")
T = TypeVar("T")
Q = TypeVar("Q")
ONE_WRITER = 0x4D61726C  # the advisory lock under which PostgreSQL writes one after the other, as SQLite does

TOGETHER = 64  # deeds of one transaction, at most
MOMENT = 0.002  # seconds for which a form that all send at once waits for the others


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

    act: Callable[..., Any]
    context: Context
    asked: tuple[Any, ...] = ()  # what is done for many at a time, from a Moment
    outcome: Any = None
    error: BaseException | None = None
    done: bool = False
    told: Event = field(default_factory=Event)  # that it is done, or that it is its turn


class Store:
    """Calls reads and writes, each in a transaction of its own; safe from any thread."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        if not is_current(self.engine, "portal"):
            migrate(self.engine, "portal")
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._waiting: deque[_Deed] = deque()
        self._gate = Lock()
        self._writing = False

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

    def write_among(self, deed: Callable[[Moment, list[Q]], Sequence[T]], asked: Q) -> T:
        """Do a deed for all who ask it at the same time, in their order; give the outcome of this asking."""
        return cast("T", self._wait_for(_Deed(deed, copy_context(), asked=(asked,))))

    def _wait_for(self, mine: _Deed) -> object:
        """Wait until a deed is done: by whoever writes then, or by this thread for all who wait once it is its turn."""
        with self._gate:
            self._waiting.append(mine)
            writes, self._writing = not self._writing, True
        if not writes:
            mine.told.wait()
        if not mine.done:
            self._take_turn(mine)
        if mine.error is not None:
            raise mine.error
        return mine.outcome

    def _take_turn(self, mine: _Deed) -> None:
        deeds = [self._waiting.popleft()]  # mine
        try:
            if mine.asked:
                self._gather()
            deeds += [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER - 1))]
            self._write_down(deeds)
        finally:
            with self._gate:
                following = self._waiting[0] if self._waiting else None
                self._writing = following is not None
            for deed in [*deeds, *([following] if following else ())]:
                deed.told.set()

    def _gather(self) -> None:
        """Wait a moment, and as long as more come: at an opening, dozens are then written down together."""
        seen = -1
        while seen < len(self._waiting) < TOGETHER - 1:
            seen = len(self._waiting)
            sleep(MOMENT)

    def _write_down(self, deeds: list[_Deed]) -> None:
        try:
            with self.engine.connect().execution_options(**WRITES) as connection, connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
                for among, group in groupby(deeds, key=lambda deed: deed.act if deed.asked else None):
                    if among:
                        self._do_among(list(group), connection)
                    else:
                        self._do_each(list(group), connection, alone=len(deeds) == 1)
        except BaseException as error:  # nothing of them was kept
            for deed in deeds:
                deed.error = deed.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for deed in deeds:
                deed.done = True

    def _do_each(self, deeds: Sequence[_Deed], connection: Connection, *, alone: bool) -> None:
        """Do deeds one after the other: what one raises undoes it and nothing else."""
        mode: Literal["rollback_only", "create_savepoint"] = "rollback_only" if alone else "create_savepoint"
        for deed in deeds:
            with Session(connection, join_transaction_mode=mode, expire_on_commit=False) as session:
                try:
                    deed.outcome = deed.context.run(deed.act, Work(session, self.clock()))
                    session.commit()
                except Exception as error:
                    if alone:
                        raise
                    session.rollback()
                    _require_whole(connection, error)
                    deed.error = error

    def _do_among(self, deeds: Sequence[_Deed], connection: Connection) -> None:
        """Do one deed for all who ask it: what it raises undoes it for all of them."""
        asked = [one for deed in deeds for one in deed.asked]
        try:
            with connection.begin_nested():
                outcomes = deeds[0].context.run(deeds[0].act, Moment(connection, self.clock()), asked)
        except Exception as error:  # noqa: BLE001 each of those who asked is told
            _require_whole(connection, error)
            for deed in deeds:
                deed.error = error
            return
        for deed, outcome in zip(deeds, outcomes, strict=True):
            deed.outcome = outcome

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _require_whole(connection: Connection, error: Exception) -> None:
    """Let an error undo all if it did so already: at a full disk, SQLite also forgets what others wrote before it."""
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        raise error
