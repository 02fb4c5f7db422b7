"""Which invoices may be paid together on PayFiP, what holds one back, and when PayFiP is asked again. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backoffice.payfip.rules import LEAST_CENTS, MOST_CENTS, REFERENCE
from backoffice.sync.contract import InvoiceState, InvoiceView, RegieView
from resources.french import NARROW, clock_text, euros, in_paris, month_name

LIVES = timedelta(minutes=15)  # how long PayFiP lets a family pay
OPENS_WITHIN = timedelta(minutes=1)  # beyond that, whoever was opening it has fallen
CHANGES_FOR = timedelta(hours=24)  # a payment refused or given up may still be made so long
FORGETS_AFTER = timedelta(hours=2)  # unknown to PayFiP by then: it has forgotten it, or never heard of it
MOST_INVOICES = 100
LONGEST_REFERENCE, MARK = 30, 6
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 for an O, no 1 for an I
STEPS = (  # how old a payment is, how often PayFiP is asked of it
    (timedelta(minutes=2), timedelta(seconds=10)),
    (timedelta(minutes=20), timedelta(seconds=30)),
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(hours=24), timedelta(minutes=30)),
)
SELDOM = timedelta(hours=6)
NONE_TICKED = "Cochez au moins une facture."
TWO_REGIES = (
    f"Ces factures ne sont pas de la même régie{NARROW}: chaque régie se paie à part. Cochez celles d'une seule."
)
NO_LONGER = {
    InvoiceState.PAID: "elle est déjà payée",
    InvoiceState.CANCELLED: "elle est annulée par un avoir",
    InvoiceState.WRITTEN_OFF: "plus rien n'est demandé",
    InvoiceState.HANDED_OVER: "la trésorerie la demande, elle ne se paie plus à la régie",
    InvoiceState.DEBITED: "elle sera prélevée sur votre compte",
    InvoiceState.CARRIED: "une prochaine facture la demandera",
}


class State(StrEnum):
    """Where a payment stands on the portal."""

    OPENING = "opening"  # the basket is frozen, PayFiP has not answered yet
    STARTED = "started"
    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # PayFiP never said what became of it, or nobody was sent there
    FAILED = "failed"  # PayFiP did not open it


UNSURE = (State.STARTED, State.REFUSED, State.CANCELLED)  # PayFiP may still say something else


@dataclass(frozen=True, slots=True)
class Bill:
    """A published invoice under its key, and when the portal received it."""

    key: str
    invoice: InvoiceView
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment of the household."""

    id: str
    state: State
    keys: frozenset[str]
    started_at: datetime
    answered_at: datetime | None = None
    collected: bool = False  # the office has taken that it is paid

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the family may still be paying it."""
        lives = {State.OPENING: OPENS_WITHIN, State.STARTED: LIVES}.get(self.state)
        return lives is not None and now - self.started_at < lives

    @property
    def until(self) -> datetime:
        """Say until when it can be made."""
        return self.started_at + LIVES

    def is_told(self, bill: Bill) -> bool:
        """Tell whether what is published of an invoice already counts this payment."""
        return self.collected and self.answered_at is not None and bill.shown_at > self.answered_at


@dataclass(frozen=True, slots=True)
class Basket:
    """What is paid at once: of one régie, each invoice in full."""

    regie: RegieView
    bills: tuple[Bill, ...]

    @property
    def cents(self) -> int:
        """Add it up."""
        return sum(bill.invoice.due_cents for bill in self.bills)

    @property
    def lines(self) -> list[tuple[int, str, int]]:
        """Give each invoice's id, number and cents, as they are frozen."""
        return [(int(bill.key), bill.invoice.number, bill.invoice.due_cents) for bill in self.bills]

    @property
    def year(self) -> int:
        """Give the year of the debt."""
        return max(bill.invoice.issued_on.year for bill in self.bills)

    @property
    def subject(self) -> str:
        """Say what is paid, without naming anybody."""
        words = [f"{bill.invoice.service} {month_name(bill.invoice.month)}" for bill in self.bills]
        return ", ".join(dict.fromkeys(words))


