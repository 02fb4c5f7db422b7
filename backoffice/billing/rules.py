"""How attended units become the lines of an invoice: pure, exact, explained."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from backoffice.agreements.rules import Agreed
from backoffice.rulebook.file.wording import money
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.tariffs.presence import clock
from backoffice.rulebook.values import Steps, cents
from models.vocabulary import AttendanceState, Section
from resources.french import NARROW, euros, listed

# A booking that nobody pointed is not billed: it raises an alert until someone says what happened. A justified absence
# is looked at only where the rulebook bills some: see `backoffice.billing.scope`.
BILLED = (AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED)
HUNDREDTH = Decimal("0.01")


class Terms(NamedTuple):
    """What a price may look at in what happened, hours apart."""

    state: AttendanceState
    absence: str | None = None
    absence_day: int | None = None
    late: str | None = None  # what the booking keeps of its lateness, as JSON
    unbooked: bool = False  # there, without a booking
    cancelled: bool = False  # away, and the booking was cancelled


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What happened in a unit, as far as a price may look at it; shared by all the units of which it is true."""

    terms: Terms
    arrived: time | None = None
    left: time | None = None
    category: str | None = None  # of the enrolment
    words: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        told = (*self.terms, self.arrived, self.left, self.category)
        object.__setattr__(self, "words", " ".join("" if one is None else str(one) for one in told))


class AttendedUnit(NamedTuple):
    """One unit of one day that a household owes. A tuple: a month has hundreds of thousands."""

    child_id: int
    unit_id: int
    day: date
    facts: Facts


class Package(NamedTuple):
    """A month that a household may owe for an enrolled child, whatever its attendance: from a day to a day."""

    child_id: int
    activity_id: int
    first: date
    last: date
    category: str | None
    days_a_week: int | None
    contract: Agreed | None = None  # what it levels, instead of a package


class Kind(NamedTuple):
    """What makes a line of its own: the same thing, at the same price, for the same reason."""

    activity: str  # its code
    unit: str  # code of what is billed
    label: str  # as printed
    section: Section
    price: Decimal  # euros
    tariff: str  # as printed
    per: Per
    absence: AttendanceState | None
    order: tuple[int, int]
    contract_id: int | None = None  # that it levels, or regularises


class Entry(NamedTuple):
    """What a day, or a month, adds to a line; hours are counted in minutes, so that none is lost."""

    kind: Kind
    quantity: Decimal | int
    steps: Steps


class Item(NamedTuple):
    """An entry for a child; a package has no day."""

    child_id: int
    day: date | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One child, one thing, one price, on some days."""

    child_id: int
    kind: Kind
    quantity: Decimal
    amount_cents: int
    days: tuple[date, ...]
    steps: Steps
    share_percent: int | None = None  # of a price that several households share

    @property
    def unit_price_cents(self) -> int:
        """Give the unit price in whole cents, rounded half up."""
        return cents(self.kind.price)

    @property
    def unit_price_exact(self) -> str | None:
        """Write the unit price in euros, where whole cents do not say it."""
        exact = Decimal(self.unit_price_cents).scaleb(-2) != self.kind.price
        return f"{self.kind.price.normalize():f}" if exact else None

    @property
    def quantity_unit(self) -> str | None:
        """Say what the quantity counts, where it is not obvious."""
        return "h" if self.kind.per is Per.HOUR else None


@dataclass(slots=True)
class _Sum:
    quantity: Decimal | int = 0
    told: dict[Steps, list[date]] = field(default_factory=dict)


def lines_of(items: Iterable[Item], apart: Callable[[int, date | None], object] | None = None) -> list[Line]:
    """Group entries by child and kind, in the order of the days. An absence that costs nothing makes no line.

    `apart` tells apart, for a child, days that must not stand in one line.
    """
    found: dict[tuple[int, Kind, object], _Sum] = {}
    for child_id, day, entry in items:
        key = child_id, entry.kind, apart(child_id, day) if apart else None
        added = found.get(key)
        if added is None:
            added = found[key] = _Sum()
        added.quantity += entry.quantity
        days = added.told.setdefault(entry.steps, [])
        if day is not None:
            days.append(day)
    lines = (_line(child_id, kind, added) for (child_id, kind, _), added in found.items())
    return [line for line in lines if line.quantity and (line.amount_cents or line.kind.absence is None)]


def _line(child_id: int, kind: Kind, added: _Sum) -> Line:
    days = tuple(sorted({day for of_steps in added.told.values() for day in of_steps}))
    steps = explained(added.told)
    if kind.per is not Per.HOUR:
        return Line(child_id, kind, Decimal(added.quantity), cents(kind.price * added.quantity), days, steps)
    quantity, amount = Decimal(added.quantity) / 60, cents(kind.price * added.quantity / 60)
    total = f"{clock(int(added.quantity))} × {money(kind.price)} l'heure = {euros(amount)}"
    told = (*steps, f"Montant de la ligne{NARROW}: {total}.")
    return Line(child_id, kind, quantity.quantize(HUNDREDTH, ROUND_HALF_UP), amount, days, told)


def explained(told: dict[Steps, list[date]]) -> Steps:
    """Tell once what explains all the days of a line, then what explains some of them, in their order."""
    if len(told) == 1:
        return next(iter(told))
    common = set.intersection(*(set(steps) for steps in told))
    heads: dict[Steps, list[date]] = {}  # the tariff, which may be another version's
    own: dict[Steps, list[date]] = {}
    for steps, days in told.items():
        head = steps[:1] if steps and steps[0] not in common else ()
        heads.setdefault(head, []).extend(days)
        own.setdefault(tuple(step for step in steps[len(head) :] if step not in common), []).extend(days)
    shared = tuple(step for step in next(iter(told)) if step in common)
    return (*_dated(heads), *shared, *_dated(own))


def _dated(told: dict[Steps, list[date]]) -> Iterator[str]:
    """Tell what explains some days, in their order, and which."""
    for days, words in sorted((sorted(days), " ".join(steps)) for steps, days in told.items() if steps):
        yield f"{_on(days)}{NARROW}: {_inside(words)}" if days else words


def _on(days: Iterable[date]) -> str:
    """Name days of a month: Le 3, Les 3, 5 et 10."""
    numbers = sorted({day.day for day in days})
    return f"{'Le' if len(numbers) == 1 else 'Les'} {listed('1er' if day == 1 else str(day) for day in numbers)}"


def _inside(step: str) -> str:
    """Begin a sentence inside another; initials keep their capitals."""
    return step[:1].lower() + step[1:] if step[1:2].islower() else step


def total_cents(lines: Iterable[Line]) -> int:
    """Add the rounded lines up: never round a sum."""
    return sum(line.amount_cents for line in lines)


def basis_of(units: Iterable[AttendedUnit], packages: Iterable[Package] = (), standing: str = "") -> str:
    """Give the digest of what an invoice bills, by which issuing knows that nothing has moved since the draft.

    `standing` tells what its prices look at besides: the household, the rulebook.
    """
    facts = [f"{unit.child_id} {unit.unit_id} {unit.day.toordinal()} {unit.facts.words}" for unit in units]
    facts += [" ".join(map(str, package)) for package in packages]
    return hashlib.sha256("\n".join([*sorted(facts), standing]).encode()).hexdigest()


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
