"""Proofs of income: which one prices a day of service."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Reference
from models.office.families import Quotient


@dataclass(frozen=True, slots=True)
class Proof:
    """A household's quotient and resources, over the days for which they are valid."""

    value: int  # the quotient familial, in whole euros
    starts: date
    ends: date | None = None
    proved_on: date | None = None  # when the proof came; none: before it was needed
    resources: Decimal | None = None  # euros a month
    children: int = 1  # unknown: one, whose rate is the highest
    disabled_child: bool = False

    @property
    def quotient(self) -> Decimal:
        """Give the quotient as the prices take it."""
        return Decimal(self.value)


FROZEN = {Reference.YEAR, Reference.CIVIL_YEAR}
_STARTS = attrgetter("starts")


def reference_day(book: Rulebook, day: date) -> date:
    """Say on which day the proof of a day of service must be valid: that day, the first of its month, 1 September or 1 January."""
    reference = book.quotient.reference
    if reference is Reference.CIVIL_YEAR:
        return date(day.year, 1, 1)
    if reference is Reference.YEAR:
        return date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    return day if reference is Reference.SERVICE else day.replace(day=1)


def choose_proof(proofs: Sequence[Proof], book: Rulebook, day: date) -> Proof | None:
    """Choose the proof that prices a day, among a household's; the latest that is valid wins.

    A proof that came after the day does not count for it, unless the rulebook is retroactive. Frozen for the year, the
    quotient is that of the year's first day; a household that had none then keeps the first that it had since.
    """
    if not proofs:
        return None
    reference, rule = reference_day(book, day), book.quotient
    known = [proof for proof in proofs if proof.proved_on is None or rule.retroactive or proof.proved_on <= day]
    valid = [proof for proof in known if proof.starts <= reference and (proof.ends is None or reference <= proof.ends)]
    if valid or rule.reference not in FROZEN:
        return max(valid, key=_STARTS, default=None)
    return min((proof for proof in known if reference < proof.starts <= day), key=_STARTS, default=None)


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs of many households, read once."""

    by_family: Mapping[int, Sequence[Proof]]

    def on(self, family_id: int, day: date, book: Rulebook) -> Proof | None:
        """Give the proof that prices a household's day of service, under a rulebook; none: the highest price is due."""
        return choose_proof(self.by_family.get(family_id, ()), book, day)


def proofs_of(session: Session, family_ids: Collection[int] | None = None) -> Proofs:
    """Read the proofs of some households, or of all, in one query."""
    query = select(
        Quotient.family_id,
        Quotient.value,
        Quotient.starts,
        Quotient.ends,
        Quotient.proved_on,
        Quotient.resources_cents,
        Quotient.children,
        Quotient.disabled_child,
    ).order_by(Quotient.family_id, Quotient.starts)
    if family_ids is not None:
        query = query.where(Quotient.family_id.in_(family_ids))
    found: dict[int, list[Proof]] = {}
    for family_id, value, starts, ends, proved_on, cents, children, disabled_child in session.execute(query):
        resources = None if cents is None else Decimal(cents).scaleb(-2)
        proof = Proof(value, starts, ends, proved_on, resources, children or 1, disabled_child)
        found.setdefault(family_id, []).append(proof)
    return Proofs(found)
