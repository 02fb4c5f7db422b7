"""Tableau de bord: one tile per menu, with what waits there."""

from datetime import timedelta

from flask import Blueprint

from backoffice.portal import payment
from backoffice.portal.accounts import Visitor
from backoffice.portal.bills import bills_of, is_to_pay
from backoffice.portal.context import page, read, visitor
from backoffice.portal.menus import MENUS
from backoffice.portal.payment_rules import Attempt
from backoffice.portal.shown import Document, Shown, keyed, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.tiles import Board, tile
from backoffice.portal.weeks import activity_keys
from backoffice.sync.contract import SHARED, ActivityWeekView, CellState, OffersView, ViewKind, WeekView, week_of
from resources.french import in_paris

ASKED = of_kind(
    ViewKind.FAMILY,
    ViewKind.INVOICE,
    ViewKind.DOCUMENTS,
    ViewKind.REQUEST,
    ViewKind.THREAD,
    ViewKind.WEEK,
)

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str:
    """Show what waits in each menu."""
    board = read(_ask, visitor())
    tiles = [tile(menu, board) for menu in MENUS]
    return page("home", title="Tableau de bord", tiles=tiles, name=visitor().name)


def _ask(work: Work, visitor: Visitor) -> Board:
    household = shown(work, visitor.family_id, ASKED, pending=True)
    today = in_paris(work.now).date()
    near = (week_of(today), week_of(today + timedelta(days=7)))
    weeks = _weeks(household, near)
    keys = {key for week in weeks for key in activity_keys(week, week_of(week.monday))}
    shared = shown(work, SHARED, keyed(ViewKind.ACTIVITY_WEEK, keys), of_kind(ViewKind.OFFERS))
    return Board(
        household,
        weeks,
        shared.many(ViewKind.ACTIVITY_WEEK, ActivityWeekView),
        shared.one(ViewKind.OFFERS, OffersView),
        visitor.thread_seen,
        work.now,
        _attempts(work, visitor.family_id, household),
    )


def _weeks(household: Shown, near: tuple[str, ...]) -> tuple[WeekView, ...]:
    """Read this week and the next, those in which a place is offered, and the first later one in which one is booked."""
    known = [document for document in household.documents if document.kind == ViewKind.WEEK]
    later = [_name_of(one) for one in known if _name_of(one) > near[-1] and f'"{CellState.BOOKED}"' in one.text]
    kept = {*near, *sorted(later)[:1]}
    return tuple(
        WeekView.model_validate_json(one.text)
        for one in known
        if _name_of(one) in kept or f'"{CellState.OFFERED}"' in one.text
    )


def _name_of(document: Document) -> str:
    return document.key.partition(":")[2]


def _attempts(work: Work, family_id: int, household: Shown) -> tuple[Attempt, ...]:
    """Read what was paid here, where something may be: most days a dashboard asks nothing of it."""
    if any(bill.invoice.online and is_to_pay(bill.invoice) for bill in bills_of(household)):
        return tuple(payment.attempts(work, family_id))
    return ()
