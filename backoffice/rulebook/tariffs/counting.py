"""What each kind of price list counts in a day: units, the day itself, hours, time bands, a share of the resources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import singledispatch

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.calendar_parts import SECTIONS, ActivityPart, UnitPart
from backoffice.rulebook.file.parts import Occasion, minutes
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import (
    Band,
    BandTariff,
    DayTariff,
    DurationTariff,
    EffortTariff,
    Tariff,
    UnitTariff,
)
from backoffice.rulebook.file.words import Per, Period, PriceRounding
from backoffice.rulebook.tariffs import presence
from backoffice.rulebook.tariffs.brackets import Choice, choose, money
from backoffice.rulebook.tariffs.psu import effort
from backoffice.rulebook.values import Situation, Steps
from models.vocabulary import Section
from resources.french import clock_text, listed

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Question:
    """Who is priced, for which activity, on which day; and the quotient and age by which rules are chosen.

    They differ from the child's when those are unknown: every possible one is then tried, for the highest price.
    """

    book: Rulebook
    activity: ActivityPart
    day: date
    period: Period
    who: Situation
    quotient: Decimal | None
    age: int | None

    def occasion(self, unit: str | None) -> Occasion:
        """Give what the conditions of a rule look at, for a unit."""
        return Occasion(
            self.day, self.period, self.activity.code, self.activity.service, unit,
            self.who.resident, self.who.rank, self.age, self.who.category, self.quotient,
        )  # fmt: skip

    def parts(self, units: Sequence[str]) -> list[UnitPart]:
        """Give the units of some codes."""
        return [self.book.units[code][1] for code in units]

    def opening(self, tariff: Tariff) -> str:
        """Name the price list, the rulebook and its version: the first step of any price."""
        return f"Tarif «\xa0{tariff.title}\xa0» du {self.book.name} (version {self.book.version})."


@dataclass(frozen=True, slots=True)
class Charge:
    """A line before it is rounded: a price, for one thing or for each hour of some minutes."""

    units: tuple[str, ...]  # those that it pays for
    unit: str  # as the line will name it
    title: str
    section: Section
    price: Decimal
    label: str
    steps: Steps
    minutes: int | None = None  # billed, at a price an hour; none: counted once
    exact: bool = False  # the price of an hour keeps its decimals

    @property
    def amount(self) -> Decimal:
        """Give the amount in euros, not rounded; multiplied before it is divided, so that no cent is lost."""
        return self.price if self.minutes is None else self.price * self.minutes / 60


@singledispatch
def count(tariff: Tariff, question: Question, units: Sequence[str]) -> list[Charge]:  # noqa: ARG001 -- the other modes use them
    """Price a day's units by a price list: monthly lists and contracts ask nothing a day."""
    return []


@count.register
def _unit(tariff: UnitTariff, question: Question, units: Sequence[str]) -> list[Charge]:
    reference = question.book.quotient.reference
    charges = []
    for code, part in zip(units, question.parts(units), strict=True):
        found = choose(tariff, tariff.prices[code], tariff.outside.get(code), question.who, reference)
        steps = (
            question.opening(tariff),
            found.why,
            f"Prix de l'unité «\xa0{part.name}\xa0»\u202f: {money(found.price)}.",
        )
        charges.append(Charge((code,), code, part.name, SECTIONS[part.section], found.price, found.label, steps))
    return charges


@count.register
def _day(tariff: DayTariff, question: Question, units: Sequence[str]) -> list[Charge]:
    found = choose(tariff, tariff.prices, tariff.outside, question.who, question.book.quotient.reference)
    steps = (
        question.opening(tariff),
        found.why,
        f"Prix de la journée, quelles que soient les unités\u202f: {money(found.price)}.",
    )
    return [_whole(tariff, question, units, found, steps)]


@count.register
def _duration(tariff: DurationTariff, question: Question, units: Sequence[str]) -> list[Charge]:
    found = choose(tariff, tariff.prices, tariff.outside, question.who, question.book.quotient.reference)
    due, how = hours_billed(tariff, question, units)
    steps = (question.opening(tariff), found.why, f"Prix de l'heure\u202f: {money(found.price)}.", *how)
    return [_whole(tariff, question, units, found, steps, minutes=due, exact=True)]


