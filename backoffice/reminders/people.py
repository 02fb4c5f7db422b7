"""Who owes: the payer of a household and whoever shares the debt, as the file is today."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    people: dict[int, list[Person]] = {}
    rows = session.scalars(
        select(Guardian)
        .where(Guardian.family_id.in_(list(family_ids)))
        .order_by(Guardian.family_id, Guardian.is_payer.desc(), Guardian.position, Guardian.id)
    )
    for row in rows:
        address = tuple(line for line in (row.street, f"{row.postal_code} {row.city}".strip()) if line)
        people.setdefault(row.family_id, []).append(
            Person(row.last_name, row.first_name, row.email, address, row.mobile or row.work_phone or "")
        )
    return {
        family.id: Debtor(
            family.id, family.number, family.name, family.search_key, *[*people.get(family.id, ()), None, None][:2]
        )
        for family in session.scalars(select(Family).where(Family.id.in_(list(family_ids))))
    }
