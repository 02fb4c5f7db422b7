"""What a month costs whatever the attendance: packages, and contracts levelled by month."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.tariff_parts import AnyTariff, ContractTariff, DurationTariff, EffortTariff, MonthTariff
from backoffice.rulebook.file.wording import decimals
from backoffice.rulebook.file.words import PriceRounding
from backoffice.rulebook.tariffs import presence
from backoffice.rulebook.tariffs.brackets import Choice, choose, money
from backoffice.rulebook.tariffs.counting import Charge, Question
from backoffice.rulebook.tariffs.psu import effort
from backoffice.rulebook.values import Contract, Situation, Steps
from models.vocabulary import Section
from resources.french import plural, short_date

ONE_DAY = timedelta(days=1)


def days_of(month: date, first: date | None, last: date | None) -> list[date]:
    """List the days of a month from a first to a last, both included; without them, all."""
    begins = month.replace(day=1)
    ends = (begins + timedelta(days=31)).replace(day=1) - ONE_DAY
    start, stop = max(begins, first or begins), min(ends, last or ends)
    return [start + timedelta(days=at) for at in range((stop - start).days + 1)]


def as_enrolled(who: Situation) -> Situation:
    """Forget what happened on a day: a month is priced for who the child is."""
    return replace(
        who, minutes=None, arrived=None, left=None, late=None, is_late=False, unbooked=False, pickup_minutes=0,
        absent=False, justified=False, absence=None, absence_day=1,
    )  # fmt: skip


def charge_of(tariff: MonthTariff | ContractTariff, question: Question, units: tuple[str, ...]) -> Charge:
    """Price a month of some units.

    Raises:
        RefusedByRule: the package has no price for so many days a week.
    """
    if isinstance(tariff, MonthTariff):
        return _package(tariff, question, units)
    return _levelled(tariff, question, units, question.who.contract or Contract(Decimal(0), Decimal(0), 1))


def share(charge: Charge, days: list[date]) -> Charge:
    """Keep the share of the days of a month in which the child is enrolled."""
    whole = len(days_of(days[0], None, None))
    if len(days) == whole:
        return charge
    price = charge.price * len(days) / whole
    step = (
        f"Inscription du {short_date(days[0])} au {short_date(days[-1])}\u202f: {plural(len(days), 'jour')} sur {whole}, "
        f"{money(charge.price)} × {len(days)} / {whole}."
    )
    return replace(charge, price=price, steps=(*charge.steps, step))


def less(charge: Charge, minutes: int) -> Charge:
    """Take absences off a contract's hours; a package owes nothing for them."""
    if charge.minutes is None or not minutes:
        return charge
    step = f"Absences déduites\u202f: {presence.clock(minutes)}."
    return replace(charge, minutes=max(0, charge.minutes - minutes), steps=(*charge.steps, step))


def _package(tariff: MonthTariff, question: Question, units: tuple[str, ...]) -> Charge:
    days, found = _by_days(tariff, question)
    told = f", {plural(days, 'jour')} par semaine" if days else ""
    steps = (question.opening(tariff), found.why, f"Forfait du mois{told}\u202f: {money(found.price)}.")
    return _charge(tariff, question, units, Choice(found.price, found.label + told, ""), steps)


def _by_days(tariff: MonthTariff, question: Question) -> tuple[int, Choice]:
    """Choose the row of the days a week; the dearest when they are unknown."""
    who, reference, days = question.who, question.book.quotient.reference, question.who.days_a_week
    if tariff.prices:
        return 0, choose(tariff, tariff.prices, tariff.outside, who, reference)
    if days is not None and days not in tariff.per_days:
        known = ", ".join(str(count) for count in sorted(tariff.per_days))
        message = f"Le forfait «\xa0{tariff.title}\xa0» n'a pas de prix pour {plural(days, 'jour')} par semaine\u202f; il en a pour {known}."
        raise RefusedByRule(message)
    rows = {
        count: choose(tariff, row, tariff.outside, who, reference)
        for count, row in sorted(tariff.per_days.items())
        if days in {None, count}
    }
    dearest = max(rows, key=lambda count: (rows[count].price, count))
    if days is None:
        why = f"{rows[dearest].why} Nombre de jours par semaine inconnu\u202f: prix le plus élevé."
        return dearest, replace(rows[dearest], why=why)
    return dearest, rows[dearest]


def _levelled(tariff: ContractTariff, question: Question, units: tuple[str, ...], contract: Contract) -> Charge:
    """Level a contract: hours a week × weeks ÷ months, brought to a step, at the price of an hour."""
    months = max(contract.months, 1)
    minutes = contract.hours_a_week * contract.weeks * 60 / months
    due = presence.in_steps(minutes, tariff.step_minutes, tariff.rounding)
    hourly = next(other for other in question.book.tariffs if other.code == tariff.hourly)
    found, steps, exact = _hourly(hourly, question)
    sums = f"{decimals(contract.hours_a_week)} h × {decimals(contract.weeks)} {'semaine' if contract.weeks < 2 else 'semaines'} ÷ {months} mois"
    step = presence.clock(tariff.step_minutes)
    told = f"Contrat\u202f: {sums}, par tranches de {step}, arrondi {tariff.rounding}\u202f: {presence.clock(due)} par mois."
    charge = _charge(tariff, question, units, found, (question.opening(tariff), *steps, told))
    return replace(charge, minutes=due, exact=exact)


def _hourly(tariff: AnyTariff, question: Question) -> tuple[Choice, Steps, bool]:
    """Give the price of an hour of another price list, why, and whether it keeps its decimals."""
    if isinstance(tariff, EffortTariff):
        rate = effort(tariff, question.who, question.day)
        return Choice(rate.price, rate.label, ""), rate.steps, tariff.rounding_price is PriceRounding.AFTER
    assert isinstance(tariff, DurationTariff)  # the rulebook is checked: a contract leans on an hourly list
    found = choose(tariff, tariff.prices, tariff.outside, question.who, question.book.quotient.reference)
    return found, (found.why, f"Prix de l'heure, tarif «\xa0{tariff.title}\xa0»\u202f: {money(found.price)}."), True


def _charge(tariff: AnyTariff, question: Question, units: tuple[str, ...], found: Choice, steps: Steps) -> Charge:
    return Charge(units, question.activity.code, tariff.title, Section.CARE, found.price, found.label, steps)
