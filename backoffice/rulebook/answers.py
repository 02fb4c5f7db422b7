"""Answer a question put to a rulebook's file: a limit or a price, as JSON and as text; no database."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from backoffice.command_line import Answer, Misasked
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.wording import beware, decimals, money
from backoffice.rulebook.file.words import LateEffect, Operation
from backoffice.rulebook.load import parse
from backoffice.rulebook.notices.notice import judge
from backoffice.rulebook.seed import calendar_from_packages
from backoffice.rulebook.tariffs.aids import apply
from backoffice.rulebook.values import Contract, Grant, Helped, Judgement, Limit, PriceLine, Quote, Situation
from resources.french import NARROW, clock_text, euros, in_paris, listed, long_date, month_name, short_date, until_text

OPERATIONS = {"book": Operation.BOOK, "cancel": Operation.CANCEL}
YEARS_BEFORE, YEARS_AFTER = 2, 1  # a notice period goes back two years at most
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAY_MINUTES, ABSENCE_DAYS = 24 * 60, 366
VERDICTS = {
    Judgement.TOO_EARLY: "trop tôt, les réservations ne sont pas encore ouvertes",
    Judgement.IN_TIME: "à temps, c'est accepté",
    Judgement.IN_TIME_ASK: "à temps, la régie valide",
    Judgement.LATE_REFUSED: "trop tard, c'est refusé",
    Judgement.LATE_ASK: "trop tard, la régie décide",
    Judgement.LATE_CHARGED: "trop tard, c'est accepté à un autre prix",
    Judgement.LATE_BILLED: "trop tard, c'est annulé mais facturé",
    Judgement.LATE_PROOF: "trop tard, c'est annulé, et facturé sauf justificatif",
}
NOTHING = "Cette activité n'a ni forfait ni contrat ce mois-là."
IN_A_PACKAGE = "Ces unités sont comprises dans un forfait ou un contrat du mois\u202f: demandez-le avec --month."
TOO_LATE = "Après la limite, cette réservation serait refusée\u202f; voici son prix si la régie l'accepte."


def applied_around(source: str, day: date) -> Applied:
    """Put a rulebook under the calendar that the packages give around a day.

    Raises:
        RefusedByRule: the file has mistakes.
        Misasked: no calendar goes so far.
    """
    _dated(day)
    book = parse(source)
    return Applied(book, calendar_from_packages(book.calendar, day.year - YEARS_BEFORE, day.year + YEARS_AFTER))


def _dated(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"L'année {day.year} est hors du calendrier{NARROW}: demandez une date de {FIRST_YEAR} à {LAST_YEAR}."
        raise Misasked(message)


def limit_answer(applied: Applied, options: argparse.Namespace) -> Answer:
    """Find a limit, and judge the instant asked; now, unless one is given.

    Raises:
        Misasked: the rulebook has no such activity, or no such unit.
    """
    _known(applied, options.activity, [options.unit] if options.unit else [])
    operation = OPERATIONS[options.operation]
    bound = applied.limit(
        activity=options.activity, operation=operation, day=options.date, unit=options.unit,
        resident=not options.outside,
    )  # fmt: skip
    at = options.at or datetime.now(UTC)
    _dated(at.date())
    verdict = judge(bound, at)
    return {
        "activity": options.activity,
        "unit": options.unit,
        "date": options.date.isoformat(),
        "operation": options.operation,
        "limit": _iso(bound.until),
        "limit_text": until_text(bound.until) if bound.until else None,
        "at": _iso(at),
        "verdict": verdict.value,
        "verdict_text": f"Reçu {'maintenant, ' * (options.at is None)}le {_moment(at)}{NARROW}: {_verdict(bound, verdict, at)}.",
        "rule": bound.rule,
        "code": bound.code,
        "version": bound.version,
        "in_time": bound.in_time.value,
        "late": _late(bound),
        "opens": _iso(bound.opens),
        "staff_limit": _iso(bound.staff_until),
        "warnings": _warnings(applied, options.activity, options.date),
        "steps": list(bound.steps),
    }


def _verdict(bound: Limit, verdict: Judgement, at: datetime) -> str:
    if verdict is Judgement.LATE_REFUSED and bound.late.effect is not LateEffect.REFUSE:
        began = bound.starts is not None and at >= bound.starts
        why = "l'accueil a commencé" if began else "la régie n'en décide plus"
        return f"trop tard, {why}, c'est refusé"
    return VERDICTS[verdict]


def limit_text(found: Answer) -> str:
    """Write a limit for the terminal: the verdict, the limit, then the steps."""
    limit = found["limit_text"] or "aucune, ce jour ne peut plus être demandé"
    told = [found["verdict_text"], f"Limite{NARROW}: {limit}."]
    told += map(beware, found["warnings"])
    return "\n".join([*told, f"Pourquoi{NARROW}:", *_numbered(found["steps"])])


def price_answer(applied: Applied, options: argparse.Namespace) -> Answer:
    """Price a day, or the month of a package; less the aids asked.

    Raises:
        Misasked: the rulebook has no such activity, unit or aid; or no unit is asked.
        RefusedByRule: the rulebook has no price for this.
    """
    _asked(options)
    _known(applied, options.activity, options.unit)
    if twice := next((unit for unit in options.unit if options.unit.count(unit) > 1), None):
        raise Misasked(f"L'unité «\xa0{twice}\xa0» est demandée deux fois{NARROW}: gardez-la une seule fois.")
    notes = _warnings(applied, options.activity, options.date)
    found = _month(applied, options) if options.month else _day(applied, options, notes)
    if not found.lines:
        notes.append(NOTHING if options.month else IN_A_PACKAGE)
    helped = _helped(applied, options, found)
    return {
        "activity": options.activity,
        "units": list(options.unit),
        "date": options.date.isoformat(),
        "version": applied.book.version,
        "cents": found.cents,
        "price": euros(found.cents),
        "subject": _subject(options),
        "lines": [_line(line) for line in found.lines],
        "aids": [
            {"code": taken.code, "title": taken.title, "cents": taken.amount_cents, "price": euros(-taken.amount_cents)}
            for taken in helped.deductions
        ],
        "due_cents": helped.cents,
        "due": euros(helped.cents),
        "warnings": notes,
        "steps": list(found.steps),
    }


def price_text(found: Answer) -> str:
    """Write a price for the terminal: the total, then how each line was found, then the aids."""
    told = [f"{found['subject']}{NARROW}: {found['price']}."]
    told += map(beware, found["warnings"])
    for line in found["lines"]:
        counted = f"{line['title']}{NARROW}: {line['quantity_text']} × {line['unit_price_text']} = {line['price']}"
        told.append(counted if len(found["lines"]) > 1 else f"Pourquoi{NARROW}:")
        told += _numbered(line["steps"])
    told += [f"Aide «\xa0{aid['title']}\xa0»{NARROW}: {aid['price']}" for aid in found["aids"]]
    if found["aids"]:
        told.append(f"Reste à payer{NARROW}: {found['due']}.")
    return "\n".join(told)


def _numbered(steps: Iterable[str]) -> Iterable[str]:
    return (f"  {number}. {step}" for number, step in enumerate(steps, start=1))


def _subject(options: argparse.Namespace) -> str:
    if options.month:
        return f"{options.activity}, {month_name(options.date)}"
    return f"{listed(options.unit)}, {long_date(options.date)}"


def _month(applied: Applied, options: argparse.Namespace) -> Quote:
    first = options.date.replace(day=1)
    return applied.month_quote(activity=options.activity, month=first, situation=_situation(options))


def _day(applied: Applied, options: argparse.Namespace, notes: list[str]) -> Quote:
    """Price the units of a day; booked late, each as its own limit says where each has a price of its own."""

    def priced(units: Sequence[str], late: Late | None, *, pickup: int = 0) -> Quote:
        situation = replace(_situation(options), late=late, pickup_minutes=pickup)
        return applied.quote(activity=options.activity, units=units, day=options.date, situation=situation)

    lates = {unit: _late_of(applied, options, unit) for unit in options.unit if options.late}
    if any(late.effect is LateEffect.REFUSE for late in lates.values()):
        notes.append(TOO_LATE)
    one_by_one = [line for unit in lates for line in priced([unit], None).lines]
    if len(set(lates.values())) < 2 or one_by_one != list(priced(options.unit, None).lines):
        costly = [late for late in lates.values() if late.effect in {LateEffect.SURCHARGE, LateEffect.PRICE}]
        late = next(iter(costly or lates.values()), None)
        return priced(options.unit, late, pickup=options.late_pickup)
    last = options.unit[-1]  # the child leaves after it
    quotes = [priced([unit], late, pickup=options.late_pickup * (unit == last)) for unit, late in lates.items()]
    return Quote(tuple(line for quote in quotes for line in quote.lines))


def _helped(applied: Applied, options: argparse.Namespace, found: Quote) -> Helped:
    """Deduct the aids asked, each up to its balance.

    Raises:
        Misasked: the rulebook has no such aid.
    """
    known = {aid.code: aid for aid in applied.book.aids}
    for code, _ in options.aid:
        if code not in known:
            raise Misasked(f"L'aide «\xa0{code}\xa0» n'est pas dans ce règlement intérieur. {_choices(known)}")
    grants = [Grant(code, known[code].balance if balance is None else balance) for code, balance in options.aid]
    return apply(applied.book, [(line, _occasion(applied, options, line.unit)) for line in found.lines], grants)


def _occasion(applied: Applied, options: argparse.Namespace, unit: str) -> Occasion:
    part = applied.book.activities[options.activity]
    return Occasion(
        day=options.date,
        period=applied.calendar.period(options.date),
        activity=part.code,
        service=part.service,
        unit=unit if unit in applied.book.units else part.units[0].code,
        resident=not options.outside,
        rank=options.rank,
        age=options.age,
        category=options.category,
        quotient=options.quotient,
    )


def _asked(options: argparse.Namespace) -> None:
    if not options.unit and not options.month:
        raise Misasked(
            "Il manque --unit CODE (plusieurs codes se séparent par une virgule), ou --month pour un forfait."
        )
    if options.hours is not None and options.hours > DAY_MINUTES:
        raise Misasked("Un jour n'a que 24 heures\u202f: corrigez --hours.")
    if options.absence is None and (options.absence_code is not None or options.absence_day > 1):
        raise Misasked("Un motif ou un jour d'absence demande --absence justified ou --absence unjustified.")
    if options.absence_day > ABSENCE_DAYS:
        raise Misasked(f"Une absence dure {ABSENCE_DAYS} jours au plus\u202f: corrigez --absence-day.")
    if options.quotient is not None and options.resources is not None:
        raise Misasked("Donnez --quotient, ou --resources et --children, l'un des deux.")


def _known(applied: Applied, activity: str, units: Iterable[str]) -> None:
    part = applied.book.activities.get(activity)
    if part is None:
        raise Misasked(
            f"L'activité «\xa0{activity}\xa0» n'est pas dans ce règlement intérieur. {_choices(applied.book.activities)}"
        )
    own = [unit.code for unit in part.units]
    for unit in units:
        if unit not in own:
            raise Misasked(f"L'activité «\xa0{activity}\xa0» n'a pas d'unité «\xa0{unit}\xa0». {_choices(own)}")


def _choices(codes: Iterable[str]) -> str:
    known = listed(codes)
    return f"Codes possibles{NARROW}: {known}." if known else "Il n'y en a aucune."


def _warnings(applied: Applied, activity: str, day: date) -> list[str]:
    """Say what the answer leaves aside: a closed day, a version that does not apply yet, holidays not known."""
    told = []
    if closed := applied.calendar.closed(activity, day):
        told.append(f"Ce jour-là, cette activité ne reçoit pas d'enfants ({closed}).")
    if day < applied.book.effective:
        told.append(f"Cette version ne s'applique qu'à partir du {short_date(applied.book.effective)}.")
    if unknown := applied.calendar.unknown(day):
        told.append(unknown)
    return told


def _situation(options: argparse.Namespace) -> Situation:
    return Situation(
        resident=not options.outside,
        quotient=options.quotient,
        resources=options.resources,
        children=options.children,
        disabled_child=options.disabled,
        rank=options.rank,
        age=options.age,
        category=options.category,
        minutes=options.hours,
        arrived=options.arrived,
        left=options.left,
        is_late=options.late,
        unbooked=options.unbooked,
        pickup_minutes=options.late_pickup,
        absent=options.absence is not None,
        justified=options.absence == "justified",
        absence=options.absence_code,
        absence_day=options.absence_day,
        days_a_week=options.days_a_week,
        contract=Contract(*options.contract) if options.contract else None,
    )


def _late_of(applied: Applied, options: argparse.Namespace, unit: str) -> Late:
    """Find what booking a unit late costs."""
    return applied.limit(
        activity=options.activity, operation=Operation.BOOK, day=options.date, unit=unit, resident=not options.outside
    ).late


def _line(line: PriceLine) -> Answer:
    return {
        "unit": line.unit,
        "title": line.title,
        "section": line.section.value,
        "quantity": f"{line.quantity.normalize():f}",
        "quantity_text": decimals(line.quantity),
        "unit_price": f"{line.unit_price:f}",
        "unit_price_text": money(line.unit_price),
        "cents": line.amount_cents,
        "price": euros(line.amount_cents),
        "label": line.label,
        "steps": list(line.steps),
    }


def _late(bound: Limit) -> Answer:
    told: dict[str, Any] = {"effect": bound.late.effect.value}
    numbers = {"percent": bound.late.percent, "amount": bound.late.amount, "price": bound.late.price}
    return told | {name: f"{value:f}" for name, value in numbers.items() if value is not None}


def _iso(instant: datetime | None) -> str | None:
    return in_paris(instant).isoformat() if instant else None


def _moment(instant: datetime) -> str:
    local = in_paris(instant)
    return f"{long_date(local.date())} à {clock_text(local.timetz())}"
