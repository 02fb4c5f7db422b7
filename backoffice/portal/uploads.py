"""What families send: kept in memory alone, sealed to the office, and only then written down."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Request
from sqlalchemy import delete, func, select
from uuid6 import uuid7
from werkzeug.datastructures import FileStorage

from backoffice.portal.outbox import SUMMARY, Author, Form, append
from backoffice.portal.sealed import seal
from backoffice.portal.store import Work
from backoffice.scans.rules import LARGEST_FILE, LARGEST_SENDING, MEGABYTE, MOST_FILES, Scan, check_sizes
from backoffice.sync.contract import Collected, DocumentLine, DocumentSent
from models.portal import OutboxAction, Upload

ENDPOINT = "documents.send"  # the only page that takes files
LARGEST_BODY = LARGEST_SENDING + 2 * MEGABYTE  # with the form's own words; more is refused unread
MOST_WAITING = 20  # documents of a household that the office has not fetched
LONGEST_NAME = 80
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


class PortalRequest(Request):
    """A request whose files never touch the disk: Werkzeug would put large ones there, unsealed."""

    def _get_file_stream(self, *_told: object, **_more: object) -> IO[bytes]:
        return BytesIO()


@dataclass(frozen=True, slots=True)
class Sent:
    """The files of a form, as the browser named them."""

    names: tuple[str, ...]
    contents: tuple[bytes, ...]

    @property
    def words(self) -> list[str]:
        """What the form said, for its print."""
        return [hashlib.sha256(content).hexdigest() for content in self.contents]

    @property
    def name(self) -> str:
        """Name the document: a lone file keeps its own name, pages bound together have none."""
        return plain_name(self.names[0]) if len(self.names) == 1 else f"{len(self.names)} fichiers réunis.pdf"


@dataclass(frozen=True, slots=True)
class Letter:
    """A document that only the office can open."""

    sealed: bytes
    sha256: str
    pages: int
    size: int


class TooManyWaiting(Exception):
    """The household's documents that the office has not fetched yet are too many."""


def read_files(storages: Sequence[FileStorage]) -> Sent:
    """Take the files that were chosen, in the order of the page; what is beyond the limits is not read.

    Raises:
        NotTaken: one is too large, or they are too many.
    """
    chosen = [one for one in storages if one.filename]
    sizes = [one.stream.seek(0, 2) for one in chosen]
    check_sizes(sizes)
    contents = []
    for one in chosen[:MOST_FILES]:
        one.stream.seek(0)
        contents.append(one.stream.read(LARGEST_FILE))
    return Sent(tuple(one.filename or "" for one in chosen), tuple(contents))


def plain_name(given: str) -> str:
    """Keep of a file's name what can be shown and written anywhere: no folder, no control, no trap."""
    last = re.split(r"[\\/]", given)[-1]
    stem = last.rpartition(".")[0] or last
    kept = " ".join(FORBIDDEN.sub(" ", stem).split()).strip(". ")[:LONGEST_NAME].strip(". ")
    return f"{kept or 'document'}.pdf"


def seal_scan(public_key: str, scan: Scan) -> Letter:
    """Seal a document to the office."""
    sealed = seal(public_key, scan.content)
    return Letter(sealed, hashlib.sha256(sealed).hexdigest(), scan.pages, len(scan.content))


def put(
    work: Work, author: Author, line: DocumentLine, letter: Letter, form: Form, *, name: str, lines: Sequence[SUMMARY]
) -> str:
    """Write a document down, sealed, with the action that tells of it, and give the action's id.

    Raises:
        TooManyWaiting: the office has too many of this household's to fetch.
    """
    waiting = select(func.count()).where(Upload.family_id == author.family_id)
    if (work.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting
    upload_id = uuid7()
    sent = DocumentSent(
        document_kind=line.kind_id, child_id=line.child_id, upload=upload_id, name=name, pages=letter.pages,
        size=letter.size, sha256=letter.sha256,
    )  # fmt: skip
    title = f"{line.name}, {line.owner}" if line.child_id else line.name
    action_id = append(work, author, sent, form, title=title, lines=lines)
    work.session.add(
        Upload(
            id=str(upload_id), action_id=action_id, family_id=author.family_id, received_at=work.now,
            sha256=letter.sha256, sealed=letter.sealed,
        )
    )  # fmt: skip
    work.session.flush()
    return action_id


def take_out(work: Work, upload_id: str) -> bytes | None:
    """Give a sealed document to the office, as long as it is here."""
    return work.session.scalar(select(Upload.sealed).where(Upload.id == upload_id))


def forget_collected(work: Work, collected: Collected) -> None:
    """Throw away what the office has: it said so."""
    ids = [str(identity) for identity in collected.ids]
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        done = select(OutboxAction.id).where(OutboxAction.id.in_(some), OutboxAction.collected_at.is_not(None))
        work.session.execute(delete(Upload).where(Upload.action_id.in_(done)))
