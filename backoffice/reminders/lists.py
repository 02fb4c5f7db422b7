"""What the screen of reminders shows: who is late, what was reminded, the lists handed over."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.papers import kept
from backoffice.payments.book import credits_of
from backoffice.reminders.owed import Stop, owed_at, stops_at
from backoffice.reminders.people import debtors
from backoffice.reminders.rules import Owed
from models.office.billing import Invoice
from models.office.families import Family
from models.office.reminders import ClaimList, Reminder, TreasuryClaim
from models.office.structure import Regie
from models.vocabulary import InvoiceStatus, PaperKind


@dataclass(frozen=True, slots=True)
class UnpaidRow:
    """A household late at a régie."""

    family_id: int
    family: str
    family_number: str
    payer: str
    phone: str
    invoices: tuple[Owed, ...]
    due_cents: int
    credit_cents: int
    days_late: int
    last_rank: int
    last_reminded: date | None
    stop: Stop | None
    sort_key: str


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder made."""

    id: int
    family_id: int
    family: str
    family_number: str
    rank: int
    title: str
    made_at: datetime
    made_by: str
    cents: int
    invoices: tuple[str, ...]
    mailed_to: str | None
    to_print: bool
    sort_key: str


@dataclass(frozen=True, slots=True)
class ClaimListRow:
    """A list handed over to the Treasury."""

    id: int
    number: str
    made_at: datetime
    made_by: str
    cents: int
    invoices: int


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """An invoice handed over, and not given up."""

    invoice_id: int
    number: str
    list_number: str
    family: str
    handed_on: date
    cents: int
    sort_key: str


def regies(session: Session) -> Sequence[tuple[str, int]]:
    """List the régies, by name."""
    return [(row.name, row.id) for row in session.execute(select(Regie.name, Regie.id).order_by(Regie.name, Regie.id))]


def unpaid(session: Session, regie_id: int, today: date) -> tuple[UnpaidRow, ...]:
    """List the households that are late at a régie, in French order."""
    by_family: dict[int, list[Owed]] = {}
    for one in owed_at(session, regie_id, today):
        by_family.setdefault(one.family_id, []).append(one)
    people = debtors(session, by_family)
    stops = stops_at(session, regie_id, today)
    credit = credits_of(session, regie_id, by_family) if by_family else {}
    found = []
    for person in sorted(people.values(), key=lambda one: (one.sort_key, one.family_id)):
        mine = by_family[person.family_id]
        found.append(
            UnpaidRow(
                family_id=person.family_id,
                family=person.family,
                family_number=person.number,
                payer=person.name,
                phone=person.phone,
                invoices=tuple(mine),
                due_cents=sum(one.due_cents for one in mine),
                credit_cents=credit.get(person.family_id, 0),
                days_late=max(one.days_late(today) for one in mine),
                last_rank=max(max(one.reminded, default=0) for one in mine),
                last_reminded=max((one.last_reminded for one in mine if one.last_reminded), default=None),
                stop=stops.get(person.family_id),
                sort_key=person.sort_key,
            )
        )
    return tuple(found)


def reminders_made(session: Session, regie_id: int, *, limit: int = 1000) -> tuple[ReminderRow, ...]:
    """List the reminders made at a régie, the latest first."""
    rows = session.execute(
        select(Reminder, Family)
        .join(Family, Family.id == Reminder.family_id)
        .where(Reminder.regie_id == regie_id)
        .order_by(Reminder.made_at.desc(), Reminder.id.desc())
        .limit(limit)
    )
    return tuple(
        ReminderRow(
            id=row.id,
            family_id=row.family_id,
            family=family.name,
            family_number=family.number,
            rank=row.rank,
            title=row.content["title"],
            made_at=row.made_at,
            made_by=row.made_by,
            cents=row.amount_cents,
            invoices=tuple(invoice["number"] for invoice in row.content["invoices"]),
            mailed_to=row.mailed_to,
            to_print=row.content["to_print"],
            sort_key=family.search_key,
        )
        for row, family in rows
    )


def reminder_pdf(session: Session, reminder_id: int) -> bytes:
    """Give a letter as it was made.

    Raises:
        RefusedByRule: it is not there, or no longer what was kept.
    """
    content = kept(session, PaperKind.REMINDER, reminder_id)
    if content is None:
        raise RefusedByRule("Cette lettre n'est pas dans la base. Relisez la liste.")
    return content


def claim_lists(session: Session, regie_id: int) -> tuple[ClaimListRow, ...]:
    """List what was handed over, the latest first."""
    counted = select(TreasuryClaim.list_id, func.count().label("invoices")).group_by(TreasuryClaim.list_id).subquery()
    rows = session.execute(
        select(
            ClaimList.id, ClaimList.number, ClaimList.made_at, ClaimList.made_by, ClaimList.amount_cents,
            counted.c.invoices,
        )
        .join(counted, counted.c.list_id == ClaimList.id)
        .where(ClaimList.regie_id == regie_id)
        .order_by(ClaimList.id.desc())
    )  # fmt: skip
    return tuple(ClaimListRow(*row) for row in rows)


def claim_workbook(session: Session, list_id: int) -> bytes:
    """Give a list as it was handed over.

    Raises:
        RefusedByRule: it is no longer what was kept.
    """
    row = session.execute(select(ClaimList.sha256, ClaimList.workbook).where(ClaimList.id == list_id)).one()
    content: bytes = row.workbook
    if hashlib.sha256(content).hexdigest() != row.sha256:
        message = "Cette liste a été modifiée en dehors de Marelle. Elle n'est pas montrée. Prévenez l'administrateur."
        raise RefusedByRule(message)
    return content


def claimed(session: Session, regie_id: int) -> tuple[ClaimedRow, ...]:
    """List the invoices that the Treasury has in hand, in French order."""
    rows = session.execute(
        select(Invoice, ClaimList.number, ClaimList.made_on, TreasuryClaim.amount_cents, Family.name, Family.search_key)
        .join(TreasuryClaim, TreasuryClaim.invoice_id == Invoice.id)
        .join(ClaimList, ClaimList.id == TreasuryClaim.list_id)
        .join(Family, Family.id == Invoice.family_id)
        .where(ClaimList.regie_id == regie_id, Invoice.status == InvoiceStatus.HANDED_OVER)
        .order_by(Family.search_key, Invoice.id)
    )
    return tuple(
        ClaimedRow(invoice.id, invoice.number or "", number, family, made_on, cents, key)
        for invoice, number, made_on, cents, family, key in rows
    )
