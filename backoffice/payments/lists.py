"""The payments of an invoice, of a period, of a family, as frozen rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.payments.rules import reference_words
from models.office.billing import Invoice
from models.office.families import Family
from models.office.payments import Allocation, Payment
from models.office.treasury import Deposit, DepositItem, Remittance, RemittanceItem
from models.vocabulary import PaymentMeans, Place
from resources.french import search_key


class PaymentState(StrEnum):
    """Where the money of a payment is now."""

    IN_HAND = "in_hand"
    ON_ACCOUNT = "on_account"
    REMITTED = "remitted"
    REVERSED = "reversed"
    COUNTER = "counter"


STATE_WORDS: Mapping[PaymentState, str] = {
    PaymentState.IN_HAND: "À remettre",
    PaymentState.ON_ACCOUNT: "Sur le compte",
    PaymentState.REMITTED: "Versé au comptable",
    PaymentState.REVERSED: "Annulé",
    PaymentState.COUNTER: "Contre-écriture",
}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What a payment settles of an invoice, with its receipt."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A payment or a counter-entry with its receipt, what it settles now, and where its money is."""

    id: int
    regie_id: int
    receipt_number: str
    family_id: int
    family_number: str
    family: str
    sort_key: str
    payer: str
    means: PaymentMeans
    place: Place
    amount_cents: int
    settled_cents: int
    received_on: date
    recorded_at: datetime
    recorded_by: str
    reference: str | None
    bank: str | None
    drawer: str | None
    reason: str | None
    reverses: str | None  # the receipt that this counter-entry reverses
    reversed_by: str | None  # the counter-entry's own receipt
    deposit: str | None
    remittance: str | None
    invoices: tuple[str, ...]  # those that it settles now

    @property
    def state(self) -> PaymentState:
        """Tell where its money is."""
        if self.reverses:
            return PaymentState.COUNTER
        if self.reversed_by:
            return PaymentState.REVERSED
        if self.remittance:
            return PaymentState.REMITTED
        held = self.place is not Place.ACCOUNT and self.deposit is None
        return PaymentState.IN_HAND if held else PaymentState.ON_ACCOUNT

    @property
    def credit_cents(self) -> int:
        """What of it is still the family's."""
        return 0 if self.reverses or self.reversed_by else self.amount_cents - self.settled_cents

    @property
    def detail(self) -> str:
        """Say what the means left behind: « n° 0001234, Banque des Sources »."""
        told = (reference_words(self.means, self.reference), self.bank, self.drawer != self.payer and self.drawer)
        return ", ".join(part for part in told if part)


def payments_of(session: Session, invoice_id: int) -> tuple[PaymentRow, ...]:
    """List the payments that settle an invoice now, oldest first."""
    settles = func.sum(Allocation.amount_cents)
    query: Select[*tuple[Any, ...]] = (
        select(
            Payment.id,
            Payment.receipt_number,
            Invoice.id,
            Invoice.number,
            Family.name,
            Payment.means,
            settles,
            Payment.received_on,
            Payment.recorded_at,
            Payment.recorded_by,
            Payment.reference,
            Payment.bank,
        )
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Invoice, Allocation.invoice_id == Invoice.id)
        .join(Family, Invoice.family_id == Family.id)
        .where(Allocation.invoice_id == invoice_id)
        .group_by(Payment.id, Invoice.id, Family.id)
        .having(settles != 0)
        .order_by(Payment.id)
    )
    return tuple(PaymentRow(*row) for row in session.execute(query))