@count.register
def _bands(tariff: BandTariff, question: Question, units: Sequence[str]) -> list[Charge]:
    parts = question.parts(units)
    touched = _touched(tariff, presence.seen(question.who, parts))
    if not touched:
        nothing = (question.opening(tariff), "La présence ne touche aucune plage payante.")
        return [_whole(tariff, question, units, Choice(Decimal(0), "Aucune plage", ""), nothing)]
    charges = []
    for band in touched if tariff.cumulative else touched[-1:]:
        found = choose(tariff, band.prices, None, question.who, question.book.quotient.reference)
        told = f"Plage «\xa0{band.title}\xa0», de {clock_text(band.from_time)} à {clock_text(band.to_time)}\u202f: {money(found.price)}."
        steps = (question.opening(tariff), _present(question.who, parts), found.why, told)
        charges.append(_whole(tariff, question, units, found, steps, title=band.title))
    return charges


@count.register
def _effort(tariff: EffortTariff, question: Question, units: Sequence[str]) -> list[Charge]:
    found = effort(tariff, question.who, question.day)
    choice = Choice(found.price, found.label, "")
    steps = (question.opening(tariff), *found.steps)
    if tariff.per is Per.HOUR:
        due, how = hours_billed(tariff, question, units)
        exact = tariff.rounding_price is PriceRounding.AFTER
        return [_whole(tariff, question, units, choice, (*steps, *how), minutes=due, exact=exact)]
    if tariff.per is Per.DAY:
        return [_whole(tariff, question, units, choice, steps)]
    return [
        Charge((code,), code, part.name, SECTIONS[part.section], found.price, found.label, steps)
        for code, part in zip(units, question.parts(units), strict=True)
    ]


def hours_billed(tariff: DurationTariff | EffortTariff, question: Question, units: Sequence[str]) -> tuple[int, Steps]:
    """Give the minutes billed of a day, and how they were found."""
    present = presence.measured(question.who, question.parts(units))
    due = presence.billed(tariff, present.minutes)
    if present.minutes < tariff.threshold_minutes:
        return due, (present.why, f"Moins de {presence.clock(tariff.threshold_minutes)}\u202f: rien n'est facturé.")
    if tariff.cap_minutes is not None and due == tariff.cap_minutes < present.minutes:
        return due, (present.why, f"Plafond d'une journée\u202f: {presence.clock(due)} facturées.")
    if due == present.minutes:
        return due, (present.why,)
    step = presence.clock(tariff.step_minutes)
    forgiven = f", {tariff.tolerance_minutes} min de tolérance" if tariff.tolerance_minutes else ""
    return due, (
        present.why,
        f"Par tranches de {step}, arrondi {tariff.rounding}{forgiven}\u202f: {presence.clock(due)}.",
    )


def _whole(
    tariff: Tariff, question: Question, units: Sequence[str], found: Choice, steps: Steps, *,
    title: str = "", minutes: int | None = None, exact: bool = False,
) -> Charge:  # fmt: skip
    """Make the charge of all the units of a day together: it bears the activity's code."""
    sections = {SECTIONS[part.section] for part in question.parts(units)}
    return Charge(
        units=tuple(units),
        unit=question.activity.code,
        title=title or tariff.title,
        section=sections.pop() if len(sections) == 1 else Section.CARE,
        price=found.price,
        label=found.label,
        steps=steps,
        minutes=minutes,
        exact=exact,
    )


def _touched(tariff: BandTariff, spans: Sequence[presence.Span]) -> list[Band]:
    """Give the bands that the presence touches for longer than the tolerance."""
    return [
        band
        for band in tariff.bands
        if sum(_common(span, (minutes(band.from_time), minutes(band.to_time))) for span in spans)
        > tariff.tolerance_minutes
    ]


def _common(one: presence.Span, other: presence.Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _present(who: Situation, parts: Sequence[UnitPart]) -> str:
    spans = presence.seen(who, parts)
    told = listed(f"de {presence.at(first)} à {presence.at(last)}" for first, last in spans)
    return f"Présence {told}." if who.arrived or who.left else f"Présence prévue {told}."


def unit_named(question: Question, code: str) -> UnitPart:
    """Give a unit of the activity asked.

    Raises:
        RefusedByRule: the rulebook does not know it there.
    """
    known = question.book.units.get(code)
    if known is None or known[0].code != question.activity.code:
        units = ", ".join(unit.code for unit in question.activity.units)
        message = f"L'activité «\xa0{question.activity.code}\xa0» n'a pas d'unité «\xa0{code}\xa0». Celles qui existent\u202f: {units}."
        raise RefusedByRule(message)
    return known[1]
