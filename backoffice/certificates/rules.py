"""What counts in a tax certificate: care paid in the year, for children under six on its 1st of January. Pure, to the cent.

Worked by hand: an invoice asks 30,00 € of care for Léa, 10,00 € of care for Hugo, and 20,00 € of meals. 45,00 € are paid
in December 2026 and the rest in January 2027. December is shared in proportion: 45 × 30/60 = 22,50 €, 7,50 €, 15,00 €;
January takes what is left of each line: 7,50 €, 2,50 €, 5,00 €. The certificate of 2026 says 22,50 € for Léa, that of
2027 says 7,50 €; meals are nowhere. Had 10,00 € of Léa's care been credited, the weights would be 20, 10 and 20.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.vocabulary import Section
from resources.french import age_on

OLDEST = 6  # the law: under six on the 1st of January


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line of an invoice: whose, what, and what the household owed of it once aids and credit notes are taken off."""

    child_id: int
    section: Section
    cents: int


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice with its lines, and what its household paid of it, by the year in which the money was received."""

    family_id: int
    lines: tuple[PaidLine, ...]
    paid: Mapping[int, int]
    aided: Mapping[int, int] = field(default_factory=dict)  # by third parties: of each line too, and never certified


def counts(birth_date: date, year: int) -> bool:
    """Tell whether a child is young enough: born after the 1st of January of the sixth year before.

    >>> counts(date(2020, 1, 2), 2026), counts(date(2020, 1, 1), 2026), counts(date(2026, 7, 1), 2026)
    (True, False, True)
    """
    return age_on(birth_date, date(year, 1, 1)) < OLDEST


def shared_out(cents: int, weights: Sequence[int]) -> list[int]:
    """Share an amount in proportion to what each line still owes, to the cent: the largest remainders take what is left.

    Of equal remainders the first takes it. No line takes more than it owes.

    >>> shared_out(100, [1, 1, 1]), shared_out(1000, [333, 333, 334])
    ([1, 1, 1], [333, 333, 334])
    >>> shared_out(100, [100, 100, 100])
    [34, 33, 33]
    """
    total = sum(weights)
    cents = max(0, min(cents, total))
    if not cents:
        return [0] * len(weights)
    parts = [cents * weight // total for weight in weights]
    ranked = sorted(range(len(weights)), key=lambda at: (-(cents * weights[at] % total), at))
    for at in ranked[: cents - sum(parts)]:
        parts[at] += 1
    return parts


def paid_by_line(invoice: PaidInvoice, year: int) -> list[int]:
    """Give what was paid of each line in a year: the years before it took their part first, in their order.

    Of a year, third parties take theirs before the household.
    """
    left = [max(0, line.cents) for line in invoice.lines]
    given = [0] * len(left)
    for one in sorted({*invoice.paid, *invoice.aided, year}):
        for cents in (invoice.aided.get(one, 0), invoice.paid.get(one, 0)) if one <= year else ():
            given = shared_out(cents, left)
            left = [weight - part for weight, part in zip(left, given, strict=True)]
    return given


def care_paid(invoices: Iterable[PaidInvoice], births: Mapping[int, date], year: int) -> dict[int, dict[int, int]]:
    """Sum what each household paid in a year for the care of each young child; nothing paid is not there."""
    found: dict[int, dict[int, int]] = {}
    for invoice in invoices:
        for line, cents in zip(invoice.lines, paid_by_line(invoice, year), strict=True):
            if cents and line.section is Section.CARE and counts(births[line.child_id], year):
                children = found.setdefault(invoice.family_id, {})
                children[line.child_id] = children.get(line.child_id, 0) + cents
    return found


def net_of_credits(
    lines: Sequence[tuple[int, PaidLine]], credited: Iterable[tuple[int | None, PaidLine]]
) -> tuple[PaidLine, ...]:
    """Take what was credited off the lines: off its own line when it names one, else off those of its child and section.

    What its child and section no longer owe is taken off the others, so that no credit is forgotten. A line below zero,
    as the end of a contract may bear, gives back in the same way.
    """
    left = [max(0, line.cents) for _, line in lines]
    below = [(None, PaidLine(line.child_id, line.section, -line.cents)) for _, line in lines if line.cents < 0]
    for line_id, credit in [*below, *credited]:
        own = [at for at, (one, _) in enumerate(lines) if one == line_id]
        kin = [
            at
            for at, (_, line) in enumerate(lines)
            if (line.child_id, line.section) == (credit.child_id, credit.section)
        ]
        rest = credit.cents
        for at in [*own, *kin, *range(len(lines))]:
            taken = min(rest, max(0, left[at]))
            left[at] -= taken
            rest -= taken
    return tuple(PaidLine(line.child_id, line.section, cents) for (_, line), cents in zip(lines, left, strict=True))
