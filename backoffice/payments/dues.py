"""What a household may pay at a régie: its open invoices, by which means, and its credit there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.families.lists import full_name, guardians_of, payer_first
from backoffice.payments.book import credits_of
from backoffice.payments.means import AT_DESK
from backoffice.payments.rules import BilledLine, Payable, ceiling, ended, is_limited, oldest_first
from backoffice.treasury.periods import closed_until
from models.office.billing import PAYABLE, CreditNote, CreditNoteLine, Invoice, InvoiceLine
from models.office.families import Child, Family
from models.office.payments import AcceptedMeans, Allocation, Payment
from models.office.structure import Activity, Service
from models.vocabulary import ActivityKind, InvoiceStatus, PaymentMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """A household before the desk: what it owes, the oldest first, and how it may pay."""

    regie_id: int
    family_id: int
    family_number: str
    family: str
    payer: str
    invoices: tuple[Payable, ...]
    credit_cents: int
    accepted: tuple[PaymentMeans, ...]  # by the act, for some service of the régie, and entered at the desk
    closed_until: date | None

    @property
    def due_cents(self) -> int:
        """What is due in all."""
        return sum(invoice.due_cents for invoice in self.invoices)


def dues_of(session: Session, regie_id: int, family_id: int) -> Dues:
    """Read what a household may pay at a régie."""
    family = session.get_one(Family, family_id)
    payers = payer_first(guardians_of(session, [family_id]).get(family_id, []))
    return Dues(
        regie_id=regie_id,
        family_id=family_id,
        family_number=family.number,
        family=family.name,
        payer=full_name(payers[0]) if payers else family.name,
        invoices=_payables(session, regie_id, family_id),
        credit_cents=credits_of(session, regie_id, [family_id]).get(family_id, 0),
        accepted=_accepted(session, regie_id),
        closed_until=closed_until(session, regie_id),
    )


def dues_of_invoice(session: Session, invoice_id: int) -> Dues:
    """Read what a household may pay of one invoice.

    Raises:
        RefusedByRule: it is a draft, or nothing of it can be paid any more.
    """
    regie_id, family_id = regie_and_family(session, invoice_id)
    dues = dues_of(session, regie_id, family_id)
    chosen = tuple(invoice for invoice in dues.invoices if invoice.id == invoice_id)
    if not chosen:
        raise RefusedByRule(why_closed(session, dues, invoice_id))
    return replace(dues, invoices=chosen)


def regie_and_family(session: Session, invoice_id: int) -> tuple[int, int]:
    """Say at which régie an invoice is paid, and by which household.

    Raises:
        RefusedByRule: it is a draft made again since.
    """
    found = session.execute(
        select(Service.regie_id, Invoice.family_id)
        .join(Service, Invoice.service_id == Service.id)
        .where(Invoice.id == invoice_id)
    ).one_or_none()
    if found is None:
        message = "Un brouillon ne se paie pas. Rien n'a été enregistré. Émettez d'abord la facture."
        raise RefusedByRule(message)
    return found.regie_id, found.family_id


def why_closed(session: Session, dues: Dues, invoice_id: int) -> str:
    """Say why an invoice is not among what a household may pay at a régie."""
    regie_id, family_id = regie_and_family(session, invoice_id)
    invoice = session.get_one(Invoice, invoice_id)
    if invoice.status is InvoiceStatus.DRAFT:
        told = ended(invoice.status)
    elif family_id != dues.family_id:
        told = f"La facture {invoice.number} n'est pas celle de la famille {dues.family}."
    elif regie_id != dues.regie_id:
        told = f"La facture {invoice.number} se paie à une autre régie."
    else:
        told = ended(invoice.status) or "Rien n'est dû de cette facture."
    return f"{told} Rien n'a été enregistré."


def _payables(session: Session, regie_id: int, family_id: int) -> tuple[Payable, ...]:
    rows = session.execute(
        select(Invoice, Service.name)
        .join(Service, Invoice.service_id == Service.id)
        .where(Service.regie_id == regie_id, Invoice.family_id == family_id, Invoice.status.in_(PAYABLE))
    ).all()
    invoices = [invoice for invoice, _ in rows if invoice.due_cents > 0]
    if not invoices:
        return ()
    ceilings = _ceilings(session, invoices)
    return tuple(
        oldest_first(
            Payable(
                id=invoice.id,
                number=invoice.number or "",
                service=name,
                month=invoice.month,
                issued_on=invoice.issued_on or invoice.month,
                due_on=invoice.due_on,
                payer=invoice.payer_name,
                due_cents=invoice.due_cents,
                ceilings=ceilings[invoice.id],
            )
            for invoice, name in rows
            if invoice.due_cents > 0
        )
    )


def _ceilings(session: Session, invoices: Sequence[Invoice]) -> Mapping[int, Mapping[PaymentMeans, int]]:
    """Find what each means that the act allows may still pay of each invoice."""
    rows = session.scalars(
        select(AcceptedMeans).where(AcceptedMeans.service_id.in_({invoice.service_id for invoice in invoices}))
    )
    accepted: dict[int, list[AcceptedMeans]] = defaultdict(list)
    for row in rows:
        accepted[row.service_id].append(row)
    limited = [  # only these need their lines read
        invoice.id
        for invoice in invoices
        if any(is_limited(row.means, row.below_age) for row in accepted[invoice.service_id])
    ]
    lines, given = (_lines(session, limited), _given(session, limited)) if limited else ({}, {})
    return {
        invoice.id: {
            row.means: ceiling(
                row.means, row.below_age, invoice.due_cents, lines.get(invoice.id, ()),
                month=invoice.month, given_cents=given.get((invoice.id, row.means), 0),
            )
            for row in accepted[invoice.service_id]
        }
        for invoice in invoices
    }  # fmt: skip


def _lines(session: Session, invoice_ids: Iterable[int]) -> Mapping[int, list[BilledLine]]:
    ids, found = list(invoice_ids), defaultdict[int, list[BilledLine]](list)
    credited = {
        line_id: int(cents)
        for line_id, cents in session.execute(
            select(CreditNoteLine.invoice_line_id, func.sum(CreditNoteLine.amount_cents))
            .join(CreditNote, CreditNoteLine.credit_note_id == CreditNote.id)
            .where(CreditNote.invoice_id.in_(ids))
            .group_by(CreditNoteLine.invoice_line_id)
        )
    }
    rows = session.execute(
        select(InvoiceLine, Child.birth_date, Activity.kind)
        .join(Child, InvoiceLine.child_id == Child.id)
        .outerjoin(Activity, InvoiceLine.activity == Activity.code)
        .where(InvoiceLine.invoice_id.in_(ids))
    )
    for line, born, kind in rows:
        cents = line.amount_cents - line.aid_cents - credited.get(line.id, 0)
        found[line.invoice_id].append(BilledLine(born, line.section, kind is ActivityKind.CANTEEN, cents))
    return found


def _given(session: Session, invoice_ids: Iterable[int]) -> Mapping[tuple[int, PaymentMeans], int]:
    """Sum what each means has paid already of some invoices."""
    rows = session.execute(
        select(Allocation.invoice_id, Payment.means, func.sum(Allocation.amount_cents))
        .join(Payment, Allocation.payment_id == Payment.id)
        .where(Allocation.invoice_id.in_(list(invoice_ids)))
        .group_by(Allocation.invoice_id, Payment.means)
    )
    return {(invoice_id, means): int(cents) for invoice_id, means, cents in rows}


def _accepted(session: Session, regie_id: int) -> tuple[PaymentMeans, ...]:
    rows = session.scalars(
        select(AcceptedMeans.means)
        .join(Service, AcceptedMeans.service_id == Service.id)
        .where(Service.regie_id == regie_id)
        .distinct()
    )
    found = set(rows)
    return tuple(means for means in AT_DESK if means in found)
