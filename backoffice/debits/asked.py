"""What a debit asks for: an invoice, and the small ones that its paper carries over."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.payments.book import Share
from models.office.billing import CarryOver, Invoice


def asked_with(session: Session, invoices: Iterable[Invoice]) -> Mapping[int, Sequence[Invoice]]:
    """Give, by invoice, all that its paper asks for: what it carries over, the oldest first, then itself."""
    mains = {invoice.id: invoice for invoice in invoices}
    found: dict[int, list[Invoice]] = {at: [] for at in mains}
    into = {at: at for at in found}  # of each one met, the invoice whose paper asks for it
    level = set(found)
    while level:
        rows = session.execute(
            select(CarryOver.into_id, Invoice)
            .join(Invoice, CarryOver.invoice_id == Invoice.id)
            .where(CarryOver.into_id.in_(level))
        ).all()
        level = {invoice.id for _, invoice in rows} - set(into)
        for into_id, invoice in rows:
            if invoice.id in level:
                into[invoice.id] = into[into_id]
                found[into[into_id]].append(invoice)
    return {at: [*sorted(found[at], key=lambda part: part.id), main] for at, main in mains.items()}


def due_of(parts: Sequence[Invoice]) -> int:
    """Give what is due now of all that a paper asks for, and never more than it announces."""
    main = parts[-1]
    return min(sum(part.due_cents for part in parts), main.net_cents + main.carried_cents)


def shares_of(parts: Sequence[Invoice], cents: int) -> list[Share]:
    """Share out what was debited among what is due now; what is left is the family's credit."""
    shares = []
    for part in parts:
        share = min(cents, part.due_cents)
        if share > 0:
            shares.append(Share(part.id, share))
            cents -= share
    return shares
