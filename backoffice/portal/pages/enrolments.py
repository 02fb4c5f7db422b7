"""Mes inscriptions: which child goes to which activity, where to book, and what may be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox
from backoffice.portal.context import chosen, found, page, read, visitor, write
from backoffice.portal.offers import Offered, Paper, offered, papers, title_of
from backoffice.portal.outbox import Author, Form
from backoffice.portal.shown import Shown, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.withdrawals import Leaving, leaving_of
from backoffice.sync.contract import (
    SHARED,
    DocumentsView,
    EnrolmentAsked,
    EnrolmentLine,
    EnrolmentsView,
    OffersView,
    ViewKind,
    week_of,
)
from resources.french import in_paris, search_key, short_date
from resources.plain import plain_text

LONGEST_NOTE = 1000
HORIZON = 8  # weeks, that the office publishes
AGAIN = "Ce formulaire avait déjà été envoyé\u202f: rien de nouveau n'a été envoyé."
NOT_YET = "Rien n'a encore été envoyé\u202f: corrigez ce qui est signalé, puis envoyez de nouveau."
WHENS = ("en-cours", "toutes", "demandees")

blueprint = Blueprint("enrolments", __name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """The household's enrolments, what may be asked, what was sent and has no answer, and the moment it is."""

    view: EnrolmentsView
    offers: OffersView
    sent: tuple[tuple[str, datetime, EnrolmentAsked], ...]
    documents: DocumentsView | None
    leaving: Mapping[str, Leaving]
    now: datetime

    @property
    def today(self) -> date:
        """Give the day at the town hall."""
        return in_paris(self.now).date()

    def offered(self, child_id: int) -> tuple[Offered, ...] | None:
        """Compare each offer with a child of the household; none: it is not of the household."""
        child = next((one for one in self.view.children if one.id == child_id), None)
        if child is None:
            return None
        sent = [(action, one) for action, _, one in self.sent]
        return tuple(offered(offer, child, self.view, sent, self.now) for offer in self.offers.lines)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An enrolment asked for: it waits for the régie, or for the office to hear of it."""

    id: str
    child_id: int
    activity: str
    place: str
    starts: date
    since: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a child has, and what was asked for it."""

    id: int
    name: str
    lines: list[EnrolmentLine]
    asked: list[AskedRow]
    weeks: list[str]  # where each line is booked; nothing when it is too far


@dataclass(frozen=True, slots=True)
class Asking:
    """One offer for one child, with the documents that it needs."""

    offered: Offered
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What the browser sent."""

    form: Form
    starts: str
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None
    asking: Asking
    sentence: str = ""
    troubles: dict[str, str] | None = None


@blueprint.get("/inscriptions")
def show() -> str:
    """List the enrolments, of all children or of one: in force, all of them, or those asked for."""
    seen = read(_ask, visitor().family_id)
    names = _names(seen)
    child = chosen(["", *names], request.args.get("enfant", ""))
    when = chosen(WHENS, request.args.get("quand", ""))
    mine = {int(child)} if child else {int(number) for number in names}
    asked = _asked(seen)
    return page(
        "enrolments",
        title="Mes inscriptions",
        people=[
            _section(seen, number, name, when, [row for row in asked if row.child_id == number])
            for number, name in ((int(text), name) for text, name in names.items())
            if number in mine
        ],
        children=names,
        child=child,
        when=when,
        today=seen.today,
        horizon=HORIZON,
        may_ask=bool(seen.offers.lines),
        askable={one.id for one in seen.view.children},
    )


@blueprint.get("/inscriptions/demander/<int:child_id>")
def offers(child_id: int) -> str:
    """List what a child may be enrolled in, and why not otherwise."""
    seen = read(_ask, visitor().family_id)
    found_offers = found(seen.offered(child_id))
    child = next(one for one in seen.view.children if one.id == child_id)
    lines = sorted(found_offers, key=lambda one: (bool(one.why), search_key(one.offer.activity), one.offer.starts))
    return page("offers", title="Demander une inscription", child=child, lines=lines, others=seen.view.children)


@blueprint.route("/inscriptions/demander/<int:child_id>/<int:offer_id>", methods=["GET", "POST"])
def ask(child_id: int, offer_id: int) -> str | Response | tuple[str, int]:
    """Show one offer for one child, and send the request."""
    if request.method == "GET":
        asking = found(_find(read(_ask, visitor().family_id), child_id, offer_id))
        return _draw(asking, asking.offered.first.isoformat(), "", {}, "")
    typed = _typed()
    outcome = found(write(_save, visitor().author, child_id, offer_id, typed))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    return _draw(outcome.asking, typed.starts, typed.note, outcome.troubles or {}, outcome.sentence), 422


def _ask(work: Work, family_id: int) -> Seen:
    """Read what the household sees, and what all may ask for: two queries."""
    mine = shown(work, family_id, of_kind(ViewKind.ENROLMENTS, ViewKind.DOCUMENTS), pending=True)
    shared = shown(work, SHARED, of_kind(ViewKind.OFFERS))
    return Seen(
        mine.one(ViewKind.ENROLMENTS, EnrolmentsView) or EnrolmentsView(lines=()),
        shared.one(ViewKind.OFFERS, OffersView) or OffersView(lines=()),
        _sent(mine),
        mine.one(ViewKind.DOCUMENTS, DocumentsView),
        leaving_of(mine),
        work.now,
    )


def _sent(documents: Shown) -> tuple[tuple[str, datetime, EnrolmentAsked], ...]:
    return tuple((one.key, one.at, EnrolmentAsked.model_validate(one.body)) for one in documents.pending("enrolment"))


def _names(seen: Seen) -> dict[str, str]:
    """Name the children whom the page is about: the household's, eldest first as on its page, then any other."""
    named = {one.id: one.name for one in seen.view.children}
    for line in sorted(seen.view.lines, key=lambda line: (search_key(line.child), line.child_id)):
        named.setdefault(line.child_id, line.child)
    return {str(number): name for number, name in named.items()}


