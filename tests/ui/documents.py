"""A commune that asks two documents, and a family that has sent one: as the office holds it."""

import hashlib
from datetime import timedelta
from uuid import UUID

from uuid6 import uuid7

from backoffice.documents.arrive import keep
from backoffice.documents.kinds import KindDraft, add_kind
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.scans.scan import scan
from backoffice.sync.contract import DocumentSent
from tests.factories import AGENT, NOW, Town
from tests.letterbox import an_action
from tests.papers import a_pdf

INSURANCE = KindDraft("Assurance scolaire", per_child=True, mandatory=True, blocks="les sorties", months_valid=12)
TAXES = KindDraft("Avis d'imposition", per_child=False, mandatory=False, blocks="", months_valid=None)


def asked(office: Office) -> tuple[int, int]:
    """Ask two documents."""
    first, second = (office.write(add_kind, AGENT, draft) for draft in (INSURANCE, TAXES))
    return first, second


def sends(office: Office, town: Town, kind_id: int, content: bytes = b"") -> UUID:
    """Let a family send a document."""
    paper = content or a_pdf(pages=2)
    sent = DocumentSent(
        document_kind=kind_id, child_id=town.home.child_id, upload=uuid7(), name="assurance.pdf", pages=2,
        size=len(paper), sha256=hashlib.sha256(paper).hexdigest(),
    )  # fmt: skip
    action = an_action(town.home, sent, at=NOW - timedelta(hours=1))
    office.write(receive, SYSTEM, action, keep(office.sealer, scan([paper])))
    return action.id
