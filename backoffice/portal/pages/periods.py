"""Many days at once: choose, see everything that would change, then « Enregistrer »."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from backoffice.portal import outbox
from backoffice.portal.cells import Cell, Spot
from backoffice.portal.context import found, page, read, visitor, write
from backoffice.portal.folds import page_of, verb_of, weeks_of
from backoffice.portal.outbox import Author
from backoffice.portal.period_forms import FIELDS, NEXT_PAGE, Typed, read_form
from backoffice.portal.periods import (
    Gesture,
    Proposal,
    Slot,
    Wanted,
    pattern_of,
    propose,
    scope,
    shown_again,
    typical_rows,
)
from backoffice.portal.sending import Outcome, Sent, read_sent, save
from backoffice.portal.spans import Span, around, monday, read_span
from backoffice.portal.store import Work
from backoffice.portal.wishes import Total
from backoffice.sync.contract import week_of
from resources.french import day_and_month, in_paris

TITLES = {
    Gesture.REPEAT: "Répéter une semaine",
    Gesture.TYPICAL: "Semaine type",
    Gesture.CLEAR: "Annuler une période",
}
MENU = "bookings.more"  # what the menu marks as the place where one is

blueprint = Blueprint("periods", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A form, and the planning that it concerns."""

    gesture: Gesture
    typed: Typed
    span: Span

    @property
    def wanted(self) -> Wanted | None:
        """Say how the period shall be; a week that is repeated gives its pattern."""
        if self.typed.wanted is None or self.typed.source is None:
            return self.typed.wanted
        week = next((one for one in self.span.plannings if one.monday == self.typed.source), None)
        return replace(self.typed.wanted, pattern=pattern_of(week))

    def proposal(self, wanted: Wanted) -> Proposal:
        """Say what would change."""
        return propose(self.span.cells, wanted, scope(self.span.plannings, wanted.activity_id))


@blueprint.get("/reservations/<int:child_id>/periode/<gesture>")
def choose(child_id: int, gesture: str) -> str:
    """Show the form of a gesture."""
    asked = found(read(_ask, visitor().family_id, child_id, _gesture(gesture), around_today=True))
    return _draw_form(replace(asked, typed=replace(asked.typed, troubles={})))


@blueprint.route("/reservations/<int:child_id>/periode/<gesture>/apercu", methods=["GET", "POST"])
def preview(child_id: int, gesture: str) -> str | Response | tuple[str, int]:
    """Show everything that would change, and send what stays ticked."""
    if request.method == "GET":
        asked = found(read(_ask, visitor().family_id, child_id, _gesture(gesture)))
        wanted = asked.wanted
        return (_draw_form(asked), 422) if wanted is None else _draw(asked, asked.proposal(wanted))
    sent = read_sent(request.form, request.path)

    def deed(work: Work, author: Author) -> tuple[Asked, Outcome] | None:
        asked = _ask(work, author.family_id, child_id, _gesture(gesture))
        if asked is None or asked.typed.wanted is None or not asked.span.plannings:
            return None
        return asked, save(work, author, asked.span, sent, _title(asked))

    asked, outcome = found(write(deed, visitor().author))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    wanted = found(asked.wanted)
    proposal = asked.proposal(wanted)
    if outcome.kept and sent.seen:
        proposal = shown_again(asked.span.cells, sent.seen, proposal)
    return _draw(asked, proposal, outcome, sent), outcome.status


def _gesture(text: str) -> Gesture:
    try:
        return Gesture(text)
    except ValueError as error:
        raise NotFound from error


def _ask(work: Work, family_id: int, child_id: int, gesture: Gesture, *, around_today: bool = False) -> Asked | None:
    """Read the form, and the weeks that it concerns."""
    today = in_paris(work.now).date()
    typed = read_form(gesture, request.args, today)
    first, last = around(today)
    besides: list[date] = [typed.source] if typed.source else []
    if typed.wanted and not around_today:
        first, last = typed.wanted.first, typed.wanted.last
    span = read_span(work, family_id, child_id, first, last, besides=besides)
    return Asked(gesture, typed, span) if span else None


def _title(asked: Asked) -> str:
    first, last = day_and_month(asked.span.first), day_and_month(asked.span.last)
    return f"Réservations de {asked.span.child}, du {first} au {last}"


