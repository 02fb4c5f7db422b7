"""The national scale of the crèches (PSU), dated; and the effort rates, national or a commune's own."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pydantic import Field

from backoffice.rulebook.file.parts import Euros, Part
from backoffice.rulebook.file.tariff_parts import EffortTariff
from backoffice.rulebook.file.wording import decimals
from backoffice.rulebook.file.words import Base, Per, PriceRounding
from backoffice.rulebook.tariffs.brackets import money
from backoffice.rulebook.values import Situation, Steps
from resources import FOLDER
from resources.french import plural, short_date

CENT, FINE, ZERO = Decimal("0.01"), Decimal("0.0001"), Decimal(0)
NAMES = {Base.RESOURCES: "les ressources", Base.QUOTIENT: "le quotient"}
PERS = {Per.UNIT: "l'unité", Per.DAY: "la journée", Per.HOUR: "l'heure"}


class ScaleRow(Part):
    """The scale from a day on: percents of the monthly resources by number of children, the last for more."""

    first: date
    floor: Euros
    ceiling: Euros
    rates: tuple[Decimal, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a base is held between, what it is multiplied by, and where that comes from."""

    rates: tuple[Decimal, ...]
    floor: Decimal | None
    ceiling: Decimal | None
    why: Steps = ()


@dataclass(frozen=True, slots=True)
class Effort:
    """What an effort rate gives: the price of an hour, a day or a unit, its name on an invoice, and why."""

    price: Decimal
    label: str
    steps: Steps


@lru_cache(maxsize=1)
def psu_rows() -> tuple[ScaleRow, ...]:
    """Read the national scale, the oldest row first."""
    source = (FOLDER / "rulebooks" / "psu.toml").read_text("utf-8")
    rows = tomllib.loads(source, parse_float=Decimal)["bareme"]
    return tuple(sorted((ScaleRow.model_validate(row) for row in rows), key=lambda row: row.first))


def psu_on(day: date) -> Scale:
    """Give the national scale of a day; where its year is not known, the nearest one known, and say so."""
    rows = psu_rows()
    row = next((row for row in reversed(rows) if row.first <= day), rows[0])
    told = f"Barème national PSU du {short_date(row.first)}"
    if day < row.first:
        why = f"{told}, le premier connu\u202f: celui de {day.year} n'est pas enregistré."
    elif day.year > row.first.year:
        why = f"{told}, le dernier connu\u202f: celui de {day.year} n'est pas enregistré."
    else:
        why = f"{told}."
    return Scale(row.rates, row.floor, row.ceiling, (why,))


def rate_for(rates: tuple[Decimal, ...], children: int, *, lower: bool) -> Decimal:
    """Give the rate of a number of children; with a disabled child, the next lower rate, where there is one.

    >>> psu = tuple(Decimal(r) for r in ("0.0619", "0.0516", "0.0413", "0.0310", "0.0310", "0.0206"))
    >>> rate_for(psu, 1, lower=True), rate_for(psu, 4, lower=True), rate_for(psu, 9, lower=True)
    (Decimal('0.0516'), Decimal('0.0206'), Decimal('0.0206'))
    """
    at = min(max(children, 1), len(rates)) - 1
    if not lower:
        return rates[at]
    return next((rate for rate in rates[at:] if rate < rates[at]), rates[at])


def effort(tariff: EffortTariff, who: Situation, day: date) -> Effort:
    """Find the price that an effort rate gives a household."""
    if tariff.straight:
        return _straight(tariff, who)
    scale = psu_on(day) if tariff.scale else Scale(tariff.rates, tariff.floor, tariff.ceiling)
    lower = who.disabled_child and tariff.disabled_child
    rate = rate_for(scale.rates, who.children, lower=lower)
    base, why = _base(tariff.base, scale, who)
    children = plural(max(who.children, 1), "enfant") if len(scale.rates) > 1 else ""  # one rate: the same for all
    disabled = ", immédiatement inférieur pour un enfant en situation de handicap" if lower and children else ""
    whose = f" pour {children} à charge" if children else ""
    told = f"Taux d'effort{whose}{disabled}\u202f: {decimals(rate)}\u202f%."
    price, how = _price(tariff, who, base, rate)
    name = " ".join(filter(None, ("PSU" if tariff.scale else "Taux d'effort", children)))
    return Effort(price, f"{name}{_suffix(tariff, who)}", (*scale.why, why, told, *how))


