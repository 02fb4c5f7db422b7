"""What must hold of a régie's books at any moment, looked at in the rows alone."""

import hashlib
import json
from collections import defaultdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import OfficeBase
from models.office.billing import (
    PAYABLE,
    CarryOver,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    InvoicePdf,
    NumberSeries,
)
from models.office.contracts import AidUse
from models.office.debits import DirectDebit
from models.office.payments import Allocation, Payment
from models.office.reminders import TreasuryClaim, WriteOff
from models.office.treasury import Closing, Deposit, DepositItem, Paper, Remittance, RemittanceItem
from models.vocabulary import InvoiceStatus, Place

FROZEN: tuple[type[OfficeBase], ...] = (
    Allocation, CarryOver, Closing, CreditNote, CreditNoteLine, Deposit, DepositItem, InvoicePdf, Paper, Payment, Remittance,
    RemittanceItem, TreasuryClaim, WriteOff,
)  # fmt: skip
MOVING = {"status", "paid_cents", "credited_cents", "version"}  # of an issued invoice

Prints = dict[tuple[str, str], str]


def prints(session: Session) -> Prints:
    """Give the fingerprint of every row that was issued."""
    found: Prints = {}
    for table in FROZEN:
        for row in session.execute(select(table.__table__)).mappings():
            found[table.__tablename__, _key(table, row)] = _digest(row)
    issued = select(Invoice.__table__).where(Invoice.number.is_not(None))
    for row in session.execute(issued).mappings():
        found["invoice", str(row["id"])] = _digest({k: v for k, v in row.items() if k not in MOVING})
    lines = select(InvoiceLine.__table__).join(Invoice, InvoiceLine.invoice_id == Invoice.id)
    for row in session.execute(lines.where(Invoice.number.is_not(None))).mappings():
        found["invoice_line", str(row["id"])] = _digest(row)
    return found


def check_invoices(session: Session) -> None:
    """Sum of lines = totals; balances = invoices − aids − credits − payments; an invoice never owes less than nothing."""
    lines, aids = _sums(session, InvoiceLine.invoice_id, InvoiceLine.amount_cents, InvoiceLine.aid_cents)
    used = _sum(session, AidUse.invoice_id, AidUse.amount_cents)
    paid = _sum(session, Allocation.invoice_id, Allocation.amount_cents)
    credited = _sum(session, CreditNote.invoice_id, CreditNote.total_cents)
    for invoice in session.scalars(select(Invoice).where(Invoice.number.is_not(None))):
        assert invoice.total_cents == lines[invoice.id]
        assert invoice.aid_cents == aids[invoice.id] >= used[invoice.id] >= 0
        assert invoice.paid_cents == paid[invoice.id] >= 0
        assert invoice.credited_cents == credited[invoice.id] >= 0
        assert invoice.balance_cents == invoice.total_cents - aids[invoice.id] - credited[invoice.id] - paid[invoice.id]
        assert invoice.balance_cents >= 0
        assert (invoice.status in PAYABLE) <= (invoice.balance_cents > 0)
        if invoice.status is InvoiceStatus.PAID:
            assert invoice.balance_cents == 0
    notes, _ = _sums(session, CreditNoteLine.credit_note_id, CreditNoteLine.amount_cents, CreditNoteLine.amount_cents)
    for note in session.scalars(select(CreditNote)):
        assert note.total_cents == notes[note.id] > 0


def check_carried(session: Session) -> None:
    """What waits for another invoice is asked once, for what its paper says; a debit never asks for more than announced."""
    taken = _sum(session, CarryOver.into_id, CarryOver.cents)
    issued = {row.id: row for row in session.scalars(select(Invoice).where(Invoice.number.is_not(None)))}
    for invoice in issued.values():
        assert invoice.carried_cents == taken[invoice.id]
    for carry in session.scalars(select(CarryOver)):
        assert issued[carry.invoice_id].carried
        assert not issued[carry.into_id].carried
        assert 0 < carry.cents <= issued[carry.invoice_id].net_cents
    for debit in session.scalars(select(DirectDebit)):
        invoice = issued[debit.invoice_id]
        assert 0 < debit.amount_cents <= invoice.net_cents + invoice.carried_cents
        assert invoice.debit_on is not None


def check_payments(session: Session) -> None:
    """A payment settles at most what it holds; one that was reversed settles nothing."""
    settled = _sum(session, Allocation.payment_id, Allocation.amount_cents)
    payments = session.scalars(select(Payment)).all()
    reversed_by = {payment.reverses_id: payment for payment in payments if payment.reverses_id}
    for payment in payments:
        assert 0 <= settled[payment.id] <= max(0, payment.amount_cents)
        if (entry := reversed_by.get(payment.id)) is not None:
            assert (entry.amount_cents, settled[payment.id]) == (-payment.amount_cents, 0)
            assert entry.means is payment.means


def check_series(session: Session) -> None:
    """Every series goes from 1 to its last, without a gap or a double."""
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column in (Invoice.number, CreditNote.number, Payment.receipt_number, Deposit.number, Remittance.number):
        for number in session.scalars(select(column).where(column.is_not(None))):
            scope, year, rank = number.rsplit("-", 2)
            numbers[scope, int(year)].append(int(rank))
    for ranks in numbers.values():
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
    lasts = sorted(
        session.scalars(select(NumberSeries.last).where(NumberSeries.kind.not_in(["debit_run", "claim_list"])))
    )
    assert lasts == sorted(len(ranks) for ranks in numbers.values())


def places(session: Session) -> dict[str, int]:
    """Find again, payment by payment, where the money is."""
    deposited = set(session.scalars(select(DepositItem.payment_id)))
    remitted = set(session.scalars(select(RemittanceItem.payment_id)))
    found = dict.fromkeys(("till", "values", "account", "paid over"), 0)
    for payment in session.scalars(select(Payment)):
        if payment.id in remitted:
            where = "paid over"
        elif payment.place is Place.ACCOUNT or payment.id in deposited:
            where = "account"
        else:
            where = "till" if payment.place is Place.TILL else "values"
        found[where] += payment.amount_cents
    assert found["till"] >= 0
    assert found["values"] >= 0
    assert sum(found.values()) == (session.scalar(select(func.sum(Payment.amount_cents))) or 0)
    return found


def _sum(session: Session, by: Any, cents: Any) -> defaultdict[int, int]:
    rows = session.execute(select(by, func.sum(cents)).group_by(by))
    return defaultdict(int, {key: int(value) for key, value in rows})


def _sums(session: Session, by: Any, first: Any, second: Any) -> tuple[defaultdict[int, int], defaultdict[int, int]]:
    return _sum(session, by, first), _sum(session, by, second)


def _key(table: type[OfficeBase], row: Any) -> str:
    return "/".join(str(row[column.name]) for column in table.__table__.primary_key)


def _digest(row: Any) -> str:
    told = {key: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for key, value in row.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
