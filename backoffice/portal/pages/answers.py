"""Mes demandes: what the family asked, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint
from sqlalchemy import select

from backoffice.portal.context import found, page, read, visitor
from backoffice.portal.outbox import FAMILY_KINDS, is_action_id
from backoffice.portal.shown import keyed, of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import AnswerLine, BookingsChange, FieldsChange, RequestView, ViewKind, week_of
from models.portal import OutboxAction

MOST = 100
IMPATIENT = timedelta(minutes=2)  # after which a page without script stops asking by itself

blueprint = Blueprint("answers", __name__)


@dataclass(frozen=True, slots=True)
class Back:
    """The page where a request was made."""

    words: str
    endpoint: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A request with its answer, as far as there is one."""

    id: str
    title: str
    received_at: datetime
    asked: tuple[tuple[str, str], ...]
    view: RequestView | None
    back: Back | None = None

    @property
    def status(self) -> str:
        """How it stands: sent, waiting, accepted, partly, refused."""
        return self.view.status if self.view else "sent"

    @property
    def lines(self) -> tuple[AnswerLine, ...]:
        """What was answered, line by line."""
        return self.view.lines if self.view else ()


@blueprint.get("/demandes")
def show() -> str:
    """List the household's requests, the latest first."""
    return page("answers", title="Mes demandes", answers=read(_all, visitor().family_id))


@blueprint.get("/demandes/<action_id>")
def show_one(action_id: str) -> str:
    """Show one request; the page asks again by itself until there is an answer."""
    answer, now = read(_one, visitor().family_id, action_id)
    answer = found(answer)
    fresh = now - answer.received_at < IMPATIENT
    return page("answer", title="Ma demande", answer=answer, impatient=answer.view is None and fresh)


@blueprint.get("/demandes/<action_id>/etat")
def state(action_id: str) -> str:
    """Give the part of the page that changes."""
    answer, _ = read(_one, visitor().family_id, action_id)
    return page("_answer", title="", answer=found(answer))


def _one(work: Work, family_id: int, action_id: str) -> tuple[Answer | None, datetime]:
    if not is_action_id(action_id):
        return None, work.now
    views = shown(work, family_id, keyed(ViewKind.REQUEST, [action_id])).many(ViewKind.REQUEST, RequestView)
    query = select(OutboxAction).where(
        OutboxAction.id == action_id, OutboxAction.family_id == family_id, OutboxAction.kind.in_(FAMILY_KINDS)
    )
    answers = _joined(work.session.scalars(query).all(), views)
    return (answers[0] if answers else None), work.now


def _all(work: Work, family_id: int) -> list[Answer]:
    views = shown(work, family_id, of_kind(ViewKind.REQUEST)).many(ViewKind.REQUEST, RequestView)
    query = select(OutboxAction).where(OutboxAction.family_id == family_id, OutboxAction.kind.in_(FAMILY_KINDS))
    actions = work.session.scalars(query.order_by(OutboxAction.seq.desc()).limit(MOST)).all()
    return _joined(actions, views)[:MOST]


def _back(action: OutboxAction) -> Back:
    if action.kind == "bookings":
        bookings = BookingsChange.model_validate(action.payload)
        week = week_of(bookings.cells[0].day)
        return Back("Revenir au planning", "bookings.week", {"child_id": bookings.child_id, "name": week})
    change = FieldsChange.model_validate(action.payload)
    kind = {"guardian": "responsable", "child": "enfant"}[change.subject]
    return Back("Revenir à la fiche", "family.person", {"kind": kind, "person_id": change.subject_id})


def _joined(actions: Sequence[OutboxAction], views: dict[str, RequestView]) -> list[Answer]:
    """Put requests and answers together; the régie may also have asked something in the family's name."""
    answers = [
        Answer(
            action.id,
            action.title,
            action.received_at,
            tuple((line["text"], line["wished"]) for line in action.lines),
            views.get(action.id),
            _back(action),
        )
        for action in actions
    ]
    known = {answer.id for answer in answers}
    answers += [Answer(key, view.title, view.received_at, (), view) for key, view in views.items() if key not in known]
    return sorted(answers, key=lambda answer: (answer.received_at, answer.id), reverse=True)
