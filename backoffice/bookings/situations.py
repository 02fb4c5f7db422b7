"""What the prices of some households' children depend on, read in a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.clock import days_between
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Counted, Within
from backoffice.rulebook.in_force import Rules
from backoffice.rulebook.quotients import Proofs, proofs_of
from backoffice.rulebook.values import Quote, Situation
from models.office.bookings import Enrolment
from models.office.families import Child, Family
from models.office.structure import Activity, Service
from resources.french import age_on

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A price that is asked: for a child of a household, in an activity, on a day."""

    family_id: int
    child_id: int
    activity: str
    day: date


@dataclass(frozen=True, slots=True)
class _Seat:
    """An enrolment at a household's expense."""

    child_id: int
    born: date
    activity: str
    service: str
    category: str | None
    days_a_week: int | None
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Households:
    """The proofs of income, the residence and the enrolments of some households."""

    proofs: Proofs
    resident: Mapping[int, bool]
    seats: Mapping[int, Sequence[_Seat]]  # by household

    def situation(self, book: Rulebook, asked: Asked) -> Situation:
        """Say who is priced; whoever is not enrolled is priced without knowing more."""
        day = asked.day
        current = [seat for seat in self.seats.get(asked.family_id, ()) if seat.starts <= day <= seat.ends]
        mine = next((s for s in current if (s.child_id, s.activity) == (asked.child_id, asked.activity)), None)
        proof = self.proofs.on(asked.family_id, day, book)
        return Situation(
            resident=self.resident.get(asked.family_id, True),
            quotient=proof.quotient if proof else None,
            resources=proof.resources if proof else None,
            children=proof.children if proof else 1,
            disabled_child=proof is not None and proof.disabled_child,
            rank=_rank(book, mine, current) if mine else 1,
            age=age_on(mine.born, day) if mine else None,
            category=mine.category if mine else None,
            days_a_week=mine.days_a_week if mine else None,
        )

    def turns(self, asked: Asked, last: date) -> set[date]:
        """List the days after the one asked from which the situation may be another; `last` ends the search."""
        seats, proofs = self.seats.get(asked.family_id, ()), self.proofs.by_family.get(asked.family_id, ())
        found = {proof.starts for proof in proofs} | {proof.proved_on for proof in proofs if proof.proved_on}
        found |= {proof.ends + ONE_DAY for proof in proofs if proof.ends}
        found |= {seat.starts for seat in seats} | {seat.ends + ONE_DAY for seat in seats}
        found |= {last.replace(day=1)}  # the reference of a quotient by months, or by years
        born = {seat.born for seat in seats if seat.child_id == asked.child_id}
        if any(age_on(day, asked.day) != age_on(day, last) for day in born):
            found |= set(days_between(asked.day, last))
        return {day for day in found if asked.day < day <= last}

    def quote(self, rules: Rules, asked: Asked, unit: str, late: Late | None = None) -> Quote | None:
        """Price one unit of a day, perhaps booked after its limit; None when no rulebook in force has its price."""
        applied = rules.on(asked.day)
        if applied is None:
            return None
        situation = replace(self.situation(applied.book, asked), late=late, is_late=late is not None)
        try:
            quote = applied.quote(activity=asked.activity, units=[unit], day=asked.day, situation=situation)
        except RefusedByRule:  # the tariff is not complete yet: the file is shown without prices
            return None
        return quote if quote.lines else None  # a package is not paid by the unit


def read_households(session: Session, family_ids: Iterable[int]) -> Households:
    """Read what the prices of some households' children depend on."""
    ids = sorted(set(family_ids))
    resident = dict(session.execute(select(Family.id, Family.resident).where(Family.id.in_(ids))).all())
    query = (
        select(
            Enrolment.payer_family_id, Enrolment.child_id, Child.birth_date, Activity.code, Service.code,
            Enrolment.category, Enrolment.days_a_week, Enrolment.starts, Enrolment.ends,
        )
        .join(Child, Child.id == Enrolment.child_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .join(Service, Service.id == Activity.service_id)
        .where(Enrolment.payer_family_id.in_(ids))
        .order_by(Enrolment.starts.desc(), Enrolment.id)  # where two overlap, the latest counts, as in billing
    )  # fmt: skip
    seats: dict[int, list[_Seat]] = {}
    for row in session.execute(query):
        seats.setdefault(row[0], []).append(_Seat(*row[1:]))
    return Households(proofs_of(session, ids), resident, seats)


def _rank(book: Rulebook, mine: _Seat, current: Sequence[_Seat]) -> int:
    """Rank a child among the siblings enrolled, the eldest first; who will be present is not known yet: rank 1."""
    if book.siblings.counted is Counted.PRESENT:
        return 1
    older = {
        seat.child_id
        for seat in current
        if _counts(book.siblings.within, mine, seat) and (seat.born, seat.child_id) < (mine.born, mine.child_id)
    }
    return 1 + len(older)


def _counts(within: Within, mine: _Seat, seat: _Seat) -> bool:
    """Tell whether a sibling's enrolment counts beside the child's own."""
    match within:
        case Within.ACTIVITY:
            return seat.activity == mine.activity
        case Within.SERVICE:
            return seat.service == mine.service
        case Within.HOUSEHOLD:
            return True
