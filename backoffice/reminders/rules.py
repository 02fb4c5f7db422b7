"""Which invoices are reminded on a day, at which level: pure, each invoice once a level."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from resources.french import short_date

MOST_REST = timedelta(days=7)  # a letter is given a week to be answered, where the plan leaves as much


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a régie's plan."""

    rank: int
    days_late: int
    title: str
    text: str
    by_mail: bool
    by_letter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An invoice whose day has passed, with what may still be paid of it at the régie."""

    invoice_id: int
    family_id: int
    number: str
    service_id: int
    service: str
    month: date
    issued_on: date
    due_on: date
    late_since: date
    due_cents: int
    reminded: Mapping[int, date] = field(default_factory=dict)  # the day, by level
    in_peace: str = ""  # why it is not asked now

    def days_late(self, today: date) -> int:
        """Count the days since it should have been paid."""
        return (today - self.late_since).days

    @property
    def last_reminded(self) -> date | None:
        """Give the day of its last reminder."""
        return max(self.reminded.values(), default=None)


@dataclass(frozen=True, slots=True)
class DueItem:
    """An invoice to remind, and the level that it reaches."""

    owed: Owed
    rank: int


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One letter: a household, its invoices, and the highest of their levels, which gives the tone."""

    family_id: int
    level: Level
    items: tuple[DueItem, ...]

    @property
    def cents(self) -> int:
        """Give what the letter asks."""
        return sum(item.owed.due_cents for item in self.items)


def late_since(due_on: date, later: Iterable[date | None]) -> date:
    """Count lateness from the last day on which nothing was yet owed.

    The due date; or, when one comes after, the day of the debit that the paper announced, of its rejection, or the
    due date of the later invoice that asks for a small one.
    """
    return max([due_on, *(day for day in later if day is not None)])


def reminders_of(
    levels: Sequence[Level],
    owed: Iterable[Owed],
    today: date,
    *,
    stopped: Collection[int] = (),
    credits_of: Mapping[int, int] | None = None,
    ahead: bool = False,
) -> tuple[DueReminder, ...]:
    """Decide who is reminded of what.

    Each invoice takes the highest level that it reaches, unless it has had that one or a higher one; the levels below
    are skipped for ever. A household under a stop, or whose credit at the régie covers what it would be asked, is left
    in peace. `ahead`: a person decides, and a late invoice takes its next level before its day.
    """
    by_family: dict[int, list[DueItem]] = {}
    for invoice in owed:
        rank = None if invoice.family_id in stopped else rank_of(levels, invoice, today, ahead=ahead)
        if rank is not None:
            by_family.setdefault(invoice.family_id, []).append(DueItem(invoice, rank))
    named = {level.rank: level for level in levels}
    held = credits_of or {}
    found = (
        DueReminder(family_id, named[max(item.rank for item in items)], tuple(items))
        for family_id, items in by_family.items()
    )
    return tuple(due for due in found if due.cents > held.get(due.family_id, 0))


def rank_of(levels: Sequence[Level], invoice: Owed, today: date, *, ahead: bool = False) -> int | None:
    """Give the level that an invoice takes today; None: none, or not yet."""
    late = invoice.days_late(today)
    if invoice.in_peace or invoice.due_cents <= 0 or late <= 0:
        return None
    had = had_by(levels, invoice)
    reached = [level.rank for level in levels if level.days_late <= late]
    rank = max(reached, default=0)
    if rank <= had and ahead:
        rank = min((level.rank for level in levels if level.rank > had), default=0)
    if rank <= had or today < answered_by(levels, invoice):
        return None
    return rank


def had_by(levels: Sequence[Level], invoice: Owed) -> int:
    """Give the highest level that an invoice has had: as it was ranked, or as its day is ranked in a plan changed since."""
    days = max(((day - invoice.late_since).days for day in invoice.reminded.values()), default=0)
    return max(
        [0, *invoice.reminded, *(level.rank for level in levels if invoice.reminded and level.days_late <= days)]
    )


def answered_by(levels: Sequence[Level], invoice: Owed) -> date:
    """Give the first day on which an invoice may be reminded again: the last letter is given time to be answered."""
    last = invoice.last_reminded
    if last is None:
        return date.min
    days = sorted(level.days_late for level in levels)
    gaps = [timedelta(days=after - before) for before, after in pairwise(days)]
    return last + min([MOST_REST, *gaps])


def why_not(levels: Sequence[Level], invoices: Sequence[Owed], today: date, stop: str, credit_cents: int) -> str:
    """Say why a household has nothing to be reminded of now; one sentence."""
    if stop:
        return stop
    if not levels:
        return "Cette régie n'a aucun niveau de relance\u202f: choisissez-les d'abord."
    late = [invoice for invoice in invoices if invoice.days_late(today) > 0]
    if not late:
        return "Aucune facture n'est en retard."
    return next(_reasons(levels, late, today, credit_cents), "Rien n'est à relancer.")


def _reasons(levels: Sequence[Level], late: Sequence[Owed], today: date, credit_cents: int) -> Iterator[str]:
    asked = [invoice for invoice in late if not invoice.in_peace]
    if not asked:
        yield late[0].in_peace
        return
    if credit_cents >= sum(invoice.due_cents for invoice in asked):
        yield "Le crédit du foyer couvre ce qu'il doit\u202f: imputez-le plutôt sur ses factures."
    highest = max(level.rank for level in levels)
    left = [invoice for invoice in asked if had_by(levels, invoice) < highest]
    if not left:
        yield "Toutes les relances prévues ont été faites."
    waits = [answered_by(levels, invoice) for invoice in left]
    if waits and today < min(waits):
        yield f"La dernière relance attend sa réponse jusqu'au {short_date(min(waits))}."
