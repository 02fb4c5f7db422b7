"""Families, their people and their children."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_family()
    _create_child()
    _create_guardian()
    _create_quotient()
    _create_family_child()
    _create_pickup_person()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("pickup_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pickup_person_child_id"))
    op.drop_table("pickup_person")
    with op.batch_alter_table("family_child", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_child_child_id"))
    op.drop_table("family_child")
    with op.batch_alter_table("quotient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quotient_family_id"))
    op.drop_table("quotient")
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guardian_family_id"))
    op.drop_table("guardian")
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_search_key"))
        batch_op.drop_index(batch_op.f("ix_child_school_id"))
    op.drop_table("child")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_search_key"))
    op.drop_table("family")


def _create_family() -> None:
    op.create_table(
        "family",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("resident", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("number", name=op.f("uq_family_number")),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_search_key"), ["search_key"], unique=False)


def _create_child() -> None:
    op.create_table(
        "child",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("search_key", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("class_name", sa.String(length=200), nullable=True),
        sa.Column("diet", sa.String(length=24), nullable=False),
        sa.Column("leaves_alone", sa.Boolean(), nullable=False),
        sa.Column("photo_allowed", sa.Boolean(), nullable=False),
        sa.Column("doctor", sa.String(length=200), nullable=True),
        sa.Column("health_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_child_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
    )
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_child_search_key"), ["search_key"], unique=False)


def _create_guardian() -> None:
    op.create_table(
        "guardian",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_payer", sa.Boolean(), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("mobile", sa.String(length=200), nullable=True),
        sa.Column("work_phone", sa.String(length=200), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("account_opened", sa.Boolean(), nullable=False),
        sa.Column("link_sha256", sa.String(length=64), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_guardian_family_id_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian")),
        sa.UniqueConstraint("email", name=op.f("uq_guardian_email")),
    )
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guardian_family_id"), ["family_id"], unique=False)


def _create_quotient() -> None:
    op.create_table(
        "quotient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_quotient_family_id_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotient")),
        sa.UniqueConstraint("family_id", "starts", name=op.f("uq_quotient_family_id")),
    )
    with op.batch_alter_table("quotient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotient_family_id"), ["family_id"], unique=False)


def _create_family_child() -> None:
    op.create_table(
        "family_child",
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_family_child_child_id_child")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_family_child_family_id_family")),
        sa.PrimaryKeyConstraint("family_id", "child_id", name=op.f("pk_family_child")),
    )
    with op.batch_alter_table("family_child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_child_child_id"), ["child_id"], unique=False)


def _create_pickup_person() -> None:
    op.create_table(
        "pickup_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_pickup_person_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_person")),
    )
    with op.batch_alter_table("pickup_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_person_child_id"), ["child_id"], unique=False)
