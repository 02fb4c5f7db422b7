"""Documents asked of families: what is there, what is missing, what has expired."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.documents import Document, DocumentKind
from models.office.families import Child, FamilyChild
from models.vocabulary import DocumentState

DOCUMENT_WORDS = {
    DocumentState.MISSING: "Manquante",
    DocumentState.PROVIDED: "Fournie",
    DocumentState.EXPIRED: "Expirée",
    DocumentState.REFUSED: "Refusée",
}
URGENCY = (DocumentState.MISSING, DocumentState.REFUSED, DocumentState.EXPIRED, DocumentState.PROVIDED)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document asked of the household or of one of its children."""

    kind_id: int
    document_id: int | None
    child_id: int | None
    owner: str
    name: str
    mandatory: bool
    blocks: str
    state: DocumentState
    valid_until: date | None
    reason: str | None


def documents_of(session: Session, family_id: int, today: date) -> tuple[DocumentRow, ...]:
    """Read what is asked of a household, mandatory and missing documents first."""
    return documents_of_families(session, [family_id], today)[family_id]


def documents_of_families(
    session: Session, family_ids: Collection[int], today: date
) -> dict[int, tuple[DocumentRow, ...]]:
    """Read what is asked of several households, in three queries."""
    kinds = session.scalars(select(DocumentKind).order_by(DocumentKind.position, DocumentKind.id)).all()
    children: dict[int, list[tuple[int, str]]] = {}
    for family_id, child_id, name in session.execute(
        select(FamilyChild.family_id, Child.id, Child.first_name)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(family_ids))
        .order_by(Child.search_key, Child.id)
    ):
        children.setdefault(family_id, []).append((child_id, name))
    held = {
        (document.family_id, document.child_id, document.kind_id): document
        for document in session.scalars(
            select(Document)
            .where(Document.family_id.in_(family_ids))
            .order_by(Document.received_at.nulls_first(), Document.id)
        )
    }
    found: dict[int, tuple[DocumentRow, ...]] = {}
    for family_id in family_ids:
        rows = [
            _row(kind, child_id, owner, held.get((family_id, child_id, kind.id)), today)
            for kind in kinds
            for child_id, owner in (children.get(family_id, []) if kind.per_child else [(None, "Famille")])
        ]
        found[family_id] = tuple(sorted(rows, key=_urgency))
    return found


def _row(kind: DocumentKind, child_id: int | None, owner: str, held: Document | None, today: date) -> DocumentRow:
    state = held.state if held else DocumentState.MISSING
    if held and state is DocumentState.PROVIDED and held.valid_until and held.valid_until < today:
        state = DocumentState.EXPIRED
    return DocumentRow(
        kind.id, held.id if held else None, child_id, owner, kind.name, kind.mandatory, kind.blocks, state,
        held.valid_until if held else None, held.reason if held else None,
    )  # fmt: skip


def _urgency(row: DocumentRow) -> tuple[bool, bool, int]:
    settled = row.state is DocumentState.PROVIDED
    return settled, not row.mandatory, URGENCY.index(row.state)
