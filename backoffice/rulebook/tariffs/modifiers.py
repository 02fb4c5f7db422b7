"""What changes a price once the list has given it: modifications, a late booking, an absence; and late pick-ups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from backoffice.rulebook.file.tariff_parts import Modifier
from backoffice.rulebook.file.wording import decimals
from backoffice.rulebook.file.words import LateEffect, Per, Trigger
from backoffice.rulebook.notices.absences import Billed, billed
from backoffice.rulebook.tariffs import presence
from backoffice.rulebook.tariffs.brackets import money, named
from backoffice.rulebook.tariffs.counting import Charge, Question
from backoffice.rulebook.values import PriceLine, Situation, cents
from models.vocabulary import Section
from resources.french import plural

NOTHING, WHOLE = Decimal(0), Decimal(100)
RAISED = "majoré"


def modified(question: Question, charges: Sequence[Charge]) -> list[Charge]:
    """Apply the modifications in the order of the file, then what a late booking costs, then an absence."""
    found = list(charges)
    for modifier in question.book.modifiers:
        if _holds(modifier, question.who) and not is_penalty(modifier):
            found = _apply(modifier, question, found)
    return [_absent(question, charge) for charge in _late(question, found)]


def penalties(question: Question, units: Sequence[str]) -> list[PriceLine]:
    """Give the lines of late pick-ups: so much once, or for each slice of minutes begun; neither care nor meal."""
    return [
        _penalty(modifier, question)
        for modifier in question.book.modifiers
        if is_penalty(modifier) and _holds(modifier, question.who) and _concerns(modifier, question, units)
    ]


def _penalty(modifier: Modifier, question: Question) -> PriceLine:
    late, amount = question.who.pickup_minutes, modifier.amount or NOTHING
    slice_minutes = modifier.per_minutes or (60 if modifier.per is Per.HOUR else None)
    slices = -(-(late - modifier.tolerance_minutes) // slice_minutes) if slice_minutes else 1
    each = f", par tranche de {presence.clock(slice_minutes)} commencée" if slice_minutes else ""
    forgiven = f", dont {presence.clock(modifier.tolerance_minutes)} de tolérance" if modifier.tolerance_minutes else ""
    due = Decimal(cents(amount * slices)).scaleb(-2)
    return PriceLine(
        unit=modifier.code,
        title=modifier.title,
        section=Section.PENALTY,
        quantity=Decimal(slices),
        unit_price=amount,
        amount_cents=cents(amount * slices),
        label=modifier.title,
        steps=(
            f"«\xa0{modifier.title}\xa0» du {question.book.name} (version {question.book.version}){each}.",
            f"Départ {plural(late, 'minute')} après la fin{forgiven}\u202f: {slices} × {money(amount)} = {money(due)}.",
        ),
    )


def is_penalty(modifier: Modifier) -> bool:
    """Tell whether a modification is a line of its own: an amount that a late pick-up adds."""
    return Trigger.LATE_PICKUP in modifier.when and modifier.amount is not None and modifier.amount > 0


def _holds(modifier: Modifier, who: Situation) -> bool:
    """Tell whether what the modification answers to happened."""
    happened = {
        Trigger.LATE: who.is_late,
        Trigger.UNBOOKED: who.unbooked,
        Trigger.LATE_PICKUP: who.pickup_minutes > modifier.tolerance_minutes and not who.absent,
    }
    return all(happened[trigger] for trigger in modifier.when)


def _concerns(modifier: Modifier, question: Question, units: Sequence[str]) -> bool:
    return any(modifier.concerns(question.occasion(unit)) for unit in units)


def _apply(modifier: Modifier, question: Question, charges: Sequence[Charge]) -> list[Charge]:
    """Change the charges concerned; « par jour » counts once: on the first, which then stands for all if it is a price."""
    found, first = [], True
    for charge in charges:
        if charge.minutes == 0 or not _concerns(modifier, question, charge.units):
            found.append(charge)
            continue
        if modifier.per is not Per.DAY or modifier.percent is not None or first:
            found.append(_changed(question, charge, _of(modifier, question.who)))
        elif modifier.price is not None:
            step = f"«\xa0{modifier.title}\xa0»\u202f: compris dans le prix de la journée."
            found.append(replace(_once(charge, NOTHING), steps=(*charge.steps, step)))
        else:
            found.append(charge)
        first = False
    return found


@dataclass(frozen=True, slots=True)
class Effect:
    """What is done to a price, of one of three ways, and how it is told."""

    title: str
    label: str
    per: Per = Per.UNIT
    price: Decimal | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None


def _of(modifier: Modifier, who: Situation) -> Effect:
    label = _suffix(modifier, who)
    return Effect(modifier.title, label, modifier.per, modifier.price, modifier.percent, modifier.amount)


def _changed(question: Question, charge: Charge, effect: Effect) -> Charge:
    if effect.percent is not None:
        return _by_percent(charge, effect, effect.percent)
    if effect.price is not None:
        return _by_price(question, charge, effect, effect.price)
    return _by_amount(question, charge, effect, effect.amount or NOTHING)


def _by_percent(charge: Charge, effect: Effect, percent: Decimal) -> Charge:
    price = max(charge.price * (100 + percent) / 100, NOTHING)
    sign = "plus" if percent >= 0 else "moins"
    told = f"{sign} {decimals(abs(percent))}\u202f%, de {money(charge.price)} à {money(price)}"
    return _told(charge, effect, price, told)


def _by_price(question: Question, charge: Charge, effect: Effect, price: Decimal) -> Charge:
    if effect.per is not Per.HOUR:
        return _told(_once(charge, price), effect, price, f"{money(price)} au lieu de {_before(charge)}")
    if charge.minutes is not None:
        return _told(charge, effect, price, f"{money(price)} l'heure au lieu de {money(charge.price)}")
    due = _planned(question, charge)
    told = f"{presence.clock(due)} à {money(price)} l'heure, au lieu de {money(charge.price)}"
    return _told(charge, effect, price * due / 60, told)


def _by_amount(question: Question, charge: Charge, effect: Effect, amount: Decimal) -> Charge:
    sign = "plus" if amount >= 0 else "moins"
    told, added, before = f"{sign} {money(abs(amount))}", amount, charge
    if effect.per is not Per.HOUR:
        before = _once(charge, charge.amount)
    elif charge.minutes is not None:
        told += " l'heure"
    else:
        due = _planned(question, charge)
        told, added = f"{told} l'heure pendant {presence.clock(due)}", amount * due / 60
    price = max(before.price + added, NOTHING)
    return _told(before, effect, price, f"{told}, de {money(before.price)} à {money(price)}")


def _late(question: Question, charges: Sequence[Charge]) -> list[Charge]:
    """Apply what the notice period says of a booking after its limit; once for units that several bands price."""
    late = question.who.late
    if late is None or late.effect not in {LateEffect.PRICE, LateEffect.SURCHARGE}:
        return list(charges)
    label = RAISED if late.effect is LateEffect.SURCHARGE else "prix spécial"
    effect = Effect("Réservé après la limite", label, price=late.price, percent=late.percent, amount=late.amount)
    seen: set[tuple[str, ...]] = set()
    found = []
    for charge in charges:
        again = charge.units in seen and effect.percent is None
        if charge.minutes != 0:
            seen.add(charge.units)
            charge = _again(charge, effect) if again else _changed(question, charge, effect)  # noqa: PLW2901 the charge, changed
        found.append(charge)
    return found


def _again(charge: Charge, effect: Effect) -> Charge:
    """Leave a further band of the same units: at its price under a surcharge, within the price already told otherwise."""
    if effect.price is None:
        return charge
    step = f"«\xa0{effect.title}\xa0»\u202f: compris dans le prix déjà compté."
    return replace(_once(charge, NOTHING), steps=(*charge.steps, step))


def unbilled_minutes(question: Question, unit: str) -> int:
    """Give the minutes of an absent unit that are not billed."""
    planned = sum(last - first for first, last in presence.planned(question.parts([unit])))
    return int(planned * (WHOLE - _billed(question, unit).percent) / WHOLE)


def _billed(question: Question, unit: str) -> Billed:
    who, occasion = question.who, question.occasion(unit)
    return billed(question.book, occasion, justified=who.justified, code=who.absence, day_rank=who.absence_day)


def _absent(question: Question, charge: Charge) -> Charge:
    if not question.who.absent:
        return charge
    found = _billed(question, charge.units[0])
    kept = replace(charge, steps=(*charge.steps, *found.steps))
    if found.percent == WHOLE:
        return kept
    price = charge.price * found.percent / 100
    if found.percent == NOTHING:
        return replace(kept, price=price, label=_with(charge.label, "non facturé"))
    step = f"De {money(charge.price)} à {money(price)}."
    share = f"facturé à {decimals(found.percent)}\u202f%"
    return replace(kept, price=price, steps=(*kept.steps, step), label=_with(charge.label, share))


def _told(charge: Charge, effect: Effect, price: Decimal, told: str) -> Charge:
    step = f"«\xa0{effect.title}\xa0»\u202f: {told}."
    return replace(charge, price=price, steps=(*charge.steps, step), label=_with(charge.label, effect.label))


def _with(label: str, suffix: str) -> str:
    return f"{label}, {suffix}" if suffix not in label.split(", ") else label


def _once(charge: Charge, price: Decimal) -> Charge:
    """Count a charge once: what is added to hours is not hours."""
    return replace(charge, price=price, minutes=None, exact=False)


def _before(charge: Charge) -> str:
    if charge.minutes is None:
        return money(charge.price)
    return f"{presence.clock(charge.minutes)} à {money(charge.price)} l'heure"


def _planned(question: Question, charge: Charge) -> int:
    return sum(last - first for first, last in presence.planned(question.parts(charge.units)))


def _suffix(modifier: Modifier, who: Situation) -> str:
    """Say in a word what changed the price: « 3e enfant », « majoré », or the modification's title."""
    if whom := named(modifier, who):
        return whom
    raised = (modifier.percent or NOTHING) > 0 or (modifier.amount or NOTHING) > 0
    return RAISED if raised and modifier.when else modifier.title