def _section(seen: Seen, child_id: int, name: str, when: str, asked: list[AskedRow]) -> Section:
    lines = _kept(seen, child_id, when)
    return Section(child_id, name, lines, asked, [_booking_week(line, seen.today) for line in lines])


def _booking_week(line: EnrolmentLine, today: date) -> str:
    """Name the week in which a parent most likely books: this one, the next on a weekend, or the first."""
    day = max(today + timedelta(days=2) if today.weekday() >= 5 else today, line.starts)
    return week_of(day) if day <= today + timedelta(weeks=HORIZON) else ""


def _kept(seen: Seen, child_id: int, when: str) -> list[EnrolmentLine]:
    if when == "demandees":
        return []
    mine = (line for line in seen.view.lines if line.child_id == child_id)
    kept = [line for line in mine if when == "toutes" or line.ends >= seen.today]
    return sorted(kept, key=lambda line: (line.starts, search_key(line.activity)))


def _asked(seen: Seen) -> list[AskedRow]:
    """List what was asked: what waits for the régie, and what has only just left."""
    offers = {offer.id: offer for offer in seen.offers.lines}
    rows = [
        AskedRow(line.request_id, line.child_id, line.activity, line.place, line.starts, line.since, "waiting")
        for line in seen.view.asked
    ]
    known = {row.id for row in rows}
    for action, since, asked in seen.sent:
        if action not in known:
            offer = offers.get(asked.opening_id)
            activity, place = (offer.activity, offer.place) if offer else ("Inscription", "")
            rows.append(AskedRow(action, asked.child_id, activity, place, asked.starts, since, "sent"))
    return [replace(row, state="leaving") if seen.leaving.get(row.id) else row for row in rows]


def _find(seen: Seen, child_id: int, offer_id: int) -> Asking | None:
    one = next((one for one in seen.offered(child_id) or () if one.offer.id == offer_id), None)
    return Asking(one, papers(one.offer, child_id, seen.documents)) if one else None


def _typed() -> Typed:
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    starts, note = request.form.get("starts", "").strip()[:40], plain_text(request.form.get("note", ""))
    return Typed(Form.of(key, [request.path, starts, note]), starts, note)


def _save(work: Work, author: Author, child_id: int, offer_id: int, typed: Typed) -> Outcome | None:
    asking = _find(_ask(work, author.family_id), child_id, offer_id)
    if asking is None:
        return None
    if sent := outbox.sent_form(work, author, typed.form.key):
        return Outcome(sent.id, asking) if sent.form_digest == typed.form.digest else Outcome(None, asking, AGAIN)
    one = asking.offered
    if one.why:
        return Outcome(None, asking, f"{one.why} Rien n'a été envoyé.")
    starts = _day(typed.starts)
    if troubles := _troubles(one, starts, typed.note):
        return Outcome(None, asking, NOT_YET, troubles)
    assert starts is not None
    payload = EnrolmentAsked(opening_id=offer_id, child_id=child_id, starts=starts, note=typed.note)
    lines = [{"text": one.offer.activity, "wished": f"à partir du {short_date(starts)}"}]
    return Outcome(
        outbox.append(work, author, payload, typed.form, title=title_of(one.child, one.offer), lines=lines), asking
    )


def _troubles(one: Offered, starts: date | None, note: str) -> dict[str, str]:
    troubles = {}
    if starts is None:
        troubles["starts"] = f"Écrivez une date, par exemple {short_date(one.first)}."
    elif not one.first <= starts <= one.last:
        between = f"entre le {short_date(one.first)} et le {short_date(one.last)}"
        troubles["starts"] = f"Le premier jour se choisit {between}."
    if len(note) > LONGEST_NOTE:
        troubles["note"] = f"Ce mot tient en {LONGEST_NOTE} caractères\u202f: il en a {len(note)}."
    return troubles


def _day(text: str) -> date | None:
    """Read a date as browsers send it, or as people write it."""
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, layout).date()  # noqa: DTZ007 a civil date, no instant
        except ValueError:
            continue
    return None


def _draw(asking: Asking, starts: str, note: str, troubles: dict[str, str], sentence: str) -> str:
    return page(
        "enrol",
        title=title_of(asking.offered.child, asking.offered.offer),
        one=asking.offered,
        papers=asking.papers,
        starts=starts,
        note=note,
        longest=LONGEST_NOTE,
        troubles=troubles,
        sentence=sentence,
        form_key=outbox.new_form_key(),
    )
