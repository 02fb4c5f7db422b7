"""Who is priced on each day of a month: proof of income, residence, rank, age; read in a constant number of queries."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.billing.enrolled import Presence, read_births, read_presence
from backoffice.billing.hours import AS_PLANNED, Hours
from backoffice.billing.ledger import Books
from backoffice.billing.rules import Terms
from backoffice.billing.scope import ActivityFacts, Scope
from backoffice.clock import days_between
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.words import Counted, Trigger
from backoffice.rulebook.quotients import Proof, Proofs
from backoffice.rulebook.tariffs.factors import Factors, factors_of
from backoffice.rulebook.values import Contract, Situation
from models.vocabulary import AttendanceState
from resources.french import age_on

HERE = Terms(AttendanceState.PRESENT)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """The rules of an activity on a day, and what their prices look at."""

    applied: Applied
    activity: ActivityFacts
    factors: Factors | None  # none: the rulebook does not know the activity
    ranked: bool  # among siblings
    timed: bool  # by the hours of arrival and departure
    effort: bool  # by the resources

    @classmethod
    def of(cls, applied: Applied, activity: ActivityFacts) -> "Ruling":
        """Find what the prices of an activity look at."""
        part = applied.book.activities.get(activity.code)
        if part is None:
            return cls(applied, activity, None, ranked=False, timed=False, effort=False)
        factors = factors_of(applied.book, part)
        timed = factors.clock or Trigger.LATE_PICKUP in factors.triggers
        helped = any((aid.rank_min, aid.rank_max) != (None, None) for aid in applied.book.aids)
        return cls(applied, activity, factors, ranked=bool(factors.ranks) or helped, timed=timed, effort=factors.effort)


class Who(NamedTuple):
    """A child in an activity, at a household's expense."""

    family_id: int
    child_id: int
    activity_id: int


class Monthly(NamedTuple):
    """What is asked by the month for a child: a package by days a week, or a contract."""

    days_a_week: int | None = None
    contract: Contract | None = None


BY_DAY = Monthly()


class Visit(NamedTuple):
    """A child's day in an activity, and the rules that price it. A tuple: a month has a hundred thousand."""

    ruling: Ruling
    who: Who
    day: date
    category: str | None


class Situations:
    """What the prices of a month look at, apart from what was attended."""

    def __init__(self, session: Session, scope: Scope, books: Books) -> None:
        self._session, self._scope, self._books = session, scope, books
        self._few = scope.family_ids is not None
        self._proofs, self._residents = books.standing.proofs, books.standing.residents
        self._epochs = _epochs(scope, self._proofs)
        self._rulings: dict[tuple[int, date], Ruling] = {}
        self._moments: dict[tuple[int, date], tuple[Ruling, date]] = {}
        self._chosen: dict[tuple[int, date, int], Proof | None] = {}
        self._found: dict[tuple[object, ...], Situation] = {}
        self._lates: dict[str, Late] = {}

    def ruling(self, activity_id: int, day: date) -> Ruling:
        """Give the rules of an activity on a day.

        Raises:
            RefusedByRule: none are in force yet.
        """
        found = self._rulings.get((activity_id, day))
        if found is None:
            applied, activity = self._scope.rules.must_be_on(day), self._scope.activities[activity_id]
            same = (one for one in self._rulings.values() if (one.applied, one.activity) == (applied, activity))
            found = self._rulings[activity_id, day] = next(same, None) or Ruling.of(applied, activity)
        return found

    def of(self, visit: Visit, terms: Terms = HERE, hours: Hours = AS_PLANNED, monthly: Monthly = BY_DAY) -> Situation:
        """Say who is priced; the same object for the same facts: the rules then know it at a glance."""
        ruling, who, day, category = visit
        proof = self._proof(who.family_id, day, ruling.applied)
        resident, age = who.family_id in self._residents, age_on(self._born[who.child_id], day)
        rank = self._rank(ruling, who, day) if ruling.ranked else 1
        key = (id(proof), resident, age, rank, category, monthly, terms, hours)
        found = self._found.get(key)
        if found is None:
            late = self._late(terms.late) if terms.late else None
            found = self._found[key] = Situation(
                resident=resident,
                quotient=proof.quotient if proof else None,
                resources=proof.resources if proof else None,
                children=proof.children if proof else 1,
                disabled_child=proof.disabled_child if proof else False,
                rank=rank,
                age=age,
                category=category,
                minutes=hours.minutes,
                arrived=hours.arrived,
                left=hours.left,
                late=late,
                is_late=late is not None,
                unbooked=terms.unbooked,
                pickup_minutes=hours.pickup_minutes,
                absent=terms.state is not AttendanceState.PRESENT,
                justified=terms.state is AttendanceState.JUSTIFIED,
                absence=terms.absence,
                absence_day=terms.absence_day or 1,
                days_a_week=monthly.days_a_week,
                contract=monthly.contract,
            )
        return found

    def moment(self, activity_id: int, day: date) -> tuple[Ruling, date]:
        """Give the rules of a day, and the first of the days that have the same proofs."""
        found = self._moments.get((activity_id, day))
        if found is None:
            found = self._moments[activity_id, day] = self.ruling(activity_id, day), self._epochs[day]
        return found

    def is_proved(self, family_id: int, moment: tuple[Ruling, date]) -> bool:
        """Tell whether a household has given all that a price may look at."""
        ruling, day = moment
        proof = self._proof(family_id, day, ruling.applied)
        return proof is not None and (proof.resources is not None or not ruling.effort)

    def _rank(self, ruling: Ruling, who: Who, day: date) -> int:
        seat = self._books.enrolments.held(who.child_id, who.activity_id, day)
        assert seat is not None, "whoever is billed is enrolled"
        mine = seat if seat.family_id == who.family_id else seat._replace(family_id=who.family_id)
        return 1 + self._books.enrolments.older(mine, day, ruling.applied.book.siblings, self._born, self._present)

    def _proof(self, family_id: int, day: date, applied: Applied) -> Proof | None:
        """Give the proof that prices a household's day; found once for all the days between which no proof changes."""
        key = (family_id, self._epochs[day], id(applied))
        if key not in self._chosen:
            self._chosen[key] = self._proofs.on(family_id, day, applied.book)
        return self._chosen[key]

    def _late(self, told: str) -> Late:
        if told not in self._lates:
            self._lates[told] = Late.model_validate(json.loads(told))
        return self._lates[told]

    @cached_property
    def _born(self) -> Mapping[int, date]:
        children = sorted(self._books.enrolments.children()) if self._few else None
        return read_births(self._session, children)

    @cached_property
    def _present(self) -> Presence:
        counted = any(book.siblings.counted is Counted.PRESENT for book in self._scope.books())
        return read_presence(self._session, self._scope) if counted else frozenset()


def _epochs(scope: Scope, proofs: Proofs) -> Mapping[date, date]:
    """Give for each day of a month the first of the days between which no proof begins, ends or comes."""
    told = [proof for of_family in proofs.by_family.values() for proof in of_family]
    changes = {scope.month} | {proof.starts for proof in told} | {proof.proved_on for proof in told if proof.proved_on}
    changes |= {proof.ends + ONE_DAY for proof in told if proof.ends}
    known = sorted(day for day in changes if scope.month <= day)
    return {day: known[bisect_right(known, day) - 1] for day in days_between(scope.month, scope.last_day)}
