"""What a family has paid too much settles its other invoices: no money comes in, no receipt is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from backoffice.errors import RefusedByRule
from backoffice.office import Work
from backoffice.payments.book import Share, allocated, settle
from backoffice.payments.dues import dues_of
from backoffice.payments.receive import (
    Settled,
    chosen_invoices,
    refuse_stale,
    settled_by,
    settled_words,
)
from backoffice.payments.rules import spread
from backoffice.treasury.periods import hold_regie, refuse_closed
from models.office.billing import Invoice
from models.office.payments import Payment
from models.vocabulary import Role
from resources.french import NARROW, euros


@dataclass(frozen=True, slots=True)
class CreditReport:
    """What of the family's credit was used, on which invoices, and what is left of it."""

    settled: tuple[Settled, ...]
    left_cents: int

    @property
    def used_cents(self) -> int:
        """What was used."""
        return sum(one.cents for one in self.settled)

    @property
    def sentence(self) -> str:
        """Say it in French."""
        left = f"il reste {euros(self.left_cents)} de crédit" if self.left_cents else "le crédit est épuisé"
        return f"{euros(self.used_cents)} du crédit utilisés{NARROW}; {settled_words(self.settled)}{NARROW}; {left}."


def use_credit(
    work: Work,
    regie_id: int,
    family_id: int,
    shares: Sequence[Share] | None = None,
    *,
    seen: Mapping[int, int] | None = None,
) -> CreditReport:
    """Settle open invoices, the oldest first or as chosen, with what the oldest payments still hold.

    A payment settles only what its means may pay by the régie's act.

    Raises:
        StaleRecord: what is due is no longer what the agent read.
        RefusedByRule: there is no credit that may settle these invoices, or a share is above it.
    """
    work.agent.must_be(Role.CASHIER)
    hold_regie(work.session, regie_id)
    refuse_closed(work.session, regie_id, work.today)
    wanted = None if shares is None else {share.invoice_id: share.cents for share in shares}
    dues = dues_of(work.session, regie_id, family_id)
    refuse_stale(dues, seen or {})
    ids = {invoice.id for invoice in chosen_invoices(work.session, dues, shares)}
    given: dict[int, int] = {}
    for payment, held in _held(work.session, regie_id, family_id):
        now = [one for one in dues_of(work.session, regie_id, family_id).invoices if one.id in ids]
        limits = None if wanted is None else {at: cents - given.get(at, 0) for at, cents in wanted.items()}
        for share in spread(now, payment.means, held, limits):
            settle(work, payment, work.session.get_one(Invoice, share.invoice_id), share.cents)
            given[share.invoice_id] = given.get(share.invoice_id, 0) + share.cents
    _refuse_short(given, wanted)
    left = dues_of(work.session, regie_id, family_id).credit_cents
    split = [Share(invoice_id, cents) for invoice_id, cents in given.items()]
    work.sign("credit.use", "family", family_id, new={str(share.invoice_id): share.cents for share in split})
    return CreditReport(settled_by(work.session, split), left)


def _held(session: Session, regie_id: int, family_id: int) -> list[tuple[Payment, int]]:
    """List the payments that still hold something, the oldest first; those reversed hold nothing."""
    counter = aliased(Payment)
    payments = session.scalars(
        select(Payment)
        .outerjoin(counter, counter.reverses_id == Payment.id)
        .where(
            Payment.regie_id == regie_id,
            Payment.family_id == family_id,
            Payment.amount_cents > 0,
            counter.id.is_(None),
        )
        .order_by(Payment.received_on, Payment.id)
    ).all()
    settles = allocated(session, [payment.id for payment in payments])
    held = [(payment, payment.amount_cents - settles.get(payment.id, 0)) for payment in payments]
    return [(payment, cents) for payment, cents in held if cents > 0]


def _refuse_short(given: Mapping[int, int], wanted: Mapping[int, int] | None) -> None:
    asked, done = sum((wanted or {}).values()), sum(given.values())
    if not done:
        message = "Aucun crédit de cette famille ne peut payer ces factures. Rien n'a été enregistré."
        raise RefusedByRule(message)
    if done < asked:
        message = f"Le crédit ne peut payer que {euros(done)} sur {euros(asked)}. Rien n'a été enregistré."
        raise RefusedByRule(message)
