"""The rules in force: the calendar and every version of the rulebook, read once for many days."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.load import parsed
from backoffice.rulebook.snapshot import read_calendar
from models.office.structure import RulebookVersion
from resources.french import short_date


@dataclass(frozen=True, slots=True)
class Rules:
    """What a commune's days obey: its calendar, and its rulebooks by date of effect."""

    calendar: Calendar
    versions: tuple[tuple[date, str], ...]  # date of effect, source; the latest first
    _applied: dict[str, Applied] = field(default_factory=dict, compare=False)

    def on(self, day: date) -> Applied | None:
        """Give the rules in force on a day, if there are any."""
        source = next((source for effective, source in self.versions if effective <= day), None)
        if source is None:
            return None
        if source not in self._applied:
            self._applied[source] = Applied(parsed(source), self.calendar)
        return self._applied[source]

    def must_be_on(self, day: date) -> Applied:
        """Give the rules in force on a day.

        Raises:
            RefusedByRule: none are yet.
        """
        found = self.on(day)
        if found is None:
            message = f"Aucun règlement intérieur n'est en vigueur le {short_date(day)}. Chargez-en un."
            raise RefusedByRule(message)
        return found

    def closed(self, activity: str, day: date) -> str | None:
        """Say in French why an activity (its code) is closed on a day; None when it is open."""
        applied = self.on(day)
        return (applied.calendar if applied else self.calendar).closed(activity, day)

    def under(self, draft: str) -> "Rules":
        """Give the same calendar under a draft alone, as if it had always been in force."""
        return Rules(self.calendar, ((date.min, draft),))


def read_rules(session: Session) -> Rules:
    """Read the calendar and the rulebooks."""
    query = select(RulebookVersion.effective, RulebookVersion.source)
    rows = session.execute(query.order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc()))
    return Rules(read_calendar(session), tuple((effective, source) for effective, source in rows))
