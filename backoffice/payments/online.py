"""What the portal tells of payments on PayFiP: kept message by message, and a paid one recorded once and only once.

The portal's word is what PayFiP's server answered it, never a value that a browser posted; the books take it at once, and
the office asks PayFiP again by itself (see `backoffice.payments.ask`). Nothing that comes later undoes a receipt: what
contradicts it is kept, and the reconciliation shows it to the régisseur.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.office import Changed, Work
from backoffice.payfip.rules import Mode
from backoffice.payments.book import Money, Share, enter
from backoffice.payments.online_rules import STATE_WORDS
from backoffice.sync.contract import Action, OnlinePaymentTold
from backoffice.treasury.periods import closed_until, hold_regie
from models.office.billing import Invoice
from models.office.families import Family, Guardian
from models.office.payments import OnlinePayment, Payment
from models.office.structure import Regie, Service
from models.vocabulary import OnlineState, PaymentMeans
from resources.french import NARROW, euros

MEANS = {"card": PaymentMeans.ONLINE_CARD, "debit": PaymentMeans.ONLINE_DEBIT}
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Paid:
    """What PayFiP says was paid."""

    cents: int
    means: PaymentMeans
    at: datetime


def receive_online(work: Work, action: Action) -> str:
    """Keep what the portal tells of a payment, and record it when it is paid; give the outcome in French.

    Its caller has put the action under its unique key, in this transaction.

    Raises:
        LookupError: neither the household nor the invoices of the basket are known.
    """
    told = action.payload
    assert isinstance(told, OnlinePaymentTold)
    session = work.session
    known = session.get(OnlinePayment, told.idop)
    regie = hold_regie(session, known.regie_id if known else _regie_of(session, told))
    row = session.get(OnlinePayment, told.idop, with_for_update=True, populate_existing=True)
    if row is None:
        row = _first_told(action, told, regie.id, _family_of(session, action, told))
        session.add(row)
    elif row.regie_id != regie.id:
        regie = hold_regie(session, row.regie_id)  # another office has just written it
    _note(session, row, action, told)
    session.flush()
    work.sign(
        "online.told",
        "online_payment",
        told.idop,
        new={"state": told.state, "amount_cents": told.amount_cents, "reference": told.reference},
    )
    work.changed(Changed.PAYMENTS)
    if told.state == "paid" and is_trial(row):
        return "paiement d'essai, rien n'est encaissé"
    if told.state == "paid" and row.payment_id is None:
        means = MEANS[told.means or "card"]
        payment = enter_paid(work, regie, row, Paid(told.amount_cents, means, told.paid_at or action.received_at))
        return f"payé{NARROW}: {euros(payment.amount_cents)}, quittance {payment.receipt_number}"
    return f"paiement en ligne {STATE_WORDS[OnlineState(told.state)]}"


def enter_paid(work: Work, regie: Regie, row: OnlinePayment, paid: Paid) -> Payment:
    """Write the receipt of a basket paid, and settle what is still due of it; the rest is the family's credit.

    Its caller holds the régie and the row, which bears no receipt yet.
    """
    assert row.payment_id is None, "an online payment has one receipt"
    day = book_day(paris_day(paid.at), work.today, closed_until(work.session, regie.id))
    basket = [(invoice_id, cents) for invoice_id, cents in row.basket]
    invoices = _invoices(work.session, regie.id, row.family_id, [invoice_id for invoice_id, _ in basket])
    shares = split(basket, {invoice_id: invoice.due_cents for invoice_id, invoice in invoices.items()}, paid.cents)
    money = Money(
        family_id=row.family_id,
        payer_name=_payer(work.session, row.family_id, invoices.values()),
        means=paid.means,
        cents=paid.cents,
        received_on=day,
        reference=row.reference,
    )
    payment = enter(work, regie, money, shares)
    row.payment_id, row.means, row.paid_at = payment.id, paid.means, paid.at
    work.session.flush()
    return payment


def is_trial(row: OnlinePayment) -> bool:
    """Tell whether a payment was made in PayFiP's test mode: no money moved, nothing enters the books.

    The activation of a line is no trial (eopayment 3.15 says `test` of T alone): what it pays is never lost.
    """
    return any(message.get("mode") == Mode.TEST for message in row.told)


def book_day(paid_on: date, today: date, closed: date | None) -> date:
    """Give the day of an online payment in the books: its own, or the first open one from today on.

    >>> book_day(date(2026, 11, 3), date(2026, 11, 5), None)
    datetime.date(2026, 11, 3)
    >>> book_day(date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 3))
    datetime.date(2026, 11, 5)
    """
    day = min(paid_on, today)
    if closed is None or day > closed:
        return day
    return today if today > closed else date.fromordinal(closed.toordinal() + 1)


def split(basket: Iterable[tuple[int, int]], due: Mapping[int, int], cents: int) -> list[Share]:
    """Share what was paid over the basket, each invoice up to what was asked and to what is due of it now.

    >>> split([(1, 500), (2, 300)], {1: 500, 2: 100}, 800)
    [Share(invoice_id=1, cents=500), Share(invoice_id=2, cents=100)]
    """
    left, open_cents, shares = cents, dict(due), []
    for invoice_id, asked in basket:
        given = min(left, asked, open_cents.get(invoice_id, 0))
        if given > 0:
            shares.append(Share(invoice_id, given))
            open_cents[invoice_id] -= given
            left -= given
    return shares


def _first_told(action: Action, told: OnlinePaymentTold, regie_id: int, family_id: int) -> OnlinePayment:
    return OnlinePayment(
        idop=told.idop,
        regie_id=regie_id,
        family_id=family_id,
        reference=told.reference,
        amount_cents=told.amount_cents,
        basket=[[line.invoice_id, line.cents] for line in told.basket],
        state=OnlineState(told.state),
        started_at=told.started_at,
        told_at=action.received_at,
        told=[],
    )


def _note(session: Session, row: OnlinePayment, action: Action, told: OnlinePaymentTold) -> None:
    """Keep a message whole; a payment once told as paid stays so."""
    guardian = session.get(Guardian, action.guardian_id) if action.guardian_id <= LARGEST_ID else None
    message: dict[str, Any] = {
        "action": str(action.id),
        "at": action.received_at.isoformat(),
        "family_id": action.family_id,
        "guardian": bool(guardian and guardian.family_id == action.family_id),
        **told.model_dump(mode="json", exclude={"kind", "idop"}),
    }
    row.told = [*row.told, message]
    row.told_at = action.received_at
    if row.state is not OnlineState.PAID:
        row.state = OnlineState(told.state)


def _regie_of(session: Session, told: OnlinePaymentTold) -> int:
    """Find whose money it is: the régie told, or that of the invoices."""
    if session.get(Regie, told.regie_id) is not None:
        return told.regie_id
    found = session.scalar(
        select(Service.regie_id)
        .join(Invoice, Invoice.service_id == Service.id)
        .where(Invoice.id.in_([line.invoice_id for line in told.basket]))
        .limit(1)
    )
    if found is None:
        message = f"online payment {told.idop}: neither its régie nor its invoices are known"
        raise LookupError(message)
    return found


def _family_of(session: Session, action: Action, told: OnlinePaymentTold) -> int:
    """Find whose payment it is: the household that paid, or that of the invoices."""
    if 0 < action.family_id <= LARGEST_ID and session.get(Family, action.family_id) is not None:
        return action.family_id
    wanted = [line.invoice_id for line in told.basket]
    found = session.scalar(select(Invoice.family_id).where(Invoice.id.in_(wanted)).limit(1))
    if found is None:
        message = f"online payment {told.idop}: neither its household nor its invoices are known"
        raise LookupError(message)
    return found


def _invoices(session: Session, regie_id: int, family_id: int, wanted: Iterable[int]) -> Mapping[int, Invoice]:
    """Read the invoices of a basket that this household may pay at this régie."""
    rows = session.scalars(
        select(Invoice)
        .join(Service, Invoice.service_id == Service.id)
        .where(Invoice.id.in_(list(wanted)), Invoice.family_id == family_id, Service.regie_id == regie_id)
        .order_by(Invoice.id)
        .with_for_update(of=Invoice)
    )
    return {invoice.id: invoice for invoice in rows}


def _payer(session: Session, family_id: int, invoices: Iterable[Invoice]) -> str:
    named = next((invoice.payer_name for invoice in invoices if invoice.payer_name), None)
    return named or session.get_one(Family, family_id).name
