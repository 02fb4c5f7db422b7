"""Documents at the desk: brought on paper, scanned, read, and thrown away once they are of no use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from backoffice.clock import paris_day
from backoffice.documents.arrive import Kept, keep
from backoffice.documents.rules import default_until
from backoffice.enrolments.asked import say_what_lacks
from backoffice.errors import RefusedByRule
from backoffice.families.edit import families_of
from backoffice.office import Changed, Office, Work
from backoffice.scans.apart import scan_apart
from backoffice.scans.rules import PDF, NotTaken
from backoffice.sync.contract import ViewKind
from models.office.documents import Document, DocumentFile, DocumentKind
from models.office.families import Family, FamilyChild
from models.office.house import AuditEntry
from models.vocabulary import DocumentState, Role
from resources.french import NARROW, short_date

READ, ONE_READING = "read", timedelta(hours=1)
KEPT_DAYS = 90  # of the file of a document refused, replaced or out of date


@dataclass(frozen=True, slots=True)
class Brought:
    """A document brought to the desk: accepted until a day, or refused for a reason."""

    kind_id: int
    child_id: int | None
    valid_until: date | None = None
    refused: str = ""  # the reason that the family reads; empty: accepted
    name: str = ""  # of the file scanned


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A document, as an agent reads it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file that serves no more."""

    id: int
    family: str
    document: str
    name: str
    since: date
    size: int


def scan_files(office: Office, contents: Sequence[bytes]) -> Kept:
    """Check files from the disk (PDF, JPEG, PNG, HEIC), bind them into one, seal it; outside any transaction.

    Raises:
        RefusedByRule: one of them is not a document.
    """
    try:
        return keep(office.sealer, scan_apart(contents))
    except NotTaken as trouble:
        raise RefusedByRule(f"{trouble} Rien n'a été enregistré.") from trouble


def record_document(work: Work, family_id: int, brought: Brought, kept: Kept | None = None) -> int:
    """Write down a document that a family brought, with its scan if there is one.

    Raises:
        RefusedByRule: it is not asked of this household, or is out of date.
    """
    work.agent.must_be(Role.AGENT)
    kind = _asked(work.session, family_id, brought)
    if not brought.refused and brought.valid_until is not None and brought.valid_until < work.today:
        raise RefusedByRule(
            f"Ce document n'est plus valable depuis le {short_date(brought.valid_until)}{NARROW}: rien n'a été enregistré. "
            "Corrigez la date, ou refusez-le."
        )
    document = Document(
        kind_id=kind.id, family_id=family_id, child_id=brought.child_id,
        state=DocumentState.REFUSED if brought.refused else DocumentState.PROVIDED, received_at=work.now,
        valid_until=None if brought.refused else brought.valid_until, reason=brought.refused or None,
    )  # fmt: skip
    work.session.add(document)
    work.session.flush()
    if kept is not None:
        work.session.add(
            DocumentFile(
                document_id=document.id, request_id=None, name=brought.name or f"{kind.name}.pdf", media_type=PDF,
                pages=kept.pages, size=kept.size, sha256=kept.sha256, sealed=kept.sealed, received_at=work.now,
            )
        )  # fmt: skip
    work.sign("record", "document", document.id, new={"document": kind.name, "state": document.state})
    _show(work, document)
    return document.id


def open_file(work: Work, file_id: int) -> OpenedFile:
    """Open a document for an agent; the journal keeps who read it, and when.

    Raises:
        RefusedByRule: its content was thrown away.
        Unavailable: this workstation does not have the folder's key.
    """
    work.agent.must_be(Role.AGENT)
    file = work.session.get(DocumentFile, file_id)
    if file is None or file.sealed is None:
        raise RefusedByRule("Ce fichier n'est plus conservé. La famille peut l'envoyer de nouveau.")
    if not _read_lately(work, file.document_id):
        work.sign(READ, "document", file.document_id, new={"file": file.name})
    return OpenedFile(file.name, file.media_type, work.sealer.unseal_bytes(file.sealed))


def _read_lately(work: Work, document_id: int) -> bool:
    """Tell whether this agent has just read it: turning back to it is the same reading."""
    query = select(AuditEntry.seq).where(
        AuditEntry.subject == "document", AuditEntry.subject_id == str(document_id), AuditEntry.action == READ,
        AuditEntry.agent == work.agent.name, AuditEntry.at > work.now - ONE_READING,
    )  # fmt: skip
    return work.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class SentDocument:
    """What an agent is shown of a document sent: its file, and until when it would be good."""

    name: str
    file_id: int | None
    valid_until: date | None


