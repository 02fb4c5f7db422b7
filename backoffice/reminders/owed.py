"""What is late at a régie: each invoice with what was done about it, and who is left in peace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.reminders.rules import Owed, late_since
from models.office.billing import PAYABLE, CarryOver, Invoice
from models.office.debits import DirectDebit, Mandate
from models.office.reminders import Reminder, ReminderItem, ReminderStop
from models.office.structure import Service
from models.vocabulary import DebitState, MandateState
from resources.french import short_date

CARRIED = "Montant reporté\u202f: la prochaine facture le demandera."
PRESENTED = "Le prélèvement est présenté à la banque."


@dataclass(frozen=True, slots=True)
class Stop:
    """A household that the plan leaves in peace, and why."""

    id: int
    family_id: int
    starts: date
    ends: date | None
    reason: str
    decided_by: str

    @property
    def sentence(self) -> str:
        """Say it to an agent."""
        until = f"jusqu'au {short_date(self.ends)}" if self.ends else "sans date de fin"
        return f"Relances suspendues {until}\u202f: {self.reason.rstrip('.')}."


def owed_at(
    session: Session,
    regie_id: int,
    today: date,
    *,
    invoice_ids: Iterable[int] | None = None,
    family_ids: Iterable[int] | None = None,
) -> tuple[Owed, ...]:
    """Read the invoices of a régie that may still be paid and whose due date has passed, oldest first; or some of them."""
    into = aliased(Invoice)
    query = (
        select(
            Invoice, Service.name, into.due_on.label("asked_again"), CarryOver.into_id, Mandate.state,
            func.coalesce(into.debit_on, Invoice.debit_on).label("debit_on"),
        )
        .join(Service, Invoice.service_id == Service.id)
        .outerjoin(CarryOver, CarryOver.invoice_id == Invoice.id)
        .outerjoin(into, into.id == CarryOver.into_id)
        .outerjoin(Mandate, Mandate.id == func.coalesce(into.mandate_id, Invoice.mandate_id))
        .where(Service.regie_id == regie_id, Invoice.status.in_(PAYABLE), Invoice.due_on < today)
        .order_by(Invoice.due_on, Invoice.id)
    )  # fmt: skip
    if invoice_ids is not None:
        query = query.where(Invoice.id.in_(list(invoice_ids)))
    if family_ids is not None:
        query = query.where(Invoice.family_id.in_(list(family_ids)))
    rows = [row for row in session.execute(query) if row.Invoice.due_cents > 0]
    asking = {row.Invoice.id: row.into_id or row.Invoice.id for row in rows}  # whose paper, and debit, asks for it
    debits, reminded = _debits(session, asking.values()), _reminded(session, asking)
    return tuple(
        _owed(row, debits.get(asking[row.Invoice.id], ()), reminded.get(row.Invoice.id, {}), today) for row in rows
    )


def stops_at(session: Session, regie_id: int, today: date) -> dict[int, Stop]:
    """Read who is left in peace on a day, by household."""
    rows = session.scalars(
        select(ReminderStop)
        .where(
            ReminderStop.regie_id == regie_id,
            ReminderStop.starts <= today,
            or_(ReminderStop.ends.is_(None), ReminderStop.ends >= today),
        )
        .order_by(ReminderStop.id)
    )
    return {
        row.family_id: Stop(row.id, row.family_id, row.starts, row.ends, row.reason, row.decided_by) for row in rows
    }


def being_debited(session: Session, invoice_ids: Iterable[int]) -> set[int]:
    """Tell which invoices are in a file that the bank has not answered, on their own or with the one that asks for them."""
    asked = func.coalesce(CarryOver.into_id, Invoice.id)
    query = (
        select(Invoice.id)
        .outerjoin(CarryOver, CarryOver.invoice_id == Invoice.id)
        .join(DirectDebit, DirectDebit.invoice_id == asked)
        .where(Invoice.id.in_(list(invoice_ids)), DirectDebit.state == DebitState.PRESENTED)
    )
    return set(session.scalars(query))


def _debits(session: Session, ids: Iterable[int]) -> Mapping[int, list[Row[*tuple[Any, ...]]]]:
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    query = select(DirectDebit.invoice_id, DirectDebit.state, DirectDebit.rejected_on)
    for row in session.execute(query.where(DirectDebit.invoice_id.in_(list(ids)))):
        found.setdefault(row.invoice_id, []).append(row)
    return found


def _reminded(session: Session, ids: Iterable[int]) -> Mapping[int, dict[int, date]]:
    found: dict[int, dict[int, date]] = {}
    query = (
        select(ReminderItem.invoice_id, ReminderItem.rank, func.max(Reminder.made_on).label("made_on"))
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .where(ReminderItem.invoice_id.in_(list(ids)))
        .group_by(ReminderItem.invoice_id, ReminderItem.rank)
    )
    for row in session.execute(query):
        found.setdefault(row.invoice_id, {})[row.rank] = row.made_on
    return found


def _owed(
    row: Row[*tuple[Any, ...]], debits: Iterable[Row[*tuple[Any, ...]]], reminded: Mapping[int, date], today: date
) -> Owed:
    invoice: Invoice = row.Invoice
    assert invoice.number
    assert invoice.due_on
    assert invoice.issued_on
    return Owed(
        invoice_id=invoice.id,
        family_id=invoice.family_id,
        number=invoice.number,
        service_id=invoice.service_id,
        service=row.name,
        month=invoice.month,
        issued_on=invoice.issued_on,
        due_on=max(
            invoice.due_on, row.asked_again or invoice.due_on
        ),  # a small one: that of the paper that asks for it
        late_since=late_since(
            invoice.due_on, [row.asked_again, row.debit_on, *(debit.rejected_on for debit in debits)]
        ),
        due_cents=invoice.due_cents,
        reminded=reminded,
        in_peace=_in_peace(row, debits, today),
    )


def _in_peace(row: Row[*tuple[Any, ...]], debits: Iterable[Row[*tuple[Any, ...]]], today: date) -> str:
    """Say why an invoice is asked of nobody now."""
    invoice: Invoice = row.Invoice
    if invoice.carried and row.into_id is None:
        return CARRIED
    if any(debit.state is DebitState.PRESENTED for debit in debits):
        return PRESENTED
    if row.state is MandateState.ACTIVE and row.debit_on is not None and row.debit_on >= today:
        return f"Un prélèvement est annoncé pour le {short_date(row.debit_on)}."
    return ""
