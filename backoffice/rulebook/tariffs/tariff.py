"""Tariffs: what a day or a month costs a family, why, and what the portal may tell of it to all families at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from backoffice.errors import RefusedByRule
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.parts import best
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import AnyTariff, Combination, ContractTariff, MonthTariff, UnitTariff
from backoffice.rulebook.file.words import Per, Period
from backoffice.rulebook.tariffs import presence
from backoffice.rulebook.tariffs.brackets import money
from backoffice.rulebook.tariffs.counting import ONE, Charge, Question, count, unit_named
from backoffice.rulebook.tariffs.factors import Factors, factors_of, priced_in_time
from backoffice.rulebook.tariffs.modifiers import modified, penalties, unbilled_minutes
from backoffice.rulebook.tariffs.monthly import as_enrolled, charge_of, days_of, less, share
from backoffice.rulebook.values import PriceLine, Quote, Situation, cents
from resources.french import listed

CENT = Decimal("0.01")
Lines = tuple[PriceLine, ...]


def quote(
    book: Rulebook, calendar: Calendar, *, activity: str, units: Sequence[str], day: date, situation: Situation
) -> Quote:
    """Price a day's units.

    Monthly packages and contracts ask nothing a day: their units give no line here, see `month_quote`.

    Raises:
        RefusedByRule: no price; the sentence says what to complete.
    """
    part = _activity(book, activity)
    return _dearest(
        lambda asked: _day(asked, units), Question(book, part, day, calendar.period(day), situation, None, None)
    )


def month_quote(
    book: Rulebook,
    calendar: Calendar,
    *,
    activity: str,
    month: date,
    situation: Situation,
    first: date | None = None,
    last: date | None = None,
    deducted_minutes: int = 0,
) -> Quote:
    """Price a month's packages and contracts, from a first to a last day of enrolment; empty when there are none.

    The price list of a unit is the one of the first of these days on which a monthly one is in force. A contract's hours
    are those agreed, less `deducted_minutes`: the sum of the `deduction` of each day of absence.

    Raises:
        RefusedByRule: no price; the sentence says what to complete.
    """
    part = _activity(book, activity)
    days = days_of(month, first, last)
    if not days or not any(isinstance(tariff, MonthTariff | ContractTariff) for tariff in book.tariffs):
        return Quote(())
    asked = Question(book, part, days[0], calendar.period(days[0]), as_enrolled(situation), None, None)
    return _dearest(lambda question: _month(question, calendar, days, deducted_minutes), asked)


def deduction(
    book: Rulebook, calendar: Calendar, *, activity: str, units: Sequence[str], day: date, situation: Situation
) -> int:
    """Give the minutes that a day of absence takes off a contract: those of its units, for the share not billed."""
    if not situation.absent or situation.contract is None:
        return 0
    part = _activity(book, activity)
    asked = Question(book, part, day, calendar.period(day), situation, situation.quotient, situation.age)
    mine = [code for code in units if isinstance(_list_of(asked, code), ContractTariff)]
    return sum(unbilled_minutes(asked, code) for code in mine)


def rate_of(book: Rulebook, *, activity: str, day: date, situation: Situation) -> str:  # noqa: ARG001 -- the same key all year
    """Name the class of families that pay the same; none when the price is the household's own, or there is none."""
    part = book.activities.get(activity)
    return priced_in_time(book, part).shared_key(situation) if part else ""


def rates(
    book: Rulebook, calendar: Calendar, *, activity: str, unit: str, day: date, late: Late | None = None
) -> dict[str, int]:
    """Give the price in cents of a unit, for each class of families; none when there is no tariff.

    Booked in time, or after a limit that says `late` of it.
    """
    part = book.activities.get(activity)
    factors = priced_in_time(book, part) if part else None
    if factors is None or not factors.shared:
        return {}
    found: dict[str, int] = {}
    for key, situation in factors.classes():
        asked = situation if late is None else replace(situation, late=late, is_late=True)
        try:
            price = quote(book, calendar, activity=activity, units=(unit,), day=day, situation=asked)
        except RefusedByRule:  # the tariff is not complete: the portal shows no price
            continue
        if price.lines:
            found[key] = price.cents
    return found


