"""The one place that writes money received: payments, what they settle, counter-entries, what is given back.

Its callers have checked the rules of their own subject and hold the régie (`backoffice.treasury.periods.hold_regie`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.billing.numbers import RECEIPTS, numbered
from backoffice.billing.once import letterhead
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.payments.means import PLACES
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import refuse_closed
from models.office.billing import PAYABLE, Invoice
from models.office.payments import Allocation, Payment
from models.office.structure import Regie
from models.office.treasury import DepositItem
from models.vocabulary import InvoiceStatus, PaymentMeans, Place


class Share(NamedTuple):
    """What a payment settles of an invoice, in cents."""

    invoice_id: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What was received, from whom, and when; `received_on` is its day in the books."""

    family_id: int
    payer_name: str
    means: PaymentMeans
    cents: int
    received_on: date
    reference: str | None = None
    bank: str | None = None
    drawer: str | None = None


def enter(work: Work, regie: Regie, money: Money, shares: Iterable[Share]) -> Payment:
    """Write a payment and its numbered receipt, and settle invoices with it; what is left is the family's credit.

    Raises:
        RefusedByRule: the day is closed.
    """
    payment, left = _write(work, regie, money, PLACES[money.means]), money.cents
    for share in shares:
        assert 0 <= share.cents <= left, "a payment settles what it holds"
        left -= share.cents
        _allocate(work, payment, _invoice(work.session, share.invoice_id), share.cents)
    return payment


def settle(work: Work, payment: Payment, invoice: Invoice, cents: int) -> None:
    """Give what a payment still holds to an invoice; negative: take it back."""
    if not cents:
        return
    held = payment.amount_cents - allocated(work.session, [payment.id]).get(payment.id, 0)
    assert payment.amount_cents < 0 or 0 <= held - cents <= payment.amount_cents, "a payment settles what it holds"
    _allocate(work, payment, invoice, cents)


def _allocate(work: Work, payment: Payment, invoice: Invoice, cents: int) -> None:
    if not cents:
        return
    assert invoice.paid_cents + cents >= 0, "nothing is taken back that was not given"
    work.session.add(
        Allocation(
            payment_id=payment.id, invoice_id=invoice.id, amount_cents=cents, made_on=work.today, made_at=work.now
        )
    )
    invoice.paid_cents += cents
    work.show(ViewKind.PAPER, f"receipt:{payment.id}", payment.family_id)  # it names what it settles
    restate(work, invoice)


def counter(work: Work, regie: Regie, payment: Payment, *, reason: str, on: date) -> Payment:
    """Reverse a payment by a counter-entry with a receipt of its own; the invoices that it settled are open again.

    Raises:
        RefusedByRule: it is a counter-entry, it is reversed already, or the day is closed.
    """
    if payment.amount_cents < 0 or work.session.scalar(select(Payment.id).where(Payment.reverses_id == payment.id)):
        message = f"La quittance {payment.receipt_number} est déjà annulée, ou elle annule elle-même un encaissement. Rien n'a été enregistré."
        raise RefusedByRule(message)
    deposited = work.session.get(DepositItem, payment.id) is not None
    money = Money(
        family_id=payment.family_id, payer_name=payment.payer_name, means=payment.means, cents=-payment.amount_cents,
        received_on=on, reference=payment.reference, bank=payment.bank, drawer=payment.drawer,
    )  # fmt: skip
    entry = _write(
        work, regie, money, Place.ACCOUNT if deposited else payment.place, reverses=payment.id, reason=reason
    )
    work.show(ViewKind.PAPER, f"receipt:{payment.id}", payment.family_id)  # it is worth nothing any more
    for invoice_id, cents in settled(work.session, payment.id).items():
        invoice = _invoice(work.session, invoice_id)
        # both entries end with nothing allocated: what the payment gave, it takes back
        settle(work, payment, invoice, -cents)
    return entry


def free_excess(work: Work, invoice: Invoice) -> int:
    """Give back to their payments what an invoice no longer needs, the latest first; give the cents freed."""
    excess = left = max(0, -invoice.balance_cents)
    rows = work.session.execute(
        select(Payment, func.sum(Allocation.amount_cents))
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(Allocation.invoice_id == invoice.id)
        .group_by(Payment.id)
        .order_by(Payment.id.desc())
    ).all()
    for payment, given in rows:
        taken = min(left, int(given))
        settle(work, payment, invoice, -taken)
        left -= taken
    restate(work, invoice)
    return excess


