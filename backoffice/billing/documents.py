"""An invoice as the paper says it, from its frozen rows alone; a draft with the régie as it is today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import LetterheadFacts, letterhead_of, without_payment
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.wording import money
from models.office.billing import CarryOver, Invoice, InvoiceLine, Letterhead
from models.office.contracts import AidUse
from models.office.families import Family
from models.vocabulary import InvoiceKind
from reports.pdf.invoice import DebitNotice, InvoiceDocument, InvoiceLineDocument, render_invoice
from resources.french import NARROW


def documents_of(session: Session, invoice_ids: Sequence[int]) -> dict[int, InvoiceDocument]:
    """Build the papers of issued invoices: payer, lines and letterhead as they were on the day of issue."""
    parts = _parts(session, invoice_ids)
    rows = session.execute(
        select(Invoice, Letterhead.content, Family.number)
        .join(Letterhead, Invoice.letterhead_id == Letterhead.id)
        .join(Family, Invoice.family_id == Family.id)
        .where(Invoice.id.in_(invoice_ids))
        .order_by(Invoice.id)
    )
    return {
        invoice.id: _document(invoice, LetterheadFacts.from_json(content), family, parts[invoice.id])
        for invoice, content, family in rows
    }


def preview_pdf(session: Session, invoice_id: int, today: date) -> bytes:
    """Show a draft as its PDF will be, marked as a draft; what is decided at issue is not yet on it.

    Raises:
        RefusedByRule: the draft is gone, or has been issued since.
    """
    found = session.execute(
        select(Invoice, Family.number)
        .join(Family, Invoice.family_id == Family.id)
        .where(Invoice.id == invoice_id, Invoice.number.is_(None))
    ).one_or_none()
    if found is None:
        message = f"Ce brouillon n'existe plus{NARROW}: le mois a été préparé de nouveau, ou émis. Relisez la liste."
        raise RefusedByRule(message)
    draft, family = found
    parts = _parts(session, [invoice_id])[invoice_id]
    return render_invoice(_document(draft, letterhead_of(session, draft.service_id), family, parts, today))


@dataclass(slots=True)
class _Parts:
    """What belongs to an invoice besides its row: lines, aids by title, small invoices that it asks for."""

    lines: list[InvoiceLine] = field(default_factory=list)
    aids: dict[str, int] = field(default_factory=dict)
    carried: list[tuple[str, int]] = field(default_factory=list)


def _parts(session: Session, ids: Sequence[int]) -> Mapping[int, _Parts]:
    found: dict[int, _Parts] = defaultdict(_Parts)
    order = (InvoiceLine.invoice_id, InvoiceLine.position)
    for line in session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id.in_(ids)).order_by(*order)):
        found[line.invoice_id].lines.append(line)
    uses = (
        select(AidUse.invoice_id, AidUse.title, func.sum(AidUse.amount_cents))
        .where(AidUse.invoice_id.in_(ids), AidUse.amount_cents > 0)  # a credit note's are given back, not deducted
        .group_by(AidUse.invoice_id, AidUse.title)
        .order_by(AidUse.invoice_id, func.min(AidUse.position), AidUse.title)
    )
    for invoice_id, title, cents in session.execute(uses):
        found[invoice_id].aids[title] = int(cents)
    asked = (
        select(CarryOver.into_id, Invoice.number, CarryOver.cents)
        .join(Invoice, CarryOver.invoice_id == Invoice.id)
        .where(CarryOver.into_id.in_(ids))
        .order_by(CarryOver.into_id, Invoice.issued_on, Invoice.id)
    )
    for into_id, number, cents in session.execute(asked):
        assert number, "only an issued invoice is asked for by another"
        found[into_id].carried.append((number, cents))
    return found


def _document(
    invoice: Invoice, regie: LetterheadFacts, family: str, parts: _Parts, today: date | None = None
) -> InvoiceDocument:
    """Put the rows together; what has been paid since is not on the paper: it says what was owed at issue."""
    issued_on = invoice.issued_on or today
    assert issued_on, "a draft is dated by who looks at it"
    return InvoiceDocument(
        regie=regie_document(regie),
        service=regie.service,
        number=invoice.number,
        issue_date=issued_on,
        due_date=invoice.due_on,
        period_month=invoice.month,
        family_number=family,
        payer_name=invoice.payer_name,
        payer_address=tuple(invoice.payer_address.splitlines()),
        lines=tuple(_line(line) for line in parts.lines),
        total_cents=invoice.total_cents,
        is_complement=invoice.kind is InvoiceKind.ADJUSTMENT,
        deductions=tuple(parts.aids.items()),
        carried_over=tuple(parts.carried),
        waits_below_cents=regie.carry_below_cents if invoice.carried else None,
        due_cents=0 if invoice.carried else invoice.net_cents + invoice.carried_cents,
        previous_balance_cents=invoice.previous_balance_cents,
        accepted_means=regie.means,
        payfip_reference=invoice.payfip_reference,
        pay_online_at=regie.pay_online_at,
        mentions=without_payment(regie.mentions) if invoice.carried else regie.mentions,
        debit=_debit(invoice),
    )


def _debit(invoice: Invoice) -> DebitNotice | None:
    if invoice.debit_on is None or invoice.debit_notice is None:
        return None
    told = invoice.debit_notice
    return DebitNotice(invoice.debit_on, told["ics"], told["rum"], told["ending"])


def _line(line: InvoiceLine) -> InvoiceLineDocument:
    return InvoiceLineDocument(
        child_name=line.child_name,
        section=line.section.value,
        label=line.label,
        dates=line.days.replace(",", ", "),
        quantity=Decimal(line.quantity_hundredths).scaleb(-2),
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.amount_cents,
        tariff=line.tariff,
        unit=line.quantity_unit or "",
        unit_price=money(Decimal(line.unit_price_exact)) if line.unit_price_exact else "",
        share_percent=line.share_percent,
    )