def lacks_proof(book: Rulebook, *, activity: str, day: date, situation: Situation) -> bool:
    """Tell whether a proof of income would change a price of the activity, and there is none."""
    part = book.activities.get(activity)
    if part is None or (situation.quotient is not None and situation.resources is not None):
        return False
    factors = factors_of(book, part)
    known = list(_proved(factors, situation))
    periods = list(Period) if factors.periods else [Period.SCHOOL]
    for period in periods if known else ():
        asked = Question(book, part, day, period, as_enrolled(situation), None, None)
        for unit in part.units:
            price = _sum(asked, unit.code, asked.who)
            if any(_sum(asked, unit.code, as_enrolled(other)) != price for other in known):
                return True
    return False


def _activity(book: Rulebook, code: str) -> ActivityPart:
    found = book.activities.get(code)
    if found is None:
        known = ", ".join(sorted(book.activities))
        raise RefusedByRule(
            f"Le règlement intérieur n'a pas d'activité «\xa0{code}\xa0». Celles qui existent\u202f: {known}."
        )
    return found


def _dearest(price: Callable[[Question], Lines], asked: Question) -> Quote:
    """Price a question; where a rule looks at a quotient or an age that is unknown, as the one that pays the most."""
    possible = [replace(asked, quotient=quotient, age=age) for quotient, age in _possible(asked)]
    if len(possible) == 1:
        return Quote(price(possible[0]))
    found: dict[int, Quote] = {}
    refused: RefusedByRule | None = None
    for question in possible:
        try:
            one = Quote(price(question))
        except RefusedByRule as error:
            refused = error
        else:
            found.setdefault(one.cents, one)
    if refused is not None and not found:
        raise refused
    dearest = found[max(found)]
    if len(found) == 1:
        return dearest
    told = f"{_unknown(possible)}\u202f: le cas le plus cher s'applique."
    return Quote(tuple(replace(line, steps=(*line.steps, told)) for line in dearest.lines))


def _unknown(possible: Sequence[Question]) -> str:
    ages, quotients = {one.age for one in possible}, {one.quotient for one in possible}
    if len(ages) > 1 and len(quotients) > 1:
        return "Âge et quotient familial inconnus"
    return "Âge inconnu" if len(ages) > 1 else "Quotient familial inconnu"


def _possible(asked: Question) -> Iterator[tuple[Decimal | None, int | None]]:
    """Give the quotients and the ages by which rules may be chosen: the child's, or every one that changes something."""
    book, who = asked.book, asked.who
    cases = [*book.tariffs, *book.modifiers, *book.combinations, *(book.absences if who.absent else ())]
    by_quotient = who.quotient is None and any((case.quotient_min, case.quotient_max) != (None, None) for case in cases)
    by_age = who.age is None and any((case.age_min, case.age_max) != (None, None) for case in cases)
    factors = factors_of(book, asked.activity) if by_quotient or by_age else None
    known = None if who.quotient is None else max(who.quotient, Decimal(0))
    quotients: Sequence[Decimal | None] = (factors.known_quotients() if factors and by_quotient else ()) or [known]
    ages: Sequence[int | None] = (factors.known_ages() if factors and by_age else ()) or [who.age]
    return ((quotient, age) for quotient in quotients for age in ages)


def _day(question: Question, units: Sequence[str]) -> Lines:
    for code in units:
        unit_named(question, code)
    codes, told = _combined(question, units)
    groups: dict[str, tuple[AnyTariff, list[str]]] = {}
    for code in codes:
        tariff = _list_of(question, code)
        if tariff is None:
            raise RefusedByRule(_no_price(question, code))
        groups.setdefault(tariff.code, (tariff, []))[1].append(code)
    charges = [charge for tariff, mine in groups.values() for charge in count(tariff, question, mine)]
    charges = [_with_combination(charge, told) for charge in charges] if told else charges
    return (*map(_line, modified(question, charges)), *penalties(question, units))


