"""How long a child was there, and the hours billed for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.calendar_parts import UnitPart
from backoffice.rulebook.file.parts import minutes
from backoffice.rulebook.file.tariff_parts import Duration
from backoffice.rulebook.file.words import Rounding
from backoffice.rulebook.values import Situation
from resources.french import clock_text

Span = tuple[int, int]  # minutes since midnight


@dataclass(frozen=True, slots=True)
class Presence:
    """Minutes of presence, and where they come from."""

    minutes: int
    why: str


def planned(units: Iterable[UnitPart]) -> list[Span]:
    """Give the hours of units.

    Raises:
        RefusedByRule: a unit has none; the sentence says what to complete.
    """
    spans = []
    for unit in units:
        if unit.starts is None or unit.ends is None:
            message = f"L'unité «\xa0{unit.code}\xa0» n'a pas d'horaires\u202f: donnez-lui «\xa0debut\xa0» et «\xa0fin\xa0» pour la compter à l'heure."
            raise RefusedByRule(message)
        spans.append((minutes(unit.starts), max(minutes(unit.starts), minutes(unit.ends))))
    return spans


def seen(who: Situation, units: Sequence[UnitPart]) -> list[Span]:
    """Give when the child was there: as pointed, completed by the hours of the units."""
    if who.arrived is None and who.left is None:
        return planned(units)
    begins = minutes(who.arrived) if who.arrived else min(first for first, _ in planned(units))
    ends = minutes(who.left) if who.left else max(last for _, last in planned(units))
    return [(begins, max(begins, ends))]


def measured(who: Situation, units: Sequence[UnitPart]) -> Presence:
    """Count the minutes of presence: those told, those between arrival and departure, or those of the units."""
    if who.minutes is not None:
        return Presence(who.minutes, f"Présence\u202f: {clock(who.minutes)}.")
    total = sum(last - first for first, last in seen(who, units))
    if who.arrived and who.left:
        return Presence(total, f"Présence de {clock_text(who.arrived)} à {clock_text(who.left)}\u202f: {clock(total)}.")
    if who.arrived or who.left:
        return Presence(total, f"Présence pointée, complétée par les horaires de l'unité\u202f: {clock(total)}.")
    return Presence(total, f"Durée prévue\u202f: {clock(total)}.")


def billed(rule: Duration, present: int) -> int:
    """Bring minutes of presence to the minutes billed: threshold, tolerance, whole steps, cap.

    The tolerance is forgiven before a further step begins; rounded up, the first step is due as soon as it begins.
    """
    if present < rule.threshold_minutes:
        return 0
    due = in_steps(present, rule.step_minutes, rule.rounding, tolerance=rule.tolerance_minutes)
    return due if rule.cap_minutes is None else min(due, rule.cap_minutes)


def in_steps(present: Decimal | int, step: int, rounding: Rounding, *, tolerance: int = 0) -> int:
    """Bring minutes to whole steps.

    >>> [in_steps(125, 30, how) for how in Rounding]
    [150, 120, 120]
    """
    whole, rest = int(present // step), present % step
    if rest <= tolerance and whole:
        rest = 0
    match rounding:
        case Rounding.UP:
            whole += rest > 0
        case Rounding.NEAREST:
            whole += 2 * rest >= step
    return whole * step


def hours(count: int) -> Decimal:
    """Give minutes in hours, to four decimals where they do not end.

    >>> hours(150), hours(50), hours(600)
    (Decimal('2.5'), Decimal('0.8333'), Decimal('10'))
    """
    exact = Decimal(count) / 60
    return Decimal(f"{exact:.4f}".rstrip("0").rstrip("."))


def clock(count: int) -> str:
    """Write minutes as a duration: 2 h 30, 45 min."""
    whole, rest = divmod(count, 60)
    if not whole:
        return f"{rest}\xa0min"
    return f"{whole}\xa0h" + (f"\xa0{rest:02}" if rest else "")


def at(count: int) -> str:
    """Write minutes since midnight as a time of day: 7 h 30."""
    return clock_text(time(count // 60 % 24, count % 60))
