"""What PayFiP, the portal and the books each say of a payment, and what to think of it. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backoffice.payfip.client import Answer, Standing
from backoffice.payfip.rules import Mode
from models.vocabulary import OnlineState
from resources.french import NARROW, capital, euros, instant_text, listed

LIVES = timedelta(hours=2)  # a payment opens for 15 minutes; beyond this, it should have been told
STATE_WORDS: Mapping[OnlineState, str] = {
    OnlineState.STARTED: "commencé",
    OnlineState.PAID: "payé",
    OnlineState.REFUSED: "refusé",
    OnlineState.CANCELLED: "abandonné",
}
STANDING_WORDS: Mapping[Standing, str] = {
    Standing.PAID: "payé",
    Standing.REFUSED: "refusé",
    Standing.CANCELLED: "abandonné",
    Standing.PENDING: "sans résultat",
    Standing.UNKNOWN: "inconnu ou effacé",
    Standing.OTHER: "réponse imprévue",
}


class Finding(StrEnum):
    """What comes out of comparing the three."""

    AGREED = "agreed"
    UNCHECKED = "unchecked"
    WAITING = "waiting"
    ENDED = "ended"
    REVERSED = "reversed"
    EXCESS = "excess"
    STUCK = "stuck"
    NOT_IN_BOOKS = "not_in_books"
    NOT_AT_PAYFIP = "not_at_payfip"
    UNPROVED = "unproved"
    AMOUNT = "amount"
    REFERENCE = "reference"
    TWICE = "twice"
    CONTRADICTION = "contradiction"
    STRANGER = "stranger"
    STRANGE = "strange"
    ORPHAN = "orphan"


FINDING_WORDS: Mapping[Finding, str] = {
    Finding.AGREED: "Concordant",
    Finding.UNCHECKED: "Encaissé",
    Finding.WAITING: "En attente",
    Finding.ENDED: "Sans suite",
    Finding.REVERSED: "Annulé",
    Finding.EXCESS: "Trop-perçu",
    Finding.STUCK: "Sans nouvelles",
    Finding.NOT_IN_BOOKS: "Pas dans les comptes",
    Finding.NOT_AT_PAYFIP: "Pas payé chez PayFiP",
    Finding.UNPROVED: "Sans preuve",
    Finding.AMOUNT: "Montant différent",
    Finding.REFERENCE: "Référence différente",
    Finding.TWICE: "Payé deux fois",
    Finding.CONTRADICTION: "Messages contraires",
    Finding.STRANGER: "Facture étrangère",
    Finding.STRANGE: "Réponse imprévue",
    Finding.ORPHAN: "Dans les comptes seulement",
}
FINE = frozenset({Finding.AGREED, Finding.UNCHECKED, Finding.WAITING, Finding.ENDED, Finding.REVERSED})


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the portal."""

    state: OnlineState
    cents: int
    reference: str
    at: datetime
    family_id: int
    regie_id: int
    basket: tuple[tuple[int, int], ...]
    trial: bool = False  # made in PayFiP's test mode

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Told":
        """Read a message as it was kept."""
        return cls(
            state=OnlineState(kept["state"]),
            cents=kept["amount_cents"],
            reference=kept["reference"],
            at=datetime.fromisoformat(kept["at"]),
            family_id=kept["family_id"],
            regie_id=kept["regie_id"],
            basket=tuple((line["invoice_id"], line["cents"]) for line in kept["basket"]),
            trial=kept.get("mode") == Mode.TEST,
        )


@dataclass(frozen=True, slots=True)
class Booked:
    """The receipt of an online payment, and what it settles now."""

    payment_id: int
    receipt: str
    cents: int
    settled_cents: int
    reversed_by: str | None = None  # the counter-entry's receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of one payment."""

    now: datetime
    started_at: datetime
    reference: str
    client: str | None  # the régie's number at PayFiP
    family_id: int
    regie_id: int
    told: Sequence[Told]
    booked: Booked | None
    payfip: Answer | None
    strangers: Sequence[str] = ()  # invoices of the basket that this household cannot pay at this régie
    twins: Sequence[str] = ()  # receipts of other online payments of the same invoices


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think of a payment, in a word and in a sentence; `look`: the régisseur has something to do."""

    finding: Finding
    sentence: str

    @property
    def look(self) -> bool:
        """Tell whether somebody must look at it."""
        return self.finding not in FINE

    @property
    def word(self) -> str:
        """Say it shortly."""
        return FINDING_WORDS[self.finding]


def judge(facts: Facts) -> Verdict:
    """Compare what the three say; what costs money comes first."""
    live = facts.booked if facts.booked and not facts.booked.reversed_by else None
    if live is None:
        return _trial(facts) or _without_money(facts)
    return _against_payfip(facts, live) or _against_itself(facts, live) or _sound(facts, live)


def contradictions(facts: Facts) -> tuple[str, ...]:
    """Say where the portal's messages contradict each other."""
    told, found = facts.told, []
    first_paid = next((at for at, message in enumerate(told) if message.state is OnlineState.PAID), len(told))
    after = {STATE_WORDS[message.state] for message in told[first_paid + 1 :] if message.state is not OnlineState.PAID}
    if after:
        found.append(f"le portail a dit payé, puis {listed(sorted(after))}")
    for words, values in (
        ("montants différents", {message.cents for message in told}),
        ("références différentes", {message.reference for message in told}),
        ("foyers différents", {message.family_id for message in told}),
        ("régies différentes", {message.regie_id for message in told}),
        ("paniers différents", {message.basket for message in told}),
    ):
        if len(values) > 1:
            found.append(f"le portail a dit {len(values)} {words}")
    if told and sum(cents for _, cents in told[0].basket) != told[0].cents:
        found.append("le montant n'est pas la somme du panier")
    if _is_elsewhere(facts):
        found.append("le foyer ou la régie du portail n'est pas connu ici")
    return tuple(found)


