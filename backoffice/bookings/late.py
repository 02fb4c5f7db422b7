"""What coming after the limit costs, in words; and what a booking keeps of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import Modifier
from backoffice.rulebook.file.words import LateEffect, Per, Trigger
from backoffice.rulebook.values import cents
from resources.french import NARROW, euros, number

CHARGED = frozenset({LateEffect.SURCHARGE, LateEffect.PRICE})
Cost = Late | Modifier


def cost_words(late: Late) -> str:
    """Say what a rule makes a latecomer pay or bring: « majoré de 10 % »; nothing when it costs nothing."""
    if late.effect in CHARGED:
        return _words(late)
    return {
        LateEffect.BILL: "l'absence reste facturée",
        LateEffect.PROOF: "un justificatif est demandé",
    }.get(late.effect, "")


def booking_costs(book: Rulebook, occasion: Occasion, late: Late) -> list[Cost]:
    """List what makes a late booking dearer: the modifications that answer to lateness alone, then the rule itself.

    Those that look at the child (its age, its rank) are not told here: this is said to all families.
    """
    told: list[Cost] = [m for m in book.modifiers if m.when == (Trigger.LATE,) and m.concerns(occasion)]
    return [*told, *([late] if late.effect in CHARGED else [])]


def costs_words(costs: Iterable[Cost]) -> str:
    """Say them: « majoré de 10 % et de 2,00 € »."""
    return " puis ".join(dict.fromkeys(_words(cost) for cost in costs))


def kept(late: Late | None) -> dict[str, Any] | None:
    """Write what a booking keeps of its lateness, in the keys of the rulebook's file; nothing for one made in time."""
    return late.model_dump(mode="json", by_alias=True, exclude_none=True) if late else None


def _words(cost: Cost) -> str:
    if cost.percent is not None:
        return f"majoré de {number(cost.percent)}{NARROW}%"
    if cost.price is not None:
        return f"au prix de {euros(cents(cost.price))} par unité"
    per = {Per.DAY: "jour", Per.HOUR: "heure"}.get(cost.per, "unité") if isinstance(cost, Modifier) else "unité"
    return f"majoré de {euros(cents(cost.amount or Decimal(0)))} par {per}"
