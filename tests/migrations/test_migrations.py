"""Each migration goes up and comes back, with data; models and schema say the same."""

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

import models.office
import models.portal
from models.base import OfficeBase, PortalBase
from models.engine import WRITES, make_engine, sqlite_url
from models.migrate import HEADS, NewerSchemaError, Side, alembic_settings, current_revision, is_current, migrate
from models.office.families import Family
from models.office.structure import Commune, Holiday
from models.vocabulary import FamilyKind

BASES = {"office": OfficeBase, "portal": PortalBase}
assert models.office, models.portal


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path):
    url = sqlite_url(tmp_path / "t.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = make_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("side", ["office", "portal"])
def test_models_and_schema_say_the_same(engine: Engine, side: Side) -> None:
    migrate(engine, side)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True, "compare_type": True})
        assert compare_metadata(context, BASES[side].metadata) == []


@pytest.mark.parametrize("side", ["office", "portal"])
def test_every_step_goes_up_and_comes_back(engine: Engine, side: Side) -> None:
    steps = [
        step.revision for step in reversed(list(ScriptDirectory.from_config(alembic_settings(side)).walk_revisions()))
    ]
    for revision in [*steps, *reversed(steps[:-1]), "base", "head"]:
        migrate(engine, side, to=revision)
        expected = {"base": None, "head": steps[-1]}.get(revision, revision)
        assert current_revision(engine) == expected
    migrate(engine, side, to="base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


@pytest.mark.parametrize("side", ["office", "portal"])
def test_the_known_head_is_the_chains(side: Side) -> None:
    assert ScriptDirectory.from_config(alembic_settings(side)).get_current_head() == HEADS[side]


def test_data_stay_through_a_second_upgrade(engine: Engine) -> None:
    migrate(engine, "office")
    with Session(engine.execution_options(**WRITES)) as session, session.begin():
        session.add(Holiday(day=date(2026, 11, 11), name="Armistice"))
        session.add(Family(number="F1", name="Œillet", search_key="oeillet", kind=FamilyKind.SINGLE, resident=True))
    migrate(engine, "office")
    assert is_current(engine, "office")
    with Session(engine) as session:
        assert session.scalars(select(Family.name)).all() == ["Œillet"]
        assert session.scalars(select(Holiday.day)).all() == [date(2026, 11, 11)]


def test_families_see_as_far_as_before_until_somebody_decides(engine: Engine) -> None:
    migrate(engine, "office", to="0012")
    town = "INSERT INTO commune (name, siret, insee, postal_code, zone, demonstration) VALUES ('V', '', '', '', 'B', FALSE)"
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.exec_driver_sql(town)
    migrate(engine, "office")
    with Session(engine) as session:
        assert session.scalars(select(Commune.weeks_ahead)).all() == [8]


def test_a_later_schema_is_refused(engine: Engine) -> None:
    migrate(engine, "office")
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchemaError):
        migrate(engine, "office")