def restate(work: Work, invoice: Invoice) -> None:
    """Say where an invoice stands after what was settled or credited, and show it to the family."""
    if invoice.status in {*PAYABLE, InvoiceStatus.PAID, InvoiceStatus.CANCELLED}:
        invoice.status = _status(invoice)
    work.session.flush()
    work.show(ViewKind.INVOICE, invoice.id, invoice.family_id)
    work.changed(Changed.INVOICES, Changed.PAYMENTS, Changed.TREASURY)


def credits_of(session: Session, regie_id: int, family_ids: Iterable[int] | None = None) -> Mapping[int, int]:
    """Give what families have paid too much at a régie, in cents, by family; only those who have."""
    paid = select(Payment.family_id, func.sum(Payment.amount_cents).label("cents")).where(Payment.regie_id == regie_id)
    given = (
        select(Payment.family_id, func.sum(Allocation.amount_cents).label("cents"))
        .join(Payment, Allocation.payment_id == Payment.id)
        .where(Payment.regie_id == regie_id)
    )
    if family_ids is not None:
        wanted = Payment.family_id.in_(list(family_ids))
        paid, given = paid.where(wanted), given.where(wanted)
    settled_of = dict(session.execute(given.group_by(Payment.family_id)).all())
    rows = session.execute(paid.group_by(Payment.family_id))
    left = {family_id: int(cents) - int(settled_of.get(family_id, 0)) for family_id, cents in rows}
    return {family_id: cents for family_id, cents in left.items() if cents}


def allocated(session: Session, payment_ids: Iterable[int]) -> Mapping[int, int]:
    """Give what some payments settle in all, in cents."""
    rows = session.execute(
        select(Allocation.payment_id, func.sum(Allocation.amount_cents))
        .where(Allocation.payment_id.in_(list(payment_ids)))
        .group_by(Allocation.payment_id)
    )
    return {payment_id: int(cents) for payment_id, cents in rows}


def settled(session: Session, payment_id: int) -> Mapping[int, int]:
    """Give what a payment settles now, in cents, by invoice."""
    rows = session.execute(
        select(Allocation.invoice_id, func.sum(Allocation.amount_cents))
        .where(Allocation.payment_id == payment_id)
        .group_by(Allocation.invoice_id)
        .order_by(Allocation.invoice_id)
    )
    return {invoice_id: int(cents) for invoice_id, cents in rows if cents}


def _write(
    work: Work, regie: Regie, money: Money, place: Place, *, reverses: int | None = None, reason: str | None = None
) -> Payment:
    heading = _heading(work, regie, money.received_on)
    ((_, number),) = numbered(work.session, RECEIPTS, regie.code, work.today.year)
    payment = Payment(
        regie_id=regie.id,
        family_id=money.family_id,
        receipt_number=number,
        means=money.means,
        place=place,
        amount_cents=money.cents,
        received_on=money.received_on,
        recorded_at=work.now,
        recorded_by=work.agent.name,
        payer_name=money.payer_name,
        reference=money.reference,
        bank=money.bank,
        drawer=money.drawer,
        reverses_id=reverses,
        reason=reason,
        letterhead_id=heading,
    )
    work.session.add(payment)
    work.session.flush()
    work.show(ViewKind.PAPER, f"receipt:{payment.id}", payment.family_id)
    work.changed(Changed.PAYMENTS, Changed.TREASURY)
    work.sign(
        "payment.reverse" if reverses else "payment.record",
        "payment",
        payment.id,
        new={
            "receipt": number,
            "means": money.means,
            "amount_cents": money.cents,
            "received_on": money.received_on.isoformat(),
            **({"reverses": reverses, "reason": reason} if reverses else {}),
        },
    )
    return payment


def _heading(work: Work, regie: Regie, day: date) -> int:
    """Refuse a closed day, and give the letterhead of the receipts: found once, for as long as the régie is held."""
    key = "receipts", regie.id, day
    if key not in work.memo:
        refuse_closed(work.session, regie.id, day)
        work.memo[key] = letterhead(work.session, letterhead_of_regie(work.session, regie.id).as_json())
    found: int = work.memo[key]
    return found


def _status(invoice: Invoice) -> InvoiceStatus:
    if invoice.balance_cents > 0:
        return InvoiceStatus.PARTLY_PAID if invoice.paid_cents else InvoiceStatus.ISSUED
    cancelled = invoice.net_cents and invoice.credited_cents == invoice.net_cents
    return InvoiceStatus.CANCELLED if cancelled else InvoiceStatus.PAID


def _invoice(session: Session, invoice_id: int) -> Invoice:
    return session.scalars(select(Invoice).where(Invoice.id == invoice_id).with_for_update()).one()
