"""Enrolments, bookings and attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_attendance()
    _create_booking()
    _create_enrolment()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_payer_family_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_child_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_age_group_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_activity_id"))
    op.drop_table("enrolment")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_day_unit")
    op.drop_table("booking")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_invoice_id"))
        batch_op.drop_index("ix_attendance_day_unit")
    op.drop_table("attendance")


def _create_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("arrived", sa.Time(), nullable=True),
        sa.Column("left", sa.Time(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_attendance_child_id_child")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_attendance_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_attendance_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("child_id", "unit_id", "day", name=op.f("uq_attendance_child_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_day_unit", ["day", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_invoice_id"), ["invoice_id"], unique=False)


def _create_booking() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_booking_child_id_child")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_booking_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("child_id", "unit_id", "day", name=op.f("uq_booking_child_id")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_day_unit", ["day", "unit_id"], unique=False)


def _create_enrolment() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("age_group_id", sa.Integer(), nullable=False),
        sa.Column("payer_family_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_enrolment_activity_id_activity")),
        sa.ForeignKeyConstraint(["age_group_id"], ["age_group.id"], name=op.f("fk_enrolment_age_group_id_age_group")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_enrolment_child_id_child")),
        sa.ForeignKeyConstraint(["payer_family_id"], ["family.id"], name=op.f("fk_enrolment_payer_family_id_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("child_id", "activity_id", "starts", name=op.f("uq_enrolment_child_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_age_group_id"), ["age_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_payer_family_id"), ["payer_family_id"], unique=False)
