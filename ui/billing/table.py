"""The columns of the month's lists: invoices, and what is to mend before they are issued."""

from collections.abc import Callable
from datetime import date

from backoffice.billing.alerts import ALERT_WORDS, AlertRow
from backoffice.billing.lists import STATUS_WORDS, InvoiceRow
from models.vocabulary import InvoiceKind, InvoiceStatus
from resources.french import NARROW, amount, euros, short_date
from ui.common.table import Column
from ui.shell.theme import State

OVERDUE = "En retard"
STATES = {
    InvoiceStatus.DRAFT: State.NEUTRAL,
    InvoiceStatus.ISSUED: State.WAITING,
    InvoiceStatus.PARTLY_PAID: State.INFO,
    InvoiceStatus.PAID: State.ACCEPTED,
    InvoiceStatus.CANCELLED: State.NEUTRAL,
    InvoiceStatus.HANDED_OVER: State.LATE,
    InvoiceStatus.WRITTEN_OFF: State.REFUSED,
}
SHORT_WORDS = {  # in a list, where room is scarce
    InvoiceStatus.CANCELLED: "Annulée",
    InvoiceStatus.HANDED_OVER: "Au Trésor",
    InvoiceStatus.WRITTEN_OFF: "Non-valeur",
}
CREDITABLE = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID, InvoiceStatus.PAID})


def can_credit(row: InvoiceRow) -> bool:
    """Tell whether a credit note may be written on an invoice."""
    return row.status in CREDITABLE and row.left_cents > 0


def is_overdue(row: InvoiceRow, today: date) -> bool:
    """Tell whether money is due since a day before today."""
    return row.status is not InvoiceStatus.DRAFT and row.due_cents > 0 and row.due_on is not None and row.due_on < today


def status_words(row: InvoiceRow, today: date) -> str:
    """Say where an invoice stands."""
    return OVERDUE if is_overdue(row, today) else STATUS_WORDS[row.status]


def status_state(row: InvoiceRow, today: date) -> State:
    """Give the colours of where it stands."""
    return State.LATE if is_overdue(row, today) else STATES[row.status]


def invoice_columns(today: Callable[[], date]) -> tuple[Column[InvoiceRow], ...]:
    """List the columns of invoices and drafts."""
    return (
        Column("Numéro", _number, order=lambda row: (row.service_code, row.number or ""), tip=_named),
        Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=_whose, stretch=True),
        Column("Total", lambda row: row.total_cents, amount, number=True, tip=_made_of),
        Column("Reste dû", _due, _amount_or_dash, number=True),
        Column(
            "État",
            lambda row: SHORT_WORDS.get(row.status) or status_words(row, today()),
            state=lambda row: status_state(row, today()),
            tip=lambda row: status_words(row, today()),
            spoken=lambda row: status_words(row, today()),
        ),
        Column("Échéance", lambda row: row.due_on, lambda day: short_date(day) or "—"),
    )


ALERTS: tuple[Column[AlertRow], ...] = (
    Column(
        "À vérifier",
        lambda row: ALERT_WORDS[row.kind],
        state=lambda row: State.REFUSED if row.blocking else State.WAITING,
        order=lambda row: list(ALERT_WORDS).index(row.kind),
        spoken=lambda row: f"{ALERT_WORDS[row.kind]}{', empêche l’émission' if row.blocking else ''}",
    ),
    Column("Ce qui a été trouvé", lambda row: row.sentence, tip=lambda row: row.sentence, stretch=True),
)


def _number(row: InvoiceRow) -> str:
    return row.number or f"{row.service_code} — brouillon"


def _named(row: InvoiceRow) -> str:
    return row.service if row.kind is InvoiceKind.MONTH else f"{row.service}, complément"


def _due(row: InvoiceRow) -> int | None:
    return None if row.status is InvoiceStatus.DRAFT else row.due_cents


def _amount_or_dash(cents: int | None) -> str:
    return "—" if cents is None else amount(cents)


def _made_of(row: InvoiceRow) -> str:
    """Say what was taken off the total."""
    taken = (("Aides", row.aid_cents), ("Avoirs", row.credited_cents), ("Encaissé", row.paid_cents))
    return "\n".join([euros(row.total_cents), *(f"{name}{NARROW}: {euros(cents)}" for name, cents in taken if cents)])


def _whose(row: InvoiceRow) -> str:
    return f"{row.family}, {row.family_number}\nPayeur{NARROW}: {row.payer}"
