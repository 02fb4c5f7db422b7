"""The columns of online payments: the portal, PayFiP and the books side by side, and the verdict."""

from backoffice.payments.online_rules import STANDING_WORDS, STATE_WORDS, Finding, Verdict
from backoffice.payments.reconcile import OnlineRow
from resources.french import capital, euros, listed, short_date, short_instant
from ui.common.table import Column
from ui.shell.theme import State

SERIOUS = frozenset({
    Finding.NOT_IN_BOOKS, Finding.NOT_AT_PAYFIP, Finding.AMOUNT, Finding.REFERENCE, Finding.TWICE, Finding.STRANGE,
    Finding.UNPROVED,
})  # fmt: skip
STATES = {
    Finding.AGREED: State.ACCEPTED,
    Finding.UNCHECKED: State.INFO,
    Finding.WAITING: State.WAITING,
    Finding.ENDED: State.NEUTRAL,
    Finding.REVERSED: State.NEUTRAL,
}


def verdict_state(verdict: Verdict) -> State:
    """Colour a verdict by what it asks of the régisseur."""
    if verdict.finding in SERIOUS:
        return State.REFUSED
    return STATES.get(verdict.finding, State.LATE)


def portal_words(row: OnlineRow) -> str:
    """Say what the portal told."""
    if row.told_state is None:
        return "—"
    return f"{capital(STATE_WORDS[row.told_state])}, {euros(row.told_cents or 0)}"


def payfip_words(row: OnlineRow) -> str:
    """Say what PayFiP last answered."""
    if row.payfip is None:
        return "Pas interrogé" if row.told_state else "—"
    words = capital(STANDING_WORDS[row.payfip.standing])
    return f"{words}, {euros(row.payfip.cents)}" if row.payfip.cents else words


def books_words(row: OnlineRow) -> str:
    """Say what the books hold."""
    if row.booked is None:
        return "Rien"
    words = f"{euros(row.booked.cents)}, {row.booked.receipt}"
    return f"{words} (annulée)" if row.booked.reversed_by else words


def online_tip(row: OnlineRow) -> str:
    """Say all that a line has no room for."""
    told = [row.verdict.sentence, f"Référence {row.reference}, PayFiP {row.id}"]
    if row.invoices:
        told.append(f"Panier\u202f: {listed(row.invoices)}")
    if row.told_at:
        told.append(f"Dit par le portail le {short_instant(row.told_at)}")
    if row.asked_at:
        told.append(f"Demandé à PayFiP le {short_instant(row.asked_at)}")
    if row.received_on:
        told.append(f"Daté du {short_date(row.received_on)} dans les comptes")
    return "\n".join(told)


ONLINE: tuple[Column[OnlineRow], ...] = (
    Column("Commencé", lambda row: row.started_at, short_instant, tip=online_tip),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=online_tip, stretch=True),
    Column("Référence", lambda row: row.reference, tip=online_tip),
    Column("Le portail", portal_words, tip=online_tip),
    Column("PayFiP", payfip_words, tip=online_tip),
    Column("Les comptes", books_words, tip=online_tip),
    Column(
        "Constat",
        lambda row: row.verdict.word,
        state=lambda row: verdict_state(row.verdict),
        order=lambda row: (not row.verdict.look, row.verdict.word),
        tip=online_tip,
    ),
)
