"""The view of an invoice: where it stands, how it is to be paid, what was credited and received."""

from datetime import date
from enum import StrEnum

from backoffice.sync.contract.message import Message


class InvoiceState(StrEnum):
    """How a family sees its invoice."""

    TO_PAY = "to_pay"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CARRIED = "carried"  # too small to be asked alone: the next one will ask for it
    DEBITED = "debited"  # a direct debit is announced: nothing else is to be done
    CANCELLED = "cancelled"  # credited whole
    HANDED_OVER = "handed_over"  # the Treasury asks for it: nobody can pay it here any more
    WRITTEN_OFF = "written_off"


class PaperLine(Message):
    """A credit note or a receipt of an invoice: its number, its day, and what it takes off or settles."""

    number: str
    day: date
    cents: int


class InvoiceView(Message):
    """An issued invoice; its PDF travels beside it."""

    number: str
    service: str
    month: date
    issued_on: date
    due_on: date
    total_cents: int  # what the family was asked, aids taken off
    due_cents: int  # what it may still pay at the régie; 0 of an invoice that cannot be paid here
    state: InvoiceState
    children: tuple[str, ...]
    regie_id: int = 0
    balance_cents: int = 0  # what neither credit notes nor payments have settled, wherever it is asked
    online: bool = False  # it may be paid on PayFiP; what PayFiP asks at least is asked of the basket
    reference: str | None = None  # PayFiP's refdet of this invoice alone
    debit_on: date | None = None  # of the direct debit announced
    carried_into: str | None = None  # the number of the invoice whose paper asks for this one too
    credits: tuple[PaperLine, ...] = ()
    receipts: tuple[PaperLine, ...] = ()
