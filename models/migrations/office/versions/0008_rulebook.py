"""What a whole rulebook looks at: exceptional days, proofs of income, late bookings, absences, exact unit prices."""

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
    _require("rulebook_version", "loaded_at", sa.DateTime(timezone=True), "CURRENT_TIMESTAMP")
    _require("rulebook_version", "loaded_by", sa.String(length=200), "''")
    with op.batch_alter_table("rulebook_version") as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_rulebook_version_version"), ["version"])


def downgrade() -> None:
    """Go back; the days that are not closures of a facility are forgotten."""
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
