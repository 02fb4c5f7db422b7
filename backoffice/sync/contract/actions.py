"""What families do, as the portal writes it down."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from backoffice.sync.contract.message import Message
from backoffice.sync.contract.weeks import CellState

Key = Annotated[int, Field(gt=0, lt=2**31)]
AmountCents = Annotated[int, Field(gt=0, le=10_000_000_00)]
Text = Annotated[str, Field(max_length=200)]


class FieldWish(Message):
    """A field, what the family saw, and what it wishes."""

    name: str
    seen: str
    wished: str


class FieldsChange(Message):
    """The family changes fields of one of its people."""

    kind: Literal["fields"] = "fields"
    subject: Literal["guardian", "child"]
    subject_id: int
    fields: tuple[FieldWish, ...] = Field(min_length=1)


class CellWish(Message):
    """A cell, what the family saw, and what it wishes."""

    unit_id: int
    day: date
    seen: CellState
    wished: Literal[CellState.FREE, CellState.BOOKED]  # of a full cell: to enter its waiting list, or to leave it


class BookingsChange(Message):
    """The family books and cancels cells of one child, all sent with one « Enregistrer »."""

    kind: Literal["bookings"] = "bookings"
    child_id: int
    cells: tuple[CellWish, ...] = Field(min_length=1, max_length=1000)


class Withdrawn(Message):
    """The family takes back what it asked and nobody has answered: a whole request, or some of its lines."""

    kind: Literal["withdrawn"] = "withdrawn"
    request_id: UUID
    keys: tuple[Text, ...] = Field(default=(), max_length=1000)  # of the answer's lines; none: all that waits


class PersonAdded(Message):
    """The family adds a child, a contact to call, or somebody who may collect a child."""

    kind: Literal["person_added"] = "person_added"
    person: Literal["child", "contact", "pickup"]
    child_id: Key | None = None  # whose contact or authorised person; none: of a new child
    fields: tuple[FieldWish, ...] = Field(min_length=1, max_length=20)  # `seen` is empty


class PersonRemoved(Message):
    """The family takes a contact or an authorised person away."""

    kind: Literal["person_removed"] = "person_removed"
    person_id: Key  # of the view of the contact, or of the authorised person


class EnrolmentAsked(Message):
    """The family asks for an enrolment that the structure has opened."""

    kind: Literal["enrolment"] = "enrolment"
    opening_id: Key
    child_id: Key
    starts: date  # within the opening's dates
    note: Annotated[str, Field(max_length=1000)] = ""


class DocumentSent(Message):
    """The family sends a document; the file, sealed, is taken apart: GET /sync/uploads/<upload>."""

    kind: Literal["document"] = "document"
    document_kind: Key
    child_id: Key | None = None
    upload: UUID
    name: Annotated[str, Field(min_length=1, max_length=200)]
    pages: Annotated[int, Field(gt=0, le=1000)]
    size: Annotated[int, Field(gt=0, lt=2**31)]  # bytes, before sealing
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # of the sealed bytes


class MandateAsked(Message):
    """The family asks for its invoices to be debited; the account is sealed to the office's key, the portal keeps none."""

    kind: Literal["mandate"] = "mandate"
    regie_id: Key
    sealed: bytes = Field(max_length=2000)  # JSON: holder, iban, bic
    holder: Annotated[str, Field(min_length=1, max_length=70)]


class MessageSent(Message):
    """The family writes to the régie."""

    kind: Literal["message"] = "message"
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class AccountOpened(Message):
    """A guardian has created a password."""

    kind: Literal["account_opened"] = "account_opened"


class LinkAsked(Message):
    """A guardian has forgotten the password, or let the first link expire: the office sends a new link."""

    kind: Literal["link_asked"] = "link_asked"


class BasketLine(Message):
    """An invoice, and what was to be paid of it when the basket was frozen."""

    invoice_id: Key
    cents: AmountCents


class OnlinePaymentTold(Message):
    """Where a payment on PayFiP stands: when it starts, then what PayFiP's own server answered, never a posted value."""

    kind: Literal["online_payment"] = "online_payment"
    idop: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")  # PayFiP's own number of the operation
    reference: str = Field(pattern=r"^[A-Za-z0-9]{6,30}$")  # refdet, of the invoice or of the basket
    regie_id: Key
    basket: tuple[BasketLine, ...] = Field(min_length=1, max_length=100)  # as frozen before the call
    amount_cents: AmountCents  # what PayFiP says; before it answers, what it was asked
    state: Literal["started", "paid", "refused", "cancelled"]
    means: Literal["card", "debit"] | None = None  # of a payment made
    started_at: AwareDatetime
    paid_at: AwareDatetime | None = None  # as PayFiP dates it
    mode: Literal["T", "X", "W"] = "W"  # only in production does money move


Payload = Annotated[
    FieldsChange
    | BookingsChange
    | Withdrawn
    | PersonAdded
    | PersonRemoved
    | EnrolmentAsked
    | DocumentSent
    | MandateAsked
    | MessageSent
    | AccountOpened
    | LinkAsked
    | OnlinePaymentTold,
    Field(discriminator="kind"),
]


class Action(Message):
    """What a family did, with the moment that counts."""

    id: UUID
    received_at: AwareDatetime
    guardian_id: int
    family_id: int
    payload: Payload
