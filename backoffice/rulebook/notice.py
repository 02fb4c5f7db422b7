"""Notice periods (délais de prévenance): until when a day can be booked or cancelled, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from backoffice.clock import paris_instant
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.load import Late, Operation, Rulebook, Weekly, WorkingDays
from resources.french import NARROW, clock_text, instant_text, long_date, plural

OPERATIONS = {Operation.BOOK: "réserver", Operation.CANCEL: "annuler"}


@dataclass(frozen=True, slots=True)
class Limit:
    """The first instant that is too late, in UTC, with the rule, its version and the steps in French."""

    until: datetime | None  # none: nothing can be done any more
    late: Late
    rule: str
    version: str
    steps: tuple[str, ...]


class Judgement(StrEnum):
    """What a limit says of a moment."""

    IN_TIME = "in_time"
    LATE_ASK = "late_ask"
    LATE_REFUSED = "late_refused"


def limit(rulebook: Rulebook, calendar: Calendar, *, activity: str, operation: Operation, day: date) -> Limit:
    """Find until when `operation` may be done for a day of an activity.

    Never later than the beginning of the day itself. An hour of the rule holds to the end of its minute: 23:59 means
    midnight.
    """
    start = paris_instant(day, time.min)
    notice = rulebook.notice_for(activity, operation)
    if notice is None:
        rule = "Avant le jour même"
        free = f"Aucun délai n'est fixé pour {OPERATIONS[operation]}{NARROW}: jusqu'à la veille à minuit."
        return Limit(start, Late.REFUSE, rule, rulebook.version, (free,))
    last_day, how = _last_day(notice.limit, calendar, day)
    until = min(paris_instant(last_day, notice.limit.at) + _grace(notice.limit.at), start)
    steps = (
        f"Jour demandé{NARROW}: {long_date(day)}.",
        f"Règle «\xa0{notice.title}\xa0» du {rulebook.name} (version {rulebook.version}).",
        how,
        f"Limite pour {OPERATIONS[operation]}{NARROW}: {instant_text(paris_instant(last_day, notice.limit.at))}.",
    )
    return Limit(until, notice.late, notice.title, rulebook.version, steps)


def judge(bound: Limit, received_at: datetime) -> Judgement:
    """Compare the receipt on the portal with the limit: the moment that counts."""
    if bound.until is not None and received_at < bound.until:
        return Judgement.IN_TIME
    return Judgement.LATE_ASK if bound.late is Late.ASK else Judgement.LATE_REFUSED


def _last_day(rule: Weekly | WorkingDays, calendar: Calendar, day: date) -> tuple[date, str]:
    if isinstance(rule, WorkingDays):
        last = calendar.working_days_before(day, rule.days)
        skipped = [d for n in range(1, (day - last).days) if not calendar.is_working_day(d := day - timedelta(days=n))]
        passed = f" ({plural(len(skipped), 'jour non ouvré passé', 'jours non ouvrés passés')})" if skipped else ""
        return last, f"{plural(rule.days, 'jour ouvré', 'jours ouvrés')} avant{NARROW}: {long_date(last)}{passed}."
    monday = day - timedelta(days=day.weekday() + 7 * rule.weeks)
    last = monday + timedelta(days=rule.weekday.rank)
    before = "de la même semaine" if rule.weeks == 0 else f"{plural(rule.weeks, 'semaine')} avant"
    return last, f"Le {rule.weekday} {before}{NARROW}: {long_date(last)} à {clock_text(rule.at)}."


def _grace(at: time) -> timedelta:
    """Hold a cut-off such as 23:59 to the end of its minute, and still read 23:59; a round hour is exact."""
    return timedelta(minutes=1, microseconds=-1) if at.minute == 59 else timedelta()
