"""The columns of the debits' lists, and the colours of their states."""

from collections.abc import Callable
from datetime import date

from backoffice.debits.candidates import Candidate
from backoffice.debits.lists import BankFileRow, DebitRow, MandateRow, RunRow
from backoffice.debits.rules import MANDATE_WORDS, SEQUENCE_WORDS
from models.vocabulary import DebitState, MandateState
from resources.french import amount, euros, short_date
from ui.common.table import Column
from ui.shell.theme import State

MANDATE_STATES = {
    MandateState.UNSIGNED: State.WAITING,
    MandateState.ACTIVE: State.ACCEPTED,
    MandateState.SUSPENDED: State.LATE,
    MandateState.REVOKED: State.NEUTRAL,
}
DEBIT_WORDS = {DebitState.PRESENTED: "Présenté", DebitState.PAID: "Encaissé", DebitState.REJECTED: "Rejeté"}
DEBIT_STATES = {
    DebitState.PRESENTED: State.INFO,
    DebitState.PAID: State.ACCEPTED,
    DebitState.REJECTED: State.REFUSED,
}

MANDATES: tuple[Column[MandateRow], ...] = (
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=lambda row: row.family_number, stretch=True),
    Column("Titulaire du compte", lambda row: row.holder),
    Column("Compte", lambda row: row.account),
    Column("RUM", lambda row: row.rum, tip=lambda row: "Mandat ponctuel" if row.one_off else "Mandat récurrent"),
    Column(
        "État",
        lambda row: MANDATE_WORDS[row.state],
        state=lambda row: MANDATE_STATES[row.state],
        tip=lambda row: row.reason or "",
    ),
    Column("Signé le", lambda row: row.signed_on, lambda day: short_date(day) or "—"),
    Column("Servi le", lambda row: row.last_debit_on, lambda day: short_date(day) or "—"),
    Column("Rejets", lambda row: row.rejections or None, number=True),
)  # fmt: skip
DEBITS: tuple[Column[DebitRow], ...] = (
    Column("Facture", lambda row: row.end_to_end),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, stretch=True),
    Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=lambda row: euros(row.amount_cents)),
    Column("Séquence", lambda row: SEQUENCE_WORDS[row.sequence], tip=lambda row: row.sequence),
    Column("État", lambda row: DEBIT_WORDS[row.state], state=lambda row: DEBIT_STATES[row.state]),
)
REJECTIONS: tuple[Column[DebitRow], ...] = (
    Column("Rejeté le", lambda row: row.rejected_on),
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, stretch=True),
    Column("Facture", lambda row: row.end_to_end),
    Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=lambda row: euros(row.amount_cents)),
    Column("Motif", lambda row: f"{row.reason.code} — {row.reason.words}" if row.reason else None),
    Column("Effet", lambda row: "Contre-écriture" if row.settled else "Avant encaissement"),
    Column("Remise", lambda row: row.run),
)
FILES: tuple[Column[BankFileRow], ...] = (
    Column("Lu le", lambda row: row.read_at),
    Column("Message", lambda row: row.message, stretch=True),
    Column("Rejets", lambda row: row.rejections, number=True),
    Column("Par", lambda row: row.read_by),
)


def run_columns(today: Callable[[], date]) -> tuple[Column[RunRow], ...]:
    """List the columns of the runs."""
    return (
        Column("Remise", lambda row: row.number, tip=lambda row: f"{row.scheme}, préparée par {row.made_by}", stretch=True),
        Column("Date", lambda row: row.debit_on),
        Column("Nombre", lambda row: row.count, number=True),
        Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=lambda row: euros(row.amount_cents)),
        Column("Rejets", lambda row: row.rejected or None, number=True, tip=lambda row: euros(row.rejected_cents)),
        Column("État", lambda row: run_words(row, today()), state=lambda row: run_state(row, today())),
    )  # fmt: skip


def candidate_words(row: Candidate) -> str:
    """Say in a word or two where a candidate stands."""
    if row.is_ready:
        return "À représenter" if row.again else "Prête"
    return "À appeler" if row.to_call else "Écartée"


def candidate_state(row: Candidate) -> State:
    """Give the colours of where it stands."""
    if row.is_ready:
        return State.WAITING if row.again else State.ACCEPTED
    return State.LATE if row.to_call else State.NEUTRAL


def run_words(row: RunRow, today: date) -> str:
    """Say where a run stands."""
    if row.settled_at is not None:
        return "Encaissée"
    return "À encaisser" if row.debit_on <= today else "Présentée"


def run_state(row: RunRow, today: date) -> State:
    """Give the colours of where it stands."""
    if row.settled_at is not None:
        return State.ACCEPTED
    return State.LATE if row.debit_on <= today else State.INFO


CANDIDATES: tuple[Column[Candidate], ...] = (
    Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=lambda row: row.family_number, stretch=True),
    Column("Facture", lambda row: row.number, tip=lambda row: row.service),
    Column("Montant", lambda row: row.amount_cents, amount, number=True, tip=lambda row: euros(row.amount_cents)),
    Column("Annoncé pour le", lambda row: row.announced_on),
    Column("Mandat", lambda row: row.rum, tip=lambda row: row.account),
    Column("Séquence", lambda row: SEQUENCE_WORDS[row.sequence] if row.is_ready else None, tip=lambda row: row.sequence),
    Column(
        "État",
        candidate_words,
        state=candidate_state,
        order=lambda row: (row.is_ready, row.again),
        tip=lambda row: row.sentence,
        spoken=lambda row: f"{candidate_words(row)}. {row.sentence}",
    ),
)  # fmt: skip
