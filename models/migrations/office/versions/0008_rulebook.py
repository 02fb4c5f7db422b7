"""What a whole rulebook looks at: exceptional days, proofs of income, late bookings, absences, exact unit prices."""

import json
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = (
    ("quotient", "proved_on", sa.Date()),
    ("quotient", "resources_cents", sa.BigInteger()),
    ("quotient", "children", sa.Integer()),
    ("enrolment", "category", sa.String(length=200)),
    ("enrolment", "days_a_week", sa.Integer()),
    ("booking", "late", sa.JSON()),
    ("attendance", "absence", sa.String(length=200)),
    ("attendance", "absence_day", sa.Integer()),
    ("invoice_line", "unit_price_exact", sa.String(length=200)),
    ("invoice_line", "activity", sa.String(length=200)),
    ("invoice_line", "quantity_unit", sa.String(length=200)),
)


def upgrade() -> None:
    """Go forward."""
    _create_exceptional_day()
    op.execute(
        "INSERT INTO exceptional_day (kind, facility_id, starts, ends, reason)"
        " SELECT 'closed', facility_id, starts, ends, reason FROM closure"
    )
    op.drop_table("closure")
    for table, column, kind in COLUMNS:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    _require("quotient", "disabled_child", sa.Boolean(), "FALSE")
    _require("rulebook_version", "version", sa.String(length=200), "CAST(id AS VARCHAR(200))")
    _write_rulebooks_anew()
    _require("rulebook_version", "loaded_at", sa.DateTime(timezone=True), "CURRENT_TIMESTAMP")
    _require("rulebook_version", "loaded_by", sa.String(length=200), "''")
    with op.batch_alter_table("rulebook_version") as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_rulebook_version_version"), ["version"])


def downgrade() -> None:
    """Go back; the days that are not closures of a facility are forgotten, and a rulebook keeps its new words."""
    with op.batch_alter_table("rulebook_version") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_rulebook_version_version"), type_="unique")
        for column in ("version", "loaded_at", "loaded_by"):
            batch_op.drop_column(column)
    with op.batch_alter_table("quotient") as batch_op:
        batch_op.drop_column("disabled_child")
    for table, column, _ in reversed(COLUMNS):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
    _create_closure()
    op.execute(
        "INSERT INTO closure (facility_id, starts, ends, reason) SELECT facility_id, starts, ends, reason"
        " FROM exceptional_day WHERE kind = 'closed' AND facility_id IS NOT NULL"
    )
    op.drop_table("exceptional_day")


def _require(table: str, column: str, kind: "sa.types.TypeEngine[Any]", value: str) -> None:
    """Add a column that every row fills, the rows of before with a value."""
    op.add_column(table, sa.Column(column, kind, nullable=True))
    op.execute(f"UPDATE {table} SET {column} = {value}")  # noqa: S608 names written above
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(column, existing_type=kind, nullable=False)


def _create_exceptional_day() -> None:
    op.create_table(
        "exceptional_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("facility_id", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_exceptional_day_school_id_school")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_exceptional_day_facility_id_facility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptional_day")),
    )
    with op.batch_alter_table("exceptional_day") as batch_op:
        batch_op.create_index(batch_op.f("ix_exceptional_day_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exceptional_day_facility_id"), ["facility_id"], unique=False)


def _create_closure() -> None:
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facility_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_closure_facility_id_facility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure") as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_facility_id"), ["facility_id"], unique=False)


NATURES = {
    "periscolaire": "périscolaire",
    "canteen": "cantine",
    "wednesday": "mercredi",
    "holidays": "vacances",
    "creche": "crèche",
}


def _write_rulebooks_anew() -> None:
    """Write the rulebooks of before in the words of today: their keys were English, and named no activity."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, source FROM rulebook_version ORDER BY id")).all()
    known: set[str] = set()
    for row in rows:
        old = tomllib.loads(row.source, parse_float=Decimal)
        if "effective" not in old:
            continue
        version = str(old["version"]) if old["version"] not in known else f"{old['version']}-{row.id}"
        known.add(version)
        source = "\n".join(_anew(connection, {**old, "version": version}))
        statement = sa.text("UPDATE rulebook_version SET source = :source, version = :version WHERE id = :id")
        connection.execute(statement, {"source": source, "version": version, "id": row.id})


def _anew(connection: sa.Connection, old: dict[str, Any]) -> Iterator[str]:
    zone = connection.execute(sa.text("SELECT zone FROM commune")).scalar() or "B"
    yield f"nom = {_text(old['name'])}\nversion = {_text(old['version'])}\neffet = {old['effective']}\n"
    yield f'[calendrier]\nzone = "{zone}"\n'
    yield from _activities(connection)
    for notice in old["notice"]:
        verbs = ", ".join({"book": '"réserver"', "cancel": '"annuler"'}[verb] for verb in notice["operations"])
        late = {"refuse": "refuser", "ask": "demander"}[notice["late"]]
        yield f"[[delai]]\ncode = {_text(notice['code'])}\ntitre = {_text(notice['title'])}"
        yield f"activites = {_text(notice['activities'])}\noperations = [{verbs}]"
        yield f'limite = {{ {_limit(notice["limit"])} }}\nretard = "{late}"\n'
    for tariff in old["tariff"]:
        code = _text(tariff["activity"])
        yield f"[[tarif]]\ncode = {code}\ntitre = {_text(tariff['title'])}\nactivites = [{code}]"
        yield f"tranches = {tariff['bounds']}"
        for unit, prices in tariff["prices"].items():
            yield f"prix.{_text(unit)} = [{', '.join(map(str, prices))}]"
        for unit, price in tariff.get("outside", {}).items():
            yield f"exterieurs.{_text(unit)} = {price}"


def _activities(connection: sa.Connection) -> Iterator[str]:
    activities = connection.execute(
        sa.text(
            "SELECT a.id, a.code, a.name, a.kind, s.code AS service, f.code AS facility FROM activity a"
            " JOIN service s ON s.id = a.service_id JOIN facility f ON f.id = a.facility_id ORDER BY a.id"
        )
    ).all()
    units = sa.text("SELECT code, name, starts, ends, section FROM unit WHERE activity_id = :id ORDER BY position, id")
    for row in activities:
        yield f"[[activite]]\ncode = {_text(row.code)}\nnom = {_text(row.name)}\nservice = {_text(row.service)}"
        yield f"nature = {_text(NATURES[row.kind])}\netablissement = {_text(row.facility)}\nunites = ["
        for unit in connection.execute(units, {"id": row.id}):
            section = {"meals": "repas"}.get(unit.section, "accueil")
            hours = f"debut = {str(unit.starts)[:8]}, fin = {str(unit.ends)[:8]}"
            yield f'    {{ code = {_text(unit.code)}, nom = {_text(unit.name)}, {hours}, rubrique = "{section}" }},'
        yield "]\n"


def _limit(old: dict[str, Any]) -> str:
    if old["kind"] == "semaine":
        weeks = old.get("weeks", 1)
        return f'ancre = "semaine", jour = "{old["weekday"]}", semaines = {weeks}, heure = {old["at"]}'
    return f'nombre = {old["days"]}, unite = "ouvré", heure = {old["at"]}'


def _text(value: object) -> str:
    """Write a TOML text, or a list of texts."""
    return json.dumps(value, ensure_ascii=False)