def _straight(tariff: EffortTariff, who: Situation) -> Effort:
    """Find the price on the straight line from the least price, at the floor, to the greatest, at the ceiling."""
    low, high = tariff.floor or ZERO, tariff.ceiling or ZERO  # given, all four: the file is checked
    least, most = tariff.price_floor or ZERO, tariff.price_ceiling or ZERO
    base, why = _base(tariff.base, Scale((), low, high), who)
    at = high if base is None else base
    price = least + (at - low) * (most - least) / (high - low)
    if tariff.rounding_price is PriceRounding.AFTER:
        price = price.quantize(FINE, ROUND_HALF_UP)
    whose = "ressources de" if tariff.base is Base.RESOURCES else "quotient de"
    ends = f"de {money(least)} ({whose} {money(low)}) à {money(most)} ({whose} {money(high)})"
    sums = f"{money(least)} + ({money(at)} − {money(low)}) × {money(most - least)} ÷ {money(high - low)}"
    found = money(price.quantize(FINE, ROUND_HALF_UP))
    steps = [f"Prix de {PERS[tariff.per]} en ligne droite, {ends}\u202f: {sums} = {found}."]
    price = _finished(tariff, who, price, steps)
    return Effort(price, f"Selon {NAMES[tariff.base]}{_suffix(tariff, who)}", (why, *steps))


def _suffix(tariff: EffortTariff, who: Situation) -> str:
    return ", extérieur" if not who.resident and tariff.outside_percent else ""


def _base(kind: Base, scale: Scale, who: Situation) -> tuple[Decimal | None, str]:
    """Hold the household's base between the floor and the ceiling; without proof, the ceiling."""
    resources = kind is Base.RESOURCES
    told, name = (who.resources, "Ressources mensuelles") if resources else (who.quotient, "Quotient familial")
    s = "es" if resources else ""
    if told is None:
        missing = "Aucun justificatif de ressources" if resources else "Aucun quotient familial"
        if scale.ceiling is None:
            return None, f"{missing}\u202f: prix le plus élevé."
        return scale.ceiling, f"{missing}\u202f: plafond de {money(scale.ceiling)}."
    if scale.floor is not None and told < scale.floor:
        return scale.floor, f"{name}\u202f: {money(told)}, porté{s} au plancher de {money(scale.floor)}."
    if scale.ceiling is not None and told > scale.ceiling:
        return scale.ceiling, f"{name}\u202f: {money(told)}, ramené{s} au plafond de {money(scale.ceiling)}."
    return max(told, Decimal(0)), f"{name}\u202f: {money(told)}."


def _price(tariff: EffortTariff, who: Situation, base: Decimal | None, rate: Decimal) -> tuple[Decimal, Steps]:
    """Multiply, hold between the least and the greatest price, raise for families from outside, round if before."""
    steps: list[str] = []
    if base is None:
        price = tariff.price_ceiling or Decimal(0)  # the file has one when it has no ceiling
        steps.append(f"Prix de {PERS[tariff.per]}\u202f: {money(price)}, le plus élevé.")
    else:
        price = base * rate / 100 + tariff.fixed
        more = f" {'+' if tariff.fixed > 0 else '−'} {money(abs(tariff.fixed))}" if tariff.fixed else ""
        steps.append(
            f"Prix de {PERS[tariff.per]}\u202f: {money(base)} × {decimals(rate)}\u202f%{more} = {money(price)}."
        )
        price = max(_held(tariff, price, steps), ZERO)
    return _finished(tariff, who, price, steps), tuple(steps)


def _finished(tariff: EffortTariff, who: Situation, price: Decimal, steps: list[str]) -> Decimal:
    """Raise a price for families from outside, and round it if it is to be before it multiplies hours."""
    if not who.resident and tariff.outside_percent:
        raised = price * (100 + tariff.outside_percent) / 100
        steps.append(
            f"Famille de l'extérieur\u202f: {decimals(tariff.outside_percent)}\u202f% de plus, {money(raised)}."
        )
        price = raised
    if tariff.rounding_price is PriceRounding.BEFORE and price != (rounded := price.quantize(CENT, ROUND_HALF_UP)):
        steps.append(f"Arrondi au centime\u202f: {money(rounded)}.")
        price = rounded
    return price


def _held(tariff: EffortTariff, price: Decimal, steps: list[str]) -> Decimal:
    if tariff.price_floor is not None and price < tariff.price_floor:
        steps.append(f"Prix porté au minimum\u202f: {money(tariff.price_floor)}.")
        return tariff.price_floor
    if tariff.price_ceiling is not None and price > tariff.price_ceiling:
        steps.append(f"Prix ramené au maximum\u202f: {money(tariff.price_ceiling)}.")
        return tariff.price_ceiling
    return price
