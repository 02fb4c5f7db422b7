"""Tariffs: what a unit costs a family, by quotient bracket and residence, and why."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backoffice.rulebook.load import Rulebook, Tariff
from resources.french import NARROW, euros, number

OUTSIDE = "x"


@dataclass(frozen=True, slots=True)
class Price:
    """A unit's price in cents, the bracket as printed on an invoice, the rate's key, and the steps in French."""

    cents: int
    label: str
    rate: str
    steps: tuple[str, ...]


def cents(amount: Decimal) -> int:
    """Round an amount in euros to whole cents, half up."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def bracket(rulebook: Rulebook, *, activity: str, quotient: int | None, resident: bool) -> str:
    """Give the key of the rate that a family pays for an activity: r0, r1… or x for families from outside."""
    tariff = rulebook.tariff_for(activity)
    if not resident and tariff.outside:
        return OUTSIDE
    return f"r{_bracket_index(tariff, quotient)}"


def prices(rulebook: Rulebook, *, activity: str, unit: str) -> dict[str, int]:
    """Give a unit's price in cents by rate."""
    tariff = rulebook.tariff_for(activity)
    found = {f"r{index}": cents(amount) for index, amount in enumerate(tariff.of_unit(unit))}
    if tariff.outside:
        found[OUTSIDE] = cents(tariff.outside.get(unit, max(tariff.of_unit(unit))))
    return found


def price(rulebook: Rulebook, *, activity: str, unit: str, quotient: int | None, resident: bool) -> Price:
    """Price one unit, with the quotient of its day; without a proof of income, the highest price."""
    tariff = rulebook.tariff_for(activity)
    rate = bracket(rulebook, activity=activity, quotient=quotient, resident=resident)
    amount = prices(rulebook, activity=activity, unit=unit)[rate]
    label = _label(tariff, rate)
    if rate == OUTSIDE:
        why = "La famille habite hors de la commune : tarif extérieur."
    elif quotient is None:
        why = "Aucun quotient familial valable le jour du service : prix le plus élevé."
    else:
        why = f"Quotient familial valable le jour du service : {number(quotient)} €, tranche «\xa0{label}\xa0»."
    steps = (
        f"Tarif «\xa0{tariff.title}\xa0» du {rulebook.name} (version {rulebook.version}).",
        why.replace(" :", f"{NARROW}:"),
        f"Prix de l'unité{NARROW}: {euros(amount)}.",
    )
    return Price(amount, label, rate, steps)


def _bracket_index(tariff: Tariff, quotient: int | None) -> int:
    """Take the last lower bound that the quotient reaches; without one, the dearest bracket."""
    if quotient is None:
        totals = [sum(row[index] for row in tariff.prices.values()) for index in range(len(tariff.bounds))]
        return max(range(len(totals)), key=lambda index: (totals[index], index))
    return max(index for index, bound in enumerate(tariff.bounds) if bound <= max(quotient, 0))


def _label(tariff: Tariff, rate: str) -> str:
    if rate == OUTSIDE:
        return "Extérieur"
    index, bounds = int(rate[1:]), tariff.bounds
    if len(bounds) == 1:
        return "Tarif unique"
    if index + 1 == len(bounds):
        return f"QF à partir de {number(bounds[index])}"
    return f"QF de {number(bounds[index])} à {number(bounds[index + 1] - 1)}"
