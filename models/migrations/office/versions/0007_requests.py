"""What families ask, and what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_applied_action()
    _create_refusal_reason()
    _create_request()
    _create_request_item()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("request_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_item_request_id"))
    op.drop_table("request_item")
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index("ix_request_status_received_at")
        batch_op.drop_index(batch_op.f("ix_request_family_id"))
    op.drop_table("request")
    op.drop_table("refusal_reason")
    op.drop_table("applied_action")


def _create_applied_action() -> None:
    op.create_table(
        "applied_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_action")),
    )


def _create_refusal_reason() -> None:
    op.create_table(
        "refusal_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_reason")),
        sa.UniqueConstraint("label", name=op.f("uq_refusal_reason_label")),
    )


def _create_request() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_request_family_id_family")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_request_guardian_id_guardian")),
        sa.ForeignKeyConstraint(["reason_id"], ["refusal_reason.id"], name=op.f("fk_request_reason_id_refusal_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_family_id"), ["family_id"], unique=False)
        batch_op.create_index("ix_request_status_received_at", ["status", "received_at"], unique=False)


def _create_request_item() -> None:
    op.create_table(
        "request_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("then", sa.Text(), nullable=True),
        sa.Column("wished", sa.Text(), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("limit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_item_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_item")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_request_item_request_id")),
    )
    with op.batch_alter_table("request_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_item_request_id"), ["request_id"], unique=False)
