"""The months, the invoices of a month, one invoice with all that explains it: frozen rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backoffice.billing.credit_lists import CreditNoteRow, credit_notes_of
from backoffice.billing.remains import remains
from backoffice.billing.rules import days_of
from backoffice.clock import month_start, previous_month
from backoffice.errors import RefusedByRule
from backoffice.payments.lists import PaymentRow, payments_of
from backoffice.rulebook.file.wording import money
from models.office.billing import PAYABLE, Explanation, Invoice, InvoiceLine, InvoicePdf
from models.office.bookings import Attendance
from models.office.families import Family
from models.office.structure import Regie, Service
from models.vocabulary import InvoiceKind, InvoiceStatus, Section
from resources.french import NARROW, number, search_key

STATUS_WORDS: Mapping[InvoiceStatus, str] = {
    InvoiceStatus.DRAFT: "Brouillon",
    InvoiceStatus.ISSUED: "À payer",
    InvoiceStatus.PARTLY_PAID: "Payée en partie",
    InvoiceStatus.PAID: "Payée",
    InvoiceStatus.CANCELLED: "Annulée par avoir",
    InvoiceStatus.HANDED_OVER: "Transmise au Trésor",
    InvoiceStatus.WRITTEN_OFF: "Admise en non-valeur",
}
KIND_WORDS: Mapping[InvoiceKind, str] = {InvoiceKind.MONTH: "Mois", InvoiceKind.ADJUSTMENT: "Complément"}


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month, with what is drafted and what is issued."""

    month: date
    drafts: int
    issued: int
    drafted_cents: int
    issued_cents: int  # aids deducted, credit notes not
    credited_cents: int
    due_cents: int


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of a list of invoices."""

    id: int
    number: str | None
    family_id: int
    family_number: str
    family: str
    payer: str
    service_code: str
    service: str
    month: date
    kind: InvoiceKind
    status: InvoiceStatus
    total_cents: int
    aid_cents: int
    credited_cents: int
    paid_cents: int
    due_cents: int
    issued_on: date | None
    due_on: date | None
    has_pdf: bool
    carried: bool
    debit_on: date | None
    sort_key: str

    @property
    def net_cents(self) -> int:
        """What the family was asked: the lines, aids deducted."""
        return self.total_cents - self.aid_cents

    @property
    def left_cents(self) -> int:
        """What credit notes have left of it, paid or not."""
        return self.net_cents - self.credited_cents


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an invoice, with the steps that explain its price."""

    id: int
    child_id: int
    child: str
    section: Section
    label: str
    days: tuple[date, ...]
    quantity: Decimal
    unit_price_cents: int
    amount_cents: int
    aid_cents: int
    left_cents: int  # aids and credit notes deducted
    tariff: str
    steps: tuple[str, ...]
    quantity_text: str  # as printed: 17, or 52,5 h
    unit_price_text: str  # with all its decimals


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """An invoice with its lines, its payments and the digest of its PDF."""

    row: InvoiceRow
    regie: str
    address: tuple[str, ...]
    lines: tuple[LineRow, ...]
    payments: tuple[PaymentRow, ...]
    credit_notes: tuple[CreditNoteRow, ...]
    sha256: str | None
    drafted_at: datetime


def months(session: Session) -> tuple[MonthRow, ...]:
    """List the months from the first attendance or invoice to the last, newest first."""
    draft, net = Invoice.status == InvoiceStatus.DRAFT, Invoice.total_cents - Invoice.aid_cents
    sums = {
        row.month: row
        for row in session.execute(
            select(
                Invoice.month,
                func.count().filter(draft).label("drafts"),
                func.count().filter(~draft).label("issued"),
                _sum(net, draft).label("drafted"),
                _sum(net, ~draft).label("owed"),
                _sum(Invoice.credited_cents, ~draft).label("credited"),
                _sum(net - Invoice.credited_cents - Invoice.paid_cents, Invoice.status.in_(PAYABLE)).label("due"),
            ).group_by(Invoice.month)
        )
    }
    ends = session.execute(select(func.min(Attendance.day), func.max(Attendance.day))).one()
    known = [*sums, *(month_start(day) for day in ends if day)]
    found, month = [], max(known, default=date.min)
    while known and month >= min(known):
        found.append(_month(month, sums.get(month)))
        month = previous_month(month)
    return tuple(found)


def _sum(cents: ColumnElement[int] | InstrumentedAttribute[int], of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cents).filter(of), 0)


def _month(month: date, row: Row[*tuple[Any, ...]] | None) -> MonthRow:
    if row is None:
        return MonthRow(month, 0, 0, 0, 0, 0, 0)
    drafted, owed, credited, due = (int(cents) for cents in (row.drafted, row.owed, row.credited, row.due))
    return MonthRow(month, row.drafts, row.issued, drafted, owed, credited, due)


