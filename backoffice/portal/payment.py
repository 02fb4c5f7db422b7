"""Payments on PayFiP, as the portal keeps them: the basket frozen before the call, and what PayFiP's server answered.

Nothing here speaks to PayFiP (see `backoffice.portal.payfip`): each function is one transaction. What counts is told to
the office once, as an action of the outbox.
"""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import func, select, update
from uuid6 import uuid7

from backoffice.payfip.client import Answer, Standing
from backoffice.payfip.rules import Mode, email_fault
from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.portal.payment_rules import (
    ALPHABET,
    CHANGES_FOR,
    MARK,
    OPENS_WITHIN,
    UNSURE,
    Attempt,
    Basket,
    Bill,
    State,
    holders,
    is_due,
    is_over,
    judge,
    reference_of,
)
from backoffice.portal.shown import keyed, of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import SHARED, BasketLine, InvoiceView, OnlinePaymentTold, StructureView, ViewKind
from models.portal import OnlinePayment, OutboxAction
from resources.french import NARROW

OUTCOMES: Final = {
    Standing.PAID: State.PAID, Standing.REFUSED: State.REFUSED, Standing.CANCELLED: State.CANCELLED,
}  # fmt: skip
CHANGED = (
    f"Le montant a changé depuis que la page s'est affichée{NARROW}: rien n'a été débité. Vérifiez, puis recommencez."
)
IDOP = re.compile(r"[A-Za-z0-9-]{1,64}")
LARGEST_KEY = 2**31 - 1
NOT_SOONER = timedelta(seconds=3)  # between two questions about one payment
log = logging.getLogger("marelle.portal")


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays."""

    guardian_id: int
    family_id: int
    email: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser sent: the invoices ticked, the total that its page showed, and the form."""

    keys: tuple[str, ...]
    seen_cents: int
    form_key: str


@dataclass(frozen=True, slots=True)
class Review:
    """Some invoices as they may be paid now: a basket, or why there is none."""

    bills: tuple[Bill, ...]
    basket: Basket | None
    faults: tuple[str, ...]
    held: dict[str, Attempt]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A basket written down; not fresh when its form had been sent before."""

    id: str
    fresh: bool
    basket: Basket | None = None
    reference: str = ""


def clean_keys(given: Sequence[str]) -> tuple[str, ...]:
    """Keep what may be the key of an invoice, each once, in order."""
    written = [key for key in given if key.isascii() and key.isdigit() and len(key) <= 10]
    return tuple(str(key) for key in sorted({int(key) for key in written}) if key <= LARGEST_KEY)


def review(work: Work, payer: Payer, keys: Sequence[str]) -> Review | None:
    """Judge some invoices of a household as they are published now; none: one of them is not its own."""
    documents = shown(work, payer.family_id, keyed(ViewKind.INVOICE, keys))
    at = {document.key: document.at for document in documents.documents}
    views = documents.many(ViewKind.INVOICE, InvoiceView)
    if set(views) != set(keys):
        return None
    bills = tuple(Bill(key, views[key], at[key]) for key in keys)
    structure = shown(work, SHARED, of_kind(ViewKind.STRUCTURE)).one(ViewKind.STRUCTURE, StructureView)
    regies = {regie.id: regie for regie in (structure.regies if structure else ())}
    held = holders(bills, attempts(work, payer.family_id), work.now)
    judged = judge(bills, regies, held)
    if isinstance(judged, tuple):
        return Review(bills, None, judged, held)
    fault = email_fault(payer.email)
    return Review(bills, None if fault else judged, (fault,) if fault else (), held)


def freeze(work: Work, payer: Payer, asked: Asked) -> Frozen | Review | None:
    """Write a basket down before PayFiP is called; amounts are those published, never what the browser sent."""
    sent = select(OnlinePayment.id).where(
        OnlinePayment.guardian_id == payer.guardian_id, OnlinePayment.form_key == asked.form_key
    )
    if before := work.session.scalar(sent):
        return Frozen(before, fresh=False)
    found = review(work, payer, asked.keys)
    if found is None or found.basket is None:
        return found
    if found.basket.cents != asked.seen_cents:
        return Review(found.bills, found.basket, (CHANGED,), found.held)
    row = OnlinePayment(
        id=str(uuid7()), form_key=asked.form_key, guardian_id=payer.guardian_id, family_id=payer.family_id,
        regie_id=found.basket.regie.id, client=found.basket.regie.payfip_client or "",
        mode=found.basket.regie.payfip_mode, reference=_new_reference(work, found.basket),
        amount_cents=found.basket.cents, basket=[list(line) for line in found.basket.lines], email=payer.email,
        state=State.OPENING, started_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return Frozen(row.id, fresh=True, basket=found.basket, reference=row.reference)


def note_started(work: Work, payment_id: str, idop: str) -> bool:
    """Keep PayFiP's number and tell the office; false: nobody must be sent there, another attempt may have begun."""
    row = work.session.get_one(OnlinePayment, payment_id)
    known = work.session.scalar(select(OnlinePayment.id).where(OnlinePayment.idop == idop))
    if row.state != State.OPENING or known or not IDOP.fullmatch(idop):
        log.error("a payment cannot be started: %s, %s", row.state, "its number is known" if known else "too late")
        note_failed(work, payment_id)
        return False
    row.idop, row.state = idop, State.STARTED
    _tell(work, row, State.STARTED, None)
    return True


