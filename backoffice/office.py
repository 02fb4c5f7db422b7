"""An open data folder: its database, clock, secrets; the only begin and commit of the office."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from backoffice.audit import Deed, write_deeds
from backoffice.clock import Clock, SystemClock, paris_day
from backoffice.errors import StaleRecord, Unavailable
from backoffice.permissions import Agent, agent_at_desk
from backoffice.sealing import Sealer
from backoffice.secrets import SEAL, DemonstrationSecrets, Secrets, SystemSecrets, new_key
from backoffice.settings import Settings, office_url, read_settings
from backoffice.sync.contract import ViewKind
from models.engine import WRITES, make_engine
from models.migrate import NewerSchemaError, current_revision, is_current, migrate
from models.office.house import PublishedView
from models.upsert import insert_into

P = ParamSpec("P")
T = TypeVar("T")
ViewKey = tuple[ViewKind, str, int]
log = logging.getLogger(__name__)


class Changed(StrEnum):
    """The kinds of thing that a write may change; screens that show them refresh."""

    STRUCTURE = "structure"
    FAMILIES = "families"
    REQUESTS = "requests"
    BOOKINGS = "bookings"
    ATTENDANCE = "attendance"
    DOCUMENTS = "documents"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    TREASURY = "treasury"
    DEBITS = "debits"
    REMINDERS = "reminders"
    MAIL = "mail"
    MESSAGES = "messages"
    PORTAL = "portal"


@dataclass(slots=True)
class Work:
    """One user action, one transaction: what a use-case works with."""

    session: Session
    agent: Agent
    now: datetime
    sealer: Sealer
    settings: Settings
    views: set[ViewKey] = field(default_factory=set)
    deeds: list[Deed] = field(default_factory=list)
    kinds: set[Changed] = field(default_factory=set)
    memo: dict[object, Any] = field(default_factory=dict)  # what this transaction holds, and need not read again

    @property
    def today(self) -> date:
        """The civil date in the town hall."""
        return paris_day(self.now)

    def show(self, kind: ViewKind, key: str | int = "", family_id: int = 0) -> None:
        """Say that a view of the portal is no longer what it was."""
        self.views.add((kind, str(key), family_id))
        self.kinds.add(Changed.PORTAL)

    def changed(self, *kinds: Changed) -> None:
        """Say which kinds of thing this action changes."""
        self.kinds.update(kinds)

    def sign(
        self,
        action: str,
        subject: str,
        subject_id: object,
        *,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
    ) -> None:
        """Enter a decision in the journal; health and bank data are named, never quoted."""
        self.deeds.append(Deed(action, subject, str(subject_id), old or {}, new or {}))

    def close(self) -> None:
        """Write down what the action left to write: stale views and the journal."""
        want_views(self.session, self.views)
        write_deeds(self.session, self.agent, self.now, self.deeds)


class Office:
    """Calls reads and use-cases, each in a transaction of its own; safe from any thread.

    Raises:
        Unavailable: the folder cannot be opened; the sentence says why.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        secrets: Secrets | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = settings or read_settings(folder)
        self.clock = clock or SystemClock()
        self.secrets = secrets or (DemonstrationSecrets() if self.settings.demonstration else SystemSecrets(folder))
        self.engine = make_engine(office_url(folder, self.settings))
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._listeners: list[Callable[[frozenset[Changed]], None]] = []
        with _plainly():
            self._bring_up_to_date()
        self.sealer = Sealer(self._seal_key())

    def now(self) -> datetime:
        """Give the moment it is, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return paris_day(self.now())

    def agent(self) -> Agent:
        """Find who works at this desk."""
        return self.read(agent_at_desk)

    def on_change(self, listener: Callable[[frozenset[Changed]], None]) -> None:
        """Tell `listener` after each commit, on the thread that wrote, which kinds of thing changed."""
        self._listeners.append(listener)

    def read(self, question: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a question from one moment of the database, and keep nothing it may have changed."""
        with _plainly(), self._sessions() as session:
            return question(session, *args, **kwargs)

    def write(self, use_case: Callable[Concatenate[Work, P], T], agent: Agent, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case and commit all of it, or nothing if it raises; then tell who listens."""
        with _plainly(), self._sessions.begin() as session:
            session.connection(execution_options=WRITES)
            work = Work(session, agent, self.now(), self.sealer, self.settings)
            answer = use_case(work, *args, **kwargs)
            session.flush()
            work.close()
        kinds = frozenset(work.kinds)
        for listener in self._listeners if kinds else ():
            listener(kinds)
        return answer

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _bring_up_to_date(self) -> None:
        if is_current(self.engine, "office"):
            return
        self._copy_before_migrating()
        try:
            migrate(self.engine, "office")
        except NewerSchemaError as error:
            message = (
                "Ce dossier a été ouvert par une version plus récente de Marelle. Rien n'a été modifié. "
                "Installez la dernière version sur ce poste."
            )
            raise Unavailable(message) from error

    def _copy_before_migrating(self) -> None:
        file = Path(self.engine.url.database or "")
        if self.engine.dialect.name == "sqlite" and (at := current_revision(self.engine)):
            with self.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            copy = file.with_name(f"{file.stem}-avant-{at}-{self.now():%Y%m%dT%H%M%S}.db")
            shutil.copy2(file, copy)
            log.info("database copied to %s before migrating", copy)

    def _seal_key(self) -> str:
        if key := self.secrets.get(SEAL):
            return key
        key = new_key()
        self.secrets.put(SEAL, key)
        return key


def want_views(session: Session, views: set[ViewKey]) -> None:
    """Mark views as no longer what the portal shows; a mark counts up, so that no change is overtaken."""
    rows = [
        {"kind": kind, "key": key, "family_id": family_id, "wanted": 1, "sent": 0}
        for kind, key, family_id in sorted(views)
    ]
    for start in range(0, len(rows), 5000):
        statement = insert_into(session, PublishedView)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["kind", "key", "family_id"], set_={"wanted": PublishedView.wanted + 1}
            ),
            rows[start : start + 5000],
        )


def database_of(engine: Engine) -> str:
    """Name a database for a diagnostic, without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn the database's own errors into sentences."""
    try:
        yield
    except StaleDataError as error:
        message = "Cette fiche vient d'être modifiée par quelqu'un d'autre. Rien n'a été enregistré : relisez-la."
        raise StaleRecord(message) from error
    except OperationalError as error:
        log.warning("database unavailable", exc_info=True)
        message = "La base de données ne répond pas. Rien n'a été enregistré. Réessayez dans un instant."
        raise Unavailable(message) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            message = "La liaison avec la base de données est coupée. Rien n'a été enregistré. Réessayez."
            raise Unavailable(message) from error
        raise
