"""The columns of the month's lists: invoices, and what is to mend before they are issued."""

from collections.abc import Callable
from datetime import date

from backoffice.billing.alerts import ALERT_WORDS, AlertRow
from backoffice.billing.lists import STATUS_WORDS, InvoiceRow
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, amount, euros, short_date
from ui.common.table import Column
from ui.shell.theme import State

OVERDUE = "En retard"
STATES = {
    InvoiceStatus.DRAFT: State.NEUTRAL,
    InvoiceStatus.ISSUED: State.WAITING,
    InvoiceStatus.PARTLY_PAID: State.INFO,
    InvoiceStatus.PAID: State.ACCEPTED,
}


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
        Column("Numéro", _number, order=lambda row: (row.service_code, row.number or ""), tip=lambda row: row.service),
        Column("Famille", lambda row: row.family, order=lambda row: row.sort_key, tip=_whose, stretch=True),
        Column("Total", lambda row: row.total_cents, amount, number=True, tip=lambda row: euros(row.total_cents)),
        Column("Reste dû", _due, _amount_or_dash, number=True),
        Column("État", lambda row: status_words(row, today()), state=lambda row: status_state(row, today())),
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


def _due(row: InvoiceRow) -> int | None:
    return None if row.status is InvoiceStatus.DRAFT else row.due_cents


def _amount_or_dash(cents: int | None) -> str:
    return "—" if cents is None else amount(cents)


def _whose(row: InvoiceRow) -> str:
    return f"{row.family}, {row.family_number}\nPayeur{NARROW}: {row.payer}"
