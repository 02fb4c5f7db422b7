"""Documents asked of families: what is there, what is missing, what has expired."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.documents.rules import Given, good_until, standing
from models.office.documents import Document, DocumentFile, DocumentKind
from models.office.families import Child, FamilyChild
from models.vocabulary import DocumentState

DOCUMENT_WORDS = {
    DocumentState.MISSING: "Manquante",
    DocumentState.RECEIVED: "Reçue, à lire",
    DocumentState.PROVIDED: "Fournie",
    DocumentState.EXPIRED: "Expirée",
    DocumentState.REFUSED: "Refusée",
}
HOUSEHOLD: tuple[tuple[int | None, str], ...] = ((None, "Famille"),)
URGENCY = (
    DocumentState.MISSING, DocumentState.REFUSED, DocumentState.EXPIRED, DocumentState.RECEIVED, DocumentState.PROVIDED,
)  # fmt: skip


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
    received_at: datetime | None = None
    request_id: str | None = None  # what waits for an answer
    file_id: int | None = None  # what can be opened


def documents_of(session: Session, family_id: int, today: date) -> tuple[DocumentRow, ...]:
    """Read what is asked of a household, mandatory and missing documents first."""
    return documents_of_families(session, [family_id], today)[family_id]


def documents_of_families(
    session: Session, family_ids: Collection[int], today: date
) -> dict[int, tuple[DocumentRow, ...]]:
    """Read what is asked of several households, in three queries."""
    kinds = session.scalars(
        select(DocumentKind).where(DocumentKind.asked).order_by(DocumentKind.position, DocumentKind.id)
    ).all()
    children: dict[int, list[tuple[int, str]]] = {}
    for family_id, child_id, name in session.execute(
        select(FamilyChild.family_id, Child.id, Child.first_name)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(family_ids))
        .order_by(Child.search_key, Child.id)
    ):
        children.setdefault(family_id, []).append((child_id, name))
    given = _given(session, family_ids, {child_id for own in children.values() for child_id, _ in own})
    found: dict[int, tuple[DocumentRow, ...]] = {}
    for family_id in family_ids:
        rows = [
            _row(kind, one, family_id, given.get((None if one[0] else family_id, one[0], kind.id), ()), today)
            for kind in kinds
            for one in (children.get(family_id, ()) if kind.per_child else HOUSEHOLD)
        ]
        found[family_id] = tuple(sorted(rows, key=_urgency))
    return found


def _given(
    session: Session, family_ids: Collection[int], child_ids: Collection[int]
) -> dict[tuple[int | None, int | None, int], list[Given]]:
    """Read all that was given, oldest first; of a child, by both its households."""
    query = (
        select(Document, DocumentFile.id, DocumentFile.request_id, DocumentFile.sealed.is_not(None))
        .outerjoin(DocumentFile, DocumentFile.document_id == Document.id)
        .where(Document.family_id.in_(family_ids) | Document.child_id.in_(child_ids))
        .order_by(Document.received_at.nulls_first(), Document.id)
    )
    found: dict[tuple[int | None, int | None, int], list[Given]] = {}
    for one, file_id, request_id, kept in session.execute(query):
        key = (None if one.child_id else one.family_id, one.child_id, one.kind_id)
        found.setdefault(key, []).append(
            Given(
                one.id, one.family_id, one.state, one.received_at, one.valid_until, one.reason,
                file_id if kept else None, request_id,
            )
        )  # fmt: skip
    return found


def _row(
    kind: DocumentKind, owner: tuple[int | None, str], family_id: int, given: Sequence[Given], today: date
) -> DocumentRow:
    child_id, name = owner
    held = standing(given, family_id, today)
    row = DocumentRow(
        kind.id, None, child_id, name, kind.name, kind.mandatory, kind.blocks, DocumentState.MISSING, None, None
    )
    if held is None:
        return row
    received, own = held.state is DocumentState.RECEIVED, held.family_id == family_id
    return replace(
        row,
        document_id=held.document_id,
        state=held.on(today),
        valid_until=good_until(given, today) if received else held.valid_until,
        reason=held.reason,
        received_at=held.received_at,
        request_id=str(held.request_id) if received and own and held.request_id else None,
        file_id=held.file_id if own else None,
    )


def _urgency(row: DocumentRow) -> tuple[bool, bool, int]:
    settled = row.state in {DocumentState.PROVIDED, DocumentState.RECEIVED}
    return settled, not row.mandatory, URGENCY.index(row.state)
