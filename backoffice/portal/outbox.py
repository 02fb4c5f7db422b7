"""The outbox: what a family did, written down once per form, in receipt order, until the office has taken it."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from uuid6 import uuid7

from backoffice.portal.store import Moment, Work
from backoffice.sync.contract import Action, Collected, Outbox, Payload, ViewKind
from models.portal import OutboxAction, ShownView

FAMILY_KINDS = (  # what « Mes demandes » shows; the rest is between the two programs, or has a page of its own
    "fields",
    "bookings",
    "person_added",
    "person_removed",
    "enrolment",
    "document",
    "mandate",
)
WITHDRAWN = "withdrawn"  # has no answer of its own: it changes that of what it takes back
SUMMARY = dict[str, str]
ROW = dict[str, object]
SENT_FORM = select(OutboxAction.id, OutboxAction.form_digest).where(
    OutboxAction.guardian_id == bindparam("guardian_id"), OutboxAction.form_key == bindparam("form_key")
)


@dataclass(frozen=True, slots=True)
class Form:
    """What identifies one sending of a form: its key, and what it said."""

    key: str
    digest: str

    @classmethod
    def of(cls, key: str, words: Iterable[str]) -> "Form":
        """Take the print of a form as the browser sent it."""
        return cls(key, hashlib.sha256("\0".join(words).encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts."""

    guardian_id: int
    family_id: int


def new_form_key() -> str:
    """Name a form that is about to be shown."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class Sent:
    """The action that a form already made."""

    id: str
    form_digest: str


def sent_form(work: Work, author: Author, key: str) -> Sent | None:
    """Find the action that a form already made."""
    given = {"guardian_id": author.guardian_id, "form_key": key}
    row = work.session.connection().execute(SENT_FORM, given).first()
    return Sent(*row) if row else None


def row(
    received_at: datetime,
    author: Author,
    payload: Payload,
    form: Form,
    *,
    title: str = "",
    lines: Sequence[SUMMARY] = (),
) -> ROW:
    """Give what is written down of an action."""
    return {
        "id": str(uuid7()),
        "form_key": form.key,
        "form_digest": form.digest,
        "received_at": received_at,
        "guardian_id": author.guardian_id,
        "family_id": author.family_id,
        "kind": payload.kind,
        "payload": payload.model_dump(mode="json"),
        "title": title,
        "lines": list(lines),
    }


def append(
    work: Work, author: Author, payload: Payload, form: Form, *, title: str = "", lines: Sequence[SUMMARY] = ()
) -> str:
    """Write an action down and give its id; a form sent again gives the id of its first sending."""
    action = row(work.now, author, payload, form, title=title, lines=lines)
    connection = work.session.connection()
    if connection.execute(_once(connection.dialect.name), action).rowcount:
        return str(action["id"])
    sent = sent_form(work, author, form.key)
    assert sent is not None
    return sent.id


def append_all(moment: Moment, actions: Sequence[ROW]) -> set[str]:
    """Write actions down, in their order, and give the ids of those that no earlier sending of their form had made."""
    if not actions:
        return set()
    connection, ids = moment.connection, [str(action["id"]) for action in actions]
    if connection.execute(_once(connection.dialect.name), actions).rowcount == len(actions):
        return set(ids)
    return set(connection.scalars(select(OutboxAction.id).where(OutboxAction.id.in_(ids))))


@cache
def _once(dialect: str) -> Any:
    """Write the statement once too: at an opening, all send at once."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(OutboxAction).on_conflict_do_nothing()


def unanswered(family_id: int | BindParameter[Any] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Select a family's actions that the office has said nothing about yet, withdrawals that it has not taken included."""
    answer = exists().where(
        ShownView.kind == ViewKind.REQUEST, ShownView.key == OutboxAction.id, ShownView.family_id == family_id
    )
    return (OutboxAction.family_id == family_id) & or_(
        OutboxAction.kind.in_([literal(kind) for kind in FAMILY_KINDS]) & ~answer,  # known when it is written once
        (OutboxAction.kind == WITHDRAWN) & OutboxAction.collected_at.is_(None),
    )


def has_uncollected(work: Work, guardian_id: int, kind: str) -> bool:
    """Tell whether an action of a kind still waits for the office."""
    query = select(OutboxAction.seq).where(
        OutboxAction.guardian_id == guardian_id, OutboxAction.kind == kind, OutboxAction.collected_at.is_(None)
    )
    return work.session.scalar(query.limit(1)) is not None


def to_collect(work: Work, limit: int) -> Outbox:
    """List what the office has not taken, in receipt order."""
    query = select(OutboxAction).where(OutboxAction.collected_at.is_(None)).order_by(OutboxAction.seq).limit(limit + 1)
    rows = work.session.scalars(query).all()
    actions = tuple(
        Action.model_validate(
            {
                "id": row.id,
                "received_at": row.received_at,
                "guardian_id": row.guardian_id,
                "family_id": row.family_id,
                "payload": row.payload,
            }
        )
        for row in rows[:limit]
    )
    return Outbox(actions=actions, more=len(rows) > limit)


def mark_collected(work: Work, collected: Collected) -> int:
    """Remember what the office has applied; saying it twice changes nothing."""
    ids = [str(identity) for identity in collected.ids]
    for start in range(0, len(ids), 500):
        work.session.execute(
            update(OutboxAction)
            .where(OutboxAction.id.in_(ids[start : start + 500]), OutboxAction.collected_at.is_(None))
            .values(collected_at=work.now)
        )
    return _count(work, ids)


def waiting(work: Work) -> int:
    """Count what the office has not taken."""
    query = select(func.count()).select_from(OutboxAction).where(OutboxAction.collected_at.is_(None))
    return work.session.scalar(query) or 0


def _count(work: Work, ids: Collection[str]) -> int:
    known = 0
    listed = sorted(set(ids))
    for start in range(0, len(listed), 500):
        query = select(func.count()).where(OutboxAction.id.in_(listed[start : start + 500]))
        known += work.session.scalar(query) or 0
    return known


def is_action_id(text: str) -> bool:
    """Tell whether a text is written as the id of an action."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