def note_failed(work: Work, payment_id: str) -> None:
    """Remember that PayFiP opened nothing."""
    row = work.session.get_one(OnlinePayment, payment_id)
    if row.state == State.OPENING:
        row.state = State.FAILED


def note_answer(work: Work, payment_id: str, answer: Answer) -> None:
    """Keep what PayFiP's server answers, and tell each outcome to the office, once; a payment once paid stays so."""
    row = work.session.get_one(OnlinePayment, payment_id)
    row.asked_at = work.now
    ours = answer.reference is None or answer.reference == row.reference
    outcome = OUTCOMES.get(answer.standing) if ours else None
    if outcome is None:
        if answer.standing is Standing.OTHER or not ours:
            log.error("PayFiP answers what we did not ask: %s, our reference: %s", answer.result, ours)
        unknown = answer.standing is Standing.UNKNOWN
        if is_over(State(row.state), row.started_at, work.now, unknown=unknown):
            row.state = State.EXPIRED
        return
    told = _tell(work, row, outcome, answer)
    if told is None or row.state == State.PAID:
        return
    row.state, row.means, row.paid_at = outcome, answer.means, answer.at
    row.answered_at = work.now
    row.told_id = told if outcome is State.PAID else None


def attempts(work: Work, family_id: int) -> list[Attempt]:
    """List the payments of a household that may hold an invoice back, the latest first."""
    query = (
        select(OnlinePayment, OutboxAction.seq, OutboxAction.collected_at)
        .outerjoin(OutboxAction, OutboxAction.id == OnlinePayment.told_id)
        .where(
            OnlinePayment.family_id == family_id,
            OnlinePayment.state.in_([State.OPENING, State.STARTED, State.PAID]),
        )
        .order_by(OnlinePayment.id.desc())
    )
    return [
        Attempt(
            row.id, State(row.state), frozenset(str(line[0]) for line in row.basket), row.started_at, row.answered_at,
            collected=seq is None or collected_at is not None,  # what the office has taken may be gone
        )
        for row, seq, collected_at in work.session.execute(query)
        if row.state != State.PAID or row.mode != Mode.TEST  # a trial pays nothing
    ]  # fmt: skip


def one(work: Work, family_id: int, payment_id: str) -> OnlinePayment | None:
    """Read a payment of a household."""
    row = work.session.get(OnlinePayment, payment_id)
    return row if row is not None and row.family_id == family_id else None


def of_household(work: Work, family_id: int, first: datetime, end: datetime) -> Sequence[OnlinePayment]:
    """List the payments of a household begun in a period, the latest first."""
    return work.session.scalars(
        select(OnlinePayment)
        .where(OnlinePayment.family_id == family_id, OnlinePayment.started_at >= first, OnlinePayment.started_at < end)
        .order_by(OnlinePayment.started_at.desc(), OnlinePayment.id.desc())
    ).all()


def unsettled(work: Work, family_id: int, keys: Sequence[str]) -> list[str]:
    """Name the payments of these invoices of which PayFiP may know more than we do, and that nobody can make any more."""
    wanted = set(keys)
    rows = work.session.scalars(
        select(OnlinePayment).where(OnlinePayment.family_id == family_id, OnlinePayment.state == State.STARTED)
    )
    return [row.id for row in rows if wanted & {str(line[0]) for line in row.basket}]


