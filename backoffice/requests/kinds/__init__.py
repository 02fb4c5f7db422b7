"""The kinds of requests: each one's file says how it is received, told, decided and shown."""

from collections.abc import Mapping

from backoffice.requests.kinds import bookings, document, enrolment, fields, mandate, person
from backoffice.requests.kinds.kind import Handler
from backoffice.sync.contract import (
    BookingsChange,
    DocumentSent,
    EnrolmentAsked,
    FieldsChange,
    MandateAsked,
    Message,
    PersonAdded,
    PersonRemoved,
)
from models.vocabulary import RequestKind

HANDLERS: Mapping[RequestKind, Handler] = {
    RequestKind.FIELDS: fields.HANDLER,
    RequestKind.BOOKINGS: bookings.HANDLER,
    RequestKind.PERSON: person.HANDLER,
    RequestKind.ENROLMENT: enrolment.HANDLER,
    RequestKind.DOCUMENT: document.HANDLER,
    RequestKind.MANDATE: mandate.HANDLER,
}
KIND_OF: Mapping[type[Message], RequestKind] = {  # what the portal tells, that an answer is due to
    FieldsChange: RequestKind.FIELDS,
    BookingsChange: RequestKind.BOOKINGS,
    PersonAdded: RequestKind.PERSON,
    PersonRemoved: RequestKind.PERSON,
    EnrolmentAsked: RequestKind.ENROLMENT,
    DocumentSent: RequestKind.DOCUMENT,
    MandateAsked: RequestKind.MANDATE,
}
KIND_WORDS: Mapping[RequestKind, str] = {kind: handler.word for kind, handler in HANDLERS.items()}