def receipts(
    session: Session,
    regie_id: int,
    first: date | None = None,
    last: date | None = None,
    *,
    means: PaymentMeans | None = None,
    family_id: int | None = None,
    search: str = "",
    limit: int = 20_000,
) -> tuple[ReceiptRow, ...]:
    """List what was received at a régie between two days, newest first.

    `search` finds a family by its names or number, a payment by its receipt, its reference or an invoice that it settles.
    """
    wanted: list[ColumnElement[bool]] = [Payment.regie_id == regie_id]
    if first is not None:
        wanted.append(Payment.received_on >= first)
    if last is not None:
        wanted.append(Payment.received_on <= last)
    if means is not None:
        wanted.append(Payment.means == means)
    if family_id is not None:
        wanted.append(Payment.family_id == family_id)
    wanted += [_holds(word) for word in search_key(search).split()]
    query = _receipts().where(*wanted).order_by(Payment.received_on.desc(), Payment.id.desc()).limit(limit)
    return _read(session, query)


def receipt(session: Session, payment_id: int) -> ReceiptRow:
    """Read one payment."""
    (row,) = _read(session, _receipts().where(Payment.id == payment_id))
    return row


def _holds(word: str) -> ColumnElement[bool]:
    settles = (
        exists()
        .where(Allocation.payment_id == Payment.id, Allocation.invoice_id == Invoice.id)
        .where(func.lower(Invoice.number).contains(word, autoescape=True))
    )
    return or_(
        Family.search_key.contains(word, autoescape=True),
        func.lower(Family.number).contains(word, autoescape=True),
        func.lower(Payment.receipt_number).contains(word, autoescape=True),
        func.lower(Payment.reference).contains(word, autoescape=True),
        settles,
    )


def _receipts() -> Select[*tuple[Any, ...]]:
    reversed_one, entry = aliased(Payment), aliased(Payment)
    return (
        select(
            Payment,
            Family.number.label("family_number"),
            Family.name.label("family"),
            Family.search_key,
            reversed_one.receipt_number.label("reverses"),
            entry.receipt_number.label("reversed_by"),
            Deposit.number.label("deposit"),
            Remittance.number.label("remittance"),
        )
        .join(Family, Payment.family_id == Family.id)
        .outerjoin(reversed_one, Payment.reverses_id == reversed_one.id)
        .outerjoin(entry, entry.reverses_id == Payment.id)
        .outerjoin(DepositItem, DepositItem.payment_id == Payment.id)
        .outerjoin(Deposit, DepositItem.deposit_id == Deposit.id)
        .outerjoin(RemittanceItem, RemittanceItem.payment_id == Payment.id)
        .outerjoin(Remittance, RemittanceItem.remittance_id == Remittance.id)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[ReceiptRow, ...]:
    rows = session.execute(query).all()
    settles = _settles(session, [row.Payment.id for row in rows])
    return tuple(_receipt(row, settles.get(row.Payment.id, {})) for row in rows)


def _settles(session: Session, payment_ids: Iterable[int]) -> Mapping[int, Mapping[str, int]]:
    cents = func.sum(Allocation.amount_cents)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for payment_id, number, settled in session.execute(
        select(Allocation.payment_id, Invoice.number, cents)
        .join(Invoice, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id.in_(list(payment_ids)))
        .group_by(Allocation.payment_id, Invoice.id)
        .having(cents != 0)
        .order_by(Allocation.payment_id, Invoice.id)
    ):
        found[payment_id][number or ""] = int(settled)
    return found


def _receipt(row: Any, settles: Mapping[str, int]) -> ReceiptRow:
    payment: Payment = row.Payment
    return ReceiptRow(
        id=payment.id,
        regie_id=payment.regie_id,
        receipt_number=payment.receipt_number,
        family_id=payment.family_id,
        family_number=row.family_number,
        family=row.family,
        sort_key=row.search_key,
        payer=payment.payer_name,
        means=payment.means,
        place=payment.place,
        amount_cents=payment.amount_cents,
        settled_cents=sum(settles.values()),
        received_on=payment.received_on,
        recorded_at=payment.recorded_at,
        recorded_by=payment.recorded_by,
        reference=payment.reference,
        bank=payment.bank,
        drawer=payment.drawer,
        reason=payment.reason,
        reverses=row.reverses,
        reversed_by=row.reversed_by,
        deposit=row.deposit,
        remittance=row.remittance,
        invoices=tuple(settles),
    )
