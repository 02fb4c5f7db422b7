"""The versions of the rulebook that the commune keeps, and how they fit what the commune offers."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.schema import Rulebook
from models.office.structure import Activity, Commune, RulebookVersion, Unit
from resources.french import NARROW, listed, plural, short_date


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version kept: when it applies, and who loaded it."""

    version: str
    name: str
    effective: date
    until: date | None  # the date of effect of the version that follows; none: none follows
    loaded_at: datetime
    loaded_by: str

    def applies_on(self, day: date) -> bool:
        """Tell whether a day is under this version; never, once another took its very date of effect."""
        return self.effective <= day and (self.until is None or day < self.until)


def versions(session: Session) -> tuple[VersionRow, ...]:
    """List every version, the latest effect first."""
    found = session.scalars(
        select(RulebookVersion).order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc())
    )
    rows: list[VersionRow] = []
    for kept in found:
        until = rows[-1].effective if rows else None
        rows.append(VersionRow(kept.version, kept.name, kept.effective, until, kept.loaded_at, kept.loaded_by))
    return tuple(rows)


def source_of(session: Session, version: str | None, *, today: date) -> tuple[str, str]:
    """Give a version's code and its text, as it was loaded; the one in force today when none is asked.

    Raises:
        RefusedByRule: there is no such version.
    """
    query = select(RulebookVersion.version, RulebookVersion.source)
    if version is not None:
        row = session.execute(query.where(RulebookVersion.version == version)).first()
        known = listed(kept.version for kept in versions(session))
        missing = f"Aucune version ne s'appelle «\xa0{version}\xa0»." + (
            f" Celles qui existent{NARROW}: {known}." if known else ""
        )
    else:
        latest = query.where(RulebookVersion.effective <= today)
        row = session.execute(latest.order_by(RulebookVersion.effective.desc(), RulebookVersion.id.desc())).first()
        missing = f"Aucun règlement intérieur n'est en vigueur le {short_date(today)}. Chargez-en un."
    if row is None:
        raise RefusedByRule(missing)
    return row.version, row.source


def unmatched(session: Session, book: Rulebook) -> tuple[str, ...]:
    """Say where a rulebook and what the commune offers do not name the same things."""
    activities = dict(session.execute(select(Activity.id, Activity.code)).all())
    units = dict(session.execute(select(Unit.code, Unit.activity_id)).all())
    told: list[str] = []
    both = (
        (set(activities.values()), set(book.activities), "activité"),
        ({code for code, at in units.items() if activities[at] in book.activities}, _units(book, activities), "unité"),
    )
    for offered, written, word in both:
        if alone := sorted(offered - written):
            told.append(
                f"{plural(len(alone), word)} de la commune que ce règlement intérieur ne connaît pas{NARROW}: {listed(alone)}. "
                "Sans délai ni tarif, rien n'y sera facturé."
            )
        if alone := sorted(written - offered):
            told.append(
                f"{plural(len(alone), word)} de ce règlement intérieur que la commune n'a pas{NARROW}: {listed(alone)}. "
                "Leurs règles attendent que vous les créiez."
            )
    return (*told, *_zone(session, book))


def _units(book: Rulebook, activities: dict[int, str]) -> set[str]:
    """Give the units of the activities that both know."""
    known = set(activities.values())
    return {code for code, (activity, _) in book.units.items() if activity.code in known}


def _zone(session: Session, book: Rulebook) -> tuple[str, ...]:
    zone = session.scalar(select(Commune.zone))
    if zone is None or zone == book.calendar.zone:
        return ()
    written = f"Ce règlement intérieur est écrit pour la zone {book.calendar.zone}, la commune est en zone {zone}"
    return (f"{written}{NARROW}: les vacances restent celles de la commune.",)
