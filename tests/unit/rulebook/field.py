"""The field's calendar (zone B, 2026 and 2027) and a small commune, as the tests of dates read them."""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from backoffice.rulebook.calendar import Calendar, Span
from backoffice.rulebook.file.notice_parts import Deadline
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.load import parse
from backoffice.rulebook.notices.anchors import Found, Service, find
from backoffice.rulebook.notices.notice import limit
from backoffice.rulebook.values import Limit
from resources.french import PARIS

BOOK, CANCEL = Operation.BOOK, Operation.CANCEL
CALENDAR = Calendar(
    holidays={
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Fête de la Victoire",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice",
        date(2026, 12, 25): "Noël",
        date(2027, 1, 1): "Jour de l'an",
        date(2027, 3, 29): "Lundi de Pâques",
        date(2027, 5, 6): "Ascension",
    },
    school_holidays=(
        Span(date(2025, 7, 5), date(2025, 8, 31), "Vacances d'été"),
        Span(date(2025, 10, 18), date(2025, 11, 2), "Vacances de la Toussaint"),
        Span(date(2025, 12, 20), date(2026, 1, 4), "Vacances de Noël"),
        Span(date(2026, 2, 14), date(2026, 3, 1), "Vacances d'hiver"),
        Span(date(2026, 4, 11), date(2026, 4, 26), "Vacances de printemps"),
        Span(date(2026, 7, 4), date(2026, 8, 31), "Vacances d'été"),
        Span(date(2026, 10, 17), date(2026, 11, 1), "Vacances de la Toussaint"),
        Span(date(2026, 12, 19), date(2027, 1, 3), "Vacances de Noël"),
        Span(date(2027, 2, 20), date(2027, 3, 7), "Vacances d'hiver"),
        Span(date(2027, 4, 17), date(2027, 5, 2), "Vacances de printemps"),
        Span(date(2027, 5, 6), date(2027, 5, 8), "Pont de l'Ascension"),
        Span(date(2027, 7, 3), date(2027, 8, 31), "Vacances d'été"),
    ),
    schools={},
)
HEAD = """
nom = "règlement intérieur"
version = "7"
effet = 2026-01-01
[calendrier]
zone = "B"
"""
EXCEPTIONS = """
[[calendrier.exception]]
nature = "sans classe"
du = 2026-05-15
motif = "Pont de l'Ascension"
[[calendrier.exception]]
nature = "fermé"
etablissement = "CENTRE"
du = 2026-10-26
au = 2026-10-27
motif = "Travaux"
"""
ACTIVITIES = """
[[activite]]
code = "CANTINE"
nom = "Restauration scolaire"
service = "ENFANCE"
nature = "cantine"
unites = [
    { code = "REPAS", nom = "Repas", debut = 12:00:00, fin = 13:30:00, rubrique = "repas" },
    { code = "PANIER", nom = "Panier", debut = 11:30:00, fin = 13:30:00 },
]
[[activite]]
code = "PERI"
nom = "Périscolaire"
service = "ENFANCE"
nature = "périscolaire"
unites = [
    { code = "SOIR", nom = "Soir", debut = 16:30:00, fin = 18:30:00 },
    { code = "MATIN", nom = "Matin", debut = 07:30:00, fin = 08:30:00 },
    { code = "ETUDE", nom = "Étude" },
]
[[activite]]
code = "MERCREDI"
nom = "Mercredis"
service = "ALSH"
nature = "mercredi"
unites = [{ code = "MERCREDI", nom = "Mercredi", debut = 08:00:00, fin = 18:00:00 }]
[[activite]]
code = "LOISIRS"
nom = "Centre de loisirs"
service = "ALSH"
nature = "vacances"
etablissement = "CENTRE"
unites = [{ code = "JOURNEE", nom = "Journée", debut = 08:00:00, fin = 18:00:00 }]
[[activite]]
code = "SEJOUR"
nom = "Séjours"
service = "SEJOUR"
nature = "crèche"
unites = [{ code = "NUIT", nom = "Nuit" }]
"""


THURSDAY = date(2026, 11, 12)  # the day after the Armistice
BACK = date(2026, 11, 2)  # the Monday after the autumn holidays
TUESDAY = date(2026, 12, 1)
STAFF = "{ nombre = 1, heure = 17:00:00 }"
AUGUST = "ancre = 'date', date = 2026-08-24, heure = 08:00:00"
SEPTEMBER = "ancre = 'date', date = 2026-09-01, heure = 08:00:00"


def rulebook(rules: str, *, calendar: str = "") -> Rulebook:
    """Make the rulebook of a small commune with these rules, and perhaps more of its calendar."""
    return parse(HEAD + calendar + ACTIVITIES + rules)


TOWN = rulebook("", calendar=EXCEPTIONS)
UNDER = CALENDAR.under(TOWN)


def part(text: str) -> dict[str, object]:
    """Read the inside of a part of a rulebook's file."""
    return tomllib.loads(text, parse_float=Decimal)


def paris(text: str) -> datetime:
    """Read a moment on the town hall's clock: 2026-11-10 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def plain(steps: Iterable[str]) -> str:
    """Read an explanation with ordinary spaces, one step a line."""
    return "\n".join(steps).replace("\u202f", " ").replace("\xa0", " ")


def found(
    limits: str, day: date, activity: str = "CANTINE", unit: str | None = None, calendar: Calendar | None = None
) -> Found:
    """Find the instant of a deadline, written as the inside of its braces."""
    deadline = Deadline.model_validate(part(f"limite = {{ {limits} }}")["limite"])
    own = TOWN.units[unit][1] if unit else None
    return find(deadline, Service(calendar or UNDER, TOWN.activities[activity], day, own))


def local(instant: datetime | None) -> str:
    """Write a moment as the town hall's clock shows it: 2026-11-10 10:00."""
    assert instant is not None
    return f"{instant.astimezone(PARIS):%Y-%m-%d %H:%M}"


def bound(
    rules: str,
    day: date = THURSDAY,
    operation: Operation = BOOK,
    *,
    activity: str = "CANTINE",
    unit: str | None = None,
    resident: bool = True,
) -> Limit:
    """Find the limit of a day under these rules."""
    book = rulebook(rules)
    return limit(
        book, CALENDAR.under(book), activity=activity, operation=operation, day=day, unit=unit, resident=resident
    )


def rule(limits: str, *, code: str = "n", title: str = "Le délai", **more: str) -> str:
    """Write a notice period, with its other keys."""
    lines = [f"{key} = {value}" for key, value in more.items()]
    return "\n".join(["[[delai]]", f'code = "{code}"', f'titre = "{title}"', f"limite = {{ {limits} }}", *lines, ""])


def opening(limits: str, *, code: str = "o", title: str = "Rentrée", **more: str) -> str:
    """Write an opening window, with its other keys."""
    return (
        rule(limits, code=code, title=title, **more)
        .replace("[[delai]]", "[[ouverture]]")
        .replace("limite =", "ouvre =")
    )
