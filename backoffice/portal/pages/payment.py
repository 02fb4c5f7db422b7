"""Paiement: what was ticked, its total, then PayFiP; and what became of a payment, which PayFiP's server alone says."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox, payment
from backoffice.portal.context import found, page, portal, public_address, read, visit, visitor
from backoffice.portal.payment import Asked, Payer, Review
from backoffice.portal.payment_rules import LIVES, UNSURE, State
from backoffice.portal.store import Work
from backoffice.sync.contract import RegieView
from models.portal import OnlinePayment

TITLE = "Paiement en ligne"
ANSWERS_WITHIN = 2 * LIVES  # a page goes on refreshing for so long

blueprint = Blueprint("payment", __name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment as its page shows it."""

    id: str
    state: State
    cents: int
    reference: str
    lines: tuple[tuple[str, int], ...]
    started_at: datetime
    until: datetime
    paid_at: datetime | None
    alive: bool
    waits: bool  # an answer may come at any moment
    goes_to: str | None  # PayFiP's page, where it can be resumed
    again: str
    mode: str
    regie: RegieView | None


@blueprint.get("/paiement")
def review() -> str | Response | tuple[str, int]:
    """Show what was ticked, its total, and what happens next."""
    keys = payment.clean_keys(request.args.getlist("facture"))
    return _draw(found(read(payment.review, _payer(), keys)))


@blueprint.post("/paiement")
def pay() -> str | Response | tuple[str, int]:
    """Freeze the basket, open its payment, and send the family to PayFiP."""
    asked = _asked()
    opened = portal().payments.open(
        _payer(),
        asked,
        notify_url=public_address(url_for("payfip.notify")),
        return_url=public_address(f"{url_for('payment.review')}/{{id}}/retour"),
    )
    if isinstance(found(opened), Review):
        assert isinstance(opened, Review)
        return _draw(opened)
    assert isinstance(opened, payment.Frozen)
    row = found(read(payment.one, visitor().family_id, opened.id))
    if opened.fresh and row.state == State.STARTED and row.idop:
        return redirect(_payfip_page(row.idop), 303)
    return redirect(url_for("payment.show", payment_id=opened.id), 303)


@blueprint.get("/paiement/<payment_id>")
def show(payment_id: str) -> str:
    """Say where a payment stands, after asking PayFiP."""
    standing = found(_standing(payment_id))
    return page("payment_state", title=TITLE, standing=standing)


@blueprint.get("/paiement/<payment_id>/etat")
def state(payment_id: str) -> str:
    """Give the same, without its page: what a waiting page fetches."""
    return page("_payment", title=TITLE, standing=found(_standing(payment_id)))


def _payer() -> Payer:
    me = visitor()
    return Payer(me.guardian_id, me.family_id, me.email)


def _asked() -> Asked:
    key, seen = request.form.get("form_key", ""), request.form.get("total", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    cents = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 12 else -1
    return Asked(payment.clean_keys(request.form.getlist("facture")), cents, key)


def _draw(found_: Review) -> str | tuple[str, int]:
    drawn = page(
        "payment",
        title=TITLE,
        review=found_,
        form_key=outbox.new_form_key(),
    )
    return (drawn, 422) if found_.faults else drawn


def _standing(payment_id: str) -> Standing | None:
    """Read a payment of the household, once PayFiP has been asked if it may say more."""
    if not _is_id(payment_id):
        return None
    row = read(payment.one, visitor().family_id, payment_id)
    if row is None:
        return None
    if row.state in UNSURE:
        portal().payments.look(payment_id)
        row = found(read(payment.one, visitor().family_id, payment_id))
    return _told(row, read(_now))


def _told(row: OnlinePayment, now: datetime) -> Standing:
    state, age = State(row.state), now - row.started_at
    alive = state is State.STARTED and age < LIVES
    keys = [("facture", line[0]) for line in row.basket]
    return Standing(
        id=row.id,
        state=state,
        cents=row.amount_cents,
        reference=row.reference,
        lines=tuple((number, cents) for _, number, cents in row.basket),
        started_at=row.started_at,
        until=row.started_at + LIVES,
        paid_at=row.paid_at,
        alive=alive,
        waits=state is State.OPENING or (state is State.STARTED and age < ANSWERS_WITHIN),
        goes_to=_payfip_page(row.idop) if alive and row.idop else None,
        again=f"{url_for('payment.review')}?{urlencode(keys)}",
        mode=row.mode,
        regie=next((regie for regie in visit().structure.regies if regie.id == row.regie_id), None),
    )


def _now(work: Work) -> datetime:
    return work.now


def _payfip_page(idop: str) -> str:
    """Give the only address outside this portal that we ever send somebody to."""
    return f"{portal().settings.payfip_page_url}?{urlencode({'idop': idop})}"


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
