"""Documents sealed on arrival, payments on PayFiP, links to calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_online_payment()
    _create_upload()
    _create_feed()
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread_seen", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Go back: the tables go with what they hold."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("thread_seen")
    op.drop_table("feed")
    op.drop_table("upload")
    op.drop_table("online_payment")


def _create_online_payment() -> None:
    op.create_table(
        "online_payment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=6), nullable=False),
        sa.Column("mode", sa.String(length=1), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("basket", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("idop", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_payment")),
        sa.UniqueConstraint("guardian_id", "form_key", name=op.f("uq_online_payment_guardian_id")),
        sa.UniqueConstraint("idop", name=op.f("uq_online_payment_idop")),
        sa.UniqueConstraint("reference", name=op.f("uq_online_payment_reference")),
    )
    with op.batch_alter_table("online_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_online_payment_family_id"), ["family_id"], unique=False)
        batch_op.create_index("ix_online_payment_state", ["state"], unique=False)


def _create_upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("action_id", sa.String(length=36), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_family_id"), ["family_id"], unique=False)


def _create_feed() -> None:
    op.create_table(
        "feed",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["account.guardian_id"], name=op.f("fk_feed_guardian_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_feed")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_guardian_id"), ["guardian_id"], unique=False)
