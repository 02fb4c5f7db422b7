"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_account()
    _create_attachment()
    _create_guess()
    _create_outbox_action()
    _create_shown_view()
    _create_connection()
    _create_sign_in()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_guardian_id"))
    op.drop_table("sign_in")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_connection_guardian_id"))
    op.drop_table("connection")
    with op.batch_alter_table("shown_view", schema=None) as batch_op:
        batch_op.drop_index("ix_shown_view_family_kind")
    op.drop_table("shown_view")
    with op.batch_alter_table("outbox_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_action_family_id"))
        batch_op.drop_index("ix_outbox_action_collected_seq")
    op.drop_table("outbox_action")
    with op.batch_alter_table("guess", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guess_at"))
    op.drop_table("guess")
    op.drop_table("attachment")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_link_hash"))
        batch_op.drop_index(batch_op.f("ix_account_family_id"))
        batch_op.drop_index(batch_op.f("ix_account_email"))
    op.drop_table("account")


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("guardian_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_link_hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("guardian_id", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_link_hash"), ["link_hash"], unique=False)


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "family_id", name=op.f("pk_attachment")),
    )


def _create_guess() -> None:
    op.create_table(
        "guess",
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_guess")),
    )
    with op.batch_alter_table("guess", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guess_at"), ["at"], unique=False)


def _create_outbox_action() -> None:
    op.create_table(
        "outbox_action",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox_action")),
        sa.UniqueConstraint("guardian_id", "form_key", name=op.f("uq_outbox_action_guardian_id")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_action_id")),
    )
    with op.batch_alter_table("outbox_action", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_action_collected_seq", ["collected_at", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_action_family_id"), ["family_id"], unique=False)


def _create_shown_view() -> None:
    op.create_table(
        "shown_view",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "family_id", name=op.f("pk_shown_view")),
    )
    with op.batch_alter_table("shown_view", schema=None) as batch_op:
        batch_op.create_index("ix_shown_view_family_kind", ["family_id", "kind"], unique=False)


def _create_connection() -> None:
    op.create_table(
        "connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["account.guardian_id"], name=op.f("fk_connection_guardian_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_connection_guardian_id"), ["guardian_id"], unique=False)


def _create_sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guardian_id"], ["account.guardian_id"], name=op.f("fk_sign_in_guardian_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_guardian_id"), ["guardian_id"], unique=False)
