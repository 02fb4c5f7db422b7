"""The portal's database: the only begin and commit of the portal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.engine import WRITES, make_engine
from models.migrate import is_current, migrate

P = ParamSpec("P")
T = TypeVar("T")
ONE_WRITER = 0x4D61726C  # the advisory lock under which PostgreSQL writes one after the other, as SQLite does


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction, and the moment it began."""

    session: Session
    now: datetime


class Store:
    """Calls reads and writes, each in a transaction of its own; safe from any thread."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        if not is_current(self.engine, "portal"):
            migrate(self.engine, "portal")
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def read(self, question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a question from one moment of the database."""
        with self._sessions() as session:
            return question(Work(session, self.clock()), *args, **kwargs)

    def write(self, deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a deed and commit all of it, or nothing if it raises.

        Writers follow each other, and look at the clock once it is their turn: the order of the outbox is the order of
        its receipt times, and two sendings of one form never cross.
        """
        with self._sessions.begin() as session:
            connection = session.connection(execution_options=WRITES)
            if connection.dialect.name == "postgresql":
                session.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
            return deed(Work(session, self.clock()), *args, **kwargs)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
