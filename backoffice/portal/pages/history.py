"""Historique de mes actions: the connections, or the payments, of a week or a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, request

from backoffice.portal import accounts, payment
from backoffice.portal.context import chosen, page, read, visitor
from backoffice.portal.payment_rules import LIVES, State
from backoffice.portal.shown import of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.weeks import week_title
from backoffice.sync.contract import PaperView, ViewKind, monday_of, week_of
from models.portal import OnlinePayment
from resources.french import PARIS, in_paris, month_name, parse_month

CONNECTIONS, PAYMENTS = "connexions", "paiements"
WORDS = {
    State.OPENING: ("waiting", "En préparation"),
    State.STARTED: ("waiting", "En cours"),
    State.PAID: ("accepted", "Payé"),
    State.REFUSED: ("refused", "Refusé"),
    State.CANCELLED: ("info", "Abandonné"),
    State.EXPIRED: ("info", "Sans suite"),
    State.FAILED: ("info", "Non ouvert"),
}
blueprint = Blueprint("history", __name__)
OLDEST, FARTHEST = date(2020, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A week or a month, today's unless another was chosen."""

    kind: str
    first: date
    end: date
    today: date


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of the period: on the portal, or as its receipt says."""

    day: date
    at: datetime | None
    cents: int
    words: str
    numbers: tuple[str, ...]
    chip: tuple[str, str] | None = None
    payment_id: str | None = None
    paper: str | None = None


@blueprint.get("/historique")
def show() -> str:
    """List what was done in a period."""
    kind = chosen(["semaine", "mois"], request.args.get("periode", ""))
    what = chosen([CONNECTIONS, PAYMENTS], request.args.get("quoi", ""))
    period, connections, payments = read(_ask, kind, what, request.args.get("le", ""))
    return page(
        "history",
        title="Historique de mes actions",
        what=what,
        period=kind,
        name=_name(kind, period.first),
        connections=connections,
        payments=payments,
        previous=_key(kind, period.first - timedelta(days=1)),
        following=_key(kind, period.end) if period.end <= period.today else None,
    )


def _ask(work: Work, kind: str, what: str, given: str) -> tuple[Period, Sequence[tuple[datetime, str]], Sequence[Paid]]:
    today = in_paris(work.now).date()
    first = _first(kind, given, today)
    end = first + timedelta(days=7) if kind == "semaine" else (first + timedelta(days=32)).replace(day=1)
    period = Period(kind, first, end, today)
    if what == CONNECTIONS:
        return period, accounts.connections(work, visitor(), _midnight(first), _midnight(end)), ()
    return period, (), _payments(work, period)


def _payments(work: Work, period: Period) -> Sequence[Paid]:
    """List the household's payments on the portal, and the receipts of the others, the latest first."""
    mine = visitor().family_id
    online = payment.of_household(work, mine, _midnight(period.first), _midnight(period.end))
    papers = shown(work, mine, of_kind(ViewKind.PAPER)).many(ViewKind.PAPER, PaperView)
    found = [_online(row, work.now) for row in online]
    found += [
        Paid(paper.day, None, paper.cents or 0, f"{paper.title}, {paper.means}", paper.invoices, paper=key)
        for key, paper in papers.items()
        if paper.kind == "receipt" and not paper.online and period.first <= paper.day < period.end
    ]
    return sorted(found, key=lambda one: (one.day, one.at is not None, one.at or work.now), reverse=True)


def _online(row: OnlinePayment, now: datetime) -> Paid:
    state = State(row.state)
    chip = WORDS[state]
    if state is State.STARTED and now - row.started_at >= LIVES:
        chip = ("info", "Sans réponse de PayFiP")
    numbers = tuple(number for _, number, _ in row.basket)
    at = row.started_at
    return Paid(in_paris(at).date(), at, row.amount_cents, "Paiement en ligne", numbers, chip=chip, payment_id=row.id)


def _first(period: str, given: str, today: date) -> date:
    try:
        first = monday_of(given) if period == "semaine" else parse_month(given)
    except ValueError:
        first = today
    if not OLDEST < first < FARTHEST:
        first = today
    return first - timedelta(days=first.weekday()) if period == "semaine" else first.replace(day=1)


def _key(period: str, day: date) -> str:
    return week_of(day) if period == "semaine" else f"{day:%Y-%m}"


def _name(period: str, first: date) -> str:
    return week_title(first).capitalize() if period == "semaine" else month_name(first).capitalize()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
