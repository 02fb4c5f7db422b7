"""The kinds of requests: each one's file says how it is received, told, decided and shown."""

from collections.abc import Mapping

from backoffice.requests.kinds import bookings, fields
from backoffice.requests.kinds.kind import Handler
from backoffice.sync.contract import BookingsChange, FieldsChange, Message
from models.vocabulary import RequestKind

HANDLERS: Mapping[RequestKind, Handler] = {
    RequestKind.FIELDS: fields.HANDLER,
    RequestKind.BOOKINGS: bookings.HANDLER,
}
KIND_OF: Mapping[type[Message], RequestKind] = {  # what the portal tells, that an answer is due to
    FieldsChange: RequestKind.FIELDS,
    BookingsChange: RequestKind.BOOKINGS,
}
KIND_WORDS: Mapping[RequestKind, str] = {kind: handler.word for kind, handler in HANDLERS.items()}
