"""What a check before issuing says: its kind, its sentence, the place where it is mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.families import Child, Family
from models.office.structure import Service
from resources.french import listed, plural

SHOWN = 3  # days that a sentence names before it counts the others
FEW = 500  # rows that a query names; beyond, it reads them all
Name = tuple[str, str]  # its place in French order, and the name


class AlertKind(StrEnum):
    """What is wrong, in the order in which to mend it."""

    DAY_NOT_POINTED = "day_not_pointed"
    BOOKED_NOT_POINTED = "booked_not_pointed"
    NOT_ENROLLED = "not_enrolled"
    NOT_BOOKED = "not_booked"
    CONTRACTS_OVERLAP = "contracts_overlap"
    CONTRACT_ALONE = "contract_alone"
    LEFT_TO_CREDIT = "left_to_credit"
    SHARES = "shares"
    NO_QUOTIENT = "no_quotient"
    DOCUMENTS = "documents"
    MANDATE = "mandate"
    HOURS = "hours"
    NO_DRAFT = "no_draft"
    OUTDATED = "outdated"


ALERT_WORDS: Mapping[AlertKind, str] = {
    AlertKind.DAY_NOT_POINTED: "Journées non pointées",
    AlertKind.BOOKED_NOT_POINTED: "Réservations sans pointage",
    AlertKind.NOT_ENROLLED: "Présences sans inscription",
    AlertKind.NOT_BOOKED: "Présences sans réservation",
    AlertKind.CONTRACTS_OVERLAP: "Contrats qui se chevauchent",
    AlertKind.CONTRACT_ALONE: "Contrats sans inscription",
    AlertKind.LEFT_TO_CREDIT: "Régularisations à compléter",
    AlertKind.SHARES: "Partages entre payeurs à corriger",
    AlertKind.NO_QUOTIENT: "Familles sans quotient familial",
    AlertKind.DOCUMENTS: "Pièces manquantes ou expirées",
    AlertKind.MANDATE: "Mandats de prélèvement inactifs",
    AlertKind.HOURS: "Heures facturées et présences",
    AlertKind.NO_DRAFT: "Présences sans brouillon",
    AlertKind.OUTDATED: "Brouillons à refaire",
}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One thing to look at, and what to open; a blocking one makes the issue refuse."""

    kind: AlertKind
    sentence: str
    service_code: str
    family_id: int | None = None
    child_id: int | None = None
    activity_id: int | None = None
    day: date | None = None
    blocking: bool = False
    opens: tuple[str, object] | None = None  # where it is mended, when it is not at the roll call nor in the file

    @property
    def place(self) -> tuple[str, object] | None:
        """Give the screen where it is mended, and what to show there."""
        if self.opens is not None:
            return self.opens
        if self.activity_id is not None and self.day is not None:
            return "attendance", (self.activity_id, self.day, self.child_id)
        if self.family_id is None:
            return None
        return "families", self.family_id


@dataclass(frozen=True, slots=True)
class FamilyName:
    """A household as a check names it."""

    search_key: str
    name: str
    number: str

    @property
    def words(self) -> str:
        """Name it so that nobody takes it for another: Martin (F000012)."""
        return f"{self.name} ({self.number})"


def family_names(session: Session, ids: Iterable[int]) -> Mapping[int, FamilyName]:
    """Read how checks name some households."""
    wanted = set(ids)
    query = select(Family.id, Family.search_key, Family.name, Family.number)
    if len(wanted) <= FEW:
        query = query.where(Family.id.in_(wanted))
    return {family_id: FamilyName(*told) for family_id, *told in session.connection().execute(query)}


def child_names(session: Session, ids: Iterable[int]) -> Mapping[int, Name]:
    """Read how checks name some children, each after its place in French order."""
    wanted = set(ids)
    query = select(Child.id, Child.search_key, Child.first_name, Child.last_name)
    if len(wanted) <= FEW:
        query = query.where(Child.id.in_(wanted))
    rows = session.connection().execute(query)
    return {child_id: (key, f"{first} {last}") for child_id, key, first, last in rows}


def service_names(session: Session) -> Mapping[int, str]:
    """Read the names of the services."""
    return {row.id: row.name for row in session.execute(select(Service.id, Service.name))}


def days_words(days: Sequence[date]) -> str:
    """Write a few days: le 3 et le 12, or how many there are."""
    if len(days) > SHOWN:
        return f"{_count(len(days))} depuis le {days[0]:%d/%m}"
    return listed(f"le {day:%d/%m}" for day in days)


@lru_cache(maxsize=64)
def _count(days: int) -> str:
    return plural(days, "jour")
