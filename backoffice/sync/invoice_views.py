"""The views of issued invoices: where each stands, how it may be paid, what was credited and received."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from backoffice.office import ViewKey
from backoffice.sync.contract import InvoiceState, InvoiceView, PaperLine
from backoffice.sync.frame import NOTHING, FileRef, Frame, Shown
from models.office.billing import CarryOver, CreditNote, Invoice, InvoiceLine, InvoicePdf
from models.office.debits import DirectDebit, Mandate
from models.office.payments import Allocation, Payment
from models.office.structure import Regie, Service
from models.vocabulary import DebitState, InvoiceStatus, MandateState

STATES = {
    InvoiceStatus.ISSUED: InvoiceState.TO_PAY,
    InvoiceStatus.PARTLY_PAID: InvoiceState.PARTLY_PAID,
    InvoiceStatus.PAID: InvoiceState.PAID,
    InvoiceStatus.CANCELLED: InvoiceState.CANCELLED,
    InvoiceStatus.HANDED_OVER: InvoiceState.HANDED_OVER,
    InvoiceStatus.WRITTEN_OFF: InvoiceState.WRITTEN_OFF,
}
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of some invoices besides their rows."""

    children: Mapping[int, Sequence[str]]
    credits: Mapping[int, Sequence[PaperLine]]
    receipts: Mapping[int, Sequence[PaperLine]]
    taken: Mapping[int, str]  # the number of the invoice that asks for a small one
    debited: Collection[int]  # those that a direct debit will pay, or is paying


def invoices(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build issued invoices; a draft, or one whose PDF is not kept yet, is not shown."""
    ids = {int(key) for _, key, _ in keys}
    query = (
        select(Invoice, Service.name, Regie, InvoicePdf.sha256)
        .join(Service, Service.id == Invoice.service_id)
        .join(Regie, Regie.id == Service.regie_id)
        .join(InvoicePdf, InvoicePdf.invoice_id == Invoice.id)
        .where(Invoice.id.in_(ids), Invoice.number.is_not(None))
    )
    around = _around(frame.session, ids)
    found = {
        (str(invoice.id), invoice.family_id): _invoice(invoice, service, regie, sha256, around)
        for invoice, service, regie, sha256 in frame.session.execute(query)
    }
    return {key: found.get((key[1], key[2]), NOTHING) for key in keys}


def invoice_files(session: Session, keys: Sequence[ViewKey]) -> dict[ViewKey, bytes]:
    """Read the PDFs of some invoices."""
    query = select(InvoicePdf.invoice_id, InvoicePdf.content).where(
        InvoicePdf.invoice_id.in_({int(key) for _, key, _ in keys})
    )
    contents = dict(session.execute(query).all())
    return {key: contents[int(key[1])] for key in keys if int(key[1]) in contents}


def _invoice(invoice: Invoice, service: str, regie: Regie, sha256: str, around: _Around) -> Shown:
    assert invoice.number
    assert invoice.issued_on
    assert invoice.due_on
    state = _state(invoice, around)
    payable = state in {InvoiceState.TO_PAY, InvoiceState.PARTLY_PAID} and invoice.due_cents > 0
    body = InvoiceView(
        number=invoice.number,
        service=service,
        month=invoice.month,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total_cents=invoice.net_cents,
        due_cents=max(0, invoice.due_cents),
        state=state,
        children=tuple(dict.fromkeys(around.children.get(invoice.id, ()))),
        regie_id=regie.id,
        balance_cents=max(0, invoice.balance_cents),
        online=bool(payable and regie.payfip_client and invoice.payfip_reference),
        reference=invoice.payfip_reference,
        debit_on=invoice.debit_on if state is InvoiceState.DEBITED else None,
        carried_into=around.taken.get(invoice.id),
        credits=tuple(around.credits.get(invoice.id, ())),
        receipts=tuple(around.receipts.get(invoice.id, ())),
    )
    return Shown(body, FileRef(f"facture-{invoice.number}.pdf", PDF, sha256))


def _state(invoice: Invoice, around: _Around) -> InvoiceState:
    """Say how a family sees it: what will be debited, or asked later, is not to be paid now."""
    if invoice.due_cents > 0 and invoice.id in around.debited:
        return InvoiceState.DEBITED
    if invoice.due_cents > 0 and invoice.carried and invoice.id not in around.taken:
        return InvoiceState.CARRIED
    return STATES[invoice.status]


def _around(session: Session, ids: Collection[int]) -> _Around:
    children = defaultdict[int, list[str]](list)
    for invoice_id, name in session.execute(
        select(InvoiceLine.invoice_id, InvoiceLine.child_name)
        .where(InvoiceLine.invoice_id.in_(ids))
        .order_by(InvoiceLine.invoice_id, InvoiceLine.position)
    ):
        children[invoice_id].append(name)
    into = aliased(Invoice)
    taken = session.execute(
        select(CarryOver.invoice_id, into.number)
        .join(into, into.id == CarryOver.into_id)
        .where(CarryOver.invoice_id.in_(ids), into.number.is_not(None))
    )
    asked_by = {invoice_id: number or "" for invoice_id, number in taken}
    return _Around(children, _credits(session, ids), _receipts(session, ids), asked_by, _debited(session, ids))


def _credits(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[PaperLine]]:
    found = defaultdict[int, list[PaperLine]](list)
    for note in session.scalars(select(CreditNote).where(CreditNote.invoice_id.in_(ids)).order_by(CreditNote.id)):
        found[note.invoice_id].append(PaperLine(number=note.number, day=note.issued_on, cents=note.total_cents))
    return found


def _receipts(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[PaperLine]]:
    """Read the payments that settle invoices now: one that was reversed settles nothing."""
    cents, found = func.sum(Allocation.amount_cents), defaultdict[int, list[PaperLine]](list)
    for invoice_id, number, day, settled in session.execute(
        select(Allocation.invoice_id, Payment.receipt_number, Payment.received_on, cents)
        .join(Payment, Allocation.payment_id == Payment.id)
        .where(Allocation.invoice_id.in_(ids))
        .group_by(Allocation.invoice_id, Payment.id)
        .having(cents != 0)
        .order_by(Payment.id)
    ):
        found[invoice_id].append(PaperLine(number=number, day=day, cents=int(settled)))
    return found


def _debited(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Find the invoices that a debit will pay: announced under a mandate that stands, or presented; never once rejected."""
    presented = dict(
        session.execute(
            select(DirectDebit.invoice_id, DirectDebit.state)
            .where(DirectDebit.invoice_id.in_(ids))
            .order_by(DirectDebit.id)  # the last one says where it stands
        ).all()
    )
    announced = session.scalars(
        select(Invoice.id)
        .join(Mandate, Invoice.mandate_id == Mandate.id)
        .where(Invoice.id.in_(ids), Invoice.debit_on.is_not(None), Mandate.state == MandateState.ACTIVE)
    )
    waiting = {invoice_id for invoice_id, state in presented.items() if state is DebitState.PRESENTED}
    return frozenset(waiting | (set(announced) - presented.keys()))
