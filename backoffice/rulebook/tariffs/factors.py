"""Which facts about a family, a child and a day change the prices of an activity: nothing else needs telling apart."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.parts import Amounts, Case
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import (
    BandTariff,
    ContractTariff,
    DurationTariff,
    EffortTariff,
    MonthTariff,
    OnePrice,
    Tariff,
    UnitTariff,
)
from backoffice.rulebook.file.words import LateEffect, Public, Trigger
from backoffice.rulebook.tariffs.brackets import has_outside
from backoffice.rulebook.values import Situation

Cut = tuple[Decimal, bool]  # where prices may change: from a quotient on, or, if true, just above it
NOTHING = Decimal(0)
COSTS = {LateEffect.SURCHARGE, LateEffect.PRICE}
ALONE, OUTSIDE, UNKNOWN = "r0", "x", "n"


@dataclass(frozen=True, slots=True)
class Factors:
    """What some rules look at, and where the answer changes."""

    priced: bool  # there is a price by day
    effort: bool  # the price is the household's own
    quotients: tuple[Cut, ...]
    ranks: tuple[int, ...]  # the lowest of each class but the first
    ages: tuple[int, ...]
    categories: tuple[str, ...]
    residence: bool
    outside_quotient: bool  # whether the quotient changes what families from outside pay
    clock: bool  # whether minutes of presence count
    triggers: frozenset[Trigger]
    monthly: bool
    weekdays: bool
    periods: bool

    @property
    def shared(self) -> bool:
        """Tell whether families of one class pay the same price by day."""
        return self.priced and not self.effort

    def shared_key(self, who: Situation) -> str:
        """Name the class of a family; none when the price is the household's own, or there is none."""
        return self.key(who) if self.shared else ""

    def key(self, who: Situation) -> str:
        """Name the class of a family: `r1`, `x`, `r1-k3-a6`; the same whatever the day."""
        parts = [OUTSIDE] if self._is_outside(who) else []
        if self.quotients and (not parts or self.outside_quotient):
            parts.append(UNKNOWN if who.quotient is None else f"r{self.bracket(who.quotient)}")
        parts = parts or [ALONE]
        if self.ranks:
            parts.append(f"k{_lowest(self.ranks, who.rank, 1)}")
        if self.ages:
            parts.append("a" if who.age is None else f"a{_lowest(self.ages, who.age, 0)}")
        if who.category in self.categories:
            parts.append(f"c{self.categories.index(who.category) + 1}")
        return "-".join(parts)

    def classes(self) -> Iterator[tuple[str, Situation]]:
        """Give each class once, with a family of it."""
        seen = set()
        for resident, quotient, rank, age, category in product(
            (True, False) if self.residence else (True,),
            (None, *self.known_quotients()),
            (1, *self.ranks),
            (None, *self.known_ages()),
            (None, *self.categories),
        ):
            who = Situation(resident=resident, quotient=quotient, rank=rank, age=age, category=category)
            if (key := self.key(who)) not in seen:
                seen.add(key)
                yield key, who

    def bracket(self, quotient: Decimal) -> int:
        """Give the rank of the class that a quotient falls in."""
        return bisect_left(self.quotients, (quotient, True))

    def known_quotients(self) -> list[Decimal]:
        """Give a quotient of each class, the lowest first; none when it changes nothing."""
        if not self.quotients:
            return []
        following = (*self.quotients[1:], None)
        pairs = zip(self.quotients, following, strict=True)
        return [NOTHING, *(_inside(cut, after) for cut, after in pairs)]

    def known_ages(self) -> list[int]:
        """Give an age of each class, the lowest first; none when it changes nothing."""
        return [0, *self.ages] if self.ages else []

    def normal(self, who: Situation) -> tuple[object, ...]:
        """Give all that the prices look at in a situation: those that share it pay the same, for the same reasons."""
        late = who.late if who.late is not None and who.late.effect in COSTS else None
        return (
            who.resident or not self.residence,
            who.quotient if self.quotients or self.effort else None,
            (who.resources, who.children, who.disabled_child) if self.effort else None,
            who.rank if self.ranks else 1,
            _lowest(self.ages, who.age, 0) if who.age is not None and self.ages else None,
            who.category if who.category in self.categories else None,
            (who.minutes, who.arrived, who.left) if self.clock else None,
            late,
            who.is_late and Trigger.LATE in self.triggers,
            who.unbooked and Trigger.UNBOOKED in self.triggers,
            who.pickup_minutes if Trigger.LATE_PICKUP in self.triggers else 0,
            (who.justified, who.absence, who.absence_day) if who.absent else None,
            (who.days_a_week, who.contract) if self.monthly else None,
        )

    def _is_outside(self, who: Situation) -> bool:
        return self.residence and not who.resident


