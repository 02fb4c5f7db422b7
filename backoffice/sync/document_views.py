"""The views of documents: those asked of the households, and those that the structure gives them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.documents.lists import documents_of_families
from backoffice.office import ViewKey
from backoffice.sync.contract import SHARED, DocumentLine, DocumentsView, PublicationView
from backoffice.sync.frame import NOTHING, FileRef, Frame, Shown
from models.office.documents import Publication


def documents(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the documents asked of the households."""
    rows = documents_of_families(frame.session, [family_id for _, _, family_id in keys], frame.today)
    return {
        key: Shown(
            DocumentsView(
                lines=tuple(
                    DocumentLine(
                        owner=row.owner,
                        name=row.name,
                        mandatory=row.mandatory,
                        blocks=row.blocks,
                        state=row.state.value,
                        valid_until=row.valid_until,
                        reason=row.reason,
                        kind_id=row.kind_id,
                        child_id=row.child_id,
                        received_at=row.received_at,
                        request_id=row.request_id,
                    )
                    for row in rows[key[2]]
                )
            )
        )
        for key in keys
    }


def publications(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build « Documentation »: the files that the structure gives all families; a file withdrawn is shown no more."""
    ids = {int(key) for _, key, _ in keys}
    columns = (
        Publication.id, Publication.name, Publication.words, Publication.to_return, Publication.position,
        Publication.published_at, Publication.file_name, Publication.media_type, Publication.sha256,
        func.length(Publication.content).label("size"),
    )  # fmt: skip
    found = {str(row.id): row for row in frame.session.execute(select(*columns).where(Publication.id.in_(ids)))}
    built = {}
    for key in keys:
        row = found.get(key[1])
        if row is None or key[2] != SHARED:
            built[key] = NOTHING
            continue
        body = PublicationView(
            name=row.name, words=row.words, to_return=row.to_return, position=row.position, size=row.size,
            published_at=row.published_at,
        )  # fmt: skip
        built[key] = Shown(body, FileRef(row.file_name, row.media_type, row.sha256))
    return built


def publication_files(session: Session, keys: Sequence[ViewKey]) -> dict[ViewKey, bytes]:
    """Read the files that the structure gives."""
    query = select(Publication.id, Publication.content).where(Publication.id.in_({int(key) for _, key, _ in keys}))
    contents = dict(session.execute(query).all())
    return {key: contents[int(key[1])] for key in keys if int(key[1]) in contents}
