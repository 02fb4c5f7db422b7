"""All that office and portal tell each other, versioned; the portal has no rule of its own: views say every limit and price."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

CONTRACT: Final = 1
SHARED = 0  # the family of a view that every family may see


class Message(BaseModel):
    """A frozen message; an unknown field is an error, so that the two sides cannot drift apart unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


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


class PlaceView(Message):
    """A facility, as families find it."""

    name: str
    street: str
    phone: str
    email: str


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


class CellState(StrEnum):
    """A cell of a child's week; whether it is closed, full or too late stands in the activity's week."""

    FREE = "free"
    BOOKED = "booked"
    WAITING = "waiting"  # asked, the régie decides
    PRESENT = "present"
    ABSENT = "absent"


class CellView(Message):
    """One unit of one day for one child."""

    unit_id: int
    day: date
    state: CellState


class WeekActivity(Message):
    """An activity of a child's week, and which of its prices and places concern this child."""

    activity_id: int
    rate: str  # key into the activity's prices; none: the prices are this household's own
    group: str  # key into the activity's places
    starts: date  # the enrolment's dates: outside them a cell cannot be booked
    ends: date
    outside: bool = False  # the household is not of the commune: its limits are the slots' `outside`, where they differ
    prices: dict[str, int] = {}  # unit → cents, of an effort rate
    late_prices: dict[str, int] = {}  # unit → cents, booked after the limit, where that is dearer
    later: tuple["WeekActivity", ...] = ()  # the same at another rate or other prices, each from its `starts` on


class WeekView(Message):
    """A child's week, Monday first, all of its activities."""

    child_id: int
    child: str
    monday: date
    activities: tuple[WeekActivity, ...]
    cells: tuple[CellView, ...]  # those that are not free


class LimitView(Message):
    """From when and until when something can be done, and what happens in time and later; no `until`: never in time."""

    until: AwareDatetime | None
    late: Literal["refuse", "ask", "charge", "bill", "proof"]  # see backoffice.rulebook.values.Judgement
    rule: str  # the rule in words
    opens: AwareDatetime | None = None
    in_time: Literal["accept", "ask"] = "accept"  # at once, or the régie validates
    cost: str = ""  # of being late, in words: «\xa0majoré de 10 %\xa0», «\xa0l'absence reste facturée\xa0»
    late_until: AwareDatetime | None = None  # from then on, even the late are refused
    late_prices: dict[str, int] = {}  # rate → cents, booked after the limit, where that is dearer


class UnitView(Message):
    """A unit of an activity."""

    id: int
    name: str
    hours: str


class SlotView(Message):
    """One unit of one day, the same for all children: open or why not, limits, prices, places left."""

    unit_id: int
    day: date
    closed: str | None  # why, when it is closed
    book: LimitView
    cancel: LimitView
    prices: dict[str, int]  # rate → cents
    places: dict[str, int]  # group → places left
    outside: tuple[LimitView, LimitView] | None = None  # to book and to cancel, for families from outside, if different


class ActivityWeekView(Message):
    """An activity's week, Monday first."""

    activity_id: int
    activity: str
    place: str
    online: bool
    monday: date
    units: tuple[UnitView, ...]
    slots: tuple[SlotView, ...]


class InvoiceState(StrEnum):
    """How a family sees its invoice."""

    TO_PAY = "to_pay"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"


class InvoiceView(Message):
    """An issued invoice; its PDF travels beside it."""

    number: str
    service: str
    month: date
    issued_on: date
    due_on: date
    total_cents: int
    due_cents: int
    state: InvoiceState
    children: tuple[str, ...]


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


class AnswerLine(Message):
    """What became of one field or one cell."""

    text: str  # « jeudi 26 novembre, repas, Léa »
    wished: str
    verdict: Literal["waiting", "accepted", "refused"]
    why: str
    price_cents: int | None = None
    until: AwareDatetime | None = None  # it can be changed until then


class RequestView(Message):
    """The answer to an action, as far as there is one."""

    title: str
    received_at: AwareDatetime
    status: Literal["waiting", "accepted", "partly", "refused"]
    lines: tuple[AnswerLine, ...]
    reason: str | None = None
    note: str | None = None
    decided_at: AwareDatetime | None = None


BODIES: dict[ViewKind, type[Message]] = {
    ViewKind.STRUCTURE: StructureView, ViewKind.ACCOUNT: AccountView, ViewKind.FAMILY: FamilyView,
    ViewKind.ENROLMENTS: EnrolmentsView, ViewKind.WEEK: WeekView, ViewKind.ACTIVITY_WEEK: ActivityWeekView,
    ViewKind.INVOICE: InvoiceView, ViewKind.DOCUMENTS: DocumentsView, ViewKind.REQUEST: RequestView,
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


class Publication(Message):
    """What the office sends: POST /sync/views. Sending it twice is harmless."""

    contract: Literal[1] = CONTRACT
    views: tuple[View, ...]


class PublicationReceipt(Message):
    """What the portal answers: views that it now shows at that version or a later one."""

    taken: int


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
    wished: Literal[CellState.FREE, CellState.BOOKED]


class BookingsChange(Message):
    """The family books and cancels cells of one child, all sent with one « Enregistrer »."""

    kind: Literal["bookings"] = "bookings"
    child_id: int
    cells: tuple[CellWish, ...] = Field(min_length=1, max_length=1000)


class AccountOpened(Message):
    """A guardian has created a password."""

    kind: Literal["account_opened"] = "account_opened"


class LinkAsked(Message):
    """A guardian has forgotten the password, or let the first link expire: the office sends a new link."""

    kind: Literal["link_asked"] = "link_asked"


Payload = Annotated[FieldsChange | BookingsChange | AccountOpened | LinkAsked, Field(discriminator="kind")]


class Action(Message):
    """What a family did, with the moment that counts."""

    id: UUID
    received_at: AwareDatetime
    guardian_id: int
    family_id: int
    payload: Payload


class Outbox(Message):
    """What the office has not yet taken, in receipt order: GET /sync/actions."""

    contract: Literal[1] = CONTRACT
    actions: tuple[Action, ...]
    more: bool


class Collected(Message):
    """What the office has applied: POST /sync/collected. Saying it twice is harmless."""

    contract: Literal[1] = CONTRACT
    ids: tuple[UUID, ...]


class PortalState(Message):
    """GET /sync/state: is it our portal, does it speak our contract, is its clock right?"""

    contract: int
    now: AwareDatetime
    waiting: int  # actions not yet collected


def week_of(day: date) -> str:
    """Name the ISO week of a day: 2026-W48."""
    return f"{day:%G-W%V}"


def monday_of(week: str) -> date:
    """Give the Monday of an ISO week; a ValueError tells that the text is none."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 a civil date, no instant
