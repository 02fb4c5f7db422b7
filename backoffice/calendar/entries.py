"""The entries of the calendar, whatever table keeps them, and why one cannot be written; no session, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from resources.french import short_date

LONGEST = 100  # days: longer than any holidays, or a mistaken year
FURTHEST_YEARS = 6


class EntryKind(StrEnum):
    """What an entry makes of its days."""

    PUBLIC = "public"
    VACATION = "vacation"
    NO_CLASS = "no_class"
    CLASS = "class"
    CLOSED = "closed"
    OPEN = "open"


KIND_WORDS = {
    EntryKind.PUBLIC: "Jour férié",
    EntryKind.VACATION: "Vacances scolaires",
    EntryKind.NO_CLASS: "Pont ou jour sans classe",
    EntryKind.CLASS: "Classe rattrapée",
    EntryKind.CLOSED: "Fermeture",
    EntryKind.OPEN: "Ouverture exceptionnelle",
}
OF_SCHOOLS = frozenset({EntryKind.NO_CLASS, EntryKind.CLASS})
OF_PLACES = frozenset({EntryKind.CLOSED, EntryKind.OPEN})
AGAINST = {
    EntryKind.NO_CLASS: EntryKind.CLASS,
    EntryKind.CLASS: EntryKind.NO_CLASS,
    EntryKind.CLOSED: EntryKind.OPEN,
    EntryKind.OPEN: EntryKind.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Days from first to last, both included, and what they are; of a school, of a facility, or of all."""

    kind: EntryKind
    first: date
    last: date
    name: str
    school_id: int | None = None
    facility_id: int | None = None
    id: int | None = None  # none: not written yet, or a public holiday, known by its day

    @property
    def words(self) -> str:
        """Say it in a sentence: « Pont de l'Ascension » (du 14/05/2027 au 15/05/2027)."""
        return f"«\xa0{self.name}\xa0» ({span_words(self.first, self.last)})"

    def meets(self, other: "Entry") -> bool:
        """Tell whether two entries share a day."""
        return self.first <= other.last and other.first <= self.last

    def same_place(self, other: "Entry") -> bool:
        """Tell whether two entries speak of the same school or facility, or of all."""
        return (self.school_id, self.facility_id) == (other.school_id, other.facility_id)


def span_words(first: date, last: date) -> str:
    """Write a day or days: le 14/05/2027, du 06/05/2027 au 08/05/2027."""
    return f"le {short_date(first)}" if first == last else f"du {short_date(first)} au {short_date(last)}"


def refusal(wished: Entry, others: Iterable[Entry], today: date) -> tuple[str, str] | None:
    """Say why an entry cannot be written beside the others: the field at fault, and the sentence."""
    return _wrong_shape(wished, today) or next(filter(None, (_wrong_beside(wished, other) for other in others)), None)


def _wrong_shape(wished: Entry, today: date) -> tuple[str, str] | None:
    kind, days = wished.kind, (wished.last - wished.first).days + 1
    far = max(abs(day.year - today.year) for day in (wished.first, wished.last)) > FURTHEST_YEARS
    checks = (
        (not wished.name.strip(), "name", "Donnez un nom\u202f: les familles le lisent sur le portail."),
        (days < 1, "last", "Le dernier jour précède le premier."),
        (far, "first", f"Le {short_date(wished.first)} est trop loin d'aujourd'hui\u202f: vérifiez l'année."),
        (
            kind is EntryKind.PUBLIC and days > 1,
            "last",
            "Un jour férié ne dure qu'un jour\u202f: ajoutez-en un par jour.",
        ),
        (
            kind is EntryKind.VACATION and days > LONGEST,
            "last",
            f"Ces vacances dureraient {days} jours\u202f: vérifiez les deux dates.",
        ),
        (
            wished.school_id is not None and kind not in OF_SCHOOLS,
            "place",
            "Seule une journée de classe, ou sans classe, est celle d'une école.",
        ),
        (
            wished.facility_id is not None and kind not in OF_PLACES,
            "place",
            "Seule une fermeture, ou une ouverture, est celle d'un établissement.",
        ),
    )
    return next(((field, sentence) for wrong, field, sentence in checks if wrong), None)


def _wrong_beside(wished: Entry, other: Entry) -> tuple[str, str] | None:
    if not wished.meets(other):
        return None
    if wished.kind is other.kind and wished.same_place(other):
        if wished.kind is EntryKind.PUBLIC:
            return "first", f"Le {short_date(other.first)} est déjà férié\u202f: {other.name}."
        return "first", f"Ces jours touchent déjà {other.words}\u202f: corrigez cette ligne, ou d'autres dates."
    if wished.kind is EntryKind.CLASS and other.kind is EntryKind.PUBLIC and wished.first == wished.last:
        return "first", f"Le {short_date(other.first)} est férié ({other.name})\u202f: il n'y a pas classe ce jour-là."
    if AGAINST.get(wished.kind) is other.kind and wished.same_place(other):
        return (
            "kind",
            f"{KIND_WORDS[other.kind]} {other.words} dit le contraire pour ces jours\u202f: retirez cette ligne d'abord.",
        )
    return None
