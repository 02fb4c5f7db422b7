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


class StructureView(Message):
    """The commune and whom to call."""

    commune: str
    regie: str
    street: str
    city: str
    phone: str
    email: str
    places: tuple[PlaceView, ...]
    demonstration: bool
    regies: tuple[RegieView, ...] = ()


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


class PersonView(Message):
    """A guardian or a child, with the fields that the structure shows."""

    kind: Literal["guardian", "child"]
    id: int
    name: str
    role: str  # « responsable », « enfant, 7 ans »
    fields: tuple[FieldView, ...]


class FamilyView(Message):
    """The household's people."""

    number: str
    name: str
    people: tuple[PersonView, ...]


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


class EnrolmentsView(Message):
    """The household's enrolments."""

    lines: tuple[EnrolmentLine, ...]


class DocumentLine(Message):
    """A document asked of the household or of a child."""

    owner: str
    name: str
    mandatory: bool
    blocks: str
    state: Literal["missing", "provided", "expired", "refused"]
    valid_until: date | None
    reason: str | None


class DocumentsView(Message):
    """The documents asked for, mandatory and missing ones first."""

    lines: tuple[DocumentLine, ...]
