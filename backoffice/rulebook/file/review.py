"""What a rulebook holds and what it leaves out, in French."""

from collections.abc import Iterator

from backoffice.rulebook.calendar import SCHOOL_TIME, opening_days
from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.parts import Scope
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import AnyTariff, ContractTariff, UnitTariff
from backoffice.rulebook.file.wording import capital
from backoffice.rulebook.file.words import Operation, Period, Weekday
from resources.french import NARROW, listed, long_date, plural

TIMES = {
    Period.SCHOOL: "pendant l'école",
    Period.WEDNESDAY: "le mercredi",
    Period.SMALL_HOLIDAYS: "pendant les petites vacances",
    Period.SUMMER: "pendant l'été",
}
VERBS = {Operation.BOOK: "réserver", Operation.CANCEL: "annuler"}


def counted(book: Rulebook) -> str:
    """Say what a rulebook holds and from when it applies."""
    counts = (
        (len(book.activities), "activité", None),
        (len(book.notices), "délai", None),
        (len(book.openings), "ouverture", None),
        (len(book.absences), "règle d'absence", "règles d'absence"),
        (len(book.tariffs), "tarif", None),
        (len(book.combinations), "combinaison", None),
        (len(book.modifiers), "modification de prix", "modifications de prix"),
        (len(book.aids), "aide", None),
    )
    held = listed(plural(count, one, many) for count, one, many in counts if count)
    return (
        f"{capital(book.name)}, version {book.version}{NARROW}: {held}. "
        f"Aucune erreur. S'applique à partir du {long_date(book.effective)}."
    )


def gaps(book: Rulebook) -> tuple[str, ...]:
    """Say which activities have no notice period, or none on some days, and which units have no price."""
    return tuple(_gaps(book))


def _gaps(book: Rulebook) -> Iterator[str]:
    for activity in book.activity_list:
        when = {operation: _unlimited(book, activity, operation) for operation in Operation}
        for text in dict.fromkeys(told for told in when.values() if told is not None):
            verbs = " ni pour ".join(VERBS[operation] for operation in Operation if when[operation] == text)
            yield f"Aucun délai pour {verbs} «\xa0{activity.code}\xa0»{text}{NARROW}: ce sera possible jusqu'à la veille à minuit."
        unpriced = [
            unit.code for unit in activity.units if not any(_prices(t, activity, unit.code) for t in book.tariffs)
        ]
        if len(unpriced) == len(activity.units):
            yield f"Aucun tarif pour «\xa0{activity.code}\xa0»{NARROW}: rien ne pourra y être facturé."
        elif unpriced:
            yield f"Aucun prix pour {listed(unpriced)}, de «\xa0{activity.code}\xa0»{NARROW}: rien ne pourra y être facturé."


def _unlimited(book: Rulebook, activity: ActivityPart, operation: Operation) -> str | None:
    """Say on which days no notice period speaks of an operation on an activity: « », all of them; none, every day has one."""
    rules = [
        rule
        for rule in book.notices
        if operation in rule.operations
        and any(
            rule.covers(service=activity.service, activity=activity.code, unit=unit.code) for unit in activity.units
        )
    ]
    days = list(_days(book, activity))
    free = [(period, day) for period, day in days if not any(_speaks(rule, period, day) for rule in rules)]
    if not free:
        return None
    if not rules or len(free) == len(days):
        return ""
    whole = [p for p in Period if (mine := [one for one in days if one[0] is p]) and set(mine) <= set(free)]
    rest = [day.value for day in Weekday if any(one is day and p not in whole for p, one in free)]
    return f" ({listed([*(TIMES[period] for period in whole), *(f'le {day}' for day in rest)])})"


def _speaks(rule: Scope, period: Period, day: Weekday) -> bool:
    return (not rule.periods or period in rule.periods) and (not rule.days or day in rule.days)


def _days(book: Rulebook, activity: ActivityPart) -> Iterator[tuple[Period, Weekday]]:
    """Give the times of the year and the weekdays on which an activity receives."""
    opening = opening_days(activity)
    schools = {day for school in book.calendar.school_list for day in school.days} or set(book.calendar.school_days)
    for period in Period:
        for day in Weekday:
            wednesday = day is Weekday.WEDNESDAY
            fits = period not in SCHOOL_TIME or (period is Period.WEDNESDAY) == wednesday
            known = day.rank in opening.weekdays if opening.weekdays is not None else day in schools
            if period in opening.periods and fits and known:
                yield period, day


def _prices(tariff: AnyTariff, activity: ActivityPart, unit: str) -> bool:
    named = not isinstance(tariff, UnitTariff) or unit in tariff.prices
    alone = not isinstance(tariff, ContractTariff)
    return alone and named and tariff.covers(service=activity.service, activity=activity.code, unit=unit)
