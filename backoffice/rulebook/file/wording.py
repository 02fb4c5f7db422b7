"""The keys and the values of a rulebook, as an agent reads them: « heure », 10 h; « périodes », été."""

from datetime import date, time
from decimal import Decimal
from enum import Enum

from backoffice.rulebook.file.parts import Amounts, Part
from backoffice.rulebook.file.words import KEYS
from backoffice.rulebook.values import cents
from resources.french import NARROW, clock_text, euros, listed, number, short_date

ACCENTS = {
    "a": "à",
    "activites": "activités",
    "bareme": "barème",
    "categories": "catégories",
    "debut": "début",
    "ecole": "école",
    "effet": "effet",
    "enfant_handicape": "enfant handicapé",
    "etablissement": "établissement",
    "exterieurs": "extérieurs",
    "jour_ferme": "jour fermé",
    "jours_ecole": "jours d'école",
    "jours_factures": "jours facturés",
    "justifiee": "justifiée",
    "limite_regie": "limite de la régie",
    "majoration_exterieurs": "majoration des extérieurs",
    "operations": "opérations",
    "par_jours": "par jours",
    "periodes": "périodes",
    "prevenir_avant": "prévenir avant",
    "priorite": "priorité",
    "retroactif": "rétroactif",
    "unite": "unité",
    "unites": "unités",
    "facture": "part facturée",
}
EUROS = {"amount", "price", "price_floor", "price_ceiling", "floor", "ceiling", "balance", "fixed"}
QUOTED = {"name", "title", "reason", "organisation"}  # an agent's own words
PERCENTS = {"percent", "billed_percent", "outside_percent", "rates"}
ALL = {"services": "tous", "activities": "toutes", "units": "toutes", "days": "tous", "periods": "toutes"}
NOTHING = "rien"
MIDNIGHT = "minuit"


def label(field: str) -> str:
    """Name a field as the file does, with its accents."""
    key = KEYS[field]
    return ACCENTS.get(key, key.replace("_", " "))


def text(field: str, value: object) -> str:
    """Write a field's value; an empty one says what that means."""
    if value is None:
        return MIDNIGHT if field == "at" else NOTHING
    if isinstance(value, tuple):
        return listed(text(field, item) for item in value) or ALL.get(field, NOTHING)
    return f"({summary(value)})" if isinstance(value, Part) else _one(field, value)


def summary(part: Part) -> str:
    """Write all that a part says: « nombre 2, unité ouvré, heure 10 h »."""
    said = [
        field for field in type(part).model_fields if getattr(part, field) != type(part).model_fields[field].default
    ]
    return ", ".join(f"{label(field)} {text(field, getattr(part, field))}" for field in said if field != "code")


def capital(words: str) -> str:
    """Begin a sentence with an agent's own words."""
    return words[:1].upper() + words[1:]


def beware(warning: str) -> str:
    """Put a warning on a line of the terminal."""
    return f"Attention{NARROW}: {warning[:1].lower()}{warning[1:]}"


def money(amount: Decimal) -> str:
    """Write euros, with more than two decimals where there are more."""
    rounded = cents(amount)
    return euros(rounded) if Decimal(rounded).scaleb(-2) == amount else f"{decimals(amount)}{NARROW}€"


def decimals(value: Decimal) -> str:
    """Write a number with all its decimals: 0,0619."""
    return f"{value.normalize():f}".replace(".", ",")


def amounts(row: Amounts | None) -> str:
    """Write a price, or one per bracket."""
    return " · ".join(money(amount) for amount in row) if row else NOTHING


def bracket(bounds: tuple[int, ...], index: int) -> str:
    """Name a quotient bracket as an invoice prints it."""
    if index + 1 == len(bounds):
        return f"QF à partir de {number(bounds[index])}"
    return f"QF de {number(bounds[index])} à {number(bounds[index + 1] - 1)}"


def _one(field: str, value: object) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case Enum():
            return str(value.value)
        case time():
            return clock_text(value)
        case date():
            return short_date(value)
        case Decimal() | int():
            return _number(field, Decimal(value))
    return f"«\xa0{value}\xa0»" if field in QUOTED else str(value)


def _number(field: str, value: Decimal) -> str:
    if field in EUROS:
        return money(value)
    return f"{decimals(value)}{NARROW}%" if field in PERCENTS else decimals(value)
