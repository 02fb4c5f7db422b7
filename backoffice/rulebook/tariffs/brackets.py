"""From a price list's row to one price: the quotient's bracket, residence, and the highest price without a proof."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from backoffice.rulebook.file import wording
from backoffice.rulebook.file.parts import Amounts, Case
from backoffice.rulebook.file.tariff_parts import OnePrice, Tariff, UnitTariff
from backoffice.rulebook.file.words import Reference
from backoffice.rulebook.values import Situation
from resources.french import number

OUTSIDE = "Extérieur"
ALONE = "Tarif unique"
WHEN = {
    Reference.SERVICE: "valable le jour du service",
    Reference.INVOICE: "valable le premier jour du mois facturé",
    Reference.YEAR: "retenu pour l'année scolaire",
    Reference.CIVIL_YEAR: "retenu pour l'année civile",
}

# The same amounts come back thousands of times in a month.
money = lru_cache(maxsize=4096)(wording.money)
bracket = lru_cache(maxsize=256)(wording.bracket)


@dataclass(frozen=True, slots=True)
class Choice:
    """A price, its bracket as an invoice prints it, and why that one."""

    price: Decimal
    label: str
    why: str


def has_outside(tariff: Tariff) -> bool:
    """Tell whether families from outside have prices of their own; without any, they pay as residents do."""
    return isinstance(tariff, UnitTariff | OnePrice) and bool(tariff.outside)


def named(case: Case, who: Situation) -> str:
    """Say in a word whom a rule is for: « 3e enfant », « adulte »; nothing when it is for all."""
    if case.rank_min is not None:
        return "1er enfant" if who.rank == 1 else f"{who.rank}e enfant"
    return who.category or "" if case.categories else ""


def choose(tariff: Tariff, row: Amounts, outside: Amounts | None, who: Situation, reference: Reference) -> Choice:
    """Choose the price of a row; families from outside whose row is missing pay its highest price."""
    found, whom = _choose(tariff, row, outside, who, reference), named(tariff, who)
    if not whom:
        return found
    return replace(found, label=whom if found.label == ALONE else f"{found.label}, {whom}")


def _choose(tariff: Tariff, row: Amounts, outside: Amounts | None, who: Situation, reference: Reference) -> Choice:
    if who.resident or not has_outside(tariff):
        return _in_row(tariff.bounds, row, who.quotient, reference)
    if outside is None:
        return Choice(
            max(row),
            OUTSIDE,
            "La famille habite hors de la commune, ce tarif n'a pas de prix extérieur\u202f: prix le plus élevé.",
        )
    if len(outside) == 1:
        return Choice(outside[0], OUTSIDE, "La famille habite hors de la commune\u202f: tarif extérieur.")
    found = _in_row(tariff.bounds, outside, who.quotient, reference)
    return Choice(
        found.price,
        f"{OUTSIDE}, {found.label}",
        f"La famille habite hors de la commune\u202f: tarif extérieur. {found.why}",
    )


def _in_row(bounds: tuple[int, ...], row: Amounts, quotient: Decimal | None, reference: Reference) -> Choice:
    if len(row) == 1:
        return Choice(row[0], ALONE, "Le prix est le même quel que soit le quotient familial.")
    if quotient is None:
        at = max(range(len(row)), key=lambda rank: (row[rank], rank))
        return Choice(
            row[at], bracket(bounds, at), f"Aucun quotient familial {WHEN[reference]}\u202f: prix le plus élevé."
        )
    at = max(bisect_right(bounds, quotient) - 1, 0)
    label = bracket(bounds, at)
    return Choice(
        row[at],
        label,
        f"Quotient familial {WHEN[reference]}\u202f: {number(quotient)}\u202f€, tranche «\xa0{label}\xa0».",
    )
