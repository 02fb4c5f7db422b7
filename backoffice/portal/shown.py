"""What the office published, as the pages ask for it: few queries, frozen messages."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, cast, literal, or_, select, union_all

from backoffice.portal.outbox import unanswered
from backoffice.portal.store import Moment, Work
from backoffice.sync.contract import SHARED, ActivityWeekView, Message, StructureView, ViewKind
from models.portal import OutboxAction, ShownView

M = TypeVar("M", bound=Message)
PENDING = "pending:"  # beside the views: what the family sent and the office has not answered, by its kind
FAMILY_ID: BindParameter[Any] = bindparam("family_id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Documents that a page asks for: all those of some kinds, or those whose keys are listed or end in some way."""

    kinds: tuple[ViewKind, ...]
    keys: tuple[str, ...] | None = None
    endings: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One published document, or one action that waits, as it was written down."""

    kind: str
    key: str
    text: str
    at: datetime

    @property
    def body(self) -> dict[str, Any]:
        """Read what it says, unchecked."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """The documents that a page asked for."""

    documents: tuple[Document, ...]

    def one(self, kind: ViewKind, model: type[M], key: str = "") -> M | None:
        """Read one document."""
        found = next((document for document in self.documents if (document.kind, document.key) == (kind, key)), None)
        return model.model_validate_json(found.text) if found else None

    def many(self, kind: ViewKind, model: type[M]) -> dict[str, M]:
        """Read all the documents of a kind by their key."""
        return {
            document.key: model.model_validate_json(document.text)
            for document in self.documents
            if document.kind == kind
        }

    def pending(self, kind: str) -> list[Document]:
        """List the family's unanswered actions of a kind, oldest first."""
        return [document for document in self.documents if document.kind == PENDING + kind]


def of_kind(*kinds: ViewKind) -> Wanted:
    """Ask for all the documents of some kinds."""
    return Wanted(kinds)


def keyed(kind: ViewKind, keys: Iterable[str]) -> Wanted:
    """Ask for some documents of a kind."""
    return Wanted((kind,), keys=tuple(sorted(keys)))


def weeks_named(names: Iterable[str]) -> Wanted:
    """Ask for the weeks of all the children, by the name of the week."""
    return Wanted((ViewKind.WEEK,), endings=tuple(f":{name}" for name in names))


def shown(work: Work | Moment, family_id: int, *asked: Wanted, pending: bool = False) -> Shown:
    """Read a family's documents, and what it sent meanwhile, in one query."""
    query = _query(tuple(_shape(one) for one in asked), pending=pending)
    values: dict[str, Any] = {"family_id": family_id}
    for number, one in enumerate(asked):
        for name, given in (("kind", one.kinds), ("key", one.keys), ("ending", one.endings)):
            values |= zip(_names(name, number, len(given or ())), given or (), strict=True)
    documents = [Document(*row) for row in work.connection.execute(query, values)]
    return Shown(tuple(sorted(documents, key=lambda document: (document.at, document.key))))


Shape = tuple[int, int | None, int | None]  # how many kinds, keys and endings


def _shape(one: Wanted) -> Shape:
    return len(one.kinds), _count(one.keys), _count(one.endings)


def _count(given: tuple[str, ...] | None) -> int | None:
    return None if given is None else len(given)


@lru_cache(maxsize=1024)
def _names(name: str, number: int, count: int) -> tuple[str, ...]:
    return tuple(f"{name}{number}_{rank}" for rank in range(count))


@lru_cache(maxsize=256)
def _query(shapes: tuple[Shape, ...], *, pending: bool) -> Any:
    """Write the query of a page once: building it costs more than running it."""
    views = _views(shapes)
    if not pending:
        return views
    kind = literal(PENDING).concat(OutboxAction.kind)
    actions = select(
        kind.label("kind"),
        OutboxAction.id.label("key"),
        cast(OutboxAction.payload, Text).label("text"),
        OutboxAction.received_at.label("at"),
    )
    return union_all(views, actions.where(unanswered(FAMILY_ID)))


def _views(shapes: tuple[Shape, ...]) -> Any:
    chosen = []
    for number, (kinds, keys, endings) in enumerate(shapes):
        kept: ColumnElement[bool] = ShownView.kind.in_([bindparam(name) for name in _names("kind", number, kinds)])
        if keys is not None:
            kept &= ShownView.key.in_([bindparam(name) for name in _names("key", number, keys)])
        if endings is not None:
            kept &= or_(*(ShownView.key.endswith(bindparam(name)) for name in _names("ending", number, endings)))
        chosen.append(kept)
    return select(
        ShownView.kind.label("kind"),
        ShownView.key.label("key"),
        cast(ShownView.body, Text).label("text"),
        ShownView.shown_at.label("at"),
    ).where(ShownView.family_id == FAMILY_ID, ShownView.body.is_not(None), or_(*chosen))


def activity_weeks(work: Work | Moment, keys: Iterable[str]) -> dict[str, ActivityWeekView]:
    """Read what families share: the activities' weeks."""
    documents = shown(work, SHARED, keyed(ViewKind.ACTIVITY_WEEK, keys)).documents
    return {document.key: read_once(ActivityWeekView, document.text) for document in documents}


@lru_cache(maxsize=256)
def read_once(model: type[M], text: str) -> M:
    """Read a document that all families share; the same words give the same message, whoever asks and when."""
    return model.model_validate_json(text)


def structure_body() -> Any:
    """Give the commune's document, to be read along with something else."""
    return (
        select(cast(ShownView.body, Text))
        .where(ShownView.kind == ViewKind.STRUCTURE, ShownView.key == "", ShownView.family_id == SHARED)
        .scalar_subquery()
    )


NOBODY = StructureView(
    commune="", regie="Espace famille", street="", city="", phone="", email="", places=(), demonstration=False
)


def structure_of(text: str | None) -> StructureView:
    """Read the commune's document; before the office's first publication it says nothing."""
    return read_once(StructureView, text) if text else NOBODY
