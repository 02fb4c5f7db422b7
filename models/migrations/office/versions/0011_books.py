"""What issued rows and settings say of the money: aids, credits, carried amounts, debits; a payment knows its household."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPTIONAL: tuple[tuple[str, str, "sa.types.TypeEngine[Any]"], ...] = (
    ("attendance", "corrected_at", sa.DateTime(timezone=True)),
    ("contract", "agreed_ends", sa.Date()),
    ("invoice", "payfip_reference", sa.String(length=200)),
    ("invoice", "debit_on", sa.Date()),
    ("invoice", "debit_notice", sa.JSON()),
    ("invoice_line", "share_percent", sa.Integer()),
    ("payment", "drawer", sa.String(length=200)),
    ("payment", "reason", sa.Text()),
    ("regie", "cash_ceiling_cents", sa.BigInteger()),
    ("regie", "ceiling_cents", sa.BigInteger()),
    ("regie", "payfip_client", sa.String(length=6)),
    ("regie", "ics", sa.String(length=35)),
    ("regie", "iban_sealed", sa.LargeBinary()),
    ("regie", "iban_ending", sa.String(length=4)),
    ("regie", "bic", sa.String(length=11)),
    ("regie", "reminded_on", sa.Date()),
)
OF_INVOICE = (
    "(SELECT {} FROM invoice JOIN service ON service.id = invoice.service_id WHERE invoice.id = payment.invoice_id)"
)
REQUIRED: tuple[tuple[str, str, "sa.types.TypeEngine[Any]", str], ...] = (
    ("invoice", "kind", sa.String(length=24), "'month'"),
    ("invoice", "aid_cents", sa.BigInteger(), "0"),
    ("invoice", "credited_cents", sa.BigInteger(), "0"),
    ("invoice", "carried", sa.Boolean(), "FALSE"),
    ("invoice", "carried_cents", sa.BigInteger(), "0"),
    ("invoice", "previous_balance_cents", sa.BigInteger(), "0"),
    ("carry_over", "cents", sa.BigInteger(), "0"),
    ("invoice_line", "aid_cents", sa.BigInteger(), "0"),
    ("online_payment", "told", sa.JSON(), "'[]'"),
    ("payment", "regie_id", sa.Integer(), OF_INVOICE.format("service.regie_id")),
    ("payment", "family_id", sa.Integer(), OF_INVOICE.format("invoice.family_id")),
    ("payment", "payer_name", sa.String(length=200), OF_INVOICE.format("invoice.payer_name")),
    ("payment", "letterhead_id", sa.Integer(), OF_INVOICE.format("invoice.letterhead_id")),
    (
        "payment",
        "place",
        sa.String(length=24),
        "CASE means WHEN 'cash' THEN 'till' WHEN 'transfer' THEN 'account' ELSE 'values' END",
    ),
    ("regie", "carry_below_cents", sa.BigInteger(), "0"),
    ("regie", "claim_days", sa.Integer(), "50"),
    ("regie", "claim_floor_cents", sa.BigInteger(), "1500"),
    ("regie", "notice_days", sa.Integer(), "14"),
    ("regie", "rejections_allowed", sa.Integer(), "2"),
    ("service", "product_code", sa.String(length=200), "''"),
    ("service", "account", sa.String(length=200), "''"),
)
PAYMENT_KEYS = (
    ("regie_id", "regie"),
    ("family_id", "family"),
    ("letterhead_id", "letterhead"),
    ("reverses_id", "payment"),
)
OWED = "status IN ('issued', 'partly_paid')"
MEANS = (  # what the papers of before said, in small letters
    ("esp", "cash", "Espèces"),
    ("chèque", "cheque", "Chèque"),
    ("carte", "card", "Carte bancaire"),
    ("virement", "transfer", "Virement"),
    ("payfip", "online_card", "Paiement en ligne"),
    ("en ligne", "online_card", "Paiement en ligne"),
    ("prélèvement", "sepa_debit", "Prélèvement automatique"),
    ("cesu", "cesu", "CESU"),
    ("vacances", "ancv", "Chèques-vacances"),
)


def upgrade() -> None:
    """Go forward."""
    for table, column, kind in OPTIONAL:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    for table, column in (("invoice", "mandate_id"), ("invoice_line", "contract_id"), ("payment", "reverses_id")):
        op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    _require(*REQUIRED)
    with op.batch_alter_table("attendance") as batch_op:
        corrected = sa.text("corrected_at IS NOT NULL")
        batch_op.create_index(
            "ix_attendance_corrected", ["invoice_id"], sqlite_where=corrected, postgresql_where=corrected
        )
    with op.batch_alter_table("invoice") as batch_op:
        _one_draft(batch_op, "family_id", "service_id", "month", "kind")
        batch_op.create_index(
            "ix_invoice_owed", ["family_id"], sqlite_where=sa.text(OWED), postgresql_where=sa.text(OWED)
        )
        batch_op.create_index(batch_op.f("ix_invoice_mandate_id"), ["mandate_id"])
        batch_op.create_foreign_key(batch_op.f("fk_invoice_mandate_id_mandate"), "mandate", ["mandate_id"], ["id"])
    _tie_lines()
    op.execute(
        "INSERT INTO allocation (payment_id, invoice_id, amount_cents, made_on, made_at)"
        " SELECT id, invoice_id, amount_cents, received_on, recorded_at FROM payment"
    )
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_index("ix_payment_invoice_id")
        batch_op.drop_constraint("fk_payment_invoice_id_invoice", type_="foreignkey")
        batch_op.drop_column("invoice_id")
        for column, table in PAYMENT_KEYS:
            batch_op.create_foreign_key(batch_op.f(f"fk_payment_{column}_{table}"), table, [column], ["id"])
        batch_op.create_unique_constraint(batch_op.f("uq_payment_reverses_id"), ["reverses_id"])
        batch_op.create_index(batch_op.f("ix_payment_family_id"), ["family_id"])
        batch_op.create_index(batch_op.f("ix_payment_recorded_at"), ["recorded_at"])
        batch_op.create_index("ix_payment_regie_received", ["regie_id", "received_on"])
    _accept_means()
    with op.batch_alter_table("regie") as batch_op:
        batch_op.drop_column("means")


def downgrade() -> None:
    """Go back: a payment keeps the first invoice that it settled, and one that settled none is forgotten."""
    _require(("regie", "means", sa.Text(), "''"))
    _print_means()
    op.execute("DELETE FROM payment WHERE id NOT IN (SELECT payment_id FROM allocation)")
    first = "(SELECT MIN(allocation.invoice_id) FROM allocation WHERE allocation.payment_id = payment.id)"
    _require(("payment", "invoice_id", sa.Integer(), first))
    with op.batch_alter_table("payment") as batch_op:
        for name in ("ix_payment_regie_received", "ix_payment_recorded_at", "ix_payment_family_id"):
            batch_op.drop_index(name)
        batch_op.drop_constraint("uq_payment_reverses_id", type_="unique")
        for column, table in PAYMENT_KEYS:
            batch_op.drop_constraint(f"fk_payment_{column}_{table}", type_="foreignkey")
        batch_op.drop_column("reverses_id")
        batch_op.create_foreign_key(batch_op.f("fk_payment_invoice_id_invoice"), "invoice", ["invoice_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_payment_invoice_id"), ["invoice_id"])
    op.execute("DELETE FROM allocation")
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.drop_index("ix_invoice_owed")
        _one_draft(batch_op, "family_id", "service_id", "month")
        batch_op.drop_constraint("fk_invoice_mandate_id_mandate", type_="foreignkey")
        batch_op.drop_index("ix_invoice_mandate_id")
        batch_op.drop_column("mandate_id")
    _untie_lines()
    with op.batch_alter_table("attendance") as batch_op:
        batch_op.drop_index("ix_attendance_corrected")
    added = [(row[0], row[1]) for row in OPTIONAL] + [(row[0], row[1]) for row in REQUIRED]
    for changed in dict.fromkeys([table for table, _ in added]):
        with op.batch_alter_table(changed) as batch_op:
            for table, column in added:
                if table == changed:
                    batch_op.drop_column(column)


def _one_draft(batch_op: Any, *columns: str) -> None:
    """Say anew what there is one draft of at most."""
    draft = sa.text("status = 'draft'")
    batch_op.drop_index("uq_invoice_draft")
    batch_op.create_index("uq_invoice_draft", list(columns), unique=True, sqlite_where=draft, postgresql_where=draft)


def _tie_lines() -> None:
    """Tie lines to the contracts that they bill."""
    with op.batch_alter_table("invoice_line") as batch_op:
        levelled = sa.text("contract_id IS NOT NULL")
        batch_op.create_index(
            "ix_invoice_line_contract", ["contract_id"], sqlite_where=levelled, postgresql_where=levelled
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_invoice_line_contract_id_contract"), "contract", ["contract_id"], ["id"]
        )


def _untie_lines() -> None:
    """Go back on `_tie_lines`."""
    with op.batch_alter_table("invoice_line") as batch_op:
        batch_op.drop_constraint("fk_invoice_line_contract_id_contract", type_="foreignkey")
        batch_op.drop_index("ix_invoice_line_contract")
        batch_op.drop_column("contract_id")


def _require(*columns: tuple[str, str, "sa.types.TypeEngine[Any]", str]) -> None:
    """Add columns that every row fills, the rows of before with a value; each table is rebuilt once."""
    for table, column, kind, _ in columns:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    for table in dict.fromkeys([table for table, *_ in columns]):
        of_table = [(column, kind, value) for of, column, kind, value in columns if of == table]
        values = ", ".join(f"{column} = {value}" for column, _, value in of_table)
        op.execute(f"UPDATE {table} SET {values}")  # noqa: S608 names written above
        with op.batch_alter_table(table) as batch_op:
            for column, kind, _ in of_table:
                batch_op.alter_column(column, existing_type=kind, nullable=False)


def _accept_means() -> None:
    """Read what the papers said into what the act allows, for each service of the régie."""
    connection = op.get_bind()
    told = connection.execute(
        sa.text("SELECT service.id, regie.means FROM service JOIN regie ON regie.id = service.regie_id")
    ).all()
    rows = {(service, means) for service, words in told for known, means, _ in MEANS if known in words.casefold()}
    for service, means in sorted(rows):
        connection.execute(
            sa.text("INSERT INTO accepted_means (service_id, means) VALUES (:service, :means)"),
            {"service": service, "means": means},
        )


def _print_means() -> None:
    """Write what the act allows as the papers say it."""
    connection = op.get_bind()
    words = {means: text for _, means, text in reversed(MEANS)}
    found: dict[int, list[str]] = {}
    for regie, means in connection.execute(
        sa.text(
            "SELECT DISTINCT service.regie_id, accepted_means.means FROM accepted_means"
            " JOIN service ON service.id = accepted_means.service_id ORDER BY service.regie_id, accepted_means.means"
        )
    ):
        found.setdefault(regie, []).append(words.get(means, means))
    for regie, texts in found.items():
        connection.execute(
            sa.text("UPDATE regie SET means = :means WHERE id = :regie"), {"means": "\n".join(texts), "regie": regie}
        )
