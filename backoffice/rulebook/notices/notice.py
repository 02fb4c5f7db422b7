"""Notice periods (délais de prévenance): from when and until when a day can be booked or cancelled, and why."""

from dataclasses import replace
from datetime import date, datetime, time

from backoffice.clock import paris_instant
from backoffice.errors import RefusedByRule
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.file.notice_parts import Late, NoticeRule, Opening
from backoffice.rulebook.file.parts import Occasion, best
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import InTime, LateEffect, Operation
from backoffice.rulebook.notices.anchors import Found, Service, find
from backoffice.rulebook.values import Judgement, Limit, cents
from resources.french import NARROW, euros, instant_text, long_date, number, until_text

NO_RULE = "Avant le jour même"
WHOLE = 100  # percent
LATE = {
    LateEffect.REFUSE: Judgement.LATE_REFUSED,
    LateEffect.ASK: Judgement.LATE_ASK,
    LateEffect.SURCHARGE: Judgement.LATE_CHARGED,
    LateEffect.PRICE: Judgement.LATE_CHARGED,
    LateEffect.BILL: Judgement.LATE_BILLED,
    LateEffect.PROOF: Judgement.LATE_PROOF,
}
THEN = {
    LateEffect.REFUSE: "refusé",
    LateEffect.ASK: "la régie décide",
    LateEffect.BILL: "annulé, mais facturé",
    LateEffect.PROOF: "annulé, et facturé sauf justificatif",
}
DECIDED = {Judgement.LATE_ASK, Judgement.LATE_CHARGED}  # what ends with the régie's own limit


def limit(
    book: Rulebook,
    calendar: Calendar,
    *,
    activity: str,
    operation: Operation,
    day: date,
    unit: str | None = None,
    resident: bool = True,
) -> Limit:
    """Find between which instants an operation may be done for a day of an activity, or of one of its units.

    The rule is the most specific (unit, activity, service, all), then the one of highest priority; without any, the day
    before is the last. A limit is never after the service. `calendar` is the one that the rulebook completes.

    Raises:
        RefusedByRule: the rulebook does not know this activity, or this unit of it.
    """
    service = _service(book, calendar, activity, unit, day)
    occasion = Occasion(day, calendar.period(day), activity, service.activity.service, unit, resident)
    rule = best((rule for rule in book.notices if operation in rule.operations), occasion)
    opening = _opening(book, occasion) if operation is Operation.BOOK else None
    opens = find(opening.opening_at, service).exact if opening else None
    if rule is None:
        return _without_rule(book, service, operation, opening, opens)
    found = find(rule.limit, service)
    staff = _staff_until(rule, found, service)
    steps = [
        f"Jour demandé{NARROW}: {long_date(day)}.",
        f"Règle «\xa0{rule.title}\xa0» {_of(book.name)} (version {book.version}).",
        *filter(None, [calendar.unknown(day)]),
        *found.steps,
        *_opening_steps(opening, opens, found.until),
        _end(rule, operation, found, staff, _share(book, rule, occasion)),
    ]
    return Limit(
        until=found.until, in_time=rule.in_time, late=rule.late, code=rule.code, rule=rule.title, version=book.version,
        steps=tuple(steps), opens=opens, staff_until=staff, starts=service.latest,
    )  # fmt: skip


def judge(bound: Limit, received_at: datetime) -> Judgement:
    """Compare the receipt on the portal with the limit: the moment that counts.

    After the régie's own limit, nobody is left to decide and nothing is sold dearer any more: it is refused. Nothing is
    sold once the service has begun.
    """
    if bound.until is None or received_at >= bound.until:
        return _late(bound, received_at)
    if bound.opens is not None and received_at < bound.opens:
        return Judgement.TOO_EARLY
    return Judgement.IN_TIME_ASK if bound.in_time is InTime.ASK else Judgement.IN_TIME


def desk_may(bound: Limit, at: datetime) -> bool:
    """Tell whether the régie may still do it: always, unless the rulebook sets her own limit."""
    return bound.staff_until is None or at < bound.staff_until


def _late(bound: Limit, received_at: datetime) -> Judgement:
    found = LATE[bound.late.effect]
    over = found in DECIDED and not desk_may(bound, received_at)
    sold = found is Judgement.LATE_CHARGED and bound.starts is not None and received_at >= bound.starts
    return Judgement.LATE_REFUSED if over or sold else found


