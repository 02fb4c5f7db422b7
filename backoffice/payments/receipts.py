"""The receipt that the family takes away: written from frozen rows the first time it is asked for, then kept."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.letterhead import LetterheadFacts
from backoffice.office import Work
from backoffice.papers import keep, kept
from backoffice.payments.means import MEANS_WORDS
from backoffice.payments.rules import reference_words
from models.office.billing import Invoice, Letterhead
from models.office.families import Family
from models.office.payments import Allocation, Payment
from models.office.structure import Service
from models.vocabulary import PaperKind
from reports.pdf.letterhead import RegieDocument
from reports.pdf.receipt import ReceiptDocument, ReceiptLine, ReversedReceipt, render_receipt


def draw_receipts(session: Session, payment_ids: Collection[int]) -> dict[int, bytes]:
    """Draw the receipts of some payments that are not kept yet; `backoffice.papers.keep` keeps them."""
    return {payment_id: render_receipt(_document(session, payment_id)) for payment_id in payment_ids}


def receipt_pdf(work: Work, payment_id: int) -> bytes:
    """Give the receipt of a payment or of a counter-entry, the same bytes each time.

    Raises:
        RefusedByRule: what was kept is no longer what was given.
    """
    found = kept(work.session, PaperKind.RECEIPT, payment_id)
    if found is None:
        keep(work.session, PaperKind.RECEIPT, {payment_id: render_receipt(_document(work.session, payment_id))})
        found = kept(work.session, PaperKind.RECEIPT, payment_id)
    assert found is not None, "it has just been kept"
    return found


def _document(session: Session, payment_id: int) -> ReceiptDocument:
    payment, content, family = session.execute(
        select(Payment, Letterhead.content, Family.number)
        .join(Letterhead, Payment.letterhead_id == Letterhead.id)
        .join(Family, Payment.family_id == Family.id)
        .where(Payment.id == payment_id)
    ).one()
    facts = LetterheadFacts.from_json(content)
    lines = _lines(session, payment)
    drawer = payment.drawer if payment.drawer != payment.payer_name else None
    told = (reference_words(payment.means, payment.reference), payment.bank, drawer and f"émis par {drawer}")
    return ReceiptDocument(
        regie=RegieDocument(facts.commune, facts.siret, facts.regie, facts.address, facts.phone, facts.email),
        number=payment.receipt_number,
        received_on=payment.received_on,
        recorded_at=payment.recorded_at,
        recorded_by=payment.recorded_by,
        payer=payment.payer_name,
        family_number=family,
        means=MEANS_WORDS[payment.means],
        details=tuple(part for part in told if part),
        amount_cents=payment.amount_cents,
        lines=lines,
        credit_cents=0 if payment.reverses_id else payment.amount_cents - sum(line.cents for line in lines),
        reverses=_reversed(session, payment),
    )


def _lines(session: Session, payment: Payment) -> Sequence[ReceiptLine]:
    """Read what was settled as the payment was recorded; of a counter-entry, what it opened again."""
    rows = session.execute(
        select(Invoice.number, Service.name, Invoice.month, func.sum(Allocation.amount_cents))
        .join(Invoice, Allocation.invoice_id == Invoice.id)
        .join(Service, Invoice.service_id == Service.id)
        .where(
            Allocation.payment_id == (payment.reverses_id or payment.id),
            Allocation.made_at == payment.recorded_at,
            Allocation.amount_cents < 0 if payment.reverses_id else Allocation.amount_cents > 0,
        )
        .group_by(Invoice.id, Service.name)
        .order_by(func.min(Allocation.id))
    )
    return tuple(ReceiptLine(number or "", service, month, int(cents)) for number, service, month, cents in rows)


def _reversed(session: Session, payment: Payment) -> ReversedReceipt | None:
    if payment.reverses_id is None:
        return None
    number, day = session.execute(
        select(Payment.receipt_number, Payment.received_on).where(Payment.id == payment.reverses_id)
    ).one()
    return ReversedReceipt(number, day, payment.reason or "")
