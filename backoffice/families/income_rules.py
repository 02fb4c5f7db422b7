"""What a proof of income may be, and how it finds its place among those known: pure rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from resources.french import NARROW, number, short_date

HIGHEST = 99_999
MOST_CHILDREN = 20
AMOUNT = re.compile(r"(\d{1,9})(?:[,.](\d{1,2}))?€?")


@dataclass(frozen=True, slots=True)
class Income:
    """A quotient familial and what it was found from, over the days for which it is valid."""

    value: int  # whole euros
    starts: date
    ends: date | None = None
    proved_on: date | None = None
    resources_cents: int | None = None  # a month's
    children: int | None = None  # dependent
    disabled_child: bool = field(default=False, repr=False)


class Known(NamedTuple):
    """A proof that the file holds already."""

    id: int
    value: int
    starts: date
    ends: date | None


def cents_typed(text: str) -> int | None:
    """Read an amount as people type it: 1 850,50 → 185050; none when it is no amount."""
    found = AMOUNT.fullmatch("".join(text.split()))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def faults_of(income: Income, known: Sequence[Known], today: date) -> dict[str, str]:
    """Say what is wrong, by field; an earlier proof is no fault: it ends the day before."""
    faults: dict[str, str] = {}
    if not 0 <= income.value <= HIGHEST:
        faults["value"] = f"Un quotient familial va de 0 à {number(HIGHEST)}."
    if income.ends is not None and income.ends < income.starts:
        faults["ends"] = f"La fin vient avant le début, le {short_date(income.starts)}."
    elif later := _later(income, known):
        faults["ends"] = (
            f"Le quotient {number(later.value)} commence le {short_date(later.starts)}{NARROW}: "
            "donnez une fin avant ce jour."
        )
    if income.proved_on is not None and income.proved_on > today:
        faults["proved_on"] = "Un justificatif n'arrive pas dans le futur."
    if income.resources_cents is not None and income.resources_cents < 0:
        faults["resources"] = "Les ressources ne sont pas négatives."
    if income.children is not None and not 0 < income.children <= MOST_CHILDREN:
        faults["children"] = f"Le nombre d'enfants à charge va de 1 à {MOST_CHILDREN}."
    if income.resources_cents is not None and income.children is None:
        faults["children"] = f"Avec des ressources, donnez le nombre d'enfants à charge{NARROW}: le taux en dépend."
    return faults


def same_start(income: Income, known: Sequence[Known]) -> Known | None:
    """Find the proof that this one corrects: it begins the same day."""
    return next((one for one in known if one.starts == income.starts), None)


def ended_by(income: Income, known: Sequence[Known]) -> Known | None:
    """Find the proof that this one ends."""
    before = [one for one in known if one.starts < income.starts and (one.ends is None or one.ends >= income.starts)]
    return max(before, key=lambda one: one.starts, default=None)


def _later(income: Income, known: Sequence[Known]) -> Known | None:
    found = [one for one in known if one.starts > income.starts and (income.ends is None or one.starts <= income.ends)]
    return min(found, key=lambda one: one.starts, default=None)
