"""The commune, and the views of a household: its ways in, its people, its enrolments, its documents."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from backoffice.sync.contract.message import Message


class PlaceView(Message):
    """A facility, as families find it."""

    name: str
    street: str
    phone: str
    email: str


class RegieView(Message):
    """Who cashes: an invoice names its régie. Nothing secret is here."""

    id: int
    name: str
    payfip_client: str | None  # numcli; none: nothing is paid online there
    payfip_mode: Literal["T", "X", "W"] = "T"
    debits: bool = False  # families may ask to be debited


class NoticeView(Message):
    """A text that the law asks for, under its code (see backoffice.portal.notices)."""

    code: str
    text: str


class StructureView(Message):
    """The commune and whom to call, what families may add, and the public key to which what they send is sealed."""

    commune: str
    regie: str
    street: str
    city: str
    phone: str
    email: str
    places: tuple[PlaceView, ...]
    demonstration: bool
    regies: tuple[RegieView, ...] = ()
    upload_key: str = ""  # X25519, base64; none yet: no document, no bank account can be sent
    addable: tuple[Literal["child", "contact", "pickup"], ...] = ()
    schools: tuple[str, ...] = ()  # among which a family says where a child goes
    notices: tuple[NoticeView, ...] = ()


class AccountView(Message):
    """A guardian's way in. The link's token is known to the e-mail alone; here is its SHA-256."""

    email: str
    name: str
    open: bool
    link_sha256: str | None = None
    link_until: AwareDatetime | None = None


class FieldView(Message):
    """One field of a person: its value, whether the family may change it, and what already waits."""

    name: str
    label: str
    value: str
    editable: bool
    required: bool
    shape: Literal["text", "phone", "email", "postal_code", "date", "choice"] = "text"
    choices: tuple[tuple[str, str], ...] = ()  # code, words
    needs_approval: bool = False
    waiting: str | None = None
    waiting_since: AwareDatetime | None = None
    waiting_request: str | None = None  # whose line it is: it can be withdrawn
    answer: "FieldAnswer | None" = None  # the last one, as long as it is recent


class FieldAnswer(Message):
    """What became of the family's last wish for a field."""

    wished: str
    verdict: Literal["accepted", "refused"]
    why: str
    at: AwareDatetime


class PersonView(Message):
    """Somebody of the household's file, with the fields that the structure shows."""

    kind: Literal["guardian", "child", "contact", "pickup"]
    id: int
    name: str
    role: str  # « responsable », « enfant, 7 ans », « grand-mère, peut venir chercher Léa »
    fields: tuple[FieldView, ...]
    child_id: int | None = None  # whose contact or authorised person
    waiting_request: str | None = None  # its removal waits


class WaitingPerson(Message):
    """Somebody whom the family has added, and the régie has not answered."""

    request_id: str
    kind: Literal["child", "contact", "pickup"]
    name: str
    child_id: int | None
    since: AwareDatetime


class FamilyView(Message):
    """The household's people."""

    number: str
    name: str
    people: tuple[PersonView, ...]
    waiting: tuple[WaitingPerson, ...] = ()


class EnrolmentLine(Message):
    """One child in one activity."""

    child_id: int
    child: str
    activity: str
    place: str
    group: str
    starts: date
    ends: date
    online: bool
    activity_id: int = 0


class AskedLine(Message):
    """An enrolment that the household has asked for, and the régie has not answered."""

    request_id: str
    opening_id: int
    child_id: int
    child: str
    activity: str
    place: str
    starts: date
    since: AwareDatetime


class EnrollableChild(Message):
    """A child of the household: what an offer's ages are compared with."""

    id: int
    name: str
    born: date


class EnrolmentsView(Message):
    """The household's enrolments, those it has asked for, and for whom it may ask."""

    lines: tuple[EnrolmentLine, ...]
    asked: tuple[AskedLine, ...] = ()
    children: tuple[EnrollableChild, ...] = ()
    resident: bool = True  # some offers are for the commune's own families


class OfferLine(Message):
    """An enrolment that families may ask for, between two instants."""

    id: int
    activity_id: int
    activity: str
    place: str
    service: str
    words: str
    starts: date
    ends: date
    opens: AwareDatetime
    closes: AwareDatetime
    age_from: int | None = None  # years, on the first day asked
    age_to: int | None = None  # the last age
    residents_only: bool = False
    documents: tuple[str, ...] = ()  # names of those it needs
    document_kinds: tuple[int, ...] = ()


class OffersView(Message):
    """The enrolments that may be asked for, now or soon; shared."""

    lines: tuple[OfferLine, ...]


class DocumentLine(Message):
    """A document asked of the household or of a child."""

    owner: str
    name: str
    mandatory: bool
    blocks: str
    state: Literal["missing", "received", "provided", "expired", "refused"]
    valid_until: date | None
    reason: str | None
    kind_id: int = 0
    child_id: int | None = None
    received_at: AwareDatetime | None = None  # of what the régie has not read yet
    request_id: str | None = None  # it can be withdrawn


class PublicationView(Message):
    """A file that the structure gives all families; it travels beside."""

    name: str
    words: str
    to_return: bool
    position: int
    size: int  # bytes
    published_at: AwareDatetime


class PaperView(Message):
    """A paper of the household besides its invoices; its PDF travels beside."""

    kind: Literal["receipt", "credit_note", "certificate", "mandate"]
    title: str
    number: str
    day: date
    cents: int | None = None
    regie_id: int = 0
    means: str = ""  # of a receipt, in words
    invoices: tuple[str, ...] = ()  # numbers of those it settles, or credits
    online: bool = False  # paid on the portal


class MandateView(Message):
    """A direct-debit mandate of the household, its account masked."""

    regie_id: int
    rum: str
    state: Literal["asked", "unsigned", "active", "suspended", "revoked"]
    account: str  # « •••• 1234 »
    since: date


class MandatesView(Message):
    """The household's mandates."""

    lines: tuple[MandateView, ...]


class ThreadLine(Message):
    """One message."""

    id: int
    at: AwareDatetime
    by: Literal["family", "regie"]
    name: str
    text: str
    action_id: str = ""  # of the family's own: what it sent is shown once


class ThreadView(Message):
    """What the household and the régie wrote to each other, oldest first."""

    lines: tuple[ThreadLine, ...]


class DocumentsView(Message):
    """The documents asked for, mandatory and missing ones first."""

    lines: tuple[DocumentLine, ...]
