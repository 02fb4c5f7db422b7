"""What the office publishes: views, each a document under its kind, its key and its family."""

from enum import StrEnum

from pydantic import Field

from backoffice.sync.contract.answers import RequestView
from backoffice.sync.contract.invoices import InvoiceView
from backoffice.sync.contract.message import Message
from backoffice.sync.contract.people import (
    AccountView,
    DocumentsView,
    EnrolmentsView,
    FamilyView,
    MandatesView,
    OffersView,
    PaperView,
    PublicationView,
    StructureView,
    ThreadView,
)
from backoffice.sync.contract.weeks import ActivityWeekView, WeekView


class ViewKind(StrEnum):
    """What a view shows; beside each, its key."""

    STRUCTURE = "structure"  # "" , shared
    ACCOUNT = "account"  # guardian id; becomes a way in, is never shown
    FAMILY = "family"  # ""
    ENROLMENTS = "enrolments"  # ""
    WEEK = "week"  # child id:ISO week, "12:2026-W48"
    ACTIVITY_WEEK = "activity_week"  # activity id:ISO week, shared
    INVOICE = "invoice"  # invoice id; carries the PDF
    DOCUMENTS = "documents"  # ""
    REQUEST = "request"  # the action's id
    OFFERS = "offers"  # "", shared
    PUBLICATION = "publication"  # publication id, shared; carries the file
    PAPER = "paper"  # kind:id, "receipt:12"; carries the PDF
    MANDATES = "mandates"  # ""
    THREAD = "thread"  # ""


BODIES: dict[ViewKind, type[Message]] = {
    ViewKind.STRUCTURE: StructureView, ViewKind.ACCOUNT: AccountView, ViewKind.FAMILY: FamilyView,
    ViewKind.ENROLMENTS: EnrolmentsView, ViewKind.WEEK: WeekView, ViewKind.ACTIVITY_WEEK: ActivityWeekView,
    ViewKind.INVOICE: InvoiceView, ViewKind.DOCUMENTS: DocumentsView, ViewKind.REQUEST: RequestView,
    ViewKind.OFFERS: OffersView, ViewKind.PUBLICATION: PublicationView, ViewKind.PAPER: PaperView,
    ViewKind.MANDATES: MandatesView, ViewKind.THREAD: ThreadView,
}  # fmt: skip


class AttachedFile(Message):
    """A file that a family may download with its view."""

    name: str
    media_type: str
    sha256: str
    content: bytes


class View(Message):
    """A document to show; a later version replaces it, an earlier or equal one changes nothing, no body removes it."""

    kind: ViewKind
    key: str = Field(max_length=64)
    family_id: int
    version: int
    body: dict[str, object] | None
    file: AttachedFile | None = None
