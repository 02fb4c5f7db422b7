"""Tableau de bord: one tile per menu, with what waits there."""

from datetime import timedelta

from flask import Blueprint

from backoffice.portal.accounts import Visitor
from backoffice.portal.context import page, read, visitor
from backoffice.portal.menus import MENUS
from backoffice.portal.shown import keyed, of_kind, shown
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
    weeks = tuple(
        WeekView.model_validate_json(document.text)
        for document in household.documents
        if document.kind == ViewKind.WEEK and (document.key.endswith(near) or f'"{CellState.OFFERED}"' in document.text)
    )
    keys = {key for week in weeks for key in activity_keys(week, week_of(week.monday))}
    shared = shown(work, SHARED, keyed(ViewKind.ACTIVITY_WEEK, keys), of_kind(ViewKind.OFFERS))
    return Board(
        household,
        weeks,
        shared.many(ViewKind.ACTIVITY_WEEK, ActivityWeekView),
        shared.one(ViewKind.OFFERS, OffersView),
        visitor.thread_seen,
        work.now,
    )
