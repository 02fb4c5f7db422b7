"""Absences: which rule excuses one, and what share of the price is billed all the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from backoffice.clock import paris_instant
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.notice_parts import Absence
from backoffice.rulebook.file.parts import Occasion, best
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.values import Steps
from resources.french import NARROW, clock_text, instant_text, number, plural, until_text

NOTHING, WHOLE = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Billed:
    """What share of an absent day is billed, in percent, by which rule, and why."""

    percent: Decimal
    rule: str | None  # its title; none: no rule of the rulebook speaks of it
    steps: Steps
    code: str | None = None


def billed(
    book: Rulebook,
    occasion: Occasion,
    *,
    justified: bool,
    code: str | None = None,
    day_rank: int = 1,
    first_day: date | None = None,
    told_at: datetime | None = None,
    proof_at: datetime | None = None,
) -> Billed:
    """Find what an absence costs on a day.

    The rule is the one asked by its code, else the best of its nature; without any, a justified absence is free and
    another is billed. `day_rank` counts calendar days from the first, which `first_day` gives more exactly. A proof that
    is not dated is accepted; one that came too late justifies nothing.

    Raises:
        RefusedByRule: no rule has this code.
    """
    rule = _asked(book, code) if code is not None else _best(book.absences, occasion, justified=justified)
    if rule is None:
        return _default(justified=justified)
    first = first_day or occasion.day - timedelta(days=day_rank - 1)
    if (late := _late_proof(rule, first, proof_at)) is not None:
        other = _best(book.absences, occasion, justified=False)
        unjustified = _judged(other, occasion.day, first, told_at) if other else _default(justified=False)
        return Billed(unjustified.percent, unjustified.rule, (late, *unjustified.steps), unjustified.code)
    return _judged(rule, occasion.day, first, told_at)


def _asked(book: Rulebook, code: str) -> Absence:
    found = next((rule for rule in book.absences if rule.code == code), None)
    if found is None:
        known = ", ".join(sorted(rule.code for rule in book.absences))
        choices = f"Ceux qui existent{NARROW}: {known}." if known else "Le règlement intérieur n'en déclare aucun."
        message = f"Aucun motif d'absence n'a le code «\xa0{code}\xa0». {choices}"
        raise RefusedByRule(message)
    return found


def _best(rules: Iterable[Absence], occasion: Occasion, *, justified: bool) -> Absence | None:
    return best((rule for rule in rules if rule.justified is justified), occasion)


def _default(*, justified: bool) -> Billed:
    if justified:
        return Billed(NOTHING, None, ("Absence justifiée\u202f: non facturée, faute de règle contraire.",))
    return Billed(WHOLE, None, ("Absence non justifiée\u202f: facturée comme une présence, faute de règle contraire.",))


def _judged(rule: Absence, day: date, first: date, told_at: datetime | None) -> Billed:
    nature = "justifiée" if rule.justified else "non justifiée"
    head = f"Absence {nature}, «\xa0{rule.title}\xa0»"
    rank = (day - first).days + 1
    if rank <= rule.billed_days:
        count = "le premier jour est dû" if rule.billed_days == 1 else f"les {rule.billed_days} premiers jours sont dus"
        return Billed(WHOLE, rule.title, (f"{head}, jour {rank}{NARROW}: {count}.",), rule.code)
    if rule.told_before is not None and told_at is not None and told_at >= _end(day, rule.told_before):
        hour = clock_text(rule.told_before)
        why = f"prévenue le {instant_text(told_at)}, après {hour} le jour même{NARROW}: la journée est due."
        return Billed(WHOLE, rule.title, (f"{head}, {why}",), rule.code)
    share = "non facturée" if not rule.billed_percent else f"facturée à {number(rule.billed_percent)}{NARROW}%"
    return Billed(rule.billed_percent, rule.title, (f"{head}{NARROW}: {share}.",), rule.code)


def _late_proof(rule: Absence, first: date, proof_at: datetime | None) -> str | None:
    """Say that a proof came too late; hours are elapsed hours, from the beginning of the first day of absence."""
    if not rule.justified or rule.proof_hours is None or proof_at is None:
        return None
    due = paris_instant(first, time.min) + timedelta(hours=rule.proof_hours)
    if proof_at <= due:
        return None
    within = plural(rule.proof_hours, "heure")
    return (
        f"Le justificatif «\xa0{rule.title}\xa0», attendu sous {within} (jusqu'au {until_text(due)}), "
        f"est arrivé le {instant_text(proof_at)}{NARROW}: trop tard."
    )


def _end(day: date, hour: time) -> datetime:
    """Give the first instant too late for an hour; 9 h 59 holds to the end of its minute."""
    exact = paris_instant(day, hour)
    return exact.replace(second=0, microsecond=0) + timedelta(minutes=1) if hour.minute == 59 else exact
