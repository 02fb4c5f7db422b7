"""Historique de mes actions: the connections of a week or a month."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, request

from backoffice.portal import accounts
from backoffice.portal.context import chosen, page, read, visitor
from backoffice.portal.store import Work
from backoffice.portal.weeks import week_title
from backoffice.sync.contract import monday_of, week_of
from resources.french import PARIS, in_paris, month_name, parse_month

blueprint = Blueprint("history", __name__)
OLDEST, FARTHEST = date(2020, 1, 1), date(2100, 1, 1)


@blueprint.get("/historique")
def show() -> str:
    """List the connections of a period."""
    period = chosen(["semaine", "mois"], request.args.get("periode", ""))
    first, end, today, rows = read(_ask, period, request.args.get("le", ""))
    name = _name(period, first)
    return page(
        "history",
        title="Historique de mes actions",
        period=period,
        name=name,
        rows=rows,
        previous=_key(period, first - timedelta(days=1)),
        following=_key(period, end) if end <= today else None,
    )


def _ask(work: Work, period: str, given: str) -> tuple[date, date, date, list[tuple[datetime, str]]]:
    today = in_paris(work.now).date()
    first = _first(period, given, today)
    end = first + timedelta(days=7) if period == "semaine" else (first + timedelta(days=32)).replace(day=1)
    return first, end, today, accounts.connections(work, visitor(), _midnight(first), _midnight(end))


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