def _service(book: Rulebook, calendar: Calendar, activity: str, unit: str | None, day: date) -> Service:
    part = book.activities.get(activity)
    if part is None:
        known = ", ".join(sorted(book.activities))
        message = f"Le règlement intérieur ne connaît pas l'activité «\xa0{activity}\xa0». Celles qu'il connaît{NARROW}: {known}."
        raise RefusedByRule(message)
    if unit is None:
        return Service(calendar, part, day)
    found = next((own for own in part.units if own.code == unit), None)
    if found is None:
        known = ", ".join(own.code for own in part.units)
        message = f"L'activité «\xa0{part.name}\xa0» n'a pas d'unité «\xa0{unit}\xa0». Les siennes{NARROW}: {known}."
        raise RefusedByRule(message)
    return Service(calendar, part, day, found)


def _without_rule(
    book: Rulebook, service: Service, operation: Operation, opening: Opening | None, opens: datetime | None
) -> Limit:
    start = paris_instant(service.day, time.min)
    steps = (
        *_opening_steps(opening, opens, start),
        f"Aucun délai n'est fixé pour {operation}{NARROW}: jusqu'à la veille à minuit.",
    )
    return Limit(start, InTime.ACCEPT, Late(), None, NO_RULE, book.version, steps, opens, None, service.latest)


def _opening(book: Rulebook, occasion: Occasion) -> Opening | None:
    """Find the opening window; where only residents have one, nobody else is served before them."""
    found = best(book.openings, occasion)
    if found is None and not occasion.resident:
        found = best(book.openings, replace(occasion, resident=True))
    return found


def _opening_steps(opening: Opening | None, opens: datetime | None, until: datetime | None) -> list[str]:
    if opening is None or opens is None:
        return []
    told = f"Réservations ouvertes à partir du {instant_text(opens)} («\xa0{opening.title}\xa0»)."
    if until is not None and opens >= until:
        told += " C'est après la limite\u202f: ce jour ne se réserve qu'auprès de la régie."
    return [told]


def _staff_until(rule: NoticeRule, found: Found, service: Service) -> datetime | None:
    """Find the régie's own limit, never before the families'."""
    if rule.staff_limit is None:
        return None
    staff = find(rule.staff_limit, service).until
    return max((instant for instant in (staff, found.until) if instant is not None), default=None)


def _end(rule: NoticeRule, operation: Operation, found: Found, staff: datetime | None, share: str) -> str:
    """Say the limit, what the régie does before it, and what happens after."""
    over = staff is not None and staff == found.until
    after = _after(rule.late, None if over else staff, share, over=over)
    if found.until is None:
        return f"Ce jour ne peut pas être demandé dans le délai. {after}"
    asked = f" Avant{NARROW}: la régie valide chaque demande." if rule.in_time is InTime.ASK else ""
    return f"Limite pour {operation}{NARROW}: {found.text}.{asked} {after}"


def _after(late: Late, staff: datetime | None, share: str, *, over: bool) -> str:
    """Say what happens after the limit; `over`: the régie's own limit is past too."""
    decided = LATE[late.effect] in DECIDED
    then = ("refusé" if over and decided else _effect(late)) + share
    if staff is None:
        return f"Après{NARROW}: {then}."
    until = f"jusqu'au {until_text(staff)}"
    return f"Après{NARROW}: {then}{',' if decided else f'{NARROW}; la régie peut encore décider'} {until}."


def _share(book: Rulebook, rule: NoticeRule, occasion: Occasion) -> str:
    """Say what share a late cancelling costs, where the rulebook's absences bill less than the whole."""
    if rule.late.effect not in {LateEffect.BILL, LateEffect.PROOF}:
        return ""
    absence = best((one for one in book.absences if not one.justified), occasion)
    if absence is None or absence.billed_percent == WHOLE or absence.billed_days:
        return ""
    return f" (à {number(absence.billed_percent)}{NARROW}%)"


def _effect(late: Late) -> str:
    if late.percent is not None:
        return f"accepté, majoré de {number(late.percent)}{NARROW}%"
    if late.amount is not None:
        return f"accepté, majoré de {euros(cents(late.amount))} par unité"
    if late.price is not None:
        return f"accepté au prix de {euros(cents(late.price))} par unité"
    return THEN[late.effect]


def _of(name: str) -> str:
    """Put a rulebook's name after « la règle »: du règlement intérieur, mais de « Accueils de loisirs »."""
    return f"du {name}" if name.casefold().startswith("règlement") else f"de «\xa0{name}\xa0»"