def _combined(question: Question, units: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Replace the units that are priced together, the largest sets first; give the units left, and what to say."""
    codes, told = list(units), {}
    sets = sorted(question.book.combinations, key=lambda one: (len(one.together), one.weight), reverse=True)
    while whole := next((one for one in sets if _complete(one, question, codes)), None):
        at = min(codes.index(code) for code in whole.together)
        for code in dict.fromkeys(whole.together):
            codes.remove(code)
        codes.insert(at, whole.gives)
        names = listed(part.name for part in question.parts(whole.together))
        told[whole.gives] = f"{names} le même jour\u202f: «\xa0{question.parts([whole.gives])[0].name}\xa0»."
    return codes, told


def _complete(whole: Combination, question: Question, codes: Sequence[str]) -> bool:
    return set(whole.together) <= set(codes) and whole.concerns(question.occasion(whole.gives))


def _with_combination(charge: Charge, told: Mapping[str, str]) -> Charge:
    """Say first which units were replaced."""
    return replace(charge, steps=(*(told[unit] for unit in charge.units if unit in told), *charge.steps))


def _list_of(question: Question, unit: str) -> AnyTariff | None:
    """Choose the price list of a unit; a contract's, for a child who has one."""
    able = [tariff for tariff in question.book.tariffs if not isinstance(tariff, UnitTariff) or unit in tariff.prices]
    contracts = [tariff for tariff in able if isinstance(tariff, ContractTariff)]
    others = [tariff for tariff in able if not isinstance(tariff, ContractTariff)]
    occasion = question.occasion(unit)
    contract = best(contracts, occasion) if question.who.contract else None
    return contract or best(others, occasion)


def _no_price(question: Question, unit: str) -> str:
    name = question.parts([unit])[0].name
    return (
        f"Aucun tarif ne donne de prix à l'unité «\xa0{unit}\xa0» ({name}) dans ce cas\u202f: "
        f"complétez un [[tarif]] du {question.book.name} (version {question.book.version})."
    )


def _line(charge: Charge) -> PriceLine:
    """Round a charge, once and half up; only an hourly price may keep more than two decimals."""
    steps, price = list(charge.steps), charge.price.quantize(CENT, ROUND_HALF_UP)
    if charge.exact and price != charge.price:
        price = charge.price
    elif price != charge.price:
        steps.append(f"Arrondi au centime\u202f: {money(price)}.")
    charge = replace(charge, price=price)
    amount = cents(charge.amount)
    due = money(Decimal(amount).scaleb(-2))
    if charge.minutes is not None:
        steps.append(f"Montant\u202f: {presence.clock(charge.minutes)} × {money(price)} l'heure = {due}.")
    elif not steps[-1].endswith(f" {due}."):
        steps.append(f"Montant\u202f: {due}.")
    return PriceLine(
        unit=charge.unit,
        title=charge.title,
        section=charge.section,
        quantity=ONE if charge.minutes is None else presence.hours(charge.minutes),
        unit_price=price,
        amount_cents=amount,
        label=charge.label,
        steps=tuple(steps),
        per=Per.UNIT if charge.minutes is None else Per.HOUR,
    )


def _month(question: Question, calendar: Calendar, days: list[date], deducted_minutes: int) -> Lines:
    groups: dict[str, tuple[MonthTariff | ContractTariff, Question, list[str]]] = {}
    for unit in question.activity.units:
        if found := _monthly_list(question, calendar, days, unit.code):
            groups.setdefault(found[0].code, (*found, []))[2].append(unit.code)
    lines = []
    for tariff, asked, units in groups.values():
        charge = less(charge_of(tariff, asked, tuple(units)), deducted_minutes)
        (charge,) = modified(asked, [charge])
        proportional = isinstance(tariff, MonthTariff) and tariff.proportional
        lines.append(_line(share(charge, days) if proportional else charge))
    return tuple(lines)


def _monthly_list(
    question: Question, calendar: Calendar, days: list[date], unit: str
) -> tuple[MonthTariff | ContractTariff, Question] | None:
    for day in days:
        asked = replace(question, day=day, period=calendar.period(day))
        tariff = _list_of(asked, unit)
        if isinstance(tariff, MonthTariff | ContractTariff):
            return tariff, asked
    return None


def _proved(factors: Factors, who: Situation) -> Iterator[Situation]:
    """Give the same child with every proof that could change a price."""
    if who.quotient is None:
        quotients = factors.known_quotients() or ([Decimal(0)] if factors.effort else [])
        yield from (replace(who, quotient=quotient) for quotient in quotients)
    if who.resources is None and factors.effort:
        yield replace(who, resources=Decimal(0))


def _sum(question: Question, unit: str, who: Situation) -> int | None:
    """Give what a unit costs, by day and by month; none when it has no price."""
    asked = replace(question, who=who)
    try:
        day = _dearest(lambda one: _day(one, [unit]), asked).cents
        month = _dearest(lambda one: _month_of(one, unit), asked).cents
    except RefusedByRule:
        return None
    return day + month


def _month_of(question: Question, unit: str) -> Lines:
    tariff = _list_of(question, unit)
    if not isinstance(tariff, MonthTariff | ContractTariff):
        return ()
    return tuple(map(_line, modified(question, [charge_of(tariff, question, (unit,))])))
