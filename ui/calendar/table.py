"""How the calendar's kinds of days look, and the columns of its lists."""

from dataclasses import dataclass
from enum import Enum, auto

from backoffice.calendar.days import NATURE_WORDS, Nature, school_week_words
from backoffice.calendar.entries import KIND_WORDS, EntryKind
from backoffice.calendar.lists import EntryRow, OpeningRow, SchoolRow
from backoffice.calendar.rules import Disagreement
from resources.french import short_date
from ui.common.table import Column
from ui.shell.theme import State


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of day in words, in a letter and in the colours of a state; none: those of the sheet."""

    words: str
    letter: str
    state: State | None = None
    quiet: bool = False


class Edge(Enum):
    """What the left side of a day says of the places that receive children."""

    CLOSED = auto()  # a bar
    OPEN = auto()  # dots


LOOKS = {
    Nature.PUBLIC: Look(NATURE_WORDS[Nature.PUBLIC], "F", State.REFUSED),
    Nature.VACATION: Look("Vacances", "V", State.INFO),
    Nature.NO_CLASS: Look("Pont, sans classe", "P", State.WAITING),
    Nature.CAUGHT_UP: Look(NATURE_WORDS[Nature.CAUGHT_UP], "R", State.ACCEPTED),
    Nature.SOME: Look("Certaines écoles", "½"),
    Nature.CLASS: Look(NATURE_WORDS[Nature.CLASS], ""),
    Nature.REST: Look(NATURE_WORDS[Nature.REST], "–", quiet=True),
}
KIND_STATES = {
    EntryKind.PUBLIC: State.REFUSED,
    EntryKind.VACATION: State.INFO,
    EntryKind.NO_CLASS: State.WAITING,
    EntryKind.CLASS: State.ACCEPTED,
    EntryKind.CLOSED: State.LATE,
    EntryKind.OPEN: State.NEUTRAL,
}
EVERYTHING = "Tout le calendrier"


def _days(row: Disagreement) -> str:
    if row.first == row.last:
        return f"En cause\u202f: le {short_date(row.first)}"
    return f"En cause\u202f: du {short_date(row.first)} au {short_date(row.last)}"


ENTRY_COLUMNS: tuple[Column[EntryRow], ...] = (
    Column(
        "Nature", lambda row: KIND_WORDS[row.entry.kind], state=lambda row: KIND_STATES[row.entry.kind],
    ),
    Column("Nom", lambda row: row.entry.name, stretch=True),
    Column("Du", lambda row: row.entry.first),
    Column("Au", lambda row: row.entry.last),
    Column("Jours", lambda row: (row.entry.last - row.entry.first).days + 1, number=True),
    Column("Où", lambda row: row.place),
    Column("Se corrige dans", lambda row: "Règlement" if row.from_rulebook else "Calendrier"),
)  # fmt: skip
SCHOOL_COLUMNS: tuple[Column[SchoolRow], ...] = (
    Column("École", lambda row: row.name),
    Column("Jours de classe", lambda row: school_week_words(row.weekdays), stretch=True),
)
OPENING_COLUMNS: tuple[Column[OpeningRow], ...] = (
    Column("Accueil", lambda row: row.activity),
    Column("Établissement", lambda row: row.facility),
    Column("Ouvert", lambda row: row.words, stretch=True),
    Column("Selon", lambda row: "le règlement intérieur" if row.from_rulebook else "la nature de l'accueil"),
)
DISAGREEMENT_COLUMNS: tuple[Column[Disagreement], ...] = (
    Column("Sujet", lambda row: row.name, tip=_days),
    Column("Dates publiées", lambda row: row.said[0]),
    Column("Dates calculées", lambda row: row.said[1]),
    Column("Votre calendrier", lambda row: row.ours),
    Column(
        "Ce que cela change",
        lambda row: row.stakes,
        state=lambda row: State.LATE if row.matters else State.NEUTRAL,
        stretch=True,
    ),
)
