"""What every part of a rulebook shares: frozen, strict, French keys; and the cases that a rule applies to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from backoffice.rulebook.file.words import KEYS, Period, Public, Weekday

# Strict: 10 is not ten seconds past midnight, nor 1 « true ».
Whole = Annotated[int, Strict()]
Yes = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]
Hour = Annotated[time, Strict()]
Euros = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4)]
Percent = Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=4)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9À-ÿ][A-Za-z0-9À-ÿ_.-]{0,39}$")]
Title = Annotated[str, Field(min_length=1, max_length=120)]


def _amounts(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


# A price, or one per quotient bracket.
Amounts = Annotated[tuple[Euros, ...], BeforeValidator(_amounts), Field(min_length=1)]


class Part(BaseModel):
    """A frozen part of a rulebook; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=KEYS.__getitem__)


# A French sentence with its remedy, and the path (keys of the file, ranks in its lists) to its place.
Wrong = tuple[str, tuple[str | int, ...]]


def wrongs(found: Iterable[Wrong]) -> PydanticCustomError:
    """Make the mistakes that a validator raises, all at once."""
    told = tuple(found)
    return PydanticCustomError("marelle", "{sentence}", {"sentence": told[0][0], "wrongs": told})


def wrong(sentence: str, *path: str | int) -> PydanticCustomError:
    """Make the mistake that a validator raises: a French sentence, and the path (keys of the file) to its place."""
    return wrongs([(sentence, path)])


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a rule's conditions look at: a unit of a day for a child."""

    day: date
    period: Period
    activity: str
    service: str
    unit: str | None = None
    resident: bool = True
    rank: int = 1
    age: int | None = None
    category: str | None = None
    quotient: Decimal | None = None


class Scope(Part):
    """What and when a rule is for; what is not said does not matter."""

    services: tuple[Code, ...] = ()
    activities: tuple[Code, ...] = ()
    units: tuple[Code, ...] = ()
    priority: Whole = Field(default=0, ge=-100, le=100)
    first: Day | None = None  # of the days of service, included
    last: Day | None = None
    days: tuple[Weekday, ...] = ()
    periods: tuple[Period, ...] = ()
    public: Public = Public.ALL

    @property
    def level(self) -> int:
        """Say how specific the scope is: unit 3, activity 2, service 1, everything 0."""
        return 3 if self.units else 2 if self.activities else 1 if self.services else 0

    @property
    def weight(self) -> tuple[int, int, bool]:
        """Order the rules that speak of one case: scope, then priority."""
        return self.level, self.priority, False

    def covers(self, *, service: str, activity: str, unit: str | None) -> bool:
        """Tell whether every list that is given names this unit, this activity, this service."""
        return (
            (not self.units or unit in self.units)
            and (not self.activities or activity in self.activities)
            and (not self.services or service in self.services)
        )

    def concerns(self, occasion: Occasion) -> bool:
        """Tell whether the rule is for this case."""
        return (
            self.covers(service=occasion.service, activity=occasion.activity, unit=occasion.unit)
            and (self.first is None or self.first <= occasion.day)
            and (self.last is None or occasion.day <= self.last)
            and (not self.days or Weekday.of(occasion.day) in self.days)
            and (not self.periods or occasion.period in self.periods)
            and (self.public is Public.ALL or (self.public is Public.RESIDENTS) == occasion.resident)
        )


class Case(Scope):
    """What, when and for whom: a price may look at the child, a limit may not (it is published for all)."""

    age_min: Whole | None = Field(default=None, ge=0, le=120)  # whole years on the day, included
    age_max: Whole | None = Field(default=None, ge=0, le=120)
    rank_min: Whole | None = Field(default=None, ge=1, le=20)
    rank_max: Whole | None = Field(default=None, ge=1, le=20)
    categories: tuple[Code, ...] = ()
    quotient_min: Decimal | None = Field(default=None, ge=0)
    quotient_max: Decimal | None = Field(default=None, ge=0)  # included

    @property
    def weight(self) -> tuple[int, int, bool]:
        """Order the rules that speak of one case; those that name a category of people win at equal priority."""
        return self.level, self.priority, bool(self.categories)

    def concerns(self, occasion: Occasion) -> bool:
        """Tell whether the rule is for this case."""
        return (
            super().concerns(occasion)
            and (not self.categories or occasion.category in self.categories)
            and _between(occasion.age, self.age_min, self.age_max)
            and _between(occasion.rank, self.rank_min, self.rank_max)
            and _between(occasion.quotient, self.quotient_min, self.quotient_max)
        )


def _between(value: Decimal | int | None, least: Decimal | int | None, most: Decimal | int | None) -> bool:
    """Compare with bounds, both included; an unknown value satisfies no bound."""
    if least is None and most is None:
        return True
    return value is not None and (least is None or least <= value) and (most is None or value <= most)


R = TypeVar("R", bound=Scope)


def best(rules: Iterable[R], occasion: Occasion) -> R | None:
    """Give the rule that wins: the most specific scope, then the highest priority, then the first written."""
    found: Sequence[R] = [rule for rule in rules if rule.concerns(occasion)]
    return max(found, key=lambda rule: rule.weight, default=None)


def minutes(hour: time) -> int:
    """Count the minutes since midnight."""
    return hour.hour * 60 + hour.minute
