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
    PERSON = "person"  # a child, a contact, an authorised person to add, or one of the latter to take away
    ENROLMENT = "enrolment"
    DOCUMENT = "document"  # sent: the régie reads it
    MANDATE = "mandate"  # a direct debit


class WaitingState(StrEnum):
    """Where a child stands on a waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"  # a place is held, until the family answers
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"  # offered, and not answered in time
    LEFT = "left"  # the family, or the régie, took it off the list


class RequestStatus(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    LISTED = "listed"  # nothing but waiting lists
    WITHDRAWN = "withdrawn"  # by the family


class Verdict(StrEnum):
    """What was decided of one line of a request."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LISTED = "listed"  # the cell is full: on its waiting list
    WITHDRAWN = "withdrawn"  # by the family


class DocumentState(StrEnum):
    """Where a document asked of a family stands."""

    MISSING = "missing"
    RECEIVED = "received"  # sent by the family: the régie has not read it yet
    PROVIDED = "provided"
    EXPIRED = "expired"
    REFUSED = "refused"


class InvoiceStatus(StrEnum):
    """The life of an invoice; never deleted once issued."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CANCELLED = "cancelled"  # by credit notes, whole
    HANDED_OVER = "handed_over"  # to the Treasury: nobody can pay it here any more
    WRITTEN_OFF = "written_off"


class InvoiceKind(StrEnum):
    """Why an invoice was made."""

    MONTH = "month"  # a month's services
    ADJUSTMENT = "adjustment"  # what a month billed already lacked: a complement


class CustodyWeeks(StrEnum):
    """Which weeks of the year a parent of alternate custody pays: by the parity of their ISO number."""

    EVEN = "even"
    ODD = "odd"


class PaymentMeans(StrEnum):
    """How money comes in; the régie's act says which it may accept, for which service."""

    CASH = "cash"
    CHEQUE = "cheque"
    CARD = "card"  # at the desk's terminal
    TRANSFER = "transfer"
    ONLINE_CARD = "online_card"  # PayFiP, by card
    ONLINE_DEBIT = "online_debit"  # PayFiP, from the account
    SEPA_DEBIT = "sepa_debit"
    CESU = "cesu"
    ANCV = "ancv"  # chèques-vacances
    AID = "aid"  # a third party's (CAF)


class Place(StrEnum):
    """Where money received is, until it is paid over to the public accountant."""

    TILL = "till"  # cash
    VALUES = "values"  # cheques, vouchers, card slips in hand
    ACCOUNT = "account"  # the régie's account at the Treasury


class ClosingKind(StrEnum):
    """What a closing closes."""

    DAY = "day"
    MONTH = "month"


class OnlineState(StrEnum):
    """What PayFiP says of a payment."""

    STARTED = "started"
    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class MandateState(StrEnum):
    """Where a direct-debit mandate stands."""

    UNSIGNED = "unsigned"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # too many rejections, or the family's wish
    REVOKED = "revoked"


class DebitSequence(StrEnum):
    """What place a debit has in the life of its mandate, in SEPA's words."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"
    FINAL = "FNAL"


class DebitState(StrEnum):
    """Where one direct debit stands."""

    PRESENTED = "presented"  # in a file for the bank
    PAID = "paid"  # its date has come, its receipt is written
    REJECTED = "rejected"


class PaperKind(StrEnum):
    """The papers that are kept as they were issued, besides invoices."""

    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    DEPOSIT = "deposit"
    CLOSING = "closing"
    REMITTANCE = "remittance"
    REMINDER = "reminder"
    CLAIM_LIST = "claim_list"
    TAX_CERTIFICATE = "tax_certificate"
    MANDATE = "mandate"  # to sign and give back, asked for on the portal


class MailState(StrEnum):
    """Where an outgoing e-mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # refused for good, or too many tries
    UNCERTAIN = "uncertain"  # cut between the server's answer and our note: never sent again by itself
