"""The real portal beside an office, in the same process: what families see of it, and what they send through it."""

from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx
from argon2 import PasswordHasher
from sqlalchemy import event, func, select
from uuid6 import uuid7

from backoffice.office import Office
from backoffice.portal import outbox
from backoffice.portal.app import create_app
from backoffice.portal.outbox import Author, Form
from backoffice.portal.settings import PortalSettings
from backoffice.portal.store import Store, Work
from backoffice.sync.client import PortalClient
from backoffice.sync.contract import Action, FieldsChange, FieldWish, Payload, ViewKind
from backoffice.sync.loop import SyncReport, synchronise
from models.engine import sqlite_url
from models.portal import Account, OutboxAction, ShownView
from tests.engines import Shelf, compile_once, wait_for_no_disk
from tests.factories import Household, lay_empty

KEY = "cle-de-synchronisation-des-essais"


class Letterbox:
    """A portal with its own store, reached without a network."""

    def __init__(self, folder: Path, office: Office, database: str | None = None) -> None:
        fresh = not database and lay_empty(folder / "portail.db", "portal")
        settings = PortalSettings(
            database or sqlite_url(folder / "portail.db"),
            sync_key=KEY,
            secret_key="essais",
            secure=False,
            clock=office.clock.now,
            hasher=PasswordHasher(
                time_cost=1, memory_cost=8, parallelism=1
            ),  # nobody signs in: not a fifth of a second
        )
        self.app = create_app(settings)
        self.store: Store = self.app.extensions["marelle"].store
        compile_once(self.store.engine)
        wait_for_no_disk(self.store.engine)
        if fresh:
            Shelf(self.store.engine, "portal")

    def client(self, transport: httpx.BaseTransport | None = None) -> PortalClient:
        """Open the office's line; a transport in between may cut it."""
        return PortalClient("http://127.0.0.1:8765", KEY, transport=transport or httpx.WSGITransport(app=self.app))

    def turn(self, office: Office) -> SyncReport:
        """Synchronise; from states of both that other tests synchronised too, copy what it made of them."""

        def turn() -> SyncReport:
            with self.client() as client:
                return synchronise(office, client)

        return Shelf.reach(office.engine, ("turn", office.now()), turn, self.store.engine)

    def send(self, home: Household, payload: Payload) -> str:
        """Do as the family's page does, and give the action's id."""
        author = Author(home.guardian_id, home.family_id)
        form = Form.of(outbox.new_form_key(), [payload.model_dump_json()])
        return self.store.write(outbox.append, author, payload, form)

    def body(self, kind: ViewKind, key: str, family_id: int) -> dict[str, Any] | None:
        """Read what the portal shows."""

        def find(work: Work) -> dict[str, Any] | None:
            row = work.session.get(ShownView, (str(kind), key, family_id))
            return dict(row.body) if row and row.body is not None else None

        return self.store.read(find)

    def account(self, guardian_id: int) -> Account | None:
        """Read a way in."""
        return self.store.read(lambda work: work.session.get(Account, guardian_id))

    def uncollected(self) -> int:
        """Count what the office has not acknowledged."""
        query = select(func.count()).where(OutboxAction.collected_at.is_(None))
        return self.store.read(lambda work: work.session.scalar(query) or 0)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def an_action(home: Household, payload: Payload, *, at: datetime) -> Action:
    """Write an action as the portal gives it to the office."""
    return Action(id=uuid7(), received_at=at, guardian_id=home.guardian_id, family_id=home.family_id, payload=payload)


def new_fields(home: Household, **wishes: tuple[str, str]) -> FieldsChange:
    """Wish new values for the guardian's fields: name=(seen, wished)."""
    fields = tuple(FieldWish(name=name, seen=seen, wished=wished) for name, (seen, wished) in wishes.items())
    return FieldsChange(subject="guardian", subject_id=home.guardian_id, fields=fields)


class Queries:
    """Counts the statements that an office's database is given; use as a context."""

    def __init__(self, office: Office) -> None:
        self._engine, self.statements = office.engine, list[str]()

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def __len__(self) -> int:
        return len(self.statements)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.statements.append(statement)
