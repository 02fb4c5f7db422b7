"""The closed lists of the field: what a request, a booking, an invoice may be."""

from enum import StrEnum


class Role(StrEnum):
    """What an agent may do."""

    AGENT = "agent"  # files, requests, enrolments, bookings
    DIRECTOR = "director"  # roll calls and attendance
    CASHIER = "cashier"  # the régisseur: invoices and payments
    ADMINISTRATOR = "administrator"  # rulebook, agents, settings


class FamilyKind(StrEnum):
    """How the people of a household live."""

    TOGETHER = "together"
    SEPARATED = "separated"  # the children also belong to another household
    SINGLE = "single"


class Diet(StrEnum):
    """What the kitchen must know; never a religion."""

    NONE = "none"
    NO_PORK = "no_pork"
    VEGETARIAN = "vegetarian"


class ActivityKind(StrEnum):
    """What the state's statistics call the activity."""

    PERISCOLAIRE = "periscolaire"
    CANTEEN = "canteen"
    WEDNESDAY = "wednesday"
    HOLIDAYS = "holidays"
    CRECHE = "creche"


class Section(StrEnum):
    """Care and meals stand apart on an invoice and in a tax certificate."""

    CARE = "care"
    MEALS = "meals"
    PENALTY = "penalty"  # a late pick-up: neither care nor meal in a tax certificate


class ExceptionalKind(StrEnum):
    """What a day is that the calendar does not know."""

    NO_CLASS = "no_class"  # a bridge, a teachers' day
    CLASS = "class"  # a day caught up
    CLOSED = "closed"
    OPEN = "open"


class EnrolmentStatus(StrEnum):
    """Where an enrolment stands."""

    ACTIVE = "active"
    ENDED = "ended"


class BookingState(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    WAITING = "waiting"  # asked late: the staff decide
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """Who entered it."""

    PORTAL = "portal"
    DESK = "desk"


class AttendanceState(StrEnum):
    """What was seen on the day."""

    PRESENT = "present"
    JUSTIFIED = "justified"  # absent with a proof: not billed
    UNJUSTIFIED = "unjustified"  # absent without a word: billed


class RequestKind(StrEnum):
    """What a family asks."""

    FIELDS = "fields"
    BOOKINGS = "bookings"


class RequestStatus(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What was decided of one field or one cell."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class DocumentState(StrEnum):
    """Where a document asked of a family stands."""

    MISSING = "missing"
    PROVIDED = "provided"
    EXPIRED = "expired"
    REFUSED = "refused"


class InvoiceStatus(StrEnum):
    """The life of an invoice; never deleted once issued."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"


class PaymentMeans(StrEnum):
    """How a family pays at the régie's desk."""

    CASH = "cash"
    CHEQUE = "cheque"
    CARD = "card"
    TRANSFER = "transfer"


class MailState(StrEnum):
    """Where an outgoing e-mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # refused for good, or too many tries
    UNCERTAIN = "uncertain"  # cut between the server's answer and our note: never sent again by itself
