"""What the rules are asked and what they answer: frozen values, with the explanation in French."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.words import InTime, Per
from models.vocabulary import Section

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """Between which instants something may be done, in UTC, what happens before and after, and why.

    `until` is the first instant that is too late; none: it can never be done. `opens` is the first instant at which it
    may be done; none: at once. `staff_until` is the régie's own limit; none: the régie decides until the service.
    """

    until: datetime | None
    in_time: InTime
    late: Late
    code: str | None  # of the rule; none: no rule limits this
    rule: str
    version: str
    steps: Steps
    opens: datetime | None = None
    staff_until: datetime | None = None
    starts: datetime | None = None  # the service; the end of a day without hours


class Judgement(StrEnum):
    """What a limit says of the moment at which a wish was received."""

    TOO_EARLY = "too_early"
    IN_TIME = "in_time"
    IN_TIME_ASK = "in_time_ask"  # the régie validates
    LATE_REFUSED = "late_refused"
    LATE_ASK = "late_ask"  # the régie decides
    LATE_CHARGED = "late_charged"  # accepted, at a price of its own
    LATE_BILLED = "late_billed"  # cancelled, billed all the same
    LATE_PROOF = "late_proof"  # cancelled, billed unless a proof comes


@dataclass(frozen=True, slots=True)
class Contract:
    """What a family and a crèche agreed: hours a week, over some weeks, levelled over some months."""

    hours_a_week: Decimal
    weeks: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class Situation:
    """Who is priced, and what happened on the day; what is unknown is priced at its highest."""

    resident: bool = True
    quotient: Decimal | None = None  # none: no proof of income
    resources: Decimal | None = None  # euros a month; none: no proof
    children: int = 1  # dependent, in the household
    disabled_child: bool = False
    rank: int = 1  # among the siblings, the eldest first
    age: int | None = None  # whole years on the day
    category: str | None = None
    minutes: int | None = None  # of presence on the day; none: those of the units
    arrived: time | None = None
    left: time | None = None
    late: Late | None = None  # booked after the limit: what the notice period says of it
    is_late: bool = False  # booked after the limit
    unbooked: bool = False
    pickup_minutes: int = 0  # after the end of the last unit
    absent: bool = False
    justified: bool = False  # of an absence
    absence: str | None = None  # its code in the rulebook; none: the first rule of its nature
    absence_day: int = 1  # calendar days since it began
    days_a_week: int | None = None  # of a monthly package
    contract: Contract | None = None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line as an invoice prints it. amount = quantity × unit price, rounded half up once."""

    unit: str  # code of the unit billed; of the modifier, for a line of its own
    title: str
    section: Section
    quantity: Decimal  # units, days, months, or hours
    unit_price: Decimal  # euros; more than two decimals only where an hourly price is rounded after
    amount_cents: int
    label: str  # the tariff and its bracket, as printed
    steps: Steps
    per: Per = Per.UNIT  # what the quantity counts: units, days or months, or hours

    @property
    def unit_cents(self) -> int:
        """Give the unit price in whole cents, rounded half up."""
        return cents(self.unit_price)


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a day's units: the total is the sum of the lines."""

    lines: tuple[PriceLine, ...]

    @property
    def cents(self) -> int:
        """Add the rounded lines up."""
        return sum(line.amount_cents for line in self.lines)

    @property
    def steps(self) -> Steps:
        """Tell how each line was found, one after the other."""
        return tuple(step for line in self.lines for step in line.steps)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is left of an aid for a child: its code in the rulebook, and the euros; none: no limit but the price."""

    code: str
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Deduction:
    """What an aid takes off a line, and what is left of it."""

    line: int  # rank of the line it helps
    code: str
    title: str
    amount_cents: int  # positive
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class Helped:
    """Lines, and what the aids take off them."""

    lines: Sequence[PriceLine]
    deductions: tuple[Deduction, ...]
    grants: tuple[Grant, ...]  # what is left

    @property
    def cents(self) -> int:
        """Give what the family owes; never below zero."""
        return sum(line.amount_cents for line in self.lines) - sum(d.amount_cents for d in self.deductions)


def cents(amount: Decimal) -> int:
    """Round an amount in euros to whole cents, half up.

    >>> cents(Decimal("4.155")), cents(Decimal("-4.155"))
    (416, -416)
    """
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
