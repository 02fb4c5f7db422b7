"""The money that comes in and where it is, what is agreed beforehand, debits and reminders: their books."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_paper()
    _create_bank_file()
    _create_claim_list()
    _create_closing()
    _create_debit_run()
    _create_deposit()
    _create_mandate()
    _create_reminder()
    _create_reminder_level()
    _create_reminder_stop()
    _create_remittance()
    _create_tax_certificate()
    _create_accepted_means()
    _create_aid_grant()
    _create_deposit_item()


def downgrade() -> None:
    """Go back: the tables go with what they hold."""
    op.drop_table("deposit_item")
    op.drop_table("aid_grant")
    op.drop_table("accepted_means")
    op.drop_table("tax_certificate")
    op.drop_table("remittance")
    op.drop_table("reminder_stop")
    op.drop_table("reminder_level")
    op.drop_table("reminder")
    op.drop_table("mandate")
    op.drop_table("deposit")
    op.drop_table("debit_run")
    op.drop_table("closing")
    op.drop_table("claim_list")
    op.drop_table("bank_file")
    op.drop_table("paper")


def _create_paper() -> None:
    op.create_table(
        "paper",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_paper")),
    )


def _create_bank_file() -> None:
    op.create_table(
        "bank_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.String(length=200), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_bank_file_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("message", name=op.f("uq_bank_file_message")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_file_sha256")),
    )
    with op.batch_alter_table("bank_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_file_regie_id"), ["regie_id"], unique=False)


def _create_claim_list() -> None:
    op.create_table(
        "claim_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("workbook", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_claim_list_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_list")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_list_number")),
    )
    with op.batch_alter_table("claim_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_list_regie_id"), ["regie_id"], unique=False)


def _create_closing() -> None:
    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_closing_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("regie_id", "kind", "day", name=op.f("uq_closing_regie_id")),
    )


def _create_debit_run() -> None:
    op.create_table(
        "debit_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("scheme", sa.String(length=200), nullable=False),
        sa.Column("debit_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_debit_run_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_run")),
        sa.UniqueConstraint("number", name=op.f("uq_debit_run_number")),
    )
    with op.batch_alter_table("debit_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_debit_run_regie_id"), ["regie_id"], unique=False)


def _create_deposit() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_deposit_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("number", name=op.f("uq_deposit_number")),
    )
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposit_regie_id"), ["regie_id"], unique=False)


def _create_mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("rum", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("one_off", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("iban_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("iban_ending", sa.String(length=200), nullable=False),
        sa.Column("bic", sa.String(length=200), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at_place", sa.String(length=200), nullable=True),
        sa.Column("first_debit_on", sa.Date(), nullable=True),
        sa.Column("last_debit_on", sa.Date(), nullable=True),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_mandate_family_id_family")),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_mandate_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("rum", name=op.f("uq_mandate_rum")),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandate_regie_id"), ["regie_id"], unique=False)


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("mailed_to", sa.String(length=200), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_reminder_family_id_family")),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_reminder_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_regie_id"), ["regie_id"], unique=False)


def _create_reminder_level() -> None:
    op.create_table(
        "reminder_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_letter", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_reminder_level_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_level")),
        sa.UniqueConstraint("regie_id", "rank", name=op.f("uq_reminder_level_regie_id")),
    )
    with op.batch_alter_table("reminder_level", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_level_regie_id"), ["regie_id"], unique=False)


def _create_reminder_stop() -> None:
    op.create_table(
        "reminder_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_reminder_stop_family_id_family")),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_reminder_stop_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stop")),
    )
    with op.batch_alter_table("reminder_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_stop_family_id"), ["family_id"], unique=False)


def _create_remittance() -> None:
    op.create_table(
        "remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_remittance_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("number", name=op.f("uq_remittance_number")),
    )
    with op.batch_alter_table("remittance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remittance_regie_id"), ["regie_id"], unique=False)


def _create_tax_certificate() -> None:
    op.create_table(
        "tax_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_tax_certificate_family_id_family")),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_tax_certificate_regie_id_regie")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_certificate")),
        sa.UniqueConstraint("regie_id", "family_id", "year", "edition", name=op.f("uq_tax_certificate_regie_id")),
    )
    with op.batch_alter_table("tax_certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tax_certificate_family_id"), ["family_id"], unique=False)


def _create_accepted_means() -> None:
    op.create_table(
        "accepted_means",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=False),
        sa.Column("below_age", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_accepted_means_service_id_service")),
        sa.PrimaryKeyConstraint("service_id", "means", name=op.f("pk_accepted_means")),
    )


def _create_aid_grant() -> None:
    op.create_table(
        "aid_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_aid_grant_child_id_child")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_aid_grant_family_id_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_grant")),
    )
    with op.batch_alter_table("aid_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aid_grant_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_aid_grant_family_id"), ["family_id"], unique=False)


def _create_deposit_item() -> None:
    op.create_table(
        "deposit_item",
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_item_deposit_id_deposit")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_deposit_item_payment_id_payment")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_deposit_item")),
    )
    with op.batch_alter_table("deposit_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposit_item_deposit_id"), ["deposit_id"], unique=False)
