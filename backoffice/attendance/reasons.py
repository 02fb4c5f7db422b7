"""Why a child is absent: the reasons that the rulebook in force knows, and how long the absence has lasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.rulebook.file.parts import Occasion, Scope
from backoffice.rulebook.in_force import Rules

OVER = timedelta(days=7)  # an absence ends when the child is not seen absent again within a week


@dataclass(frozen=True, slots=True)
class AbsenceReason:
    """A reason as the rulebook names it: its code is what the invoice prices."""

    code: str
    title: str


def reasons_on(rules: Rules, activity: str, day: date) -> tuple[AbsenceReason, ...]:
    """Give the reasons that justify an absence from an activity (its code) on a day, in the rulebook's order."""
    applied = rules.on(day)
    part = applied.book.activities.get(activity) if applied else None
    if applied is None or part is None:
        return ()
    period = applied.calendar.period(day)
    cases = [
        Occasion(day, period, part.code, part.service, unit.code, resident=resident)
        for unit in part.units
        for resident in (True, False)
    ]
    return tuple(
        AbsenceReason(rule.code, rule.title)
        for rule in applied.book.absences
        if rule.justified and any(Scope.concerns(rule, case) for case in cases)
    )


def ranks(days: Mapping[date, tuple[bool, bool]]) -> dict[date, int]:
    """Number the days of absence from one activity: how many calendar days since the absence began, that day included.

    Each day says whether the child was seen present, and absent. A presence ends an absence; a day on which the child
    was not expected does not.

    >>> ranks({date(2026, 11, 6): (False, True), date(2026, 11, 9): (False, True), date(2026, 11, 10): (True, False)})
    {datetime.date(2026, 11, 6): 1, datetime.date(2026, 11, 9): 4}
    """
    found: dict[date, int] = {}
    began: date | None = None
    before = date.min
    for day in sorted(days):
        present, absent = days[day]
        if present or day - before >= OVER:
            began = None
        if absent:
            began = began or day
            found[day] = (day - began).days + 1
            before = day
    return found


def title_of(reasons: Sequence[AbsenceReason], code: str | None) -> str:
    """Name a reason; one that the rulebook no longer knows keeps its code."""
    return next((reason.title for reason in reasons if reason.code == code), code or "")
