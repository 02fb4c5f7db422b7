"""Credit notes as frozen rows: those of an invoice, of a household; their paper as it was issued."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.papers import kept
from models.office.billing import CreditNote, CreditNoteLine, Invoice
from models.office.structure import Service
from models.vocabulary import PaperKind
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class CreditLineRow:
    """What is given back of a line; charged in passing when it is negative."""

    invoice_line_id: int | None
    child: str
    label: str
    days: str
    quantity_hundredths: int
    unit_price_cents: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """A credit note, with its lines."""

    id: int
    number: str
    invoice_id: int
    invoice_number: str
    service: str
    month: date
    issued_on: date
    issued_at: datetime
    issued_by: str
    reason: str
    total_cents: int
    freed: bool
    lines: tuple[CreditLineRow, ...]


def credit_notes_of(session: Session, invoice_id: int) -> tuple[CreditNoteRow, ...]:
    """List the credit notes of an invoice, oldest first."""
    return _read(session, _rows().where(CreditNote.invoice_id == invoice_id).order_by(CreditNote.id))


def family_credit_notes(session: Session, family_id: int) -> tuple[CreditNoteRow, ...]:
    """List a household's credit notes, newest first."""
    return _read(session, _rows().where(CreditNote.family_id == family_id).order_by(CreditNote.id.desc()))


def credit_note_pdf(session: Session, note_id: int) -> bytes:
    """Give a credit note's paper, after checking that nobody has touched it.

    Raises:
        RefusedByRule: it does not exist, or it is no longer what was kept.
    """
    content = kept(session, PaperKind.CREDIT_NOTE, note_id)
    if content is None:
        message = f"Cet avoir n'existe pas{NARROW}: relisez la facture."
        raise RefusedByRule(message)
    return content


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(CreditNote, Invoice.number.label("invoice_number"), Invoice.month, Service.name.label("service"))
        .join(Invoice, CreditNote.invoice_id == Invoice.id)
        .join(Service, CreditNote.service_id == Service.id)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[CreditNoteRow, ...]:
    rows = session.execute(query).all()
    lines = _lines(session, [row.CreditNote.id for row in rows]) if rows else {}
    return tuple(
        CreditNoteRow(
            id=row.CreditNote.id,
            number=row.CreditNote.number,
            invoice_id=row.CreditNote.invoice_id,
            invoice_number=row.invoice_number,
            service=row.service,
            month=row.month,
            issued_on=row.CreditNote.issued_on,
            issued_at=row.CreditNote.issued_at,
            issued_by=row.CreditNote.issued_by,
            reason=row.CreditNote.reason,
            total_cents=row.CreditNote.total_cents,
            freed=row.CreditNote.freed,
            lines=tuple(lines.get(row.CreditNote.id, ())),
        )
        for row in rows
    )


def _lines(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[CreditLineRow]]:
    found: dict[int, list[CreditLineRow]] = defaultdict(list)
    for line in session.scalars(
        select(CreditNoteLine)
        .where(CreditNoteLine.credit_note_id.in_(ids))
        .order_by(CreditNoteLine.credit_note_id, CreditNoteLine.position)
    ):
        found[line.credit_note_id].append(
            CreditLineRow(
                invoice_line_id=line.invoice_line_id,
                child=line.child_name,
                label=line.label,
                days=line.days,
                quantity_hundredths=line.quantity_hundredths,
                unit_price_cents=line.unit_price_cents,
                amount_cents=line.amount_cents,
            )
        )
    return found
