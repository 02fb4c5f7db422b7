"""How threads are written in the list."""

from datetime import datetime

from backoffice.messages.lists import ThreadRow
from resources.french import capital, clock_text, day_and_month, in_paris, instant_text, plural
from ui.common.cards import Face
from ui.common.table import Column
from ui.shell.theme import State

NOTHING_YET = "Aucun message échangé"


def when(at: datetime, now: datetime) -> str:
    """Say when a message came, as a list does: its hour today, then its day."""
    day, today = in_paris(at).date(), in_paris(now).date()
    if day == today:
        return clock_text(in_paris(at).time())
    return "hier" if (today - day).days == 1 else day_and_month(day)


def first_words(row: ThreadRow) -> str:
    """Write the beginning of the last message, and who wrote it."""
    if row.at is None:
        return NOTHING_YET
    words = " ".join(row.text.split())
    return words if row.from_family else f"{row.by}\u202f: {words}"


def thread_face(row: ThreadRow, now: datetime) -> Face:
    """Show a thread: what is new says so."""
    title = f"{row.family} — {when(row.at, now)}" if row.at else row.family
    mark = plural(row.unread, "non lu", "non lus") if row.unread else ""
    icon = "mail" if row.unread else "message"
    return Face(title, f"{row.number} — {first_words(row)}", icon, mark, State.WAITING if row.unread else State.NEUTRAL)


def _spoken(row: ThreadRow) -> str:
    new = f", {plural(row.unread, 'message non lu', 'messages non lus')}" if row.unread else ""
    last = f". Dernier message de {row.by}, {instant_text(row.at)}" if row.at else ""
    return f"Famille {row.family}, {row.number}{new}{last}. {capital(first_words(row))}"


THREAD_COLUMNS: tuple[Column[ThreadRow], ...] = (
    Column("Foyer", lambda row: row.family, spoken=_spoken, tip=first_words, stretch=True),
)
