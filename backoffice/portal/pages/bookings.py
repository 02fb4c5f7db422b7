"""Mes réservations: a child's week, and « Enregistrer »."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox, wishes
from backoffice.portal.cells import MEANINGS, WORDS, Spot
from backoffice.portal.context import found, page, read, visitor, write
from backoffice.portal.outbox import Author, Form
from backoffice.portal.shown import Shown, activity_weeks, keyed, of_kind, shown, weeks_named
from backoffice.portal.store import Work
from backoffice.portal.weeks import Planning, activity_keys, merge, sent_cells, week_title
from backoffice.sync.contract import (
    BookingsChange,
    CellState,
    EnrolmentsView,
    FamilyView,
    ViewKind,
    WeekView,
    monday_of,
    week_of,
)
from resources.french import in_paris, search_key

FARTHEST = timedelta(weeks=53)
NOTHING = "Vous n'avez rien changé : rien n'a été envoyé."
AGAIN = "Cette page avait déjà été enregistrée. Voici le planning à jour : rien de nouveau n'a été envoyé."
NOT_YET = "Rien n'a encore été envoyé. Vérifiez les cases signalées, puis enregistrez de nouveau."

blueprint = Blueprint("bookings", __name__)


@dataclass(frozen=True, slots=True)
class Week:
    """A child's week, or that nothing is published for it."""

    child_id: int
    child: str
    monday: date
    today: date
    planning: Planning | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the browser sent."""

    form: Form
    ticked: frozenset[Spot]
    seen: dict[Spot, CellState]
    costs: frozenset[Spot]  # the cells of which the page said what being late costs
    unknown: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None
    week: Week | None = None
    sentences: tuple[str, ...] = ()
    troubles: dict[Spot, str] = field(default_factory=dict)
    kept: bool = True  # the boxes ticked stay ticked


@blueprint.get("/reservations")
def show() -> str:
    """List the children, and where to book for each."""
    documents, now = read(_ask_children, visitor().family_id)
    enrolments = documents.one(ViewKind.ENROLMENTS, EnrolmentsView)
    today = in_paris(now).date()
    activities: dict[tuple[int, str], list[str]] = {}
    for line in enrolments.lines if enrolments else ():
        if line.ends >= today:
            activities.setdefault((line.child_id, line.child), []).append(line.activity)
    for week in documents.many(ViewKind.WEEK, WeekView).values():
        activities.setdefault((week.child_id, week.child), [])
    children = [
        (child_id, child, sorted(set(names), key=search_key))
        for (child_id, child), names in sorted(activities.items(), key=lambda one: search_key(one[0][1]))
    ]
    return page("bookings", title="Mes réservations", children=children, week=week_of(_useful_day(today)))


@blueprint.get("/reservations/<int:child_id>")
def now(child_id: int) -> Response:
    """Go to the week that a child's parent most likely looks for."""
    today = read(_today)
    found(read(_ask, visitor().family_id, child_id, week_of(today)))
    return redirect(url_for("bookings.week", child_id=child_id, name=week_of(_useful_day(today))), 303)


@blueprint.route("/reservations/<int:child_id>/<name>", methods=["GET", "POST"])
def week(child_id: int, name: str) -> str | Response | tuple[str, int]:
    """Show a child's week, and send what the family ticks."""
    if request.method == "GET":
        return _draw(found(read(_ask, visitor().family_id, child_id, name)))
    sent = _sent()
    outcome = found(write(_save, visitor().author, child_id, name, sent))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    return _draw(found(outcome.week), outcome, sent.ticked if outcome.kept else None), 422


def _ask_children(work: Work, family_id: int) -> tuple[Shown, datetime]:
    today = in_paris(work.now).date()
    names = (week_of(today), week_of(today + timedelta(days=7)))
    return shown(work, family_id, of_kind(ViewKind.ENROLMENTS), weeks_named(names)), work.now


def _today(work: Work) -> date:
    return in_paris(work.now).date()


def _useful_day(today: date) -> date:
    """On a Saturday or a Sunday, families look at the week that comes."""
    return today + timedelta(days=2) if today.weekday() >= 5 else today


