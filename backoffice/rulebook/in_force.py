"""The rules in force: the calendar and every version of the rulebook, read once for many days."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.calendar import Calendar
from backoffice.rulebook.load import parsed
from backoffice.rulebook.snapshot import read_calendar
from models.office.structure import RulebookVersion
from resources.french import short_date

ALWAYS = datetime.min.replace(tzinfo=UTC)


class Version(NamedTuple):
    """A rulebook's text, from when it is in force, and since when it is known."""

    effective: date
    source: str
    adopted_at: datetime = ALWAYS


@dataclass(frozen=True, slots=True)
class Rules:
    """What a commune's days obey: its calendar, and its rulebooks by date of effect."""

    calendar: Calendar
    versions: tuple[Version, ...]  # the latest first
    _applied: dict[str, Applied] = field(default_factory=dict, compare=False)

    def on(self, day: date) -> Applied | None:
        """Give the rules in force on a day, if there are any."""
        source = next((version.source for version in self.versions if version.effective <= day), None)
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
        return Rules(self.calendar, (Version(date.min, draft),))

    def known_at(self, moment: datetime) -> "Rules":
        """Give the rules that a family could read at a moment: a version adopted since counts where nothing else does."""
        versions = tuple(sorted(self.versions, key=lambda version: version.adopted_at > moment))
        return self if versions == self.versions else replace(self, versions=versions)


def read_rules(session: Session) -> Rules:
    """Read the calendar and the rulebooks."""
    query = select(RulebookVersion.effective, RulebookVersion.source, RulebookVersion.loaded_at)
    rows = session.execute(query.order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc()))
    return Rules(read_calendar(session), tuple(Version(*row) for row in rows))
