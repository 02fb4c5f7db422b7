"""What a corrected day changes: what a child's days cost now, beside what was invoiced for them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from backoffice.billing.credit_note import NoteLine, counted, times
from backoffice.billing.remains import Left
from backoffice.billing.rules import Line
from models.vocabulary import Section


class Thing(NamedTuple):
    """What makes a line the same as another, from one invoice to the next."""

    child_id: int
    activity: str | None
    section: Section
    label: str
    tariff: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing: what is invoiced of it, net of aids and credit notes, and what it costs now."""

    thing: Thing
    child: str
    days: tuple[int, ...]  # of the month, that make the difference
    invoiced_cents: int
    cost_cents: int
    left: Sequence[Left] = field(repr=False)
    now: Sequence[Line] = field(repr=False)
    aids_back: Mapping[tuple[int, int], int] = field(repr=False)  # by invoice and position: what aids get back

    @property
    def cents(self) -> int:
        """What is to be asked; negative: given back."""
        return self.cost_cents - self.invoiced_cents


class Now(NamedTuple):
    """What the things of a household cost now, and what tells it."""

    lines: Sequence[Line]
    aided: Mapping[Thing, int]  # what aids would take off each thing
    touched: Mapping[tuple[int, str], Iterable[int]]  # the days corrected, by child and activity
    names: Mapping[int, str]  # of the children


def thing_of(line: Line) -> Thing:
    """Say what a line just priced is of."""
    kind = line.kind
    return Thing(line.child_id, kind.activity, kind.section, kind.label, kind.tariff)


def differences(left: Iterable[Left], now: Now) -> list[Difference]:
    """Compare thing by thing, in the order invoiced."""
    invoiced: dict[Thing, list[Left]] = defaultdict(list)
    costs: dict[Thing, list[Line]] = defaultdict(list)
    for one in left:
        invoiced[Thing(one.child_id, one.activity, one.section, one.label, one.tariff)].append(one)
    for line in now.lines:
        costs[thing_of(line)].append(line)
    things = dict.fromkeys((*invoiced, *costs))
    found = (_difference(thing, invoiced.get(thing, ()), costs.get(thing, ()), now) for thing in things)
    return [one for one in found if one.cents or one.aids_back]


def _difference(thing: Thing, left: Sequence[Left], lines: Sequence[Line], now: Now) -> Difference:
    """Aids that have taken too much get it back; what they took already is never more."""
    cost, aid_cents = sum(line.amount_cents for line in lines), now.aided.get(thing, 0)
    back = {}
    for one in left:
        kept = min(one.aid_cents, aid_cents)
        aid_cents -= kept
        cost -= kept
        if one.aid_cents > kept:
            back[one.invoice_id, one.position] = one.aid_cents - kept
    before = frozenset[int]().union(*(one.days for one in left))
    after = {day.day for line in lines for day in line.days}
    days = before ^ after or set(now.touched.get((thing.child_id, thing.activity or ""), ()))
    child = left[0].child_name if left else now.names[thing.child_id]
    invoiced = sum(one.cents for one in left)
    return Difference(thing, child, tuple(sorted(days)), invoiced, cost, left, lines, back)


@dataclass(frozen=True, slots=True)
class Given:
    """A line of a credit note, and the invoice that it is to lower; none: it may be any of the account's."""

    invoice_id: int | None
    line: NoteLine


def note_lines(found: Iterable[Difference]) -> list[Given]:
    """Write differences as the lines of credit notes: what is given back of each line, what is charged in passing."""
    return [given for one in found for given in (_back(one) if one.cents < 0 else _charged(one)) if given.line.cents]


def _back(one: Difference) -> list[Given]:
    """Take a difference off the lines that invoiced it, the latest first."""
    wanted, given = -one.cents, []
    for left in sorted(one.left, key=lambda left: (left.line_id is None, -left.invoice_id, -left.position)):
        taken = min(wanted, max(left.cents, 0))
        if taken:
            quantity, unit, price, exact = counted(taken, left)
            line = replace(_bare(one, taken), line_id=left.line_id, quantity_hundredths=quantity)
            line = replace(line, quantity_unit=unit, unit_price_cents=price, unit_price_exact=exact)
            given.append(Given(left.invoice_id, line))
            wanted -= taken
    return [*given, Given(None, _bare(one, wanted))]


def _charged(one: Difference) -> list[Given]:
    return [Given(None, _bare(one, -one.cents))]


def _bare(one: Difference, cents: int) -> NoteLine:
    thing = one.thing
    price = one.now[0].unit_price_cents if one.now and one.now[0].unit_price_exact is None else 0
    quantity, price = times(cents, price)
    return NoteLine(
        line_id=None,
        child_id=thing.child_id,
        child_name=one.child,
        section=thing.section,
        activity=thing.activity,
        label=thing.label,
        tariff=thing.tariff,
        days=one.days,
        quantity_hundredths=quantity,
        quantity_unit=None,
        unit_price_cents=price,
        unit_price_exact=None,
        cents=cents,
    )


def shared_out(given: Sequence[Given]) -> Mapping[int, Sequence[NoteLine]] | None:
    """Make one credit note per invoice, each of a positive amount; none when it cannot be done line by line.

    What is charged in passing goes where the most is given back.
    """
    notes: dict[int, list[NoteLine]] = defaultdict(list)
    for one in given:
        if one.invoice_id is not None:
            notes[one.invoice_id].append(one.line)
    for one in given:
        if one.invoice_id is None:
            best = max(notes, key=lambda at: (_sum(notes[at]), at), default=None)
            if best is None or _sum(notes[best]) + one.line.cents <= 0:
                return None
            notes[best].append(one.line)
    return notes


def _sum(lines: Iterable[NoteLine]) -> int:
    return sum(line.cents for line in lines)
