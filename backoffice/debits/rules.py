"""What a mandate and a debit must be: references, sequence types, what keeps a debit from being presented."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.billing.asking import is_void
from models.vocabulary import DebitSequence, MandateState
from resources.french import LIGATURES, plural, short_date

UNUSED_MONTHS = 36  # after which a mandate is void: see is_void
DIGEST = 10  # of a number that banks do not take as it is
LONGEST = 35  # of a RUM, of a message's and of a debit's reference
RUM_SHAPE = re.compile(r"[A-Za-z0-9+?:().,'/-]{1,35}")
OUTSIDE = re.compile(r"[^A-Za-z0-9+?:().,'/ -]")
MANDATE_WORDS = {
    MandateState.UNSIGNED: "À signer",
    MandateState.ACTIVE: "Actif",
    MandateState.SUSPENDED: "Suspendu",
    MandateState.REVOKED: "Révoqué",
}
SEQUENCE_WORDS = {
    DebitSequence.FIRST: "Premier",
    DebitSequence.RECURRENT: "Récurrent",
    DebitSequence.ONE_OFF: "Ponctuel",
    DebitSequence.FINAL: "Dernier",
}


class Trouble(StrEnum):
    """Why an invoice announced as debited cannot be."""

    UNSIGNED = "unsigned"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    VOID = "void"
    ENDED = "ended"  # a one-off mandate used already, or one whose last debit was presented
    UNREADABLE = "unreadable"
    NOTICE = "notice"
    PRESENTED = "presented"
    NOTHING_DUE = "nothing_due"


TO_CALL = frozenset({
    Trouble.UNSIGNED, Trouble.SUSPENDED, Trouble.REVOKED, Trouble.VOID, Trouble.ENDED, Trouble.UNREADABLE,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class DebitFacts:
    """What is known of an invoice and of its mandate on the day of a run."""

    state: MandateState
    rum: str
    reason: str | None  # why the mandate stands so
    unused_since: date | None  # its last debit, or its signature
    ended: bool
    readable: bool
    issued_on: date
    notice_days: int
    debit_on: date
    presented_in: str | None  # the run whose answer is awaited
    due_cents: int


def troubles(facts: DebitFacts) -> tuple[tuple[Trouble, str], ...]:
    """Say what keeps a debit from being presented, the mandate first; nothing else matters once it is paid."""
    if facts.due_cents <= 0:
        return ((Trouble.NOTHING_DUE, "plus rien n'est dû\u202f: elle est laissée de côté"),)
    if facts.presented_in:
        return ((Trouble.PRESENTED, f"déjà présentée dans la remise {facts.presented_in}"),)
    return tuple(found for found in (_of_mandate(facts), _of_account(facts), _of_notice(facts)) if found)


def _of_mandate(facts: DebitFacts) -> tuple[Trouble, str] | None:
    why = f" ({facts.reason})" if facts.reason else ""
    match facts.state:
        case MandateState.UNSIGNED:
            return Trouble.UNSIGNED, f"le mandat {facts.rum} n'est pas signé"
        case MandateState.SUSPENDED:
            return Trouble.SUSPENDED, f"le mandat {facts.rum} est suspendu{why}"
        case MandateState.REVOKED:
            return Trouble.REVOKED, f"le mandat {facts.rum} est révoqué{why}"
    if facts.ended:
        return Trouble.ENDED, f"le mandat {facts.rum} a déjà servi à son dernier prélèvement"
    if facts.unused_since is None or is_void(facts.unused_since, facts.debit_on):
        since = f" depuis le {short_date(facts.unused_since)}" if facts.unused_since else ""
        return (
            Trouble.VOID,
            f"le mandat {facts.rum} n'a pas servi{since}\u202f: il est caduc après {UNUSED_MONTHS} mois",
        )
    return None


def _of_account(facts: DebitFacts) -> tuple[Trouble, str] | None:
    if facts.readable:
        return None
    return Trouble.UNREADABLE, f"l'IBAN du mandat {facts.rum} n'est plus lisible\u202f: demandez un nouveau RIB"


def _of_notice(facts: DebitFacts) -> tuple[Trouble, str] | None:
    told = (facts.debit_on - facts.issued_on).days
    if told >= facts.notice_days:
        return None
    wanted = plural(facts.notice_days, "jour")
    return Trouble.NOTICE, f"annoncée le {short_date(facts.issued_on)}, il faut {wanted} de préavis"


def sequence_of(*, one_off: bool, used: bool, last: bool) -> DebitSequence:
    """Say what place a debit has in the life of its mandate."""
    if one_off:
        return DebitSequence.ONE_OFF
    if last:
        return DebitSequence.FINAL
    return DebitSequence.RECURRENT if used else DebitSequence.FIRST


def new_rum(regie: str, family: str, rank: int) -> str:
    """Make a mandate's reference from the régie's code, the family's number and a rank."""
    stem = re.sub(r"[^A-Z0-9-]", "", sepa_text(f"{regie}-{family}").upper()).strip("-")
    tail = f"-{rank:02}"
    return stem[: LONGEST - len(tail)] + tail


def end_to_end(number: str, before: int) -> str:
    """Name a debit by its invoice, with what banks take and no other's name; a second presentation ends with -2.

    >>> end_to_end("CANTINE-2026-000012", 0), end_to_end("CANTINE-2026-000012", 1)
    ('CANTINE-2026-000012', 'CANTINE-2026-000012-2')
    >>> end_to_end("ÉCOLE_MIDI-2026-000012", 0)
    'ECOLE-MIDI-2026-000012-03B6381E75'
    """
    again = f"-{before + 1}" if before else ""
    plain = sepa_text(number, LONGEST + 1).replace(" ", "-")
    if plain == number and len(plain) + len(again) <= LONGEST:
        return plain + again
    mark = f"-{hashlib.sha256(number.encode()).hexdigest()[:DIGEST].upper()}"
    return plain[: LONGEST - len(mark) - len(again)] + mark + again


def rum_fault(rum: str) -> str | None:
    """Say what is wrong with a reference taken over from another software; None when nothing is."""
    if not RUM_SHAPE.fullmatch(rum):
        return f"Une RUM compte au plus {LONGEST} lettres sans accent, chiffres et signes + ? / - : ( ) . , '"
    if rum.startswith("/") or rum.endswith("/") or "//" in rum:
        return "Une RUM ne commence ni ne finit par «\xa0/\xa0», et n'en contient pas deux de suite."
    return None


def sepa_text(text: str, longest: int = 70) -> str:
    """Write a text with the characters that every bank of SEPA takes: Évrard & Lœw → Evrard Loew."""
    flat = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    bare = OUTSIDE.sub(" ", "".join(c for c in flat if not unicodedata.combining(c)))
    return " ".join(bare.split())[:longest].strip()
