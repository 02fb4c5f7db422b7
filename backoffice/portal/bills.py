"""What an invoice asks of a family now: to pay it, to wait, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backoffice.portal.payment_rules import Attempt, Bill, State
from backoffice.portal.shown import Shown
from backoffice.sync.contract import InvoiceState, InvoiceView, ViewKind

SETTLED = frozenset({InvoiceState.PAID, InvoiceState.CANCELLED, InvoiceState.WRITTEN_OFF})


def is_to_pay(invoice: InvoiceView) -> bool:
    """Tell whether the family has to pay it by itself: no debit is announced, no later invoice will ask for it."""
    return invoice.state in {InvoiceState.TO_PAY, InvoiceState.PARTLY_PAID}


@dataclass(frozen=True, slots=True)
class Owed:
    """The invoices that a family has to pay by itself, and those that it has just paid online."""

    due: tuple[InvoiceView, ...]
    paying: tuple[InvoiceView, ...]  # of those due: a payment has begun
    paid: tuple[InvoiceView, ...]  # the régie has not said yet that it has the money

    @property
    def cents(self) -> int:
        """Add up what is still to pay."""
        return cents_of(self.due)


def owed(bills: Iterable[Bill], held: Mapping[str, Attempt]) -> Owed:
    """Tell what is still to pay, counting what the portal itself knows to be paid."""
    asked = [(bill.invoice, held.get(bill.key)) for bill in bills if is_to_pay(bill.invoice)]
    due = [(invoice, attempt) for invoice, attempt in asked if attempt is None or attempt.state is not State.PAID]
    return Owed(
        due=tuple(invoice for invoice, _ in due),
        paying=tuple(invoice for invoice, attempt in due if attempt is not None),
        paid=tuple(invoice for invoice, attempt in asked if attempt is not None and attempt.state is State.PAID),
    )


def cents_of(invoices: Iterable[InvoiceView]) -> int:
    """Add up what remains of some invoices."""
    return sum(invoice.due_cents for invoice in invoices)


def bills_of(documents: Shown) -> list[Bill]:
    """Read the published invoices of a household."""
    at = {document.key: document.at for document in documents.documents if document.kind == ViewKind.INVOICE}
    return [Bill(key, view, at[key]) for key, view in documents.many(ViewKind.INVOICE, InvoiceView).items()]