def _draw_form(asked: Asked) -> str:
    span, source = asked.span, asked.typed.source
    return page(
        "period",
        endpoint=MENU,
        title=f"{TITLES[asked.gesture]}, {span.child}",
        heading=TITLES[asked.gesture],
        gesture=asked.gesture,
        gestures=TITLES,
        span=span,
        typed=asked.typed,
        values=asked.typed.values,
        troubles=asked.typed.troubles,
        source=source,
        pattern=_booked(span, source) if source else (),
        rows=typical_rows(span.plannings, span.today) if asked.gesture is Gesture.TYPICAL else (),
        ticked=asked.typed.ticked if "du" in request.args else _usual(span),
        weekdays=[span.monday + timedelta(days=number) for number in range(7)],
        back=week_of(source or span.today),
    )


def _usual(span: Span) -> frozenset[Slot]:
    """Begin from what is booked in the week at hand, or in the first that has anything."""
    weeks = (pattern_of(one) for one in span.plannings if one.monday >= monday(span.today))
    return next(filter(None, weeks), frozenset())


def _booked(span: Span, source: date) -> tuple[str, ...]:
    """Say what a week holds: « lundi : Repas, Soir »."""
    week = next((one for one in span.plannings if one.monday == source), None)
    slots = pattern_of(week)
    days = week.days if week else ()
    lines = []
    for day in days:
        names = [cell.unit.name for one in day.activities for cell in one.cells if cell and _in(cell.spot, slots)]
        if names:
            lines.append(f"{day_and_month(day.day).capitalize()}\u202f: {', '.join(names)}")
    return tuple(lines)


def _in(spot: Spot, slots: frozenset[Slot]) -> bool:
    return (spot[0], spot[1].weekday()) in slots


def _draw(asked: Asked, proposal: Proposal, outcome: Outcome | None = None, sent: Sent | None = None) -> str:
    outcome = outcome or Outcome()
    kept = sent if outcome.kept else None
    fixed = {cell.spot for cell in proposal.cells if _moved(cell, kept)}
    turned = {cell.spot for cell in proposal.cells if cell.spot not in fixed and _ticked(cell, kept, outcome)}
    apart = fixed | outcome.troubles.keys() | {cell.spot for cell in proposal.cells if cell.cost}
    weeks, stops = page_of(weeks_of(proposal.days, turned, apart))
    following = stops or proposal.beyond
    chosen = [cell for week in weeks for cell in week.cells if cell.spot in turned]
    costs = tuple(dict.fromkeys(cell.cost for cell in chosen if cell.cost))
    return page(
        "preview",
        endpoint=MENU,
        title=f"{TITLES[asked.gesture]}, {asked.span.child}",
        heading=TITLES[asked.gesture],
        gesture=asked.gesture,
        span=asked.span,
        proposal=proposal,
        weeks=weeks,
        verb=verb_of,
        fixed=fixed,
        turned=turned,
        total=Total(len(chosen), sum(cell.change_cents for cell in chosen), costs),
        sentences=outcome.sentences,
        troubles=outcome.troubles,
        back=week_of(asked.typed.source or asked.span.first),
        change=_address("periods.choose", asked),
        following=following,
        following_page=_address("periods.preview", asked, following.isoformat()) if following else "",
        form_key=outbox.new_form_key(),
    )


def _address(endpoint: str, asked: Asked, following: str | None = None) -> str:
    """Lead on with the same form, and with nothing else that the address held."""
    typed: dict[str, Any] = {name: request.args.getlist(name) for name in FIELDS} | {NEXT_PAGE: following}
    return url_for(endpoint, child_id=asked.span.child_id, gesture=asked.gesture, **typed)


def _moved(cell: Cell, sent: Sent | None) -> bool:
    """Tell whether a line says no more what it said when the page was drawn."""
    return not cell.changeable or (sent is not None and sent.seen.get(cell.spot) is not cell.state)


def _ticked(cell: Cell, sent: Sent | None, outcome: Outcome) -> bool:
    """What costs something for being late is never ticked for the family."""
    if sent is None:
        return not cell.cost
    return cell.spot in sent.turned and cell.spot not in outcome.troubles
