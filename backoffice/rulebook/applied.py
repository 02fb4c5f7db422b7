"""A rulebook at work: its limits and its prices, each found once however often it is asked."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count

from backoffice.errors import RefusedByRule
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.notices.notice import limit
from backoffice.rulebook.tariffs.factors import Factors, factors_of, priced_in_time
from backoffice.rulebook.tariffs.psu import psu_rows
from backoffice.rulebook.tariffs.tariff import deduction, lacks_proof, month_quote, quote, rates
from backoffice.rulebook.values import Limit, Quote, Situation

ONE_DAY = timedelta(days=1)
Number = int  # of a question's part: what it looks at is long to compare, its number is not


class Applied:
    """A rulebook under its calendar. Pure: it reads no database and no clock.

    What differs only by facts that no rule looks at is one question, asked once: see `Factors`.
    """

    def __init__(self, book: Rulebook, calendar: Calendar) -> None:
        self.book = book
        self.calendar = calendar.under(book)
        self._limits: dict[tuple[str, str | None, Operation, date, bool], Limit] = {}
        self._quotes: dict[tuple[str, Sequence[str], Number, Number], Quote | str] = {}
        self._months: dict[tuple[str, date, date | None, date | None, int, Number], Quote | str] = {}
        self._rates: dict[tuple[str, str, Number, Late | None], dict[str, int]] = {}
        self._lacks: dict[tuple[str, Number, Number], bool] = {}
        self._factors: dict[str, Factors] = {}
        self._shared: dict[str, Factors] = {}
        self._numbers: dict[tuple[object, ...], Number] = {}
        self._next = count()  # never twice the same, whichever thread asks
        self._days: dict[tuple[str, date], Number] = {}
        self._changes = _changes(book)
        self._last: tuple[Situation | None, str, Number] = (None, "", 0)

    def limit(
        self, *, activity: str, operation: Operation, day: date, unit: str | None = None, resident: bool = True
    ) -> Limit:
        """Find until when something may be done; see backoffice.rulebook.notices.notice.limit."""
        key = (activity, unit, operation, day, resident)
        found = self._limits.get(key)
        if found is None:
            found = self._limits[key] = limit(
                self.book, self.calendar, activity=activity, operation=operation, day=day, unit=unit, resident=resident
            )
        return found

    def quote(self, *, activity: str, units: Sequence[str], day: date, situation: Situation) -> Quote:
        """Price a day's units; see backoffice.rulebook.tariffs.tariff.quote."""
        asked, where, number = self._last  # looked at here too: this is asked millions of times
        if asked is not situation or where != activity:
            number = self._normal(activity, situation)
        at = self._days.get((activity, day))
        key = (activity, tuple(units), self._day(activity, day) if at is None else at, number)
        found = self._quotes.get(key)
        if found is None:
            found = self._quotes[key] = self._ask(activity, units, day, situation)
        return found if found.__class__ is Quote else _answer(found)

    def month_quote(
        self,
        *,
        activity: str,
        month: date,
        situation: Situation,
        first: date | None = None,
        last: date | None = None,
        deducted_minutes: int = 0,
    ) -> Quote:
        """Price a month's packages and contracts; see backoffice.rulebook.tariffs.tariff.month_quote."""
        key = (activity, month, first, last, deducted_minutes, self._normal(activity, situation))
        found = self._months.get(key)
        if found is None:
            try:
                found = month_quote(
                    self.book,
                    self.calendar,
                    activity=activity,
                    month=month,
                    situation=situation,
                    first=first,
                    last=last,
                    deducted_minutes=deducted_minutes,
                )
            except RefusedByRule as error:
                found = str(error)
            self._months[key] = found
        return _answer(found)

    def deduction(self, *, activity: str, units: Sequence[str], day: date, situation: Situation) -> int:
        """Give what a day of absence takes off a contract; see backoffice.rulebook.tariffs.tariff.deduction."""
        return deduction(self.book, self.calendar, activity=activity, units=units, day=day, situation=situation)

    def rate_of(self, *, activity: str, day: date, situation: Situation) -> str:  # noqa: ARG002 -- the same key all year
        """Name the class of families that pay the same; see backoffice.rulebook.tariffs.tariff.rate_of."""
        factors = self._shared.get(activity)
        if factors is None:
            part = self.book.activities.get(activity)
            if part is None:
                return ""
            factors = self._shared[activity] = priced_in_time(self.book, part)
        return factors.shared_key(situation)

    def rates(self, *, activity: str, unit: str, day: date, late: Late | None = None) -> dict[str, int]:
        """Give a unit's price for each class of families; see backoffice.rulebook.tariffs.tariff.rates."""
        key = (activity, unit, self._day(activity, day), late)
        found = self._rates.get(key)
        if found is None:
            found = rates(self.book, self.calendar, activity=activity, unit=unit, day=day, late=late)
            self._rates[key] = found
        return dict(found)

    def lacks_proof(self, *, activity: str, day: date, situation: Situation) -> bool:
        """Tell whether a proof of income would change a price; see backoffice.rulebook.tariffs.tariff.lacks_proof."""
        if situation.quotient is not None and situation.resources is not None:
            return False
        key = (activity, self._day(activity, day), self._normal(activity, situation))
        found = self._lacks.get(key)
        if found is None:
            found = self._lacks[key] = lacks_proof(self.book, activity=activity, day=day, situation=situation)
        return found

    def _ask(self, activity: str, units: Sequence[str], day: date, situation: Situation) -> Quote | str:
        try:
            return quote(self.book, self.calendar, activity=activity, units=units, day=day, situation=situation)
        except RefusedByRule as error:
            return str(error)

    def _looked_at(self, activity: str) -> Factors | None:
        found = self._factors.get(activity)
        if found is None and (part := self.book.activities.get(activity)):
            found = self._factors[activity] = factors_of(self.book, part)
        return found

    def _normal(self, activity: str, situation: Situation) -> Number:
        """Number what prices look at in a situation; kept from one call to the next, for who prices a child's year."""
        asked, where, found = self._last
        if asked is not situation or where != activity:
            factors = self._looked_at(activity)
            found = self._number(factors.normal(situation) if factors else ())
            self._last = (situation, activity, found)
        return found

    def _day(self, activity: str, day: date) -> Number:
        """Number what prices look at in a day: its period, its weekday, and between which dates of the rules it is."""
        found = self._days.get((activity, day))
        if found is None:
            factors = self._looked_at(activity)
            looked_at = _day_of(factors, self.calendar, day, self._changes) if factors else ()
            found = self._days[activity, day] = self._number(looked_at)
        return found

    def _number(self, looked_at: tuple[object, ...]) -> Number:
        found = self._numbers.get(looked_at)
        return self._numbers.setdefault(looked_at, next(self._next)) if found is None else found


def _day_of(factors: Factors, calendar: Calendar, day: date, changes: Sequence[date]) -> tuple[object, ...]:
    period = calendar.period(day) if factors.periods else None
    weekday = day.weekday() if factors.weekdays else None
    year = day.year if factors.effort else None  # of the national scale
    return bisect_right(changes, day), period, weekday, year


def _changes(book: Rulebook) -> list[date]:
    """List the days from which a price may not be what it was: the dates of the rules, and of the national scale."""
    cases = [*book.tariffs, *book.combinations, *book.modifiers, *book.absences]
    firsts = {case.first for case in cases if case.first is not None}
    after = {case.last + ONE_DAY for case in cases if case.last is not None}
    return sorted(firsts | after | {row.first for row in psu_rows()})


def _answer(found: Quote | str) -> Quote:
    if isinstance(found, str):
        raise RefusedByRule(found)
    return found