def _ask(work: Work, family_id: int, child_id: int, name: str) -> Week | None:
    today = in_paris(work.now).date()
    monday = _monday(name, today)
    if monday is None:
        return None
    documents = shown(
        work,
        family_id,
        of_kind(ViewKind.FAMILY, ViewKind.ENROLMENTS),
        keyed(ViewKind.WEEK, [f"{child_id}:{name}"]),
        pending=True,
    )
    view = documents.one(ViewKind.WEEK, WeekView, f"{child_id}:{name}")
    child = view.child if view else _child_name(documents, child_id)
    if child is None:
        return None
    return Week(child_id, child, monday, today, _planning(work, documents, view, name) if view else None)


def _planning(work: Work, documents: Shown, view: WeekView, name: str) -> Planning:
    shared = {one.activity_id: one for one in activity_weeks(work, activity_keys(view, name)).values()}
    changes = [BookingsChange.model_validate(document.body) for document in documents.pending("bookings")]
    return merge(view, shared, sent_cells(changes, view.child_id), work.now)


def _monday(name: str, today: date) -> date | None:
    try:
        monday = monday_of(name)
    except ValueError:
        return None
    return monday if week_of(monday) == name and abs(monday - today) <= FARTHEST else None


def _child_name(documents: Shown, child_id: int) -> str | None:
    family = documents.one(ViewKind.FAMILY, FamilyView)
    people = family.people if family else ()
    names = [person.name for person in people if (person.kind, person.id) == ("child", child_id)]
    enrolments = documents.one(ViewKind.ENROLMENTS, EnrolmentsView)
    names += [line.child for line in (enrolments.lines if enrolments else ()) if line.child_id == child_id]
    return names[0] if names else None


def _sent() -> Sent:
    key, seen = request.form.get("form_key", ""), wishes.read_seen(request.form.getlist("s"))
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    texts = request.form.getlist("c")
    spots = [wishes.read_spot(text) for text in texts]
    form = Form.of(key, [request.path, *sorted(texts)])
    ticked = frozenset(spot for spot in spots if spot)
    told = frozenset(spot for text in request.form.getlist("k") if (spot := wishes.read_spot(text)))
    return Sent(form, ticked, seen or {}, told, unknown=seen is None or None in spots)


def _save(work: Work, author: Author, child_id: int, name: str, sent: Sent) -> Outcome | None:
    week = _ask(work, author.family_id, child_id, name)
    if week is None or week.planning is None:
        return None
    if action := outbox.sent_form(work, author, sent.form.key):
        return (
            Outcome(action.id) if action.form_digest == sent.form.digest else Outcome(None, week, (AGAIN,), kept=False)
        )
    judged = wishes.judge(week.planning, sent.seen, sent.ticked, sent.costs)
    unknown = (wishes.UNKNOWN,) if judged.unknown or sent.unknown else ()
    if judged.troubles or unknown:
        return Outcome(None, week, (NOT_YET, *unknown), judged.troubles)
    if not judged.wishes:
        return Outcome(None, week, (NOTHING,))
    change = BookingsChange(child_id=child_id, cells=judged.wishes)
    title = f"Réservations de {week.child}, {week_title(week.monday)}"
    return Outcome(
        outbox.append(work, author, change, sent.form, title=title, lines=wishes.summary(week.planning, judged.wishes))
    )


def _draw(week: Week, outcome: Outcome | None = None, ticked: frozenset[Spot] | None = None) -> str:
    around = {
        days: week_of(day)
        for days in (-7, 7)
        if abs((day := week.monday + timedelta(days=days)) - week.today) <= FARTHEST
    }
    return page(
        "week",
        title=f"Réservations de {week.child}",
        week=week,
        planning=week.planning,
        name=week_of(week.monday),
        previous=around.get(-7),
        following=around.get(7),
        current=week_of(week.today),
        sentences=outcome.sentences if outcome else (),
        troubles=outcome.troubles if outcome else {},
        ticked=ticked,
        words=WORDS,
        meanings=MEANINGS,
        form_key=outbox.new_form_key(),
    )
