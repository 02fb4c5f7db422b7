"""Mes demandes: what the family asked, what became of it, and what it takes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import ColumnElement, and_, or_, select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox, withdrawals
from backoffice.portal.context import chosen, found, page, read, visitor, write
from backoffice.portal.outbox import FAMILY_KINDS, WITHDRAWN, Author, Form, is_action_id
from backoffice.portal.shown import keyed, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.withdrawals import NONE, WHOLE_KINDS, Leaving
from backoffice.sync.contract import AnswerLine, BookingsChange, FieldsChange, RequestView, ViewKind, week_of
from models.portal import OutboxAction

MOST = 100
LISTED = 50  # of one page: it stays light
LINES = 60  # of one request, the same
FEW = 12  # lines that each have a button of their own
FILTERS = {"toutes": "Toutes", "attente": "En attente", "repondues": "Répondues"}
OPEN = frozenset({"sent", "waiting", "leaving"})
AGAIN = "Ce formulaire avait déjà servi. Voici la demande à jour : rien de nouveau n'a été envoyé."

blueprint = Blueprint("answers", __name__)


@dataclass(frozen=True, slots=True)
class Back:
    """The page where a request was made."""

    words: str
    endpoint: str
    values: dict[str, object]


BACKS = {  # by the action's kind, and by the answer's
    "person_added": Back("Revenir à ma famille", "family.show", {}),
    "person_removed": Back("Revenir à ma famille", "family.show", {}),
    "person": Back("Revenir à ma famille", "family.show", {}),
    "fields": Back("Revenir à ma famille", "family.show", {}),
    "enrolment": Back("Revenir à mes inscriptions", "enrolments.show", {}),
    "document": Back("Revenir à mes documents", "documents.show", {}),
    "mandate": Back("Revenir à mes factures", "invoices.show", {}),
    "bookings": Back("Revenir à mes réservations", "bookings.show", {}),
}


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a long list that one page shows."""

    number: int
    most: int
    length: int

    @property
    def lines(self) -> slice:
        """Cut them out of the list."""
        return slice((self.number - 1) * self.most, self.number * self.most)

    @property
    def words(self) -> str:
        """Say which they are: « 61 à 120 sur 250 »; nothing when they are all there."""
        last = min(self.number * self.most, self.length)
        return f"{self.lines.start + 1} à {last} sur {self.length}" if self.length > self.most else ""

    @property
    def previous(self) -> int | None:
        """Name the page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """Name the page after."""
        return self.number + 1 if self.number * self.most < self.length else None


@dataclass(frozen=True, slots=True)
class Answer:
    """A request with its answer, as far as there is one."""

    id: str
    title: str
    received_at: datetime
    asked: tuple[tuple[str, str], ...]
    view: RequestView | None
    back: Back
    leaving: Leaving = NONE  # what is on its way back

    @property
    def status(self) -> str:
        """How it stands: sent, waiting, leaving, accepted, partly, refused, listed, withdrawn."""
        if self.view is not None and self.view.status != "waiting":
            return self.view.status
        waiting = [line for line in self.lines if line.verdict == "waiting"]
        if self.leaving and all(self.leaving.has(line.key) for line in waiting):
            return "leaving"
        return "waiting" if self.view else "sent"

    @property
    def settled(self) -> bool:
        """Tell whether the page need not ask again: what is on its way has arrived."""
        return self.view is not None and (self.view.status != "waiting" or not self.leaving)

    @property
    def lines(self) -> tuple[AnswerLine, ...]:
        """What was answered, line by line."""
        return self.view.lines if self.view else ()

    @property
    def apart(self) -> bool:
        """Tell whether each line that waits may be taken back by itself."""
        waiting = sum(line.verdict == "waiting" for line in self.lines)
        return self.view is not None and self.view.kind not in WHOLE_KINDS and 1 < waiting <= FEW

    @property
    def length(self) -> int:
        """Count the lines that its page shows."""
        return len(self.lines) if self.view else len(self.asked)

    def state(self, line: AnswerLine) -> str:
        """How one line stands."""
        return "leaving" if line.verdict == "waiting" and self.leaving.has(line.key) else line.verdict


@blueprint.get("/demandes")
def show() -> str:
    """List the household's requests, the latest first."""
    state = chosen(FILTERS, request.args.get("etat", ""))
    answers = read(_all, visitor().family_id)
    kept = [answer for answer in answers if state == "toutes" or (answer.status in OPEN) is (state == "attente")]
    waiting = sum(answer.status in OPEN for answer in answers)
    return page(
        "answers",
        title="Mes demandes",
        answers=kept,
        part=_part(len(kept), LISTED),
        filters=FILTERS,
        state=state,
        waiting=waiting,
    )


