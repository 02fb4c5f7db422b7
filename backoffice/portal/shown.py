"""What the office published, as the pages ask for it: few queries, frozen messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, literal, or_, select, union_all

from backoffice.portal.outbox import unanswered
from backoffice.portal.store import Work
from backoffice.sync.contract import SHARED, ActivityWeekView, Message, StructureView, ViewKind
from models.portal import OutboxAction, ShownView

M = TypeVar("M", bound=Message)
PENDING = "pending"  # beside the views: what the family sent and the office has not answered


@dataclass(frozen=True, slots=True)
class Document:
    """One published document, or one action that waits."""

    kind: str
    key: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """The documents that a page asked for."""

    documents: tuple[Document, ...]

    def one(self, kind: ViewKind, model: type[M], key: str = "") -> M | None:
        """Read one document."""
        found = next((document for document in self.documents if (document.kind, document.key) == (kind, key)), None)
        return model.model_validate(found.body) if found else None

    def many(self, kind: ViewKind, model: type[M]) -> dict[str, M]:
        """Read all the documents of a kind by their key."""
        return {
            document.key: model.model_validate(document.body) for document in self.documents if document.kind == kind
        }

    def pending(self, kind: str) -> list[Document]:
        """List the family's unanswered actions of a kind, oldest first."""
        return [document for document in self.documents if document.kind == PENDING and document.body["kind"] == kind]


def of_kind(*kinds: ViewKind) -> ColumnElement[bool]:
    """Ask for all the documents of some kinds."""
    return ShownView.kind.in_(kinds)


def keyed(kind: ViewKind, keys: Iterable[str]) -> ColumnElement[bool]:
    """Ask for some documents of a kind."""
    return (ShownView.kind == kind) & ShownView.key.in_(sorted(keys))


def weeks_named(names: Iterable[str]) -> ColumnElement[bool]:
    """Ask for the weeks of all the children, by the name of the week."""
    return (ShownView.kind == ViewKind.WEEK) & or_(*(ShownView.key.endswith(f":{name}") for name in names))


def shown(work: Work, family_id: int, *asked: ColumnElement[bool], pending: bool = False) -> Shown:
    """Read a family's documents, and what it sent meanwhile, in one query."""
    views = select(ShownView.kind, ShownView.key, ShownView.body, ShownView.shown_at.label("at")).where(
        ShownView.family_id == family_id, ShownView.body.is_not(None), or_(*asked)
    )
    if not pending:
        rows = work.session.execute(views)
    else:
        actions = select(
            literal(PENDING).label("kind"), OutboxAction.id, OutboxAction.payload, OutboxAction.received_at
        ).where(unanswered(family_id))
        rows = work.session.execute(union_all(views, actions))
    documents = [Document(*row) for row in rows]
    return Shown(tuple(sorted(documents, key=lambda document: (document.at, document.key))))


def activity_weeks(work: Work, keys: Iterable[str]) -> dict[str, ActivityWeekView]:
    """Read what families share: the activities' weeks."""
    return shown(work, SHARED, keyed(ViewKind.ACTIVITY_WEEK, keys)).many(ViewKind.ACTIVITY_WEEK, ActivityWeekView)


def structure_body() -> Any:
    """Give the commune's document, to be read along with something else."""
    return (
        select(ShownView.body)
        .where(ShownView.kind == ViewKind.STRUCTURE, ShownView.key == "", ShownView.family_id == SHARED)
        .scalar_subquery()
    )


NOBODY = StructureView(
    commune="", regie="Espace famille", street="", city="", phone="", email="", places=(), demonstration=False
)


def structure_of(body: dict[str, Any] | None) -> StructureView:
    """Read the commune's document; before the office's first publication it says nothing."""
    return StructureView.model_validate(body) if body else NOBODY