def sent_document(session: Session, request_id: UUID) -> SentDocument | None:
    """Read what a request brought."""
    query = (
        select(DocumentFile.id, DocumentFile.sealed.is_not(None), Document, DocumentKind)
        .join(Document, Document.id == DocumentFile.document_id)
        .join(DocumentKind, DocumentKind.id == Document.kind_id)
        .where(DocumentFile.request_id == request_id)
    )
    if (found := session.execute(query).first()) is None:
        return None
    file_id, kept, document, kind = found
    received = document.received_at
    until = document.valid_until or (default_until(kind.months_valid, paris_day(received)) if received else None)
    return SentDocument(kind.name, file_id if kept else None, until)


def file_of_request(session: Session, request_id: UUID) -> int | None:
    """Find the file that a request brought, as long as it is kept."""
    query = select(DocumentFile.id).where(DocumentFile.request_id == request_id, DocumentFile.sealed.is_not(None))
    return session.scalar(query)


def old_files(session: Session, today: date) -> tuple[OldFile, ...]:
    """List the files that serve no more: refused, replaced or out of date for KEPT_DAYS."""
    query = (
        select(DocumentFile, Document, DocumentKind.name, Family.name)
        .join(Document, Document.id == DocumentFile.document_id)
        .join(DocumentKind, DocumentKind.id == Document.kind_id)
        .join(Family, Family.id == Document.family_id)
        .where(DocumentFile.sealed.is_not(None), Document.state != DocumentState.RECEIVED)
        .options(defer(DocumentFile.sealed, raiseload=True))
        .order_by(DocumentFile.id)
    )
    latest = _latest(session)
    found = []
    for file, document, kind, family in session.execute(query):
        since = _useless_since(document, latest)
        if since is not None and since + timedelta(days=KEPT_DAYS) <= today:
            found.append(OldFile(file.id, family, kind, file.name, since, file.size))
    return tuple(found)


def throw_old_files(work: Work) -> int:
    """Throw away the content of the files that serve no more; that they were there stays written."""
    work.agent.must_be(Role.AGENT)
    ids = [row.id for row in old_files(work.session, work.today)]
    for start in range(0, len(ids), 500):
        some = DocumentFile.id.in_(ids[start : start + 500])
        work.session.execute(update(DocumentFile).where(some).values(sealed=None))
    if ids:
        work.sign("throw_away", "document_file", "", new={"files": ids})
        work.changed(Changed.DOCUMENTS)
    return len(ids)


def _asked(session: Session, family_id: int, brought: Brought) -> DocumentKind:
    kind = session.get(DocumentKind, brought.kind_id)
    if kind is None or not kind.asked or kind.per_child is not (brought.child_id is not None):
        raise RefusedByRule("Ce document n'est pas demandé, ou ne l'est plus. Rien n'a été enregistré.")
    if brought.child_id is not None and session.get(FamilyChild, (family_id, brought.child_id)) is None:
        raise RefusedByRule("Cet enfant n'est pas, ou n'est plus, de ce foyer. Rien n'a été enregistré.")
    return kind


def _show(work: Work, document: Document) -> None:
    families = {document.family_id, *(families_of(work.session, document.child_id) if document.child_id else ())}
    for family_id in families:
        work.show(ViewKind.DOCUMENTS, "", family_id)
    say_what_lacks(work, families)
    work.changed(Changed.DOCUMENTS)


Owner = tuple[int, int | None, int]


def _latest(session: Session) -> dict[Owner, tuple[int, date]]:
    """Find the last document that was accepted, and when, of each household for each kind."""
    query = (
        select(Document.family_id, Document.child_id, Document.kind_id, Document.id, Document.received_at)
        .where(Document.state == DocumentState.PROVIDED)
        .order_by(Document.received_at.nulls_first(), Document.id)
    )
    return {
        (family_id, child_id, kind_id): (number, received.date())
        for family_id, child_id, kind_id, number, received in session.execute(query)
        if received is not None
    }


def _useless_since(document: Document, latest: dict[Owner, tuple[int, date]]) -> date | None:
    if document.state is DocumentState.REFUSED:
        return document.received_at.date() if document.received_at else None
    if document.state is DocumentState.EXPIRED:
        return document.valid_until
    number, since = latest.get((document.family_id, document.child_id, document.kind_id), (document.id, None))
    return since if number != document.id else None
