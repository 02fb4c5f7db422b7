"""The régisseur receives money at the desk: one payment over several invoices, and its numbered receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.book import Money, Share, enter
from backoffice.payments.dues import Dues, dues_of, why_closed
from backoffice.payments.rules import Payable, Tender, faults, needs_bank, spread
from backoffice.treasury.periods import hold_regie
from models.office.billing import Invoice
from models.vocabulary import InvoiceStatus, PaymentMeans, Role
from resources.french import NARROW, euros, plural


@dataclass(frozen=True, slots=True)
class Settled:
    """What went to an invoice, and what it still asks for."""

    invoice_id: int
    number: str
    cents: int
    due_cents: int
    status: InvoiceStatus


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What was received, what it settled, what stays the family's."""

    payment_id: int
    receipt_number: str
    amount_cents: int
    settled: tuple[Settled, ...]

    @property
    def due_cents(self) -> int:
        """What is still due of the invoices that it settled."""
        return sum(one.due_cents for one in self.settled)

    @property
    def credit_cents(self) -> int:
        """What was not due, and is kept for the family."""
        return self.amount_cents - sum(one.cents for one in self.settled)

    @property
    def sentence(self) -> str:
        """Say it in French."""
        told = [f"{euros(self.amount_cents)} reçus, quittance {self.receipt_number}"]
        if self.settled:
            told.append(settled_words(self.settled))
        if self.credit_cents:
            told.append(f"{euros(self.credit_cents)} restent au crédit de la famille")
        return f"{f'{NARROW}; '.join(told)}."


def receive(
    work: Work,
    *,
    regie_id: int,
    family_id: int,
    means: PaymentMeans,
    amount_cents: int,
    received_on: date,
    shares: Sequence[Share] | None = None,
    keep_excess: bool = False,
    reference: str | None = None,
    bank: str | None = None,
    drawer: str | None = None,
    seen: Mapping[int, int] | None = None,
) -> PaymentReport:
    """Enter one payment, settle a household's invoices with it, the oldest first unless chosen, and number its receipt.

    `seen` is what the agent read as due, by invoice. What is above is refused, or kept as the family's credit.

    Raises:
        StaleRecord: somebody else received a payment, or credited an invoice, meanwhile.
        RefusedByRule: an invoice cannot be paid here, the act does not allow the means, the amount, the day or a
            reference is wrong.
    """
    work.agent.must_be(Role.CASHIER)
    regie = hold_regie(work.session, regie_id)
    dues = dues_of(work.session, regie_id, family_id)
    refuse_stale(dues, seen or {})
    chosen = chosen_invoices(work.session, dues, shares)
    tender = Tender(
        means=means, amount_cents=amount_cents, received_on=received_on, reference=_blank(reference),
        bank=_blank(bank), drawer=_blank(drawer), keep_excess=keep_excess,
    )  # fmt: skip
    split = tuple(shares) if shares is not None else spread(chosen, means, amount_cents)
    _refuse_wrong(work, dues, tender, chosen, split)
    payment = enter(work, regie, _money(dues, tender, chosen, split), split)
    return PaymentReport(payment.id, payment.receipt_number, payment.amount_cents, settled_by(work.session, split))


def chosen_invoices(session: Session, dues: Dues, shares: Sequence[Share] | None) -> tuple[Payable, ...]:
    """Give the invoices to settle: those chosen, or all that are open.

    Raises:
        RefusedByRule: one of them cannot be paid by this household at this régie.
    """
    if shares is None:
        return dues.invoices
    known = {invoice.id: invoice for invoice in dues.invoices}
    for share in shares:
        if share.invoice_id not in known:
            raise RefusedByRule(why_closed(session, dues, share.invoice_id))
    return tuple(known[invoice_id] for invoice_id in dict.fromkeys(share.invoice_id for share in shares))


def refuse_stale(dues: Dues, seen: Mapping[int, int]) -> None:
    """Compare what is due with what the agent read.

    Raises:
        StaleRecord: it is no longer the same.
    """
    now = {invoice.id: invoice.due_cents for invoice in dues.invoices}
    moved = {
        invoice_id: now.get(invoice_id, 0) for invoice_id, cents in seen.items() if now.get(invoice_id, 0) != cents
    }
    if moved:
        message = (
            f"Ce qui est dû vient de changer, par un paiement ou par un avoir{NARROW}: "
            f"il reste {euros(sum(now.get(invoice_id, 0) for invoice_id in seen))} à payer. "
            "Rien n'a été enregistré. Relisez les factures de la famille."
        )
        raise StaleRecord(message)


def settled_by(session: Session, shares: Sequence[Share]) -> tuple[Settled, ...]:
    """Say where invoices stand after they were settled."""
    rows = [(session.get_one(Invoice, share.invoice_id), share.cents) for share in shares]
    return tuple(
        Settled(invoice.id, invoice.number or "", cents, invoice.due_cents, invoice.status) for invoice, cents in rows
    )


def settled_words(settled: Sequence[Settled]) -> str:
    """Say what is left to pay of some invoices."""
    due = sum(one.due_cents for one in settled)
    if due:
        return f"il reste {euros(due)} à payer"
    return "la facture est payée" if len(settled) == 1 else f"{plural(len(settled), 'facture')} sont payées"


def _refuse_wrong(work: Work, dues: Dues, tender: Tender, chosen: Sequence[Payable], split: Sequence[Share]) -> None:
    found = faults(tender, chosen, split, accepted=dues.accepted, today=work.today, closed=dues.closed_until)
    if found:
        message = f"{' '.join(found.values())} Rien n'a été enregistré."
        raise RefusedByRule(message)


def _money(dues: Dues, tender: Tender, chosen: Sequence[Payable], split: Sequence[Share]) -> Money:
    first = split[0].invoice_id if split else None
    payer = next((invoice.payer for invoice in chosen if invoice.id == first), dues.payer)
    cheque = needs_bank(tender.means)
    return Money(
        family_id=dues.family_id,
        payer_name=payer,
        means=tender.means,
        cents=tender.amount_cents,
        received_on=tender.received_on,
        reference=tender.reference,
        bank=tender.bank if cheque else None,
        drawer=(tender.drawer or payer) if cheque else None,
    )


def _blank(text: str | None) -> str | None:
    return (text or "").strip() or None
