"""Papers kept as they were issued: a PDF and its SHA-256, rendered once."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from models.office.treasury import Paper
from models.upsert import insert_into
from models.vocabulary import PaperKind


def keep(session: Session, kind: PaperKind, contents: Mapping[int, bytes]) -> None:
    """Keep papers by the id of what they say; one that is kept already stays as it is."""
    rows = [
        {"kind": kind, "subject_id": at, "sha256": hashlib.sha256(content).hexdigest(), "content": content}
        for at, content in contents.items()
    ]
    if rows:
        session.execute(insert_into(session, Paper).on_conflict_do_nothing(index_elements=["kind", "subject_id"]), rows)


def kept(session: Session, kind: PaperKind, subject_id: int) -> bytes | None:
    """Give a paper as it was issued; None when it is not rendered yet.

    Raises:
        RefusedByRule: it is no longer what was kept.
    """
    found = session.execute(
        select(Paper.sha256, Paper.content).where(Paper.kind == kind, Paper.subject_id == subject_id)
    ).one_or_none()
    if found is None:
        return None
    if hashlib.sha256(found.content).hexdigest() != found.sha256:
        message = (
            "Ce document a été modifié en dehors de Marelle. Il n'est pas montré. "
            "Prévenez l'administrateur, qui le retrouvera dans une sauvegarde."
        )
        raise RefusedByRule(message)
    content: bytes = found.content
    return content
