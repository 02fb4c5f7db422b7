"""The payments of an invoice, of a day, as frozen rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.office.billing import Invoice
from models.office.families import Family
from models.office.payments import Allocation, Payment
from models.vocabulary import PaymentMeans


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money received, with its receipt."""

    id: int
    receipt_number: str
    invoice_id: int
    invoice_number: str
    family: str
    means: PaymentMeans
    amount_cents: int
    received_on: date
    recorded_at: datetime
    recorded_by: str
    reference: str | None
    bank: str | None


def payments_of(session: Session, invoice_id: int) -> tuple[PaymentRow, ...]:
    """List the payments of an invoice, oldest first."""
    rows = session.execute(_rows().where(Allocation.invoice_id == invoice_id).order_by(Payment.id))
    return tuple(PaymentRow(*row) for row in rows)


def day_payments(session: Session, first: date, last: date) -> tuple[PaymentRow, ...]:
    """List what was received between two days, newest first."""
    rows = session.execute(
        _rows().where(Payment.received_on.between(first, last)).order_by(Payment.received_on.desc(), Payment.id.desc())
    )
    return tuple(PaymentRow(*row) for row in rows)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Payment.id,
            Payment.receipt_number,
            Allocation.invoice_id,
            Invoice.number,
            Family.name,
            Payment.means,
            Allocation.amount_cents,
            Payment.received_on,
            Payment.recorded_at,
            Payment.recorded_by,
            Payment.reference,
            Payment.bank,
        )
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Invoice, Allocation.invoice_id == Invoice.id)
        .join(Family, Invoice.family_id == Family.id)
    )
