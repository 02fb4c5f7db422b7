"""The families' list, and one family's whole file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from models.office.families import Child, Family, FamilyChild, Guardian
from models.office.requests import Request
from models.vocabulary import RequestStatus
from resources.french import age_on, listed, search_key


class AccountState(StrEnum):
    """Where a guardian's access to the portal stands."""

    NONE = "none"
    INVITED = "invited"
    OPEN = "open"


ACCOUNT_WORDS = {
    AccountState.NONE: "Pas d'accès",
    AccountState.INVITED: "Invitation envoyée",
    AccountState.OPEN: "Compte ouvert",
}


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One line of the families' list."""

    id: int
    number: str
    name: str
    guardians: str
    children: str
    city: str
    resident: bool
    waiting: int
    account: AccountState


def families(session: Session, search: str = "", *, limit: int = 500) -> tuple[FamilyRow, ...]:
    """Read the families whose file holds every word of a search, in French order; four queries."""
    query = select(Family).order_by(Family.search_key, Family.id).limit(limit)
    found = session.scalars(query.where(*(_holds(word) for word in search_key(search).split()))).all()
    ids = [family.id for family in found]
    guardians = guardians_of(session, ids)
    children: dict[int, list[str]] = {}
    for family_id, first_name in session.execute(
        select(FamilyChild.family_id, Child.first_name)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(ids))
        .order_by(Child.birth_date, Child.id)
    ):
        children.setdefault(family_id, []).append(first_name)
    waiting = dict(
        session.execute(
            select(Request.family_id, func.count())
            .where(Request.family_id.in_(ids), Request.status == RequestStatus.WAITING)
            .group_by(Request.family_id)
        ).all()
    )
    return tuple(
        _row(family, guardians.get(family.id, []), children.get(family.id, []), waiting.get(family.id, 0))
        for family in found
    )


def guardians_of(session: Session, family_ids: Iterable[int]) -> dict[int, list[Guardian]]:
    """Read the guardians of several families, the payer's file first as it was entered."""
    found: dict[int, list[Guardian]] = {}
    query = select(Guardian).where(Guardian.family_id.in_(list(family_ids)))
    for guardian in session.scalars(query.order_by(Guardian.position, Guardian.id)):
        found.setdefault(guardian.family_id, []).append(guardian)
    return found


def payer_first(guardians: Iterable[Guardian]) -> list[Guardian]:
    """Put whoever pays before the others."""
    return sorted(guardians, key=lambda found: not found.is_payer)


def paying_guardian(session: Session, family_id: int) -> Guardian | None:
    """Find the guardian marked as paying, whom e-mails about money are written to; of two, the first."""
    query = select(Guardian).where(Guardian.family_id == family_id, Guardian.is_payer)
    return session.scalars(query.order_by(Guardian.position).limit(1)).first()


def children_of(session: Session, family_ids: Iterable[int]) -> dict[int, list[Child]]:
    """Read the children of several families, the eldest first."""
    found: dict[int, list[Child]] = {}
    query = (
        select(FamilyChild.family_id, Child)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(list(family_ids)))
        .order_by(Child.birth_date, Child.id)
    )
    for family_id, child in session.execute(query):
        found.setdefault(family_id, []).append(child)
    return found


def full_name(person: Guardian | Child) -> str:
    """Write a person's name as it is said: Camille Martin."""
    return f"{person.first_name} {person.last_name}"


def account_state(guardian: Guardian) -> AccountState:
    """Tell where a guardian's access to the portal stands."""
    if guardian.account_opened:
        return AccountState.OPEN
    return AccountState.INVITED if guardian.link_sha256 else AccountState.NONE


def age_text(born: date, day: date) -> str:
    """Write an age as it is said: 7 ans, and 18 mois before the second birthday."""
    if (years := age_on(born, day)) >= 2:
        return f"{years}\xa0ans"
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return f"{max(months, 0)}\xa0mois"


def _row(family: Family, guardians: Sequence[Guardian], children: Sequence[str], waiting: int) -> FamilyRow:
    states = {account_state(guardian) for guardian in guardians}
    best = next((state for state in (AccountState.OPEN, AccountState.INVITED) if state in states), AccountState.NONE)
    return FamilyRow(
        family.id, family.number, family.name, listed(full_name(guardian) for guardian in guardians),
        ", ".join(children), guardians[0].city if guardians else "", family.resident, waiting, best,
    )  # fmt: skip


def _holds(word: str) -> ColumnElement[bool]:
    """Look a word up in the family's own key (number, name, guardians) and in its children's."""
    pattern = f"%{word.replace('%', '').replace('_', '')}%"
    child = (
        exists()
        .where(FamilyChild.family_id == Family.id, Child.id == FamilyChild.child_id)
        .where(Child.search_key.like(pattern))
    )
    return or_(Family.search_key.like(pattern), func.lower(Family.number).like(pattern), child)
