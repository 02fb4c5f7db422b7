"""An invoice as the paper says it, from its frozen rows alone; a draft with the régie as it is today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.letterhead import LetterheadFacts, letterhead_of
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.wording import money
from models.office.billing import Invoice, InvoiceLine, Letterhead
from models.office.families import Family
from reports.pdf.invoice import InvoiceDocument, InvoiceLineDocument, RegieDocument, render_invoice
from resources.french import NARROW


def documents_of(session: Session, invoice_ids: Sequence[int]) -> dict[int, InvoiceDocument]:
    """Build the papers of issued invoices: payer, lines and letterhead as they were on the day of issue."""
    lines = _lines(session, invoice_ids)
    rows = session.execute(
        select(Invoice, Letterhead.content, Family.number)
        .join(Letterhead, Invoice.letterhead_id == Letterhead.id)
        .join(Family, Invoice.family_id == Family.id)
        .where(Invoice.id.in_(invoice_ids))
        .order_by(Invoice.id)
    )
    return {
        invoice.id: _document(invoice, LetterheadFacts.from_json(content), family, lines[invoice.id])
        for invoice, content, family in rows
    }


def preview_pdf(session: Session, invoice_id: int, today: date) -> bytes:
    """Show a draft as its PDF will be, marked as a draft.

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
    lines = _lines(session, [invoice_id])[invoice_id]
    return render_invoice(_document(draft, letterhead_of(session, draft.service_id), family, lines, today))


def _lines(session: Session, invoice_ids: Sequence[int]) -> Mapping[int, Sequence[InvoiceLine]]:
    found: dict[int, list[InvoiceLine]] = defaultdict(list)
    for line in session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id.in_(invoice_ids))
        .order_by(InvoiceLine.invoice_id, InvoiceLine.position)
    ):
        found[line.invoice_id].append(line)
    return found


def _document(
    invoice: Invoice, regie: LetterheadFacts, family: str, lines: Sequence[InvoiceLine], today: date | None = None
) -> InvoiceDocument:
    """Put the rows together; what has been paid since is not on the paper: it says what was owed at issue."""
    issued_on = invoice.issued_on or today
    assert issued_on, "a draft is dated by who looks at it"
    return InvoiceDocument(
        regie=RegieDocument(
            commune=regie.commune,
            siret=regie.siret,
            name=regie.regie,
            address=regie.address,
            phone=regie.phone,
            email=regie.email,
        ),
        service=regie.service,
        number=invoice.number,
        issue_date=issued_on,
        due_date=invoice.due_on,
        period_month=invoice.month,
        family_number=family,
        payer_name=invoice.payer_name,
        payer_address=tuple(invoice.payer_address.splitlines()),
        lines=tuple(_line(line) for line in lines),
        total_cents=invoice.total_cents,
        due_cents=invoice.total_cents,
        accepted_means=regie.means,
        mentions=regie.mentions,
    )


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
    )
