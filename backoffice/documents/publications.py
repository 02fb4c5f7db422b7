"""« Documentation »: the files that the structure gives its families, some of them to be returned."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.scans.checks import check_given
from backoffice.scans.rules import MEDIA_TYPES, MEGABYTE, NotTaken, megabytes
from backoffice.sync.contract import SHARED, ViewKind
from models.office.documents import Publication
from models.vocabulary import Role
from resources.french import NARROW, search_key

LARGEST = 10 * MEGABYTE
LONGEST_NAME, LONGEST_WORDS = 120, 600


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One file given to families."""

    id: int
    name: str
    words: str
    to_return: bool
    file_name: str
    size: int
    published_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file ready to be given: what it is was found in it, not in its name."""

    name: str
    media_type: str
    content: bytes


class PublicationRefused(RefusedByRule):
    """What was typed cannot be published; `faults` says why, field by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("Rien n'a été publié. Corrigez ce qui est signalé.")
        self.faults = faults


def publications(session: Session) -> tuple[PublicationRow, ...]:
    """List what families are given, in the order in which they see it."""
    columns = (
        Publication.id, Publication.name, Publication.words, Publication.to_return, Publication.file_name,
        func.length(Publication.content), Publication.published_at, Publication.version,
    )  # fmt: skip
    query = select(*columns).order_by(Publication.position, Publication.id)
    return tuple(PublicationRow(*row) for row in session.execute(query))


def read_given(name: str, content: bytes) -> GivenFile:
    """Check a file that families will be given: a PDF that runs nothing, or an image; outside any transaction.

    Raises:
        PublicationRefused: it is none of these, or too large.
    """
    if len(content) > LARGEST:
        too_much = f"Ce fichier pèse {megabytes(len(content))}{NARROW}: {megabytes(LARGEST)} au plus."
        raise PublicationRefused({"file": too_much})
    try:
        sort = check_given(content)
    except NotTaken as trouble:
        raise PublicationRefused({"file": str(trouble)}) from trouble
    stem = search_key(name.rpartition(".")[0] or name)
    plain = "-".join("".join(letter if letter.isalnum() else " " for letter in stem).split())[:80]
    return GivenFile(f"{plain or 'document'}.{'jpg' if sort == 'jpeg' else sort}", MEDIA_TYPES[sort], content)


def publish_file(work: Work, *, name: str, words: str, to_return: bool, file: GivenFile) -> int:
    """Give a file to all families.

    Raises:
        PublicationRefused: it has no name, or a name too long.
    """
    work.agent.must_be(Role.AGENT)
    _check(name, words)
    last = work.session.scalar(select(func.max(Publication.position))) or 0
    row = Publication(
        name=name.strip(), words=words.strip(), to_return=to_return, position=last + 1, file_name=file.name,
        media_type=file.media_type, sha256=hashlib.sha256(file.content).hexdigest(), content=file.content,
        published_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.sign("publish", "publication", row.id, new={"name": row.name, "file": row.file_name})
    _show(work, [row.id])
    return row.id


def change_publication(
    work: Work, publication_id: int, *, version: int, name: str, words: str, to_return: bool,
    file: GivenFile | None = None,
) -> None:  # fmt: skip
    """Change what is said of a file, and the file itself if there is another.

    Raises:
        PublicationRefused: it has no name, or a name too long.
        RefusedByRule: it is no longer given, or somebody has changed it meanwhile.
    """
    work.agent.must_be(Role.AGENT)
    _check(name, words)
    row = _held(work, publication_id, version)
    old = {"name": row.name, "file": row.file_name}
    row.name, row.words, row.to_return = name.strip(), words.strip(), to_return
    if file is not None:
        row.file_name, row.media_type, row.content = file.name, file.media_type, file.content
        row.sha256, row.published_at = hashlib.sha256(file.content).hexdigest(), work.now
    work.sign("replace", "publication", row.id, old=old, new={"name": row.name, "file": row.file_name})
    _show(work, [row.id])


def withdraw_publication(work: Work, publication_id: int, *, version: int) -> None:
    """Take a file away from families.

    Raises:
        RefusedByRule: it is no longer given, or somebody has changed it meanwhile.
    """
    work.agent.must_be(Role.AGENT)
    row = _held(work, publication_id, version)
    work.sign("withdraw", "publication", row.id, old={"name": row.name, "file": row.file_name})
    work.session.delete(row)
    _show(work, [publication_id])


def order_publications(work: Work, ids: Sequence[int]) -> None:
    """Put the files in the order in which families see them; those left out follow."""
    work.agent.must_be(Role.AGENT)
    rows = {row.id: row for row in work.session.scalars(select(Publication).order_by(Publication.position))}
    ordered = [*dict.fromkeys(one for one in ids if one in rows), *(one for one in rows if one not in ids)]
    for position, publication_id in enumerate(ordered, start=1):
        rows[publication_id].position = position
    work.sign("order", "publication", "", new={"order": ordered})
    _show(work, ordered)


def given_file(session: Session, publication_id: int) -> GivenFile:
    """Read a file as families get it.

    Raises:
        RefusedByRule: it is no longer given.
    """
    row = session.get(Publication, publication_id)
    if row is None:
        raise RefusedByRule("Ce document n'est plus publié.")
    return GivenFile(row.file_name, row.media_type, row.content)


def _held(work: Work, publication_id: int, version: int) -> Publication:
    row = work.session.get(Publication, publication_id, with_for_update=True)
    if row is None or row.version != version:
        raise RefusedByRule(
            "Ce document vient d'être modifié par quelqu'un d'autre. Rien n'a été enregistré\u202f: relisez-le."
        )
    return row


def _check(name: str, words: str) -> None:
    faults = {}
    if not name.strip():
        faults["name"] = "Donnez un nom à ce document."
    elif len(name.strip()) > LONGEST_NAME:
        faults["name"] = f"{LONGEST_NAME} signes au plus."
    if len(words.strip()) > LONGEST_WORDS:
        faults["words"] = f"{LONGEST_WORDS} signes au plus."
    if faults:
        raise PublicationRefused(faults)


def _show(work: Work, ids: Sequence[int]) -> None:
    for publication_id in ids:
        work.show(ViewKind.PUBLICATION, publication_id, SHARED)
    work.changed(Changed.DOCUMENTS)
