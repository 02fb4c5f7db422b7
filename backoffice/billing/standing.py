"""What a month's prices look at in a household: its proofs of income, its residence, its siblings; told for the basis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.enrolled import Enrolments
from backoffice.billing.scope import Scope
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Within
from backoffice.rulebook.quotients import Proof, Proofs, proofs_of
from backoffice.rulebook.tariffs.factors import Factors, factors_of
from models.office.families import Family

ONE_DAY = timedelta(days=1)


class Reign(NamedTuple):
    """A rulebook in force from a day of the month on, and what its prices look at in a service."""

    first: date
    book: Rulebook
    quotient: bool
    resources: bool
    residence: bool
    ranks: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who the households of a month are, as far as a price may look at it."""

    proofs: Proofs
    residents: frozenset[int]
    reigns: Mapping[int, Sequence[Reign]]  # by service
    activities: Mapping[int, frozenset[int]]  # by service
    month: tuple[date, date]

    def words(self, family_id: int, service_id: int, enrolments: Enrolments) -> str:
        """Tell all that the prices of an account look at, besides what was attended."""
        reigns = self.reigns[service_id]
        told = [f"{reign.first} {reign.book.version}" for reign in reigns]
        if any(reign.residence for reign in reigns):
            told.append(str(family_id in self.residents))
        told += [
            f"{day} {_of_proof(reign, self.proofs.on(family_id, day, reign.book))}"
            for reign, day in self._moments(family_id, reigns)
        ]
        if any(reign.ranks for reign in reigns):
            whole = any(reign.book.siblings.within is Within.HOUSEHOLD for reign in reigns)
            of_service = self.activities[service_id]
            told += sorted(
                f"{seat.child_id} {seat.activity_id} {max(seat.starts, self.month[0])} {min(seat.ends, self.month[1])}"
                for seat in enrolments.of_household(family_id)
                if whole or seat.activity_id in of_service
            )
        return "\n".join(told)

    def _moments(self, family_id: int, reigns: Sequence[Reign]) -> Sequence[tuple[Reign, date]]:
        """List the days from which another proof may price the household, where a price looks at any."""
        proofs = self.proofs.by_family.get(family_id, ())
        changes = {proof.starts for proof in proofs} | {proof.proved_on for proof in proofs if proof.proved_on}
        changes |= {proof.ends + ONE_DAY for proof in proofs if proof.ends} | {reign.first for reign in reigns}
        days = sorted(day for day in changes if self.month[0] <= day <= self.month[1])
        ruled = ((next((reign for reign in reversed(reigns) if reign.first <= day), None), day) for day in days)
        return [(reign, day) for reign, day in ruled if reign is not None and (reign.quotient or reign.resources)]


def read_standing(session: Session, scope: Scope) -> Standing:
    """Read who the households of a run are, in two queries."""
    families = None if scope.family_ids is None else sorted(scope.family_ids)
    residents = select(Family.id).where(Family.resident)
    if families is not None:
        residents = residents.where(Family.id.in_(families))
    services = {
        service_id: frozenset(one.id for one in scope.activities.values() if one.service_id == service_id)
        for service_id in scope.services
    }
    return Standing(
        proofs=proofs_of(session, families),
        residents=frozenset(session.scalars(residents)),
        reigns={service_id: _reigns(scope, activities) for service_id, activities in services.items()},
        activities=services,
        month=(scope.month, scope.last_day),
    )


def _reigns(scope: Scope, activities: frozenset[int]) -> list[Reign]:
    return [Reign(first, book, *_looked_at(scope, book, activities)) for first, book in scope.reigns()]


def _looked_at(scope: Scope, book: Rulebook, activities: frozenset[int]) -> tuple[bool, bool, bool, bool]:
    parts = (book.activities.get(scope.activities[activity_id].code) for activity_id in activities)
    found: list[Factors] = [factors_of(book, part) for part in parts if part is not None]
    return (
        any(factors.quotients for factors in found),
        any(factors.effort for factors in found),
        any(factors.residence for factors in found),
        any(factors.ranks for factors in found),
    )


def _of_proof(reign: Reign, proof: Proof | None) -> str:
    if proof is None:
        return ""
    resources = (proof.resources, proof.children, proof.disabled_child) if reign.resources else ""
    return f"{proof.value} {resources}"
