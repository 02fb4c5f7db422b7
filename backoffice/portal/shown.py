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
        values[f"kinds{number}"] = one.kinds
        if one.keys is not None:
            values[f"keys{number}"] = one.keys
        for rank, ending in enumerate(one.endings or ()):
            values[f"ending{number}_{rank}"] = ending
    documents = [Document(*row) for row in work.connection.execute(query, values)]
    return Shown(tuple(sorted(documents, key=lambda document: (document.at, document.key))))


def _shape(one: Wanted) -> tuple[bool, int | None]:
    return one.keys is not None, None if one.endings is None else len(one.endings)


@lru_cache(maxsize=256)
def _query(shapes: tuple[tuple[bool, int | None], ...], *, pending: bool) -> Any:
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


def _views(shapes: tuple[tuple[bool, int | None], ...]) -> Any:
    chosen = []
    for number, (by_key, endings) in enumerate(shapes):
        kept: ColumnElement[bool] = ShownView.kind.in_(bindparam(f"kinds{number}", expanding=True))
        if by_key:
            kept &= ShownView.key.in_(bindparam(f"keys{number}", expanding=True))
        if endings is not None:
            named = [ShownView.key.endswith(bindparam(f"ending{number}_{rank}")) for rank in range(endings)]
            kept &= or_(*named)
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