def unheard(work: Work, idop: str) -> str | None:
    """Find the payment that we opened under PayFiP's number, unless a notification of it already waits for a question."""
    if not IDOP.fullmatch(idop):
        return None
    row = work.session.scalar(select(OnlinePayment).where(OnlinePayment.idop == idop))
    return row.id if row is not None and not _is_heard(row.heard_at, row.asked_at) else None


def idop_of(work: Work, payment_id: str) -> tuple[str | None, datetime | None]:
    """Give PayFiP's number of a payment, and when it was last asked about."""
    row = work.session.get_one(OnlinePayment, payment_id)
    return row.idop, row.asked_at


def due(work: Work) -> list[str]:
    """Name the payments of which PayFiP is to be asked now, the oldest question first."""
    unsure = OnlinePayment.state == State.STARTED
    may_change = OnlinePayment.state.in_(UNSURE) & (OnlinePayment.started_at > work.now - CHANGES_FOR)
    heard = OnlinePayment.heard_at >= func.coalesce(OnlinePayment.asked_at, OnlinePayment.heard_at)
    rows = work.session.execute(
        select(OnlinePayment.id, OnlinePayment.started_at, OnlinePayment.heard_at, OnlinePayment.asked_at)
        .where(OnlinePayment.idop.is_not(None), unsure | may_change | heard)
        .order_by(OnlinePayment.asked_at, OnlinePayment.id)
    )
    return [
        row.id
        for row in rows
        if is_due(row.started_at, row.asked_at, work.now)
        or (_is_heard(row.heard_at, row.asked_at) and not just_asked(row.asked_at, work.now))
    ]


def just_asked(asked_at: datetime | None, now: datetime) -> bool:
    """Tell whether PayFiP was asked a moment ago: notifications sent over and over do not make us ask so."""
    return asked_at is not None and timedelta() <= now - asked_at < NOT_SOONER


def note_hint(work: Work, payment_id: str) -> None:
    """Have a payment asked about soon, however long it has been over."""
    work.session.execute(update(OnlinePayment).where(OnlinePayment.id == payment_id).values(heard_at=work.now))


def fallen(work: Work) -> bool:
    """Tell whether the opening of a payment was cut short."""
    return work.session.scalar(select(OnlinePayment.id).where(*_fallen(work)).limit(1)) is not None


def expire_fallen(work: Work) -> None:
    """Close the payments whose opening was cut short: nobody was sent to pay them."""
    work.session.execute(update(OnlinePayment).where(*_fallen(work)).values(state=State.EXPIRED))


def _is_heard(heard_at: datetime | None, asked_at: datetime | None) -> bool:
    return heard_at is not None and (asked_at is None or heard_at >= asked_at)


def _fallen(work: Work) -> tuple[Any, Any]:
    return OnlinePayment.state == State.OPENING, OnlinePayment.started_at < work.now - OPENS_WITHIN


def _new_reference(work: Work, basket: Basket) -> str:
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(MARK))
        reference = reference_of(basket, work.now, drawn)
        if not work.session.scalar(select(OnlinePayment.id).where(OnlinePayment.reference == reference)):
            return reference


def _tell(work: Work, row: OnlinePayment, state: State, answer: Answer | None) -> str | None:
    """Tell the office where a payment stands, once per outcome; give the action's id, none when it cannot be told."""
    try:
        told = OnlinePaymentTold.model_validate({
            "idop": row.idop, "reference": row.reference, "regie_id": row.regie_id,
            "basket": [BasketLine(invoice_id=invoice_id, cents=cents) for invoice_id, _, cents in row.basket],
            "amount_cents": (answer.cents if answer else None) or row.amount_cents, "state": state.value,
            "means": answer.means if answer and state is State.PAID else None, "started_at": row.started_at,
            "paid_at": answer.at if answer and state is State.PAID else None, "mode": row.mode,
        })  # fmt: skip
    except ValidationError:
        log.exception("what PayFiP answers cannot be told to the office")
        return None
    key = f"payfip\n{row.idop}\n{state}"  # no form of a page has a key of several lines
    form = Form.of(key if len(key) <= 64 else Form.of("", (key,)).digest, (row.reference, state))
    return outbox.append(work, Author(row.guardian_id, row.family_id), told, form)
