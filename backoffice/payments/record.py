"""One invoice paid at the desk, for callers that know nothing but the invoice."""

from datetime import date

from backoffice.office import Work
from backoffice.payments.book import Share
from backoffice.payments.dues import regie_and_family
from backoffice.payments.receive import PaymentReport, receive
from models.vocabulary import PaymentMeans, Role


def record_payment(
    work: Work,
    invoice_id: int,
    *,
    means: PaymentMeans,
    amount_cents: int,
    received_on: date,
    reference: str | None = None,
    bank: str | None = None,
    drawer: str | None = None,
    seen_due_cents: int | None = None,
) -> PaymentReport:
    """Receive money for one invoice; see `receive`."""
    work.agent.must_be(Role.CASHIER)
    regie_id, family_id = regie_and_family(work.session, invoice_id)
    return receive(
        work,
        regie_id=regie_id,
        family_id=family_id,
        means=means,
        amount_cents=amount_cents,
        received_on=received_on,
        shares=[Share(invoice_id, amount_cents)],
        reference=reference,
        bank=bank,
        drawer=drawer,
        seen={} if seen_due_cents is None else {invoice_id: seen_due_cents},
    )