@blueprint.get("/demandes/<action_id>")
def show_one(action_id: str) -> str:
    """Show one request; the page asks again by itself until there is an answer."""
    return _draw(found(read(_one, visitor().family_id, action_id)), "")


@blueprint.get("/demandes/<action_id>/etat")
def state(action_id: str) -> str:
    """Give the part of the page that changes."""
    answer = found(read(_one, visitor().family_id, action_id))
    part = _part(answer.length, LINES)
    return page("_answer", title="", answer=answer, part=part, form_key=outbox.new_form_key())


@blueprint.post("/demandes/<action_id>/retirer")
def withdraw(action_id: str) -> Response | tuple[str, int]:
    """Take back what the régie has not answered: the whole request, or the lines whose `keys` are given."""
    key, keys = request.form.get("form_key", ""), request.form.getlist("keys")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    form = Form.of(key, [request.path, *keys])
    answer, sentence = write(_withdraw, visitor().author, action_id, form, keys)
    if sentence:
        return _draw(found(answer), sentence), 422
    return redirect(url_for("answers.show_one", action_id=found(answer).id), 303)


def _withdraw(work: Work, author: Author, action_id: str, form: Form, keys: Sequence[str]) -> tuple[Answer | None, str]:
    answer = _one(work, author.family_id, action_id)
    if answer is None:
        return None, ""
    if sent := outbox.sent_form(work, author, form.key):
        return answer, "" if sent.form_digest == form.digest else AGAIN
    taken, sentence = withdrawals.judge(action_id, answer.view, keys, answer.leaving)
    if taken is not None:
        outbox.append(work, author, taken, form, title=answer.title)
    return answer, sentence


def _draw(answer: Answer, sentence: str) -> str:
    return page(
        "answer",
        title="Ma demande",
        answer=answer,
        part=_part(answer.length, LINES),
        sentence=sentence,
        form_key=outbox.new_form_key(),
    )


def _part(length: int, most: int) -> Part:
    """Read which part of a long list is asked for, the first by default."""
    text = request.args.get("page", "")
    number = int(text) if text.isdecimal() and len(text) < 5 else 1
    return Part(max(1, min(number, -(-length // most))), most, length)


def _one(work: Work, family_id: int, action_id: str) -> Answer | None:
    if not is_action_id(action_id):
        return None
    views = shown(work, family_id, keyed(ViewKind.REQUEST, [action_id])).many(ViewKind.REQUEST, RequestView)
    mine = and_(OutboxAction.id == action_id, OutboxAction.kind.in_(FAMILY_KINDS))
    query = select(OutboxAction).where(OutboxAction.family_id == family_id, or_(mine, _uncollected()))
    answers = _joined(work.session.scalars(query).all(), views)
    return next((answer for answer in answers if answer.id == action_id), None)


def _all(work: Work, family_id: int) -> list[Answer]:
    views = shown(work, family_id, of_kind(ViewKind.REQUEST)).many(ViewKind.REQUEST, RequestView)
    mine = or_(OutboxAction.kind.in_(FAMILY_KINDS), _uncollected())
    query = select(OutboxAction).where(OutboxAction.family_id == family_id, mine)
    actions = work.session.scalars(query.order_by(OutboxAction.seq.desc()).limit(MOST)).all()
    return _joined(actions, views)[:MOST]


def _uncollected() -> ColumnElement[bool]:
    return and_(OutboxAction.kind == WITHDRAWN, OutboxAction.collected_at.is_(None))


def _back(action: OutboxAction) -> Back:
    if action.kind == "bookings":
        bookings = BookingsChange.model_validate(action.payload)
        week = week_of(bookings.cells[0].day)
        return Back("Revenir au planning", "bookings.week", {"child_id": bookings.child_id, "name": week})
    if action.kind == "fields":
        change = FieldsChange.model_validate(action.payload)
        kind = {"guardian": "responsable", "child": "enfant"}[change.subject]
        return Back("Revenir à la fiche", "family.person", {"kind": kind, "person_id": change.subject_id})
    return BACKS[action.kind]


def _joined(actions: Sequence[OutboxAction], views: dict[str, RequestView]) -> list[Answer]:
    """Put requests and answers together; the régie may also have asked something in the family's name."""
    back = withdrawals.leaving(action.payload for action in actions if action.kind == WITHDRAWN)
    answers = [
        Answer(
            action.id,
            action.title,
            action.received_at,
            tuple((line["text"], line["wished"]) for line in action.lines),
            views.get(action.id),
            _back(action),
            back.get(action.id, NONE),
        )
        for action in actions
        if action.kind != WITHDRAWN
    ]
    known = {answer.id for answer in answers}
    answers += [
        Answer(key, view.title, view.received_at, (), view, BACKS[view.kind], back.get(key, NONE))
        for key, view in views.items()
        if key not in known
    ]
    return sorted(answers, key=lambda answer: (answer.received_at, answer.id), reverse=True)
