"""What an invoice asks of a family now: to pay it, to wait, or nothing."""

from backoffice.sync.contract import InvoiceState, InvoiceView

SETTLED = frozenset({InvoiceState.PAID, InvoiceState.CANCELLED, InvoiceState.WRITTEN_OFF})


def is_to_pay(invoice: InvoiceView) -> bool:
    """Tell whether the family has to pay it by itself: no debit is announced, no later invoice will ask for it."""
    return invoice.state in {InvoiceState.TO_PAY, InvoiceState.PARTLY_PAID}