def factors_of(book: Rulebook, activity: ActivityPart) -> Factors:
    """Find what all the rules that price an activity look at."""
    cases = [*book.tariffs, *book.combinations, *book.modifiers, *book.absences]
    found = [case for case in cases if covers(case, activity)]
    hourly = {case.hourly for case in found if isinstance(case, ContractTariff)}  # perhaps another activity's
    found += [tariff for tariff in book.tariffs if tariff.code in hourly and tariff not in found]
    triggers = (trigger for modifier in book.modifiers for trigger in modifier.when)
    return _factors(activity, found, frozenset(triggers))


def priced_in_time(book: Rulebook, activity: ActivityPart) -> Factors:
    """Find what the price of one unit looks at, booked in time or late, and attended."""
    tariffs = [tariff for tariff in book.tariffs if not isinstance(tariff, MonthTariff | ContractTariff)]
    cases = [*tariffs, *(modifier for modifier in book.modifiers if set(modifier.when) <= {Trigger.LATE})]
    return _factors(activity, [case for case in cases if covers(case, activity)], frozenset())


def covers(case: Case, activity: ActivityPart) -> bool:
    """Tell whether a rule speaks of a unit of the activity."""
    return any(case.covers(service=activity.service, activity=activity.code, unit=unit.code) for unit in activity.units)


def _factors(activity: ActivityPart, cases: Sequence[Case], triggers: frozenset[Trigger]) -> Factors:
    tariffs = [case for case in cases if isinstance(case, Tariff)]
    rows = {tariff.code: [row for row in _rows(tariff, activity) if len(row) > 1] for tariff in tariffs}
    cuts = {(Decimal(bound), False) for tariff in tariffs if rows[tariff.code] for bound in tariff.bounds}
    cuts |= {(case.quotient_min, False) for case in cases if case.quotient_min is not None}
    cuts |= {(case.quotient_max, True) for case in cases if case.quotient_max is not None}
    effort = [tariff for tariff in tariffs if isinstance(tariff, EffortTariff)]
    return Factors(
        priced=any(not isinstance(tariff, MonthTariff | ContractTariff) for tariff in tariffs),
        effort=bool(effort),
        quotients=tuple(sorted(cuts - {(NOTHING, False)})),
        ranks=_cuts(((case.rank_min, case.rank_max) for case in cases), 1),
        ages=_cuts(((case.age_min, case.age_max) for case in cases), 0),
        categories=tuple(dict.fromkeys(code for case in cases for code in case.categories)),
        residence=any(map(has_outside, tariffs))
        or any(tariff.outside_percent for tariff in effort)
        or any(case.public is not Public.ALL for case in cases),
        outside_quotient=any(_looks_at_quotient(case, rows) for case in cases if case.public is not Public.RESIDENTS),
        clock=any(isinstance(tariff, DurationTariff | BandTariff | EffortTariff) for tariff in tariffs),
        triggers=triggers,
        monthly=any(isinstance(tariff, MonthTariff | ContractTariff) for tariff in tariffs),
        weekdays=any(case.days for case in cases),
        periods=any(case.periods for case in cases),
    )


def _rows(tariff: Tariff, activity: ActivityPart) -> list[Amounts]:
    """List the rows of a price list that an activity's units may pay, by residents."""
    if isinstance(tariff, UnitTariff):
        return [tariff.prices[unit.code] for unit in activity.units if unit.code in tariff.prices]
    if isinstance(tariff, MonthTariff):
        return [tariff.prices, *tariff.per_days.values()]
    if isinstance(tariff, BandTariff):
        return [band.prices for band in tariff.bands]
    return [tariff.prices] if isinstance(tariff, OnePrice) else []


def _looks_at_quotient(case: Case, rows: dict[str, list[Amounts]]) -> bool:
    """Tell whether the quotient changes what a rule asks of families from outside."""
    if case.quotient_min is not None or case.quotient_max is not None:
        return True
    if not isinstance(case, Tariff):
        return False
    if not has_outside(case):
        return bool(rows[case.code])
    if isinstance(case, UnitTariff):
        return any(len(row) > 1 for row in case.outside.values())
    return isinstance(case, OnePrice) and len(case.outside or ()) > 1


def _cuts(bounds: Iterable[tuple[int | None, int | None]], lowest: int) -> tuple[int, ...]:
    found: set[int] = set()
    for least, most in bounds:
        found |= {least} if least is not None else set()
        found |= {most + 1} if most is not None else set()
    return tuple(sorted(cut for cut in found if cut > lowest))


def _lowest(cuts: tuple[int, ...], value: int, lowest: int) -> int:
    """Give the lowest value of the class that a value falls in."""
    at = bisect_right(cuts, value)
    return cuts[at - 1] if at else lowest


def _inside(cut: Cut, after: Cut | None) -> Decimal:
    """Give a quotient between a cut and the next."""
    value, above = cut
    if not above:
        return value
    return (value + after[0]) / 2 if after else value + 1