def invoices_of(
    session: Session,
    month: date,
    service_code: str | None = None,
    status: InvoiceStatus | None = None,
    search: str = "",
) -> tuple[InvoiceRow, ...]:
    """List a month's invoices and drafts, by service then family in French order.

    `search` finds a family by any part of its names or number, an invoice by its number.
    """
    query = _rows().where(Invoice.month == month_start(month))
    if service_code:
        query = query.where(Service.code == service_code)
    if status:
        query = query.where(Invoice.status == status)
    for word in search_key(search).split():
        query = query.where(
            or_(
                Family.search_key.contains(word, autoescape=True),
                func.lower(Family.number).contains(word, autoescape=True),
                func.lower(Invoice.number).contains(word, autoescape=True),
            )
        )
    found = session.execute(query.order_by(Service.position, Service.id, Family.search_key, Family.id, Invoice.id))
    return tuple(_row(row) for row in found)


def family_invoices(session: Session, family_id: int) -> tuple[InvoiceRow, ...]:
    """List a household's invoices and drafts, newest month first."""
    query = _rows().where(Invoice.family_id == family_id)
    found = session.execute(query.order_by(Invoice.month.desc(), Service.position, Invoice.id))
    return tuple(_row(row) for row in found)


def invoice_file(session: Session, invoice_id: int) -> InvoiceFile:
    """Read one invoice whole.

    Raises:
        RefusedByRule: a draft that was prepared again since.
    """
    found = session.execute(_rows().where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        message = f"Cette facture n'existe plus{NARROW}: le mois a été préparé de nouveau. Relisez la liste."
        raise RefusedByRule(message)
    invoice: Invoice = found.Invoice
    left = {one.line_id: one.cents for one in remains(session, [invoice_id])[invoice_id]}
    lines = session.execute(
        select(InvoiceLine, Explanation.steps)
        .join(Explanation, InvoiceLine.explanation_id == Explanation.id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.position)
    )
    return InvoiceFile(
        row=_row(found),
        regie=session.scalar(
            select(Regie.name).join(Service, Service.regie_id == Regie.id).where(Service.id == invoice.service_id)
        )
        or "",
        address=tuple(invoice.payer_address.splitlines()),
        lines=tuple(_line(line, steps, invoice.month, left[line.id]) for line, steps in lines),
        payments=payments_of(session, invoice_id),
        credit_notes=credit_notes_of(session, invoice_id),
        sha256=found.sha256,
        drafted_at=invoice.drafted_at,
    )


def invoice_pdf(session: Session, invoice_id: int) -> bytes:
    """Give an issued invoice's paper, after checking that nobody has touched it.

    Raises:
        RefusedByRule: it is not ready yet, or it is no longer what was kept.
    """
    found = session.execute(
        select(InvoicePdf.sha256, InvoicePdf.content, Invoice.number)
        .join(Invoice, InvoicePdf.invoice_id == Invoice.id)
        .where(InvoicePdf.invoice_id == invoice_id)
    ).one_or_none()
    if found is None:
        message = "Le PDF de cette facture n'est pas encore prêt. Émettez le mois, ou attendez la fin de l'émission."
        raise RefusedByRule(message)
    sha256, content, number = found
    if hashlib.sha256(content).hexdigest() != sha256:
        message = (
            f"Le PDF de la facture {number} a été modifié en dehors de Marelle. Il n'est pas montré. "
            "Prévenez l'administrateur, qui le retrouvera dans une sauvegarde."
        )
        raise RefusedByRule(message)
    return content


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Invoice,
            Family.number.label("family_number"),
            Family.name.label("family"),
            Family.search_key,
            Service.code.label("service_code"),
            Service.name.label("service"),
            InvoicePdf.sha256,
        )
        .join(Family, Invoice.family_id == Family.id)
        .join(Service, Invoice.service_id == Service.id)
        .outerjoin(InvoicePdf, InvoicePdf.invoice_id == Invoice.id)
    )


def _row(row: Row[Any]) -> InvoiceRow:
    invoice: Invoice = row.Invoice
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        family_id=invoice.family_id,
        family_number=row.family_number,
        family=row.family,
        payer=invoice.payer_name,
        service_code=row.service_code,
        service=row.service,
        month=invoice.month,
        kind=invoice.kind,
        status=invoice.status,
        total_cents=invoice.total_cents,
        aid_cents=invoice.aid_cents,
        credited_cents=invoice.credited_cents,
        paid_cents=invoice.paid_cents,
        due_cents=invoice.due_cents,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        has_pdf=row.sha256 is not None,
        carried=invoice.carried,
        debit_on=invoice.debit_on,
        sort_key=row.search_key,
    )


def _line(line: InvoiceLine, steps: list[str], month: date, left_cents: int) -> LineRow:
    quantity = Decimal(line.quantity_hundredths).scaleb(-2)
    return LineRow(
        id=line.id,
        child_id=line.child_id,
        child=line.child_name,
        section=line.section,
        label=line.label,
        days=days_of(line.days, month),
        quantity=quantity,
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.amount_cents,
        aid_cents=line.aid_cents,
        left_cents=left_cents,
        tariff=line.tariff,
        steps=tuple(steps),
        quantity_text=f"{number(quantity)} {line.quantity_unit or ''}".rstrip(),
        unit_price_text=money(Decimal(line.unit_price_exact or Decimal(line.unit_price_cents).scaleb(-2))),
    )
