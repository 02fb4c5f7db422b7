"""Who owes: the payer of a household and whoever shares the debt, as the file is today."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.families.lists import guardians_of, payer_first
from models.office.families import Family, Guardian


@dataclass(frozen=True, slots=True)
class Person:
    """A guardian, as a letter or the Treasury names one."""

    last_name: str
    first_name: str
    email: str | None
    address: tuple[str, ...]
    phone: str

    @property
    def name(self) -> str:
        """Give the name as the house writes it."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Debtor:
    """A household that owes: its payer, and the other guardian."""

    family_id: int
    number: str
    family: str
    sort_key: str
    payer: Person | None
    other: Person | None

    @property
    def name(self) -> str:
        """Name who is written to."""
        return self.payer.name if self.payer else self.family

    @property
    def address(self) -> tuple[str, ...]:
        """Give where the letter goes."""
        return self.payer.address if self.payer else ()

    @property
    def phone(self) -> str:
        """Give whom to call."""
        return self.payer.phone if self.payer else ""


def debtors(session: Session, family_ids: Collection[int]) -> dict[int, Debtor]:
    """Read households with their payer first, and the next guardian."""
    people = {
        family_id: [_person(one) for one in payer_first(found)]
        for family_id, found in guardians_of(session, family_ids).items()
    }
    return {
        family.id: Debtor(
            family.id, family.number, family.name, family.search_key, *[*people.get(family.id, ()), None, None][:2]
        )
        for family in session.scalars(select(Family).where(Family.id.in_(list(family_ids))))
    }


def _person(one: Guardian) -> Person:
    address = tuple(line for line in (one.street, f"{one.postal_code} {one.city}".strip()) if line)
    return Person(one.last_name, one.first_name, one.email, address, one.mobile or one.work_phone or "")
