"""Read a rulebook: one TOML file, checked with messages that an agent can act on."""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from models.office.structure import RulebookVersion

Euros = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)]


class Part(BaseModel):
    """A frozen part of a rulebook; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Operation(StrEnum):
    """What a notice period limits."""

    BOOK = "book"
    CANCEL = "cancel"


class Late(StrEnum):
    """What happens after the limit."""

    REFUSE = "refuse"
    ASK = "ask"  # the régie decides


class Weekday(StrEnum):
    """The days, as the file writes them."""

    MONDAY = "lundi"
    TUESDAY = "mardi"
    WEDNESDAY = "mercredi"
    THURSDAY = "jeudi"
    FRIDAY = "vendredi"
    SATURDAY = "samedi"
    SUNDAY = "dimanche"

    @property
    def rank(self) -> int:
        """Monday is 0."""
        return list(Weekday).index(self)


class Weekly(Part):
    """A weekday of a week before the service's: Thursday 10:00 for all of the next week."""

    kind: Literal["semaine"]
    weekday: Weekday
    weeks: int = Field(default=1, ge=0, le=8)
    at: time


class WorkingDays(Part):
    """So many working days (Monday to Friday, no public holiday) before the service's day."""

    kind: Literal["jours_ouvres"]
    days: int = Field(ge=0, le=60)
    at: time


class Notice(Part):
    """A notice period (délai de prévenance): what it limits, until when, and what happens later."""

    code: str
    title: str
    activities: tuple[str, ...] = Field(min_length=1)
    operations: tuple[Operation, ...] = Field(min_length=1)
    limit: Annotated[Weekly | WorkingDays, Field(discriminator="kind")]
    late: Late


class Tariff(Part):
    """An activity's price list: unit prices by lower bounds of the quotient, the same or others for outsiders."""

    activity: str
    title: str
    bounds: tuple[int, ...] = Field(min_length=1)  # lower bounds of the quotient in euros, the first is 0
    prices: Mapping[str, tuple[Euros, ...]] = Field(min_length=1)  # unit → a price per bound
    outside: Mapping[str, Euros] = {}  # unit → price for families from outside; none: as residents

    @model_validator(mode="after")
    def _complete(self) -> "Tariff":
        if self.bounds[0] != 0 or list(self.bounds) != sorted(set(self.bounds)):
            message = f"tarif «\xa0{self.activity}\xa0» : les tranches commencent à 0 et vont en croissant"
            raise ValueError(message)
        for unit, prices in self.prices.items():
            if len(prices) != len(self.bounds):
                message = (
                    f"tarif «\xa0{self.activity}\xa0», unité «\xa0{unit}\xa0» : {len(self.bounds)} tranches, "
                    f"mais {len(prices)} prix"
                )
                raise ValueError(message)
        if unknown := sorted(set(self.outside) - set(self.prices)):
            message = f"tarif «\xa0{self.activity}\xa0» : unités extérieures sans prix : {', '.join(unknown)}"
            raise ValueError(message)
        return self

    def of_unit(self, unit: str) -> tuple[Decimal, ...]:
        """Give a unit's prices in euros, one per bracket.

        Raises:
            RefusedByRule: the price list does not know the unit.
        """
        if unit not in self.prices:
            message = f"Le tarif «\xa0{self.title}\xa0» n'a pas de prix pour l'unité {unit}. Complétez le règlement."
            raise RefusedByRule(message)
        return self.prices[unit]


class Rulebook(Part):
    """One version of a commune's rules, from a date of effect on."""

    name: str
    version: str
    effective: date
    notice: tuple[Notice, ...]
    tariff: tuple[Tariff, ...]

    @model_validator(mode="after")
    def _one_rule_each(self) -> "Rulebook":
        seen: set[tuple[str, Operation]] = set()
        for notice in self.notice:
            for pair in ((activity, operation) for activity in notice.activities for operation in notice.operations):
                if pair in seen:
                    message = (
                        f"délai «\xa0{notice.code}\xa0» : l'activité {pair[0]} a déjà un délai pour cette opération"
                    )
                    raise ValueError(message)
                seen.add(pair)
        codes = [tariff.activity for tariff in self.tariff]
        if double := sorted({code for code in codes if codes.count(code) > 1}):
            message = f"tarifs en double : {', '.join(double)}"
            raise ValueError(message)
        return self

    def notice_for(self, activity: str, operation: Operation) -> Notice | None:
        """Find the notice period of an activity's operation; None: free until the day begins."""
        return next((n for n in self.notice if activity in n.activities and operation in n.operations), None)

    def tariff_for(self, activity: str) -> Tariff:
        """Find an activity's price list.

        Raises:
            RefusedByRule: there is none.
        """
        found = next((t for t in self.tariff if t.activity == activity), None)
        if found is None:
            message = f"Le règlement «\xa0{self.name}\xa0» n'a pas de tarif pour l'activité {activity}. Complétez-le."
            raise RefusedByRule(message)
        return found


def parse(source: str) -> Rulebook:
    """Read a rulebook's text.

    Raises:
        RefusedByRule: with each mistake, its place and what was expected.
    """
    try:
        return Rulebook.model_validate(tomllib.loads(source, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        message = f"Ce règlement n'est pas un fichier TOML correct : {error}."
        raise RefusedByRule(message) from error
    except ValidationError as error:
        mistakes = "\n".join(
            f"– {' › '.join(str(part) for part in detail['loc']) or 'règlement'} : {detail['msg'].removeprefix('Value error, ')}"
            for detail in error.errors()
        )
        message = f"Ce règlement ne peut pas être appliqué :\n{mistakes}"
        raise RefusedByRule(message) from error


_parsed = lru_cache(maxsize=32)(parse)


def rulebook_on(session: Session, day: date) -> Rulebook:
    """Give the rulebook in force on a day.

    Raises:
        RefusedByRule: none is in force yet.
    """
    source = session.scalar(
        select(RulebookVersion.source)
        .where(RulebookVersion.effective <= day)
        .order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc())
        .limit(1)
    )
    if source is None:
        message = f"Aucun règlement intérieur n'est en vigueur le {day:%d/%m/%Y}. Chargez-en un."
        raise RefusedByRule(message)
    return _parsed(source)
