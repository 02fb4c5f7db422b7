"""The parts of a rulebook about money: price lists, combinations, modifiers, aids."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from backoffice.rulebook.file.parts import (
    Amounts,
    Case,
    Code,
    Euros,
    Hour,
    Part,
    Percent,
    Title,
    Whole,
    Yes,
    minutes,
    wrong,
)
from backoffice.rulebook.file.words import Base, Counted, Mode, Per, PriceRounding, Reference, Rounding, Trigger, Within

SPELLED = BeforeValidator(Mode)
Signed = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=4)]  # euros, added or taken off


class Tariff(Case):
    """A price list: its brackets are lower bounds of the quotient, the first is 0."""

    code: Code
    title: Title
    bounds: tuple[Whole, ...] = Field(default=(0,), min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> "Tariff":
        if self.bounds[0] != 0 or list(self.bounds) != sorted(set(self.bounds)):
            raise wrong(
                "Les tranches sont des bornes basses\u202f: elles commencent à 0 et vont en croissant.", "tranches"
            )
        return self

    def check(self, amounts: Amounts, *path: str | int) -> None:
        """Refuse a row that has neither one price nor one per bracket.

        Raises:
            PydanticCustomError: it has not.
        """
        if len(amounts) not in {1, len(self.bounds)}:
            comma = len(amounts) == 2 * len(self.bounds) and all(amount == int(amount) for amount in amounts)
            hint = " Les centimes suivent un point, pas une virgule\u202f: 3.60." if comma else ""
            raise wrong(
                f"{_count(len(self.bounds))}, mais {len(amounts)} prix\u202f: donnez un prix, ou un par tranche.{hint}",
                *path,
            )


def _count(brackets: int) -> str:
    return f"{brackets} tranche" + ("s" if brackets > 1 else "")


class UnitTariff(Tariff):
    """So much a unit: morning, meal, half-day."""

    mode: Annotated[Literal[Mode.UNIT], SPELLED] = Mode.UNIT
    prices: Mapping[Code, Amounts] = Field(min_length=1)
    outside: Mapping[Code, Amounts] = {}  # for families from outside; a unit that is absent has no price of its own

    @model_validator(mode="after")
    def _complete(self) -> "UnitTariff":
        for unit, amounts in self.prices.items():
            self.check(amounts, "prix", unit)
        for unit, amounts in self.outside.items():
            self.check(amounts, "exterieurs", unit)
            if unit not in self.prices:
                raise wrong(
                    f"«\xa0{unit}\xa0» a un prix extérieur, mais aucun prix\u202f: ajoutez prix.{unit}.",
                    "exterieurs",
                    unit,
                )
        return self


class OnePrice(Tariff):
    """A price list of one price, the same or another for families from outside."""

    prices: Amounts
    outside: Amounts | None = None

    @model_validator(mode="after")
    def _complete(self) -> "OnePrice":
        self.check(self.prices, "prix")
        if self.outside is not None:
            self.check(self.outside, "exterieurs")
        return self


class DayTariff(OnePrice):
    """A flat price a day, whatever the units."""

    mode: Annotated[Literal[Mode.DAY], SPELLED]


class Duration(Part):
    """How minutes of presence become hours billed."""

    step_minutes: Whole = Field(default=60, ge=1, le=720)
    tolerance_minutes: Whole = Field(default=0, ge=0, le=120)  # forgiven before a further step begins
    threshold_minutes: Whole = Field(default=0, ge=0, le=720)  # under it, nothing is billed
    cap_minutes: Whole | None = Field(default=None, ge=1, le=1440)  # a day's most
    rounding: Rounding = Rounding.UP


class DurationTariff(OnePrice, Duration):
    """So much an hour, by whole steps."""

    mode: Annotated[Literal[Mode.DURATION], SPELLED]


class Band(Part):
    """A time band and its price."""

    title: Title
    from_time: Hour
    to_time: Hour
    prices: Amounts

    @model_validator(mode="after")
    def _forward(self) -> "Band":
        if minutes(self.to_time) <= minutes(self.from_time):
            raise wrong("Une plage finit après avoir commencé\u202f: «\xa0a\xa0» est plus tard que «\xa0de\xa0».", "a")
        return self


class BandTariff(Tariff):
    """A price for each band of the day that the presence touches, or for the last one only."""

    mode: Annotated[Literal[Mode.BANDS], SPELLED]
    bands: tuple[Band, ...] = Field(min_length=1)
    cumulative: Yes = True
    tolerance_minutes: Whole = Field(default=0, ge=0, le=120)

    @model_validator(mode="after")
    def _complete(self) -> "BandTariff":
        for at, band in enumerate(self.bands):
            self.check(band.prices, "plages", at, "prix")
            if at and minutes(band.from_time) < minutes(self.bands[at - 1].to_time):
                raise wrong(
                    "Les plages se suivent sans se chevaucher\u202f: celle-ci commence quand la précédente finit, ou après.",
                    "plages",
                    at,
                    "de",
                )
        return self


class EffortTariff(Tariff, Duration):
    """An effort rate: a share of the resources, or of the quotient, between a floor and a ceiling."""

    mode: Annotated[Literal[Mode.EFFORT], SPELLED]
    base: Base = Base.RESOURCES
    scale: Literal["psu"] | None = None  # the national scale, with its dated floor and ceiling
    rates: tuple[Annotated[Decimal, Field(gt=0, le=100)], ...] = ()  # percents for 1, 2, 3… children; the last for more
    floor: Euros | None = None  # of the base
    ceiling: Euros | None = None
    price_floor: Euros | None = None
    price_ceiling: Euros | None = None
    fixed: Signed = Decimal(0)  # added to the share: rate × base + so much
    disabled_child: Yes = True  # a disabled child in the household: the rate of one child more
    per: Per = Per.HOUR
    rounding_price: PriceRounding = PriceRounding.BEFORE
    outside_percent: Percent = Decimal(0)

    @property
    def straight(self) -> bool:
        """Tell whether the price goes in a straight line from the least, at the floor, to the greatest, at the ceiling."""
        ends = (self.floor, self.ceiling, self.price_floor, self.price_ceiling)
        return self.scale is None and not self.rates and None not in ends

    @model_validator(mode="after")
    def _complete(self) -> "EffortTariff":
        if (self.scale is None) == (not self.rates) and not self.straight:
            raise wrong(
                'Donnez «\xa0taux\xa0», ou bareme = "psu", l\'un des deux\u202f; ou bien, pour un prix en ligne droite, '
                "«\xa0plancher\xa0», «\xa0plafond\xa0», «\xa0prix_min\xa0» et «\xa0prix_max\xa0» tous les quatre.",
                "taux",
            )
        if self.scale and (self.floor is not None or self.ceiling is not None or self.base is not Base.RESOURCES):
            raise wrong("Le barème national fixe l'assiette, le plancher et le plafond\u202f: retirez-les.", "bareme")
        if self.fixed and not self.rates:
            raise wrong("«\xa0part_fixe\xa0» s'ajoute à «\xa0taux\xa0»\u202f: donnez-le, ou retirez-la.", "part_fixe")
        if self.straight and self.floor == self.ceiling:
            raise wrong(
                "Une ligne droite va d'un plancher à un plafond plus haut\u202f: corrigez l'un des deux.", "plafond"
            )
        if self.scale is None and self.ceiling is None and self.price_ceiling is None:
            raise wrong(
                "Sans «\xa0plafond\xa0» ni «\xa0prix_max\xa0», une famille sans justificatif n'aurait pas de prix\u202f: donnez l'un des deux.",
                "plafond",
            )
        pairs = ((self.floor, self.ceiling, "plafond"), (self.price_floor, self.price_ceiling, "prix_max"))
        for least, most, key in pairs:
            if least is not None and most is not None and most < least:
                raise wrong("Le plafond est plus bas que le plancher\u202f: échangez-les ou corrigez.", key)
        return self


class MonthTariff(OnePrice):
    """A monthly package, whatever the attendance, or by number of days a week."""

    mode: Annotated[Literal[Mode.MONTH], SPELLED]
    prices: Amounts = ()
    per_days: Mapping[Annotated[int, Field(ge=1, le=7)], Amounts] = {}
    proportional: Yes = False  # an enrolment that begins or ends in the month pays its share of the days

    @model_validator(mode="after")
    def _complete(self) -> "MonthTariff":
        if bool(self.prices) == bool(self.per_days):
            raise wrong("Un forfait donne «\xa0prix\xa0», ou «\xa0par_jours\xa0», l'un des deux.", "prix")
        for days, amounts in self.per_days.items():
            self.check(amounts, "par_jours", str(days))
        for key, told in (("prix", self.prices), ("exterieurs", self.outside)):
            if told:
                self.check(told, key)
        return self


class ContractTariff(Tariff):
    """A contract levelled by month: hours a week × weeks ÷ months, at the hourly price of another price list."""

    mode: Annotated[Literal[Mode.CONTRACT], SPELLED]
    hourly: Code  # the code of a « durée » or « effort » price list
    rounding: Rounding = Rounding.UP
    step_minutes: Whole = Field(default=30, ge=1, le=60)  # a month's hours are brought to it


def _mode(value: object) -> str:
    """Give the mode of a price list, its accents forgiven."""
    told = value.get("mode", Mode.UNIT) if isinstance(value, dict) else getattr(value, "mode", Mode.UNIT)
    try:
        return Mode(told).value
    except ValueError:
        return str(told)


AnyTariff = Annotated[
    Annotated[UnitTariff, Tag("unité")]
    | Annotated[DayTariff, Tag("jour")]
    | Annotated[DurationTariff, Tag("durée")]
    | Annotated[BandTariff, Tag("plages")]
    | Annotated[EffortTariff, Tag("effort")]
    | Annotated[MonthTariff, Tag("mensuel")]
    | Annotated[ContractTariff, Tag("contrat")],
    Discriminator(_mode),
]


class Combination(Case):
    """Units that, booked together on a day, are priced as another: morning + meal + afternoon = day."""

    code: Code
    together: tuple[Code, ...] = Field(min_length=2)
    gives: Code


class Modifier(Case):
    """What changes a price: one of a new price, a share or an amount, when its case and its triggers hold."""

    code: Code
    title: Title
    when: tuple[Trigger, ...] = ()  # all of them; none: always
    price: Euros | None = None
    percent: Percent | None = None  # −50: half price
    amount: Signed | None = None
    per_minutes: Whole | None = Field(default=None, ge=1, le=240)  # a late pick-up: for each slice begun
    tolerance_minutes: Whole = Field(default=0, ge=0, le=120)  # of a late pick-up, forgiven and not counted
    per: Per = Per.UNIT

    @model_validator(mode="after")
    def _one_effect(self) -> "Modifier":
        if [self.price, self.percent, self.amount].count(None) != 2:
            raise wrong(
                "Une modification donne «\xa0prix\xa0», «\xa0pourcent\xa0» ou «\xa0montant\xa0», un seul des trois.",
                "code",
            )
        if self.per_minutes is not None and (Trigger.LATE_PICKUP not in self.when or self.amount is None):
            raise wrong(
                '«\xa0par_minutes\xa0» demande si = ["départ tardif"] et «\xa0montant\xa0»\u202f: ajoutez-les.',
                "par_minutes",
            )
        if self.tolerance_minutes and Trigger.LATE_PICKUP not in self.when:
            raise wrong(
                '«\xa0tolerance_minutes\xa0» demande si = ["départ tardif"]\u202f: ajoutez-le, ou retirez-la.',
                "tolerance_minutes",
            )
        return self


class Aid(Case):
    """A third party's help: so much a unit, a day or an hour, up to a balance per child and period."""

    code: Code
    title: Title
    organisation: Title
    amount: Euros
    per: Per = Per.UNIT
    balance: Euros | None = None  # none: no limit but the price


class Siblings(Part):
    """How a child's rank is counted, the eldest first."""

    counted: Counted = Counted.ENROLLED
    within: Within = Within.SERVICE


class QuotientRule(Part):
    """Which quotient prices a service."""

    reference: Reference = Reference.SERVICE
    retroactive: Yes = False  # whether a proof that comes late changes the days before it came
