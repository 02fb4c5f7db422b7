"""One « Enregistrer » of a planning, whichever page it was ticked on: read, judged again where it is written, sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from backoffice.portal import outbox, wishes
from backoffice.portal.cells import ON, Spot
from backoffice.portal.outbox import Author, Form
from backoffice.portal.spans import Span
from backoffice.portal.store import Work
from backoffice.portal.wishes import ANSWERS, Judged, Total, Wished, read_spot, total_of
from backoffice.sync.contract import BookingsChange, CellState, week_of

NOTHING = "Vous n'avez rien changé\u202f: rien n'a été envoyé."
AGAIN = "Cette page avait déjà été enregistrée. Voici le planning à jour\u202f: rien de nouveau n'a été envoyé."
NOT_YET = "Rien n'a encore été envoyé. Vérifiez les cases signalées, puis enregistrez de nouveau."
TOO_MANY = (
    "Trop de cases changent à la fois\u202f: au plus 1000 par enregistrement. Rien n'a été envoyé\u202f: choisissez une période plus "
    "courte, puis recommencez pour la suite."
)
OFFER = "o."  # before the name of the cell of an offered place


@dataclass(frozen=True, slots=True)
class Sent:
    """What the browser sent."""

    form: Form
    ticked: frozenset[Spot]
    seen: dict[Spot, CellState]
    costs: frozenset[Spot]  # the cells of which the page said what being late costs
    answers: dict[Spot, Wished]  # to offered places
    unknown: bool
    only_total: bool  # « Voir le total »: nothing is sent

    @property
    def turned(self) -> frozenset[Spot]:
        """Say which cells shall change, whichever way the page asked."""
        return frozenset(spot for spot, state in self.seen.items() if (state in ON) is not (spot in self.ticked))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None = None
    sentences: tuple[str, ...] = ()
    troubles: Mapping[Spot, str] = field(default_factory=dict)
    kept: bool = True  # the boxes ticked stay ticked
    total: Total | None = None  # asked for, and nothing more

    @property
    def status(self) -> int:
        """Give the status of the page that is drawn again."""
        return 200 if self.total else 422


def read_sent(form: MultiDict[str, str], path: str) -> Sent:
    """Read what a page of cells sends: boxes `c` that say how cells shall be, `x` and weeks `w` that say which change."""
    key, seen = form.get("form_key", ""), wishes.read_seen(form.getlist("s"))
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    turns = "turn" in form
    texts, weeks = form.getlist("x" if turns else "c"), form.getlist("w") if turns else []
    answered = {name.removeprefix(OFFER): value for name, value in form.items() if name.startswith(OFFER) and value}
    spots = [read_spot(text) for text in (*texts, *answered)]
    boxes = {spot for text in texts if (spot := read_spot(text))}
    if turns:
        known = seen or {}
        whole = {*weeks}
        boxes |= {spot for spot in known if week_of(spot[1]) in whole}
        boxes = {spot for spot in {*boxes, *known} if (known.get(spot) in ON) is not (spot in boxes)}
    answers = {spot: ANSWERS[said] for name, said in answered.items() if (spot := read_spot(name)) and said in ANSWERS}
    return Sent(
        form=Form.of(key, [path, *sorted((*texts, *weeks, *(f"{name}={said}" for name, said in answered.items())))]),
        ticked=frozenset(boxes),
        seen=seen or {},
        costs=frozenset(spot for text in form.getlist("k") for one in text.split() if (spot := read_spot(one))),
        answers=answers,
        unknown=seen is None or None in spots or len(answers) < len(answered),
        only_total="voir" in form,
    )


def save(work: Work, author: Author, span: Span, sent: Sent, title: str) -> Outcome:
    """Send what may be sent of a form, whole or not at all."""
    if action := outbox.sent_form(work, author, sent.form.key):
        again = action.form_digest != sent.form.digest
        return Outcome(sentences=(AGAIN,), kept=False) if again else Outcome(action.id)
    cells = span.cells
    judged = wishes.judge(cells, sent.seen, sent.ticked, sent.costs, sent.answers)
    if trouble := _trouble(judged, sent):
        return trouble
    if sent.only_total:
        return Outcome(total=total_of(cells, judged.wishes))
    if not judged.wishes:
        return Outcome(sentences=(NOTHING,))
    change = BookingsChange(child_id=span.child_id, cells=judged.wishes)
    lines = wishes.summary(cells, judged.wishes)
    return Outcome(outbox.append(work, author, change, sent.form, title=title, lines=lines))


def _trouble(judged: Judged, sent: Sent) -> Outcome | None:
    unknown = (wishes.UNKNOWN,) if judged.unknown or sent.unknown else ()
    if judged.troubles or unknown:
        return Outcome(sentences=(NOT_YET, *unknown), troubles=judged.troubles)
    return Outcome(sentences=(TOO_MANY,)) if len(judged.wishes) > wishes.MOST else None
