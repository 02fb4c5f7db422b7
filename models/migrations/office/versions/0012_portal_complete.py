"""What the portal lets families do: waiting lists, enrolments, documents, messages; what the structure decides of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ADDED: tuple[tuple[str, str, "sa.types.TypeEngine[Any]"], ...] = (
    ("activity", "answer_hours", sa.Integer()),
    ("age_group", "age_from", sa.Integer()),
    ("age_group", "age_to", sa.Integer()),
    ("document_kind", "months_valid", sa.Integer()),
    ("request_item", "sealed", sa.LargeBinary()),
)
REQUIRED: tuple[tuple[str, str, "sa.types.TypeEngine[Any]", str], ...] = (
    ("activity", "waiting_list", sa.Boolean(), "FALSE"),
    ("document_kind", "asked", sa.Boolean(), "TRUE"),
    ("pickup_person", "contact", sa.Boolean(), "FALSE"),
    ("regie", "payfip_mode", sa.String(length=1), "'T'"),
)

OF_FAMILY = "fk_pickup_person_family_id_family"


def upgrade() -> None:
    """Go forward."""
    _create_field_rule()
    _create_portal_notice()
    _create_publication()
    _create_message()
    _create_document_file()
    _create_enrolment_opening()
    _create_opening_document()
    _create_waiting_entry()
    for table, column, kind in ADDED:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    for table, column, kind, value in REQUIRED:
        op.add_column(table, sa.Column(column, kind, nullable=True))
        op.execute(f"UPDATE {table} SET {column} = {value}")  # noqa: S608 names written above
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(column, existing_type=kind, nullable=False)
    with op.batch_alter_table("pickup_person") as batch_op:
        batch_op.add_column(sa.Column("family_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f(OF_FAMILY), "family", ["family_id"], ["id"])
    op.create_index("ix_request_item_subject_id_day", "request_item", ["subject_id", "day"], unique=False)


def downgrade() -> None:
    """Go back: the tables go with what they hold."""
    op.drop_index("ix_request_item_subject_id_day", "request_item")
    with op.batch_alter_table("pickup_person") as batch_op:
        batch_op.drop_constraint(op.f(OF_FAMILY), type_="foreignkey")
        batch_op.drop_column("family_id")
    added = [(row[0], row[1]) for row in ADDED] + [(row[0], row[1]) for row in REQUIRED]
    for changed in dict.fromkeys([table for table, _ in added]):
        with op.batch_alter_table(changed) as batch_op:
            for table, column in added:
                if table == changed:
                    batch_op.drop_column(column)
    op.drop_table("waiting_entry")
    op.drop_table("opening_document")
    op.drop_table("enrolment_opening")
    op.drop_table("document_file")
    op.drop_table("message")
    op.drop_table("publication")
    op.drop_table("portal_notice")
    op.drop_table("field_rule")


def _create_field_rule() -> None:
    op.create_table(
        "field_rule",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("editable", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "name", name=op.f("pk_field_rule")),
    )


def _create_portal_notice() -> None:
    op.create_table(
        "portal_notice",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_portal_notice")),
    )


def _create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("to_return", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_message_family_id_family")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_message_guardian_id_guardian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("action_id", name=op.f("uq_message_action_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_family_id"), ["family_id"], unique=False)


def _create_document_file() -> None:
    op.create_table(
        "document_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_file_document_id_document")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_document_file_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_file")),
    )
    with op.batch_alter_table("document_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_file_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_file_request_id"), ["request_id"], unique=False)


def _create_enrolment_opening() -> None:
    op.create_table(
        "enrolment_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("residents_only", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_enrolment_opening_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_opening")),
    )
    with op.batch_alter_table("enrolment_opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_opening_activity_id"), ["activity_id"], unique=False)


def _create_opening_document() -> None:
    op.create_table(
        "opening_document",
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["document_kind.id"], name=op.f("fk_opening_document_kind_id_document_kind")
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["enrolment_opening.id"],
            name=op.f("fk_opening_document_opening_id_enrolment_opening"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opening_id", "kind_id", name=op.f("pk_opening_document")),
    )


def _create_waiting_entry() -> None:
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("age_group_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["age_group_id"], ["age_group.id"], name=op.f("fk_waiting_entry_age_group_id_age_group")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_waiting_entry_child_id_child")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_waiting_entry_family_id_family")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_waiting_entry_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entry")),
    )
    with op.batch_alter_table("waiting_entry", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_entry_day_unit", ["day", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_entry_family_id"), ["family_id"], unique=False)
        batch_op.create_index(
            "uq_waiting_entry_live",
            ["child_id", "unit_id", "day"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )
