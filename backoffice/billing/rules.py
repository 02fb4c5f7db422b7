"""How attended units become the lines of an invoice: pure, exact, explained."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from backoffice.rulebook.tariff import Price
from models.vocabulary import AttendanceState

# A booking that nobody pointed is not billed: it raises an alert until someone says what happened.
BILLED = (AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED)


class AttendedUnit(NamedTuple):
    """One unit of one day that a household owes. A tuple: a month has hundreds of thousands."""

    child_id: int
    unit_id: int
    day: date
    state: AttendanceState


@dataclass(frozen=True, slots=True)
class Line:
    """One child, one unit, one price; absences that are billed stand apart."""

    child_id: int
    unit_id: int
    absent: bool
    days: tuple[date, ...]
    price: Price

    @property
    def quantity(self) -> Decimal:
        """Count the units."""
        return Decimal(len(self.days))

    @property
    def amount_cents(self) -> int:
        """Multiply and round the line, half up."""
        return amount_cents(self.quantity, self.price.cents)


def lines_of(units: Iterable[AttendedUnit], price_of: Callable[[AttendedUnit], Price]) -> list[Line]:
    """Group units by child, unit and price, each day once, in the order of the days."""
    found: dict[tuple[int, int, bool, Price], set[date]] = {}
    for unit in units:
        key = (unit.child_id, unit.unit_id, unit.state is AttendanceState.UNJUSTIFIED, price_of(unit))
        found.setdefault(key, set()).add(unit.day)
    return [
        Line(child_id, unit_id, absent, tuple(sorted(days)), price)
        for (child_id, unit_id, absent, price), days in found.items()
    ]


def amount_cents(quantity: Decimal, unit_price_cents: int) -> int:
    """Give a line's amount in whole cents, rounded half up.

    >>> amount_cents(Decimal(17), 415)
    7055
    >>> amount_cents(Decimal("0.5"), 415)
    208
    """
    return int((quantity * unit_price_cents).quantize(Decimal(1), ROUND_HALF_UP))


def total_cents(lines: Iterable[Line]) -> int:
    """Add the rounded lines up: never round a sum."""
    return sum(line.amount_cents for line in lines)


def basis_of(units: Iterable[AttendedUnit]) -> str:
    """Give the digest of what an invoice bills, by which issuing knows that nothing has moved since the draft."""
    facts = sorted(f"{unit.child_id} {unit.unit_id} {unit.day.toordinal()} {unit.state}" for unit in units)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def digest_of(content: object) -> str:
    """Give the digest of a text that many invoices share, stored once."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def days_text(days: Sequence[date]) -> str:
    """Write the days of a month as they are stored: 3,5,10."""
    return ",".join(str(day.day) for day in days)


def days_of(text: str, month: date) -> tuple[date, ...]:
    """Read the days of a month back."""
    return tuple(month.replace(day=int(day)) for day in text.split(",") if day)


def invoice_number(service_code: str, year: int, rank: int) -> str:
    """Write an invoice's number: CANTINE-2026-000001."""
    return f"{service_code}-{year}-{rank:06}"
