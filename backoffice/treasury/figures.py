"""What a period of a régie's books adds up to: what its closing freezes."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from backoffice.treasury.balance import balance
from models.office.billing import CreditNote, Invoice
from models.office.payments import Allocation, Payment
from models.office.structure import Service
from models.office.treasury import Closing, Deposit, DepositItem, Remittance
from models.vocabulary import ClosingKind, PaymentMeans

Figures = dict[str, Any]


def figures_of(session: Session, regie_id: int, kind: ClosingKind, first: date, last: date) -> Figures:
    """Add a period up, first and last days included, by the days of the books."""
    receipts = _receipts(session, regie_id, first, last)
    products = _products(session, regie_id, first, last)
    total = sum(line["cents"] - line["reversed_cents"] for line in receipts)
    return {
        "kind": kind.value,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "opening": balance(session, regie_id, day=first - timedelta(days=1)).as_json(),
        "closing": balance(session, regie_id, day=last).as_json(),
        "receipts": receipts,
        "receipt_numbers": _receipt_numbers(session, regie_id, first, last),
        "receipts_cents": total,
        "products": products,
        "unallocated_cents": total - sum(line["cents"] for line in products),
        "deposits": _deposits(session, regie_id, first, last),
        "remittances": _remittances(session, regie_id, first, last),
        "invoices": _issued(session, Invoice, regie_id, first, last),
        "credit_notes": _issued(session, CreditNote, regie_id, first, last),
    }


def first_open_day(session: Session, regie_id: int, last: date) -> date:
    """Find the day after the last one closed; if none is, the day of the first movement."""
    closed = session.scalar(select(func.max(Closing.day)).where(Closing.regie_id == regie_id))
    if closed is not None:
        return closed + timedelta(days=1)
    firsts = (
        session.scalar(select(func.min(Payment.received_on)).where(Payment.regie_id == regie_id)),
        session.scalar(
            select(func.min(Invoice.issued_on)).where(_of_regie(Invoice, regie_id), Invoice.issued_on.is_not(None))
        ),
    )
    return min([day for day in firsts if day] + [last])


def _receipts(session: Session, regie_id: int, first: date, last: date) -> list[dict[str, Any]]:
    back = Payment.amount_cents < 0
    rows = session.execute(
        select(
            Payment.means,
            func.sum(case((back, 0), else_=1)),
            func.sum(case((back, 0), else_=Payment.amount_cents)),
            func.sum(case((back, 1), else_=0)),
            func.sum(case((back, -Payment.amount_cents), else_=0)),
        )
        .where(Payment.regie_id == regie_id, Payment.received_on.between(first, last))
        .group_by(Payment.means)
    )
    found = {means: tuple(map(int, sums)) for means, *sums in rows}
    heads = ("count", "cents", "reversed_count", "reversed_cents")
    return [
        {"means": means.value, **dict(zip(heads, found[means], strict=True))}
        for means in PaymentMeans
        if means in found
    ]


def _receipt_numbers(session: Session, regie_id: int, first: date, last: date) -> dict[str, Any]:
    row = session.execute(
        select(func.count(), func.min(Payment.receipt_number), func.max(Payment.receipt_number)).where(
            Payment.regie_id == regie_id, Payment.received_on.between(first, last)
        )
    ).one()
    return {"count": row[0], "first": row[1], "last": row[2]}


def _products(session: Session, regie_id: int, first: date, last: date) -> list[dict[str, Any]]:
    """Add up what payments settle, by service.

    What a payment settles as it is received belongs to its own day; what moves afterwards to the day of the move.
    """
    at_once = Allocation.made_at == Payment.recorded_at
    when = (at_once & Payment.received_on.between(first, last), ~at_once & Allocation.made_on.between(first, last))
    sums: dict[int, int] = {}
    for condition in when:
        rows = session.execute(
            select(Invoice.service_id, func.sum(Allocation.amount_cents))
            .join(Payment, Allocation.payment_id == Payment.id)
            .join(Invoice, Allocation.invoice_id == Invoice.id)
            .where(Payment.regie_id == regie_id, condition)
            .group_by(Invoice.service_id)
        )
        for service_id, cents in rows:
            sums[service_id] = sums.get(service_id, 0) + int(cents)
    services = session.scalars(select(Service).where(Service.id.in_(sums)).order_by(Service.position, Service.id))
    return [
        {
            "service": one.code,
            "name": one.name,
            "product_code": one.product_code,
            "account": one.account,
            "cents": sums[one.id],
        }
        for one in services
        if sums[one.id]
    ]


def _deposits(session: Session, regie_id: int, first: date, last: date) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Deposit.number, Deposit.made_on, Deposit.means, Deposit.amount_cents, func.count())
        .join(DepositItem, DepositItem.deposit_id == Deposit.id)
        .where(Deposit.regie_id == regie_id, Deposit.made_on.between(first, last))
        .group_by(Deposit.id)
        .order_by(Deposit.made_on, Deposit.id)
    )
    return [
        {"number": number, "made_on": day.isoformat(), "means": means.value, "cents": cents, "count": count}
        for number, day, means, cents, count in rows
    ]


def _remittances(session: Session, regie_id: int, first: date, last: date) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Remittance.number, Remittance.made_on, Remittance.amount_cents)
        .where(Remittance.regie_id == regie_id, Remittance.made_on.between(first, last))
        .order_by(Remittance.made_on, Remittance.id)
    )
    return [{"number": number, "made_on": day.isoformat(), "cents": cents} for number, day, cents in rows]


def _issued(
    session: Session, table: type[Invoice | CreditNote], regie_id: int, first: date, last: date
) -> list[dict[str, Any]]:
    cents = Invoice.total_cents - Invoice.aid_cents if table is Invoice else CreditNote.total_cents
    rows = session.execute(
        select(
            Service.code, Service.name, func.count(), func.sum(cents), func.min(table.number), func.max(table.number)
        )
        .join(table, table.service_id == Service.id)
        .where(Service.regie_id == regie_id, table.issued_on.between(first, last), table.number.is_not(None))
        .group_by(Service.id)
        .order_by(Service.position, Service.id)
    )
    heads = ("service", "name", "count", "cents", "first", "last")
    return [
        dict(zip(heads, (code, name, count, int(total), *numbers), strict=True))
        for code, name, count, total, *numbers in rows
    ]


def _of_regie(table: type[Invoice], regie_id: int) -> ColumnElement[bool]:
    return table.service_id.in_(select(Service.id).where(Service.regie_id == regie_id))
