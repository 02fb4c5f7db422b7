"""A document that a family sent, as the office fetches it: opened, checked again, sealed at rest, before any transaction."""

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import Unavailable
from backoffice.office import Office
from backoffice.scans.apart import scan_apart
from backoffice.scans.rules import NotTaken, Scan
from backoffice.sealing import Sealer
from backoffice.sync.contract import DocumentSent
from models.office.debits import Mandate
from models.office.documents import DocumentFile

ARRIVED = "arrived document"  # under which a transaction holds the one it is about
LOST = "Ce document n'est pas arrivé jusqu'à la régie. Envoyez-le de nouveau, ou apportez-le."
UNREADABLE = "Ce document n'a pas pu être ouvert par la régie. Envoyez-le de nouveau, ou apportez-le."


class UnusableUpload(Exception):
    """A document that cannot be kept; the sentence is for the family."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as the office keeps it: sealed at rest."""

    sealed: bytes
    sha256: str  # of the file itself
    size: int
    pages: int


def open_upload(office: Office, told: DocumentSent, sealed: bytes | None) -> Kept:
    """Open what the portal sealed to the office, check it as if nobody had, and seal it at rest.

    Raises:
        UnusableUpload: it is gone, was changed on its way, or is not a document.
        Unavailable: this workstation does not have the folder's key: another one will open it.
    """
    if sealed is None:
        raise UnusableUpload(LOST)
    if not hmac.compare_digest(hashlib.sha256(sealed).hexdigest(), told.sha256):
        raise UnusableUpload(UNREADABLE)
    try:
        content = office.sealer.open_letter(sealed)
    except Unavailable:
        office.read(_check_key, office.sealer)
        raise UnusableUpload(UNREADABLE) from None
    try:
        return keep(office.sealer, scan_apart([content]))
    except NotTaken as trouble:
        raise UnusableUpload(UNREADABLE) from trouble


def keep(sealer: Sealer, scan: Scan) -> Kept:
    """Seal a document at rest."""
    digest = hashlib.sha256(scan.content).hexdigest()
    return Kept(sealer.seal_bytes(scan.content), digest, len(scan.content), scan.pages)


def _check_key(session: Session, sealer: Sealer) -> None:
    """Check that this workstation opens what the folder sealed: a wrong key must not throw families' documents away.

    Raises:
        Unavailable: it does not.
    """
    latest = select(DocumentFile.sealed).where(DocumentFile.sealed.is_not(None)).order_by(DocumentFile.id.desc())
    mandate = select(Mandate.iban_sealed).order_by(Mandate.id.desc())
    for query in (latest, mandate):
        if known := session.scalar(query.limit(1)):
            sealer.unseal_bytes(known)