def _is_elsewhere(facts: Facts) -> bool:
    """Tell whether the portal named a household or a régie that is not the one of the books."""
    return any((message.family_id, message.regie_id) != (facts.family_id, facts.regie_id) for message in facts.told)


def _trial(facts: Facts) -> Verdict | None:
    if facts.booked is not None or not any(message.trial for message in facts.told):
        return None
    return Verdict(Finding.ENDED, f"Paiement d'essai, en mode test de PayFiP{NARROW}: rien n'a été débité ni encaissé.")


def _without_money(facts: Facts) -> Verdict:
    """Judge a payment of which the books hold nothing."""
    answer, state = facts.payfip, _last_state(facts)
    paid = answer is not None and answer.standing is Standing.PAID
    if facts.booked is not None:
        said = "PayFiP répond payé" if paid else "le portail disait payé"
        return Verdict(
            Finding.REVERSED,
            f"Quittance {facts.booked.receipt} annulée par la contre-écriture {facts.booked.reversed_by}{NARROW}; {said}.",
        )
    if paid or state is OnlineState.PAID:
        who = "chez PayFiP" if paid else "selon le portail"
        return Verdict(Finding.NOT_IN_BOOKS, f"Payé {who} mais pas dans les comptes{NARROW}: interrogez PayFiP.")
    if answer is not None and answer.standing is Standing.OTHER:
        return Verdict(Finding.STRANGE, f"PayFiP répond «\xa0{answer.result}\xa0»{NARROW}: demandez à la trésorerie.")
    if answer is not None and answer.standing is not Standing.PENDING:
        return Verdict(Finding.ENDED, f"{capital(_at_payfip(answer))} chez PayFiP{NARROW}: rien n'a été encaissé.")
    if state is not OnlineState.STARTED:
        return Verdict(Finding.ENDED, f"{capital(STATE_WORDS[state])} selon le portail{NARROW}: rien n'a été encaissé.")
    return _still_waiting(facts)


def _still_waiting(facts: Facts) -> Verdict:
    since = f"En attente depuis le {instant_text(facts.started_at)}"
    if facts.now - facts.started_at <= LIVES:
        return Verdict(Finding.WAITING, f"{since}{NARROW}: la famille est peut-être encore sur PayFiP.")
    return Verdict(Finding.STUCK, f"{since}{NARROW}: interrogez PayFiP.")


def _against_payfip(facts: Facts, live: Booked) -> Verdict | None:
    """Compare the books with PayFiP's own answer."""
    answer = facts.payfip
    if answer is None:
        return None
    if answer.standing in {Standing.REFUSED, Standing.CANCELLED, Standing.OTHER}:
        return Verdict(
            Finding.NOT_AT_PAYFIP,
            f"Encaissé {euros(live.cents)}, quittance {live.receipt}, mais {_at_payfip(answer)} chez PayFiP.",
        )
    if answer.standing is not Standing.PAID:
        return Verdict(
            Finding.UNPROVED,
            f"Encaissé sur la parole du portail, quittance {live.receipt}{NARROW}; pour PayFiP, {_at_payfip(answer)}. "
            "Cherchez-le sur le relevé de la trésorerie.",
        )
    if answer.cents != live.cents:
        return Verdict(Finding.AMOUNT, f"Les comptes disent {euros(live.cents)}, PayFiP {euros(answer.cents or 0)}.")
    if (answer.reference, answer.client) != (facts.reference, facts.client or answer.client):
        return Verdict(
            Finding.REFERENCE,
            f"PayFiP dit la référence {answer.reference}, client {answer.client}{NARROW}: ce n'est pas la nôtre.",
        )
    return None


def _against_itself(facts: Facts, live: Booked) -> Verdict | None:
    """Look for what was paid twice, told twice otherwise, or paid for somebody else."""
    if facts.twins:
        others = listed(facts.twins)
        return Verdict(Finding.TWICE, f"Payé deux fois en ligne{NARROW}: voir aussi {others}.{_credit(live)}")
    if facts.strangers:
        which = listed(facts.strangers)
        return Verdict(Finding.STRANGER, f"Hors de ce foyer ou de cette régie{NARROW}: {which}.{_credit(live)}")
    told = contradictions(facts)
    if told and (facts.payfip is None or _is_elsewhere(facts)):
        return Verdict(Finding.CONTRADICTION, f"{capital(listed(told))}. Encaissé {euros(live.cents)}.")
    if live.cents > live.settled_cents:
        return Verdict(
            Finding.EXCESS,
            f"{euros(live.cents - live.settled_cents)} n'étaient plus dus{NARROW}: au crédit de la famille, à utiliser ou à rendre.",
        )
    return None


def _sound(facts: Facts, live: Booked) -> Verdict:
    if facts.payfip is None:
        said = f"Encaissé, quittance {live.receipt}{NARROW}; PayFiP n'a pas encore été interrogé."
        return Verdict(Finding.UNCHECKED, said)
    said = f"PayFiP et les comptes disent {euros(live.cents)}, quittance {live.receipt}"
    told = contradictions(facts)
    return Verdict(Finding.AGREED, f"{said}{f'{NARROW}; {listed(told)}' if told else ''}.")


def _credit(live: Booked) -> str:
    left = live.cents - live.settled_cents
    return f" {euros(left)} au crédit de la famille." if left else ""


def _at_payfip(answer: Answer) -> str:
    return STANDING_WORDS[answer.standing]


def _last_state(facts: Facts) -> OnlineState:
    states = [message.state for message in facts.told]
    if OnlineState.PAID in states:
        return OnlineState.PAID
    return states[-1] if states else OnlineState.STARTED
