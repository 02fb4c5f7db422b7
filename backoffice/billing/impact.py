"""What a change of rulebook would do to a month's invoices, family by family; nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Books, read_books
from backoffice.billing.prices import PriceList
from backoffice.billing.rules import total_cents
from backoffice.billing.scope import Scope, scope_of, weighed
from backoffice.errors import RefusedByRule
from models.office.families import Family

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class FamilyImpact:
    """What a household would owe for the month, before and after."""

    family_id: int
    number: str
    name: str
    before_cents: int
    after_cents: int

    @property
    def difference_cents(self) -> int:
        """What the household would pay more; less when negative."""
        return self.after_cents - self.before_cents


@dataclass(frozen=True, slots=True)
class Impact:
    """A month priced twice: under the rulebook in force, and under another."""

    month: date
    before: str  # versions
    after: str
    families: tuple[FamilyImpact, ...]  # those that change most first

    @property
    def before_cents(self) -> int:
        """What the month makes."""
        return sum(row.before_cents for row in self.families)

    @property
    def after_cents(self) -> int:
        """What it would make."""
        return sum(row.after_cents for row in self.families)

    @property
    def difference_cents(self) -> int:
        """What it would make more; less when negative."""
        return self.after_cents - self.before_cents

    @property
    def up(self) -> int:
        """Count the households that would pay more."""
        return sum(row.difference_cents > 0 for row in self.families)

    @property
    def down(self) -> int:
        """Count the households that would pay less."""
        return sum(row.difference_cents < 0 for row in self.families)

    @property
    def unchanged(self) -> int:
        """Count the households that would pay the same."""
        return len(self.families) - self.up - self.down

    @property
    def up_cents(self) -> int:
        """Add up what some would pay more."""
        return sum(max(row.difference_cents, 0) for row in self.families)

    @property
    def down_cents(self) -> int:
        """Add up what some would pay less: negative."""
        return sum(min(row.difference_cents, 0) for row in self.families)


def impact_of(session: Session, source: str, month: date, progress: Progress | None = None) -> Impact:
    """Price a month's attendance under the rulebook in force, then under another; nothing is written.

    Both are computed alike, from today's attendance, billed already or not, and as if the other rulebook had been in
    force all month long: what differs comes from the rulebooks alone. `progress` may raise Cancelled.

    Raises:
        RefusedByRule: one of the two has no price for something; the sentence says what to complete.
    """
    scope = weighed(scope_of(session, month))
    other = weighed(scope, scope.rules.under(source))
    books, others = read_books(session, scope), read_books(session, other)
    steps = _Steps(len(books.accounts) + len(others.accounts), progress)
    before = _totals(PriceList(session, scope, books), books, partial(steps.tell, "Règlement intérieur en vigueur"))
    try:
        after = _totals(PriceList(session, other, others), others, partial(steps.tell, "Brouillon"))
    except RefusedByRule as error:
        message = f"Avec le brouillon\u202f: {error}"
        raise RefusedByRule(message) from error
    return Impact(
        month=scope.month,
        before=_version(scope),
        after=_version(other),
        families=_families(session, before, after),
    )


class _Steps:
    """Counts the accounts priced, of both sides."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def tell(self, label: str) -> None:
        """Say that one more is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total, label)


def _totals(prices: PriceList, books: Books, told: Callable[[], None]) -> Mapping[int, int]:
    """Give what each household owes, all services together."""
    totals: dict[int, int] = defaultdict(int)
    for account in books.accounts:
        totals[account[0]] += total_cents(prices.lines(account))
        told()
    return totals


def _version(scope: Scope) -> str:
    """Name the rulebook in force at the end of the month."""
    return scope.rules.must_be_on(scope.last_day).book.version


def _families(session: Session, before: Mapping[int, int], after: Mapping[int, int]) -> tuple[FamilyImpact, ...]:
    found = {row.id: row for row in session.execute(select(Family.id, Family.number, Family.name, Family.search_key))}
    rows = [
        FamilyImpact(row.id, row.number, row.name, before.get(row.id, 0), after.get(row.id, 0))
        for family_id in {*before, *after}
        if (row := found[family_id])
    ]
    owing = [row for row in rows if row.before_cents or row.after_cents]
    return tuple(sorted(owing, key=lambda row: (-abs(row.difference_cents), found[row.family_id].search_key)))
