"""What settles what: credit notes, allocations, items of slips, debits, reminders and claims."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_online_payment()
    _create_payer_share()
    _create_remittance_item()
    _create_aid_use()
    _create_allocation()
    _create_carry_over()
    _create_contract()
    _create_credit_note()
    _create_direct_debit()
    _create_reminder_item()
    _create_treasury_claim()
    _create_write_off()
    _create_credit_note_line()


def downgrade() -> None:
    """Go back: the tables go with what they hold."""
    op.drop_table("credit_note_line")
    op.drop_table("write_off")
    op.drop_table("treasury_claim")
    op.drop_table("reminder_item")
    op.drop_table("direct_debit")
    op.drop_table("credit_note")
    op.drop_table("contract")
    op.drop_table("carry_over")
    op.drop_table("allocation")
    op.drop_table("aid_use")
    op.drop_table("remittance_item")
    op.drop_table("payer_share")
    op.drop_table("online_payment")


def _create_online_payment() -> None:
    op.create_table(
        "online_payment",
        sa.Column("idop", sa.String(length=200), nullable=False),
        sa.Column("regie_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("basket", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("payfip", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_online_payment_family_id_family")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_online_payment_payment_id_payment")),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.id"], name=op.f("fk_online_payment_regie_id_regie")),
        sa.PrimaryKeyConstraint("idop", name=op.f("pk_online_payment")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_online_payment_payment_id")),
    )
    with op.batch_alter_table("online_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_online_payment_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_online_payment_regie_id"), ["regie_id"], unique=False)


def _create_payer_share() -> None:
    op.create_table(
        "payer_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("weeks", sa.String(length=24), nullable=True),
        sa.CheckConstraint("(percent IS NULL) <> (weeks IS NULL)", name=op.f("ck_payer_share_percent_or_weeks")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_payer_share_child_id_child")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_payer_share_family_id_family")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_payer_share_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_share")),
        sa.UniqueConstraint("child_id", "service_id", "family_id", "starts", name=op.f("uq_payer_share_child_id")),
    )
    with op.batch_alter_table("payer_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payer_share_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payer_share_family_id"), ["family_id"], unique=False)


def _create_remittance_item() -> None:
    op.create_table(
        "remittance_item",
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("remittance_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_remittance_item_payment_id_payment")),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["remittance.id"], name=op.f("fk_remittance_item_remittance_id_remittance")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_remittance_item")),
    )
    with op.batch_alter_table("remittance_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remittance_item_remittance_id"), ["remittance_id"], unique=False)


def _create_aid_use() -> None:
    op.create_table(
        "aid_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["aid_grant.id"], name=op.f("fk_aid_use_grant_id_aid_grant")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_aid_use_invoice_id_invoice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_use")),
    )
    with op.batch_alter_table("aid_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aid_use_grant_id"), ["grant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_aid_use_invoice_id"), ["invoice_id"], unique=False)


def _create_allocation() -> None:
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_allocation_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_payment_id"), ["payment_id"], unique=False)


def _create_carry_over() -> None:
    op.create_table(
        "carry_over",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["invoice.id"], name=op.f("fk_carry_over_into_id_invoice")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_carry_over_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_carry_over")),
    )
    with op.batch_alter_table("carry_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carry_over_into_id"), ["into_id"], unique=False)


def _create_contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("minutes_a_week", sa.Integer(), nullable=False),
        sa.Column("weeks_hundredths", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_contract_activity_id_activity")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_contract_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_child_id"), ["child_id"], unique=False)


def _create_credit_note() -> None:
    op.create_table(
        "credit_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("freed", sa.Boolean(), nullable=False),
        sa.Column("letterhead_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_credit_note_family_id_family")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["letterhead_id"], ["letterhead.id"], name=op.f("fk_credit_note_letterhead_id_letterhead")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_credit_note_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
        sa.UniqueConstraint("service_id", "year", "rank", name=op.f("uq_credit_note_service_id")),
    )
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_note_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_note_invoice_id"), ["invoice_id"], unique=False)


def _create_direct_debit() -> None:
    op.create_table(
        "direct_debit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.String(length=24), nullable=False),
        sa.Column("end_to_end", sa.String(length=35), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("rejected_on", sa.Date(), nullable=True),
        sa.Column("reject_code", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_direct_debit_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_direct_debit_mandate_id_mandate")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_direct_debit_payment_id_payment")),
        sa.ForeignKeyConstraint(["run_id"], ["debit_run.id"], name=op.f("fk_direct_debit_run_id_debit_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_debit")),
        sa.UniqueConstraint("end_to_end", name=op.f("uq_direct_debit_end_to_end")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_direct_debit_payment_id")),
    )
    with op.batch_alter_table("direct_debit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_direct_debit_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_debit_mandate_id"), ["mandate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_debit_run_id"), ["run_id"], unique=False)


def _create_reminder_item() -> None:
    op.create_table(
        "reminder_item",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_reminder_item_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_reminder_item_reminder_id_reminder")),
        sa.PrimaryKeyConstraint("invoice_id", "rank", name=op.f("pk_reminder_item")),
    )
    with op.batch_alter_table("reminder_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_item_reminder_id"), ["reminder_id"], unique=False)


def _create_treasury_claim() -> None:
    op.create_table(
        "treasury_claim",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_treasury_claim_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["list_id"], ["claim_list.id"], name=op.f("fk_treasury_claim_list_id_claim_list")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_treasury_claim")),
    )
    with op.batch_alter_table("treasury_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_treasury_claim_list_id"), ["list_id"], unique=False)


def _create_write_off() -> None:
    op.create_table(
        "write_off",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_write_off_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_write_off")),
    )


def _create_credit_note_line() -> None:
    op.create_table(
        "credit_note_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credit_note_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("invoice_line_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("child_name", sa.String(length=200), nullable=False),
        sa.Column("section", sa.String(length=24), nullable=False),
        sa.Column("activity", sa.String(length=200), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("quantity_hundredths", sa.Integer(), nullable=False),
        sa.Column("quantity_unit", sa.String(length=200), nullable=True),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("tariff", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_credit_note_line_child_id_child")),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_credit_note_line_credit_note_id_credit_note")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_line_id"], ["invoice_line.id"], name=op.f("fk_credit_note_line_invoice_line_id_invoice_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint("credit_note_id", "position", name=op.f("uq_credit_note_line_credit_note_id")),
    )
    with op.batch_alter_table("credit_note_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_note_line_invoice_line_id"), ["invoice_line_id"], unique=False)
