"""The enrolments of a month: who pays for a child, among how many siblings, and which months are due as packages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.billing.scope import Scope
from backoffice.billing.shares import Shares, runs
from backoffice.rulebook.file.tariff_parts import Siblings
from backoffice.rulebook.file.words import Counted, Within
from models.office.bookings import Attendance, Enrolment
from models.office.families import Child
from models.office.structure import Activity, Unit
from models.vocabulary import AttendanceState

Presence = frozenset[tuple[int, int, date]]  # child, activity, day


class Seat(NamedTuple):
    """An enrolment of a child in an activity, at a household's expense. A tuple: a month has tens of thousands."""

    child_id: int
    activity_id: int
    family_id: int
    starts: date
    ends: date
    category: str | None
    days_a_week: int | None


class Enrolments:
    """The enrolments of a month, by child and activity, and by household."""

    def __init__(self, seats: Sequence[Seat], services: Mapping[int, int], shares: Shares) -> None:
        self._courses: dict[tuple[int, int], list[Seat]] = defaultdict(list)
        self._households: dict[int, list[Seat]] = defaultdict(list)
        self._services = services  # by activity
        self._shares, self._alternate = shares, shares.alternate
        for seat in seats:
            self._courses[seat.child_id, seat.activity_id].append(seat)
            self._households[seat.family_id].append(seat)
            for piece in self._weeks_of_others(seat) if self._alternate else ():
                self._households[piece.family_id].append(piece)

    def on(self, child_id: int, activity_id: int, day: date) -> Seat | None:
        """Give the enrolment that a day falls in, at the expense of the household that pays that day."""
        seat = self.held(child_id, activity_id, day)
        if seat is None or not self._alternate:
            return seat
        family_id = self._shares.week_payer(seat.family_id, child_id, self._services[activity_id], day)
        return seat if family_id is None else seat._replace(family_id=family_id)

    def throughout(self, child_id: int, activity_id: int, first: date, last: date) -> Seat | None:
        """Give the enrolment of all the days between two, if one household pays them all; none: ask day by day."""
        seats = () if self._alternate else self._courses.get((child_id, activity_id), ())
        return seats[0] if seats and seats[0].starts <= first and last <= seats[0].ends else None

    def held(self, child_id: int, activity_id: int, day: date) -> Seat | None:
        """Give the enrolment that a day falls in, the latest if two overlap, as it was made."""
        for seat in self._courses.get((child_id, activity_id), ()):
            if seat.starts <= day <= seat.ends:
                return seat
        return None

    def _weeks_of_others(self, seat: Seat) -> Sequence[Seat]:
        """Cut out of an enrolment the weeks that another household pays."""
        subject, month = (seat.child_id, self._services[seat.activity_id]), self._shares.month
        first, last = max(seat.starts, month[0]), min(seat.ends, month[1])
        if subject not in self._shares.by_subject:
            return ()
        return [
            seat._replace(family_id=payer, starts=begins, ends=ends)
            for payer, begins, ends in runs(self._shares, seat.family_id, subject, first, last)
        ]

    def courses(self) -> Mapping[tuple[int, int], Sequence[Seat]]:
        """Give the enrolments by child and activity, the latest first."""
        return self._courses

    def older(self, seat: Seat, day: date, rule: Siblings, born: Mapping[int, date], present: Presence) -> int:
        """Count the elder siblings enrolled, or present, on a day at the expense of the same household."""
        mine = born[seat.child_id], seat.child_id
        service = self._services[seat.activity_id]
        found = set()
        for other in self._households[seat.family_id]:
            if other.child_id == seat.child_id or not other.starts <= day <= other.ends:
                continue
            if rule.within is Within.ACTIVITY and other.activity_id != seat.activity_id:
                continue
            if rule.within is Within.SERVICE and self._services[other.activity_id] != service:
                continue
            if rule.counted is Counted.PRESENT and (other.child_id, other.activity_id, day) not in present:
                continue
            if (born[other.child_id], other.child_id) < mine:
                found.add(other.child_id)
        return len(found)

    def of_household(self, family_id: int) -> Sequence[Seat]:
        """Give the enrolments at a household's expense."""
        return self._households.get(family_id, ())

    def of_child(self, child_id: int, service_id: int) -> list[Seat]:
        """Give a child's enrolments in a service, as they were made."""
        of_service = (activity_id for activity_id, service in self._services.items() if service == service_id)
        return [seat for activity_id in of_service for seat in self._courses.get((child_id, activity_id), ())]

    def children(self) -> set[int]:
        """Give the children enrolled."""
        return {child_id for child_id, _ in self._courses}


def read_enrolments(session: Session, scope: Scope) -> Enrolments:
    """Read the enrolments of a month, in all services: siblings may count across them."""
    query = select(
        Enrolment.child_id,
        Enrolment.activity_id,
        Enrolment.payer_family_id,
        Enrolment.starts,
        Enrolment.ends,
        Enrolment.category,
        Enrolment.days_a_week,
    ).where(Enrolment.starts <= scope.last_day, Enrolment.ends >= scope.month)
    if scope.family_ids is not None:
        paid = Enrolment.payer_family_id.in_(sorted(scope.family_ids))
        own, shared = select(Enrolment.child_id).where(paid), sorted(scope.shares.children(scope.family_ids))
        query = query.where(or_(paid, Enrolment.child_id.in_(own), Enrolment.child_id.in_(shared)))
    rows = session.connection().execute(query.order_by(Enrolment.starts.desc()))
    services = {row.id: row.service_id for row in session.execute(select(Activity.id, Activity.service_id))}
    return Enrolments([Seat(*row) for row in rows], services, scope.shares)


def read_births(session: Session, child_ids: Sequence[int] | None) -> Mapping[int, date]:
    """Read when some children were born, or all."""
    query = select(Child.id, Child.birth_date)
    rows = session.connection().execute(query if child_ids is None else query.where(Child.id.in_(child_ids)))
    return {child_id: born for child_id, born in rows}  # noqa: C416 rows are not pairs to mypy


def read_presence(session: Session, scope: Scope) -> Presence:
    """Read which children were seen present, in which activity and on which day of a month."""
    rows = session.connection().execute(
        select(Attendance.child_id, Unit.activity_id, Attendance.day)
        .join(Unit, Attendance.unit_id == Unit.id)
        .where(
            Attendance.day.between(scope.month, scope.last_day),
            Attendance.state == AttendanceState.PRESENT,
        )
        .distinct()
    )
    return frozenset((child_id, activity_id, day) for child_id, activity_id, day in rows)
