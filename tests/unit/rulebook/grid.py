"""A small commune's prices, as the tests of tariffs write them: rules in, lines out."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.tariffs.tariff import quote
from backoffice.rulebook.values import PriceLine, Quote, Situation
from tests.unit.rulebook.field import CALENDAR, rulebook

THURSDAY, WEDNESDAY, AUTUMN, SUMMER = date(2026, 11, 12), date(2026, 11, 18), date(2026, 10, 20), date(2026, 7, 9)
CANTEEN = '[[tarif]]\ncode = "t"\ntitre = "Tarif"\nactivites = ["CANTINE"]\n'
CARE = '[[tarif]]\ncode = "t"\ntitre = "Tarif"\nactivites = ["PERI"]\n'
MEAL = CANTEEN + "prix.REPAS = 4.00\n"
BRACKETS = (
    CANTEEN
    + "tranches = [0, 801, 1201]\nprix.REPAS = [3.60, 4.15, 4.55]\nexterieurs.REPAS = 5.80\nprix.PANIER = 1.50\n"
)
SOIR = '[[tarif]]\ncode = "t"\ntitre = "Tarif"\nunites = ["SOIR"]\n'
HOURS = SOIR + 'mode = "durée"\nprix = 2.50\n'
BANDS = (
    SOIR + 'mode = "plages"\ntranches = [0, 801]\ntolerance_minutes = 5\nplages = [\n'
    '{ titre = "Goûter", de = 16:30:00, a = 17:30:00, prix = [1.20, 1.45] },\n'
    '{ titre = "Étude", de = 17:30:00, a = 18:30:00, prix = [1.00, 1.30] }]\n'
)
PACKAGE = CARE + 'mode = "mensuel"\n'
EVERYONE = Situation(quotient=Decimal(500), age=8)


def changing(text: str, *, code: str = "m", title: str = "Geste") -> str:
    """Write a modification."""
    return f'[[modification]]\ncode = "{code}"\ntitre = "{title}"\n{text}\n'


def who(**facts: Any) -> Situation:
    """Make a situation; euros may be given as text or as whole numbers."""
    for name in {"quotient", "resources"} & set(facts):
        facts[name] = None if facts[name] is None else Decimal(facts[name])
    return Situation(**facts)


def late(**says: Any) -> Late:
    """Make what a notice period says of a late booking, with the keys of the file."""
    return Late.model_validate(says)


def price(
    rules: str | Rulebook,
    units: str | Sequence[str] = "REPAS",
    *,
    day: date = THURSDAY,
    situation: Situation = EVERYONE,
    **facts: Any,
) -> Quote:
    """Price units of a day in the small commune."""
    book = rulebook(rules) if isinstance(rules, str) else rules
    codes = [units] if isinstance(units, str) else list(units)
    activity = book.units[codes[0]][0].code
    asked = who(**facts) if facts else situation
    return quote(book, CALENDAR.under(book), activity=activity, units=codes, day=day, situation=asked)


def line(*told: Any, **facts: Any) -> PriceLine:
    """Price units that make one line."""
    (found,) = price(*told, **facts).lines
    return found


def sums(found: Quote) -> list[int]:
    """Give the cents of each line."""
    return [one.amount_cents for one in found.lines]


def plain(steps: Iterable[str] | str) -> str:
    """Read an explanation with ordinary spaces, one step a line."""
    told = steps if isinstance(steps, str) else "\n".join(steps)
    return told.replace("\u202f", " ").replace("\xa0", " ")


MIXED = rulebook(
    BRACKETS
    + CARE.replace('"t"', '"p"')
    + "tranches = [0, 500, 1000]\nprix.MATIN = [1.25, 1.45, 1.70]\nprix.SOIR = [2.10, 2.55, 3.05]\n"
    + changing('rang_min = 3\nactivites = ["PERI"]\npourcent = -33.3', code="m1")
    + changing('age_max = 5\nmontant = -1.99\npar = "jour"', code="m2")
    + changing('si = ["retard"]\npourcent = 12.5', code="m3")
    + changing('si = ["départ tardif"]\nmontant = 2.50\npar_minutes = 15', code="m4")
    + '[[absence]]\ncode = "a"\ntitre = "Malade"\njustifiee = true\nfacture = 33.3\njours_factures = 2\n'
)
SITUATIONS = st.builds(
    Situation,
    resident=st.booleans(),
    quotient=st.none() | st.integers(-10, 2500).map(Decimal),
    rank=st.integers(1, 4),
    age=st.none() | st.integers(0, 11),
    is_late=st.booleans(),
    pickup_minutes=st.integers(0, 40),
    absent=st.booleans(),
    justified=st.booleans(),
    absence_day=st.integers(1, 4),
)