def holder(bill: Bill, attempts: Iterable[Attempt], now: datetime) -> Attempt | None:
    """Find the payment that keeps an invoice from being paid: one that lives, or that the régie is writing down."""
    for attempt in attempts:
        if bill.key not in attempt.keys:
            continue
        if attempt.is_alive(now) or (attempt.state is State.PAID and not attempt.is_told(bill)):
            return attempt
    return None


def holders(bills: Iterable[Bill], attempts: Sequence[Attempt], now: datetime) -> dict[str, Attempt]:
    """Find what holds back each of some invoices."""
    found = {bill.key: holder(bill, attempts, now) for bill in bills}
    return {key: attempt for key, attempt in found.items() if attempt}


def why_not(bill: Bill, regie: RegieView | None, held: Attempt | None) -> str | None:
    """Say why an invoice cannot be paid online now, as the end of a sentence; none: it can."""
    invoice = bill.invoice
    if invoice.state in NO_LONGER or invoice.due_cents <= 0:
        return NO_LONGER.get(invoice.state, "il n'y a plus rien à payer")
    if held and held.state is State.PAID:
        return "vous venez de la payer en ligne, la régie l'enregistre"
    if held:
        return f"un paiement en ligne est en cours, jusqu'à {clock_text(in_paris(held.until).time())}"
    if not invoice.online or regie is None or not regie.payfip_client:
        return "elle ne se paie pas en ligne, mais auprès de la régie"
    return None


def judge(
    bills: Sequence[Bill], regies: Mapping[int, RegieView], held: Mapping[str, Attempt]
) -> Basket | tuple[str, ...]:
    """Give the basket of some invoices, or say in French why they cannot be paid together."""
    if not bills:
        return (NONE_TICKED,)
    if len({bill.invoice.regie_id for bill in bills}) > 1:
        return (TWO_REGIES,)
    regie = regies.get(bills[0].invoice.regie_id)
    closed = [(bill, why_not(bill, regie, held.get(bill.key))) for bill in bills]
    wrong = tuple(f"Facture {bill.invoice.number}{NARROW}: {why}." for bill, why in closed if why)
    if wrong or regie is None:
        return wrong
    basket = Basket(regie, tuple(bills))
    if basket.cents < LEAST_CENTS:
        return (
            (
                f"Le paiement en ligne commence à {euros(LEAST_CENTS)}{NARROW}: cochez une autre facture avec celle-ci, "
                "ou payez auprès de la régie."
            ),
        )
    if basket.cents > MOST_CENTS or len(bills) > MOST_INVOICES:
        return (
            (
                f"Un paiement en ligne va jusqu'à {euros(MOST_CENTS)} et {MOST_INVOICES} factures{NARROW}: "
                "cochez-en moins, et payez en plusieurs fois."
            ),
        )
    return basket


def reference_of(basket: Basket, now: datetime, drawn: str) -> str:
    """Write the reference of one attempt, never used again: that of the invoice, or the day's basket, and a mark.

    `drawn` is a mark of MARK letters of ALPHABET.
    """
    own = basket.bills[0].invoice.reference if len(basket.bills) == 1 else None
    head = own if own and REFERENCE.fullmatch(own) else f"PANIER{in_paris(now):%y%m%d%H%M}"
    return f"{head[: LONGEST_REFERENCE - len(drawn)]}{drawn}"


def is_due(started_at: datetime, asked_at: datetime | None, now: datetime) -> bool:
    """Tell whether PayFiP should be asked again: often at first, then more and more seldom."""
    age = now - started_at
    wait = next((every for until, every in STEPS if age < until), SELDOM)
    return asked_at is None or now - asked_at >= wait


def is_over(state: State, started_at: datetime, now: datetime, *, unknown: bool) -> bool:
    """Tell whether nothing more is to be learned of a payment that PayFiP has not decided."""
    age = now - started_at
    return state is State.STARTED and age >= (FORGETS_AFTER if unknown else CHANGES_FOR)
