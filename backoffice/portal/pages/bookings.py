"""Mes réservations: a child's week or month, and « Enregistrer »."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.portal import months, outbox
from backoffice.portal.context import found, look, page, read, visitor, write
from backoffice.portal.first_week import first_week
from backoffice.portal.sending import Outcome, Sent, read_sent, save
from backoffice.portal.sheets import FARTHEST, MONTHS, WEEKS, Sheet
from backoffice.portal.shown import Shown, of_kind, shown, weeks_named
from backoffice.portal.spans import Span, read_span
from backoffice.portal.store import Moment, Work
from backoffice.portal.weeks import Planning, narrowed
from backoffice.sync.contract import EnrolmentsView, ViewKind, WeekView, week_of
from resources.french import in_paris, of_month, search_key

UNTOUCHED = Outcome()

blueprint = Blueprint("bookings", __name__)


@dataclass(frozen=True, slots=True)
class Shot:
    """What a page draws: the planning, and what became of a sending."""

    span: Span
    outcome: Outcome = UNTOUCHED
    sent: Sent | None = None

    def values(self) -> dict[str, object]:
        """Give what every page of cells tells its template."""
        sent = self.sent if self.outcome.kept else None
        return {
            "span": self.span,
            "sentences": self.outcome.sentences,
            "troubles": self.outcome.troubles,
            "total": self.outcome.total,
            "ticked": sent.ticked if sent else None,
            "answers": sent.answers if sent else {},
            "form_key": outbox.new_form_key(),
        }


@blueprint.get("/reservations")
def show() -> str:
    """List the children, and where to book for each."""
    documents, now = read(_ask_children, visitor().family_id)
    enrolments = documents.one(ViewKind.ENROLMENTS, EnrolmentsView)
    today = in_paris(now).date()
    eldest_first = [one.id for one in enrolments.children] if enrolments else []
    activities: dict[tuple[int, str], list[str]] = {}
    for line in enrolments.lines if enrolments else ():
        if line.ends >= today:
            activities.setdefault((line.child_id, line.child), []).append(line.activity)
    for week in documents.many(ViewKind.WEEK, WeekView).values():
        activities.setdefault((week.child_id, week.child), [])
    children = [
        (child_id, child, sorted(set(names), key=search_key))
        for (child_id, child), names in sorted(activities.items(), key=lambda one: _place(one[0], eldest_first))
    ]
    return page("bookings", title="Mes réservations", children=children)


def _place(child: tuple[int, str], eldest_first: list[int]) -> tuple[int, str]:
    """Order children as every page does: the household's, eldest first, then any other."""
    number, name = child
    return (eldest_first.index(number) if number in eldest_first else len(eldest_first), search_key(name))


@blueprint.get("/reservations/<int:child_id>")
def now(child_id: int) -> Response:
    """Go to the week that a child's parent most likely looks for."""
    name = read(_first_week, visitor().family_id, child_id)
    return redirect(url_for("bookings.week", child_id=child_id, name=found(name)), 303)


@blueprint.route("/reservations/<int:child_id>/<name>", methods=["GET", "POST"])
def week(child_id: int, name: str) -> str | Response | tuple[str, int]:
    """Show a child's week, and send what the family ticks."""
    return _answer(child_id, name, WEEKS, _draw_week)


@blueprint.route("/reservations/<int:child_id>/mois/<name>", methods=["GET", "POST"])
def month(child_id: int, name: str) -> str | Response | tuple[str, int]:
    """Show a child's month, and send what the family ticks."""
    return _answer(child_id, name, MONTHS, _draw_month)


def _answer(child_id: int, name: str, sheet: Sheet, draw: Callable[[Shot], str]) -> str | Response | tuple[str, int]:
    """Show a planning, or send what was ticked on it: judged again in the transaction that writes it."""

    def ask(work: Work | Moment, family_id: int) -> Span | None:
        chosen = sheet.days(name, in_paris(work.now).date())
        return read_span(work, family_id, child_id, *chosen) if chosen else None

    if request.method == "GET":
        return draw(Shot(found(look(ask, visitor().family_id))))
    sent, author = read_sent(request.form, request.path), visitor().author

    def deed(work: Work) -> tuple[Span, Outcome] | None:
        span = ask(work, author.family_id)
        return (
            (span, save(work, author, span, sent, sheet.title(span.child, span.first)))
            if span and span.plannings
            else None
        )

    span, outcome = found(write(deed))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    return draw(Shot(span, outcome, sent)), outcome.status


def _ask_children(work: Work, family_id: int) -> tuple[Shown, datetime]:
    today = in_paris(work.now).date()
    names = (week_of(today), week_of(today + timedelta(days=7)))
    return shown(work, family_id, of_kind(ViewKind.ENROLMENTS), weeks_named(names)), work.now


def _first_week(work: Work, family_id: int, child_id: int) -> str | None:
    return first_week(work, family_id, child_id, _useful_day(in_paris(work.now).date()))


def _useful_day(today: date) -> date:
    """On a Saturday or a Sunday, families look at the week that comes."""
    return today + timedelta(days=2) if today.weekday() >= 5 else today


def only_activity(planning: Planning | None, text: str) -> tuple[Planning | None, int | None]:
    """Keep the activity that the address names, if the child has it."""
    chosen = int(text) if text.isdecimal() and len(text) < 10 else None
    if planning is None or chosen not in dict(planning.activities):
        return planning, None
    return narrowed(planning, chosen), chosen


def _draw_week(shot: Shot) -> str:
    span = shot.span
    planning, chosen = only_activity(span.planning, request.args.get("activite", ""))
    near = {
        days: week_of(day)
        for days in (-7, 7)
        if abs((day := span.monday + timedelta(days=days)) - span.today) <= FARTHEST
    }
    return page(
        "week",
        title=f"Réservations de {span.child}",
        planning=planning,
        chosen=chosen,
        name=week_of(span.monday),
        month=f"{_middle(span.monday):%Y-%m}",
        previous=near.get(-7),
        following=near.get(7),
        current=week_of(span.today),
        **shot.values(),
    )


def _middle(monday: date) -> date:
    """A week is of the month of its Thursday."""
    return monday + timedelta(days=3)


def _draw_month(shot: Shot) -> str:
    span = shot.span
    text = request.args.get("activite", "")
    chosen = int(text) if text.isdecimal() and len(text) < 10 and int(text) in dict(span.activities) else None
    near = {
        step: f"{first:%Y-%m}"
        for step in (-1, 1)
        if abs((first := months.moved(span.first, step)) - span.today) <= FARTHEST
    }
    return page(
        "month",
        title=f"Réservations de {span.child}",
        month=months.grid(span, chosen),
        chosen=chosen,
        name=f"{span.first:%Y-%m}",
        of_month=of_month(span.first),
        previous=near.get(-1),
        following=near.get(1),
        current=week_of(_useful_day(max(span.first, min(span.today, span.last)))),
        **shot.values(),
    )
