"""Who owes at a régie, and who comes to pay."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, case, exists, func, or_, select
from sqlalchemy.orm import Session

from backoffice.payments.book import credits_of
from models.office.billing import PAYABLE, Invoice
from models.office.families import Family
from models.office.structure import Service
from resources.french import search_key


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorRow:
    """A household at the desk: what it owes at a régie and since when, what it has in credit."""

    id: int  # of the family
    number: str
    family: str
    sort_key: str
    invoices: int
    due_cents: int
    late_cents: int
    oldest_due_on: date | None
    credit_cents: int


def debtors(
    session: Session, regie_id: int, search: str = "", *, today: date, limit: int = 500
) -> tuple[DebtorRow, ...]:
    """List the households that owe at a régie, in French order; a search also finds those that owe nothing.

    It looks through names, family numbers and invoice numbers.
    """
    owed, words = _owed(regie_id, today), search_key(search).split()
    query = select(Family, owed).join(owed, owed.c.family_id == Family.id, isouter=bool(words))
    query = query.where(*(_holds(word) for word in words)).order_by(Family.search_key, Family.id)
    rows = session.execute(query.limit(limit)).all()
    credit = credits_of(session, regie_id, [row.Family.id for row in rows])
    return tuple(_debtor(row, credit.get(row.Family.id, 0)) for row in rows)


def _owed(regie_id: int, today: date) -> Subquery:
    due = Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents - Invoice.paid_cents
    return (
        select(
            Invoice.family_id,
            func.count().label("invoices"),
            func.sum(due).label("due"),
            func.sum(case((Invoice.due_on < today, due), else_=0)).label("late"),
            func.min(Invoice.due_on).label("oldest"),
        )
        .join(Service, Invoice.service_id == Service.id)
        .where(Service.regie_id == regie_id, Invoice.status.in_(PAYABLE), due > 0)
        .group_by(Invoice.family_id)
        .subquery()
    )


def _holds(word: str) -> ColumnElement[bool]:
    numbered = exists().where(
        Invoice.family_id == Family.id, func.lower(Invoice.number).contains(word, autoescape=True)
    )
    return or_(
        Family.search_key.contains(word, autoescape=True),
        func.lower(Family.number).contains(word, autoescape=True),
        numbered,
    )


def _debtor(row: Row[Any], credit_cents: int) -> DebtorRow:
    return DebtorRow(
        id=row.Family.id,
        number=row.Family.number,
        family=row.Family.name,
        sort_key=row.Family.search_key,
        invoices=int(row.invoices or 0),
        due_cents=int(row.due or 0),
        late_cents=int(row.late or 0),
        oldest_due_on=row.oldest,
        credit_cents=credit_cents,
    )
