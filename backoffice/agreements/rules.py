"""Contracts levelled by month: which months they bill, and what they come to at their end. Pure, exact, explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from backoffice.rulebook.file.wording import decimals, money
from backoffice.rulebook.tariffs.presence import clock
from backoffice.rulebook.values import Contract, Steps, cents
from resources.french import NARROW, euros, plural, short_date

QUARTER = 15  # minutes: a week is told to the quarter of an hour, so that hours are exact decimals
WEEKS_IN_A_YEAR, MINUTES_IN_A_WEEK, MOST_MONTHS = 53, 7 * 24 * 60, 24
LEFT_TO_CREDIT = "à rendre par un avoir sur une facture précédente"
HUNDRED, HOUR = Decimal(100), 60


class Absent(NamedTuple):
    """A unit of a day of absence, as far as a deduction looks at it."""

    day: date
    unit: str  # its code
    justified: bool
    absence: str | None
    absence_day: int | None


class Billed(NamedTuple):
    """What the other months of a contract have billed so far, credit notes deducted."""

    minutes: Decimal
    weighed: Decimal  # minutes × the price that each month had, in euros
    cents: int


class Terms(NamedTuple):
    """What was signed, and until when it was kept."""

    starts: date
    ends: date
    agreed_ends: date  # the same, unless it was ended before
    minutes_a_week: int
    weeks_hundredths: int
    months: int

    @property
    def contract(self) -> Contract:
        """Give it as the rules of prices take it."""
        return Contract(
            Decimal(self.minutes_a_week) / HOUR, Decimal(self.weeks_hundredths).scaleb(-2), max(self.months, 1)
        )

    def rank(self, month: date) -> int:
        """Count the months since the one in which it begins."""
        return (month.year - self.starts.year) * 12 + month.month - self.starts.month

    def levels(self, month: date) -> bool:
        """Tell whether a month is one of those over which it is levelled."""
        return 0 <= self.rank(month) < self.months and month <= self.ends

    def closes(self, month: date) -> bool:
        """Tell whether a month is its last."""
        return (month.year, month.month) == (self.ends.year, self.ends.month)

    def planned_minutes(self) -> int:
        """Give the hours of its weeks, in minutes; ended before, those of the share of its days that it lasted."""
        whole = Decimal(self.minutes_a_week) * self.weeks_hundredths / HUNDRED
        return int((whole * self._lasted / self._agreed).quantize(Decimal(1), ROUND_HALF_UP))

    def told(self) -> Steps:
        """Say where these hours come from."""
        contract = self.contract
        weeks = "semaine" if contract.weeks < 2 else "semaines"
        sums = f"{decimals(contract.hours_a_week)} h × {decimals(contract.weeks)} {weeks}"
        dates = f"Contrat du {short_date(self.starts)} au {short_date(self.agreed_ends)}"
        if self.ends == self.agreed_ends:
            return (f"{dates}{NARROW}: {sums} = {clock(self.planned_minutes())}.",)
        early = f"Terminé le {short_date(self.ends)}{NARROW}: {plural(self._lasted, 'jour')} sur {self._agreed}"
        return (f"{dates}{NARROW}: {sums}.", f"{early}, soit {clock(self.planned_minutes())}.")

    @property
    def _lasted(self) -> int:
        return (self.ends - self.starts).days + 1

    @property
    def _agreed(self) -> int:
        return (self.agreed_ends - self.starts).days + 1


class Closing(NamedTuple):
    """What a contract's last month looks at besides its own: the other months' lines, and all the absences."""

    billed: Billed
    absences: tuple[Absent, ...]


class Agreed(NamedTuple):
    """A contract as one month bills it."""

    id: int
    terms: Terms
    due: bool  # the month is levelled, and not billed yet
    absences: tuple[Absent, ...]  # of the month
    closing: Closing | None  # none: it goes on, or it is regularised already


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a contract's end asks of the family, or gives back when negative; and why."""

    cents: int
    steps: Steps


def settle(terms: Terms, deducted: int, billed: Billed, last: Billed, price: Decimal) -> Settlement:
    """Compare what a contract really came to with what its levelled months billed, this last one included.

    Each month's hours keep the price that they had; the difference of hours is at the last one.
    """
    due = max(0, terms.planned_minutes() - deducted)
    minutes, asked = billed.minutes + last.minutes, billed.cents + last.cents
    worth = cents((billed.weighed + last.weighed + (due - minutes) * price) / HOUR)
    steps = list(terms.told())
    if deducted:
        steps.append(f"Absences déduites{NARROW}: {clock(deducted)}. Heures dues{NARROW}: {clock(due)}.")
    owed = euros(worth)
    if billed.weighed + last.weighed == minutes * price:
        steps.append(f"Heures dues{NARROW}: {clock(due)} × {money(price)} l'heure = {owed}.")
    else:
        rest = _hours(due - minutes)
        steps.append(f"Heures facturées, au prix de leur mois, et {rest} à {money(price)} l'heure{NARROW}: {owed}.")
    steps.append(f"Mois du contrat, avoirs déduits{NARROW}: {_hours(minutes)}, {euros(asked)}.")
    steps.append(f"Régularisation{NARROW}: {owed} − {euros(asked)} = {euros(worth - asked)}.")
    return Settlement(worth - asked, tuple(steps))


def total_of(found: Iterable[Billed]) -> Billed:
    """Add up what lines have billed."""
    rows = list(found)
    return Billed(
        sum((row.minutes for row in rows), Decimal(0)),
        sum((row.weighed for row in rows), Decimal(0)),
        sum(row.cents for row in rows),
    )


def terms_faults(starts: date, ends: date, minutes_a_week: int, weeks_hundredths: int, months: int) -> dict[str, str]:
    """Say what no contract may be, by field."""
    faults: dict[str, str] = {}
    if ends < starts:
        faults["ends"] = "La fin du contrat est avant son début."
    if not 0 < minutes_a_week <= MINUTES_IN_A_WEEK:
        faults["hours"] = "Donnez les heures d'une semaine, par exemple 30."
    elif minutes_a_week % QUARTER:
        faults["hours"] = f"Les heures d'une semaine s'écrivent au quart d'heure{NARROW}: 30, 30,25, 30,5 ou 30,75."
    if not 0 < weeks_hundredths <= WEEKS_IN_A_YEAR * 100:
        faults["weeks"] = f"Donnez le nombre de semaines, de 0,01 à {WEEKS_IN_A_YEAR}."
    if not 0 < months <= MOST_MONTHS:
        faults["months"] = f"Donnez le nombre de mois, de 1 à {MOST_MONTHS}."
    elif "ends" not in faults and (touched := touched_months(starts, ends)) < months:
        faults["months"] = (
            f"Ces dates touchent {plural(touched, 'mois', 'mois')}{NARROW}: {months} ne peuvent pas l'être."
        )
    return faults


def touched_months(starts: date, ends: date) -> int:
    """Count the months of which a contract has a day."""
    return (ends.year - starts.year) * 12 + ends.month - starts.month + 1


def _hours(minutes: Decimal) -> str:
    """Write minutes as hours, less or more."""
    whole = int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
    return f"−{clock(-whole)}" if whole < 0 else clock(whole)
