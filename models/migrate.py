"""Bring a database to the schema of this version, and refuse one that is newer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, inspect, text

from models.engine import WRITES

Side = Literal["office", "portal"]
HEADS: dict[Side, str] = {"office": "0013", "portal": "0002"}  # a test holds them equal to the chains' heads
FOLDER = Path(__file__).parent / "migrations"


class NewerSchemaError(Exception):
    """The database was written by a later version of the software."""


def current_revision(engine: Engine) -> str | None:
    """Read the revision a database stands at; None when it is empty."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_current(engine: Engine, side: Side) -> bool:
    """Tell whether nothing needs migrating, without importing Alembic."""
    return current_revision(engine) == HEADS[side]


def migrate(engine: Engine, side: Side, *, to: str = "head") -> None:
    """Upgrade (or, given an older revision, downgrade) one side's tables.

    Raises:
        NewerSchemaError: the database stands at a revision this version does not know.
    """
    from alembic import command  # noqa: PLC0415 half a second that an up-to-date start saves
    from alembic.script import ScriptDirectory  # noqa: PLC0415 the same
    from alembic.util import CommandError  # noqa: PLC0415 the same

    settings = alembic_settings(side)
    at = current_revision(engine)
    script = ScriptDirectory.from_config(settings)
    try:
        known = at is None or script.get_revision(at) is not None
    except CommandError:
        known = False
    if not known:
        raise NewerSchemaError(at)
    with engine.connect().execution_options(**WRITES) as connection, _rebuilding(connection), connection.begin():
        settings.attributes["connection"] = connection
        down = to == "base" or (at is not None and to != "head" and to < at)
        (command.downgrade if down else command.upgrade)(settings, to)
        if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            message = "a migration left a row that refers to nothing"
            raise RuntimeError(message)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to; keys are checked as a whole before the commit."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")  # it counts outside a transaction only
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def alembic_settings(side: Side):  # type: ignore[no-untyped-def]  # noqa: ANN201 Alembic is imported late
    """Give Alembic's configuration of one side, without a file."""
    from alembic.config import Config  # noqa: PLC0415 see migrate

    settings = Config()
    settings.set_main_option("script_location", (FOLDER / side).as_posix())
    settings.set_main_option("path_separator", "os")
    return settings
