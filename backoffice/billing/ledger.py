"""The attendance of a run, by the household that pays and by service; and who these people are."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import chain, groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, String, Text, and_, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from backoffice.billing.aids import Aids, read_aids
from backoffice.billing.contracts import Contracts, contract_packages, read_contracts, with_contracts
from backoffice.billing.enrolled import Enrolments, Seat, read_enrolments
from backoffice.billing.rules import AttendedUnit, Facts, Package, Terms, basis_of
from backoffice.billing.scope import Scope, billable, freed
from backoffice.billing.shares import Shares
from backoffice.billing.standing import Standing, read_standing
from backoffice.clock import days_between
from backoffice.rulebook.file.tariff_parts import MonthTariff
from backoffice.rulebook.tariffs.factors import covers
from models.office.billing import Invoice, InvoiceLine
from models.office.bookings import Attendance, Booking
from models.office.families import Child, Family, Guardian
from models.vocabulary import AttendanceState, BookingState

Account = tuple[int, int]  # family, service
Ledger = dict[Account, list[AttendedUnit]]
Packages = Mapping[Account, Sequence[Package]]
Months = frozenset[tuple[int, int, str | None]]  # family, child, activity's code
BATCH = 5000  # rows held at once
Rows = Callable[..., Select[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Books:
    """What a run bills: units attended, and months owed whatever the attendance."""

    enrolments: Enrolments
    standing: Standing
    ledger: Ledger
    packages: Packages
    contracts: Contracts
    strays: Sequence[AttendedUnit]  # that nobody pays for, for want of an enrolment: left to the alerts
    shares: Shares
    lenders: Mapping[Account, Sequence[Account]]  # whose units an account takes a part of, though it does not hold them
    aids: Aids

    @property
    def accounts(self) -> list[Account]:
        """Give those who owe something, in order."""
        return sorted({*self.ledger, *self.packages, *self.lenders})

    def basis(self, account: Account) -> str:
        """Give the digest of what an account is billed for, and of all that its prices look at."""
        told = [self.standing.words(*account, self.enrolments)]
        if self.shares:
            told += self.shares.words(*account)
        told += [self._own_basis(lender) for lender in self.lenders.get(account, ())]
        told += self.aids.words(account)
        return basis_of(self.ledger.get(account, ()), self.packages.get(account, ()), "\n".join(told))

    def _own_basis(self, account: Account) -> str:
        standing = self.standing.words(*account, self.enrolments)
        return basis_of(self.ledger.get(account, ()), self.packages.get(account, ()), standing)


@dataclass(frozen=True, slots=True)
class Payer:
    """The household as its invoice names it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ChildName:
    """A child as an invoice names it, and its place in French order."""

    name: str
    sort_key: str


def read_books(session: Session, scope: Scope, rows: Rows = billable) -> Books:
    """Read what is to bill, or what issuing has just locked, in a constant number of queries."""
    enrolments = read_enrolments(session, scope)
    billed = frozenset() if scope.whole else _billed_months(session, scope)
    ledger, strays = _read_ledger(session, scope, enrolments, rows)
    standing = read_standing(session, scope)
    contracts = read_contracts(session, scope)
    levelled = contract_packages(session, scope, enrolments, contracts)
    packages = with_contracts(_packages(scope, enrolments, billed), levelled)
    lenders = _lenders(scope, enrolments, {*ledger, *packages}, packages) if scope.shares else {}
    aids = read_aids(session, scope)
    return Books(enrolments, standing, ledger, packages, contracts, strays, scope.shares, lenders, aids)


def _lenders(
    scope: Scope, enrolments: Enrolments, holders: Collection[Account], monthly: Collection[Account]
) -> Mapping[Account, Sequence[Account]]:
    """Find whose prices each household takes a part of, by the enrolments of the children that they share."""
    found: dict[Account, set[Account]] = defaultdict(set)
    for (child_id, service_id), shares in scope.shares.by_subject.items():
        families = {share.family_id for share in shares}
        lending = holders if any(share.percent for share in shares) else monthly  # weeks share but what has no day
        for seat in enrolments.of_child(child_id, service_id):
            holder = seat.family_id, service_id
            if holder in lending and seat.family_id in families:
                for other in families - {seat.family_id}:
                    if scope.family_ids is None or other in scope.family_ids:
                        found[other, service_id].add(holder)
    return {account: sorted(of_account) for account, of_account in found.items()}


def _read_ledger(
    session: Session, scope: Scope, enrolments: Enrolments, rows: Rows
) -> tuple[Ledger, list[AttendedUnit]]:
    booking = and_(
        Booking.child_id == Attendance.child_id,
        Booking.unit_id == Attendance.unit_id,
        Booking.day == Attendance.day,
    )
    told = (
        type_coerce(Attendance.state, String).label("state"),  # as stored: read once per kind of facts, below
        type_coerce(Attendance.arrived, String).label("arrived"),
        type_coerce(Attendance.left, String).label("left"),
        Attendance.absence,
        Attendance.absence_day,
        type_coerce(Booking.state, String).label("booking"),
        cast(Booking.late, Text).label("late"),
    )
    alike = (Attendance.child_id, Attendance.unit_id, *told)  # a row for all the days of which the same is true
    aggregate = func.aggregate_strings(cast(Attendance.day, Text), ",").label("days")
    query = rows(scope, *alike, aggregate).outerjoin(Booking, booking).group_by(*alike)
    read = session.connection().execute(query.execution_options(yield_per=BATCH))
    units = {unit.id: (unit.activity_id, unit.service_id) for unit in scope.units.values()}
    dates = {day.isoformat(): day for day in days_between(scope.month, scope.last_day)}
    known: dict[tuple[Any, ...], Facts] = {}
    strays: list[AttendedUnit] = []
    ledger: Ledger = defaultdict(list)
    for row in chain.from_iterable(read.partitions(BATCH)):
        child_id, unit_id, *said, text = row
        activity_id, service_id = units[unit_id]
        days = [dates[day] for day in text.split(",")]
        for seat, of_seat in _seated(enrolments, child_id, activity_id, days):
            key = (seat.category if seat else None, *said)
            facts = known.get(key)
            if facts is None:
                facts = known[key] = _facts(key[0], _Told(*said))
            unit_days = (AttendedUnit(child_id, unit_id, day, facts) for day in of_seat)
            (ledger[seat.family_id, service_id] if seat else strays).extend(unit_days)
    return dict(ledger), strays


def _seated(
    enrolments: Enrolments, child_id: int, activity_id: int, days: list[date]
) -> Iterable[tuple[Seat | None, Iterable[date]]]:
    """Put some days with the enrolment that they fall in."""
    if seat := enrolments.throughout(child_id, activity_id, min(days), max(days)):
        return ((seat, days),)
    return groupby(days, lambda day: enrolments.on(child_id, activity_id, day))


class _Told(NamedTuple):
    """What the database says of a unit, as stored."""

    state: str
    arrived: str | time | None
    left: str | time | None
    absence: str | None
    absence_day: int | None
    booking: str | None
    late: str | None


def _facts(category: str | None, told: _Told) -> Facts:
    """Read what happened; the booking of a cancelled day that was billed as an absence keeps its price."""
    present, booked = told.state == AttendanceState.PRESENT, told.booking == BookingState.BOOKED
    cancelled = told.booking == BookingState.CANCELLED and not present
    terms = Terms(
        state=AttendanceState(told.state),
        absence=told.absence,
        absence_day=told.absence_day,
        late=json.dumps(json.loads(told.late), sort_keys=True) if told.late and (booked or cancelled) else None,
        unbooked=present and not booked,
        cancelled=cancelled,
    )
    return Facts(terms, _hour(told.arrived), _hour(told.left), category)


def _hour(value: str | time | None) -> time | None:
    """Read an hour as either database gives it."""
    return time.fromisoformat(value) if isinstance(value, str) else value


def _packages(scope: Scope, enrolments: Enrolments, billed: Months) -> Packages:
    """Find the months owed for children enrolled where some are billed by the month, and not billed yet."""
    monthly = {activity_id: shared for activity_id in scope.activities if (shared := _monthly(scope, activity_id))}
    found: dict[Account, list[Package]] = defaultdict(list)
    for child_id, activity_id in enrolments.courses() if monthly else ():
        if activity_id not in monthly:
            continue
        activity = scope.activities[activity_id]
        spans = list(_spans(scope, enrolments, child_id, activity_id))
        if True not in monthly[activity_id]:  # no share of a month is asked: one payer owes it whole
            spans = [(spans[0][0], spans[0][1], spans[-1][2])]
        for seat, first, last in spans:
            due = scope.family_ids is None or seat.family_id in scope.family_ids
            if due and (seat.family_id, child_id, activity.code) not in billed:
                package = Package(child_id, activity_id, first, last, seat.category, seat.days_a_week)
                found[seat.family_id, activity.service_id].append(package)
    return dict(found)


def _monthly(scope: Scope, activity_id: int) -> set[bool]:
    """Tell whether the packages of an activity are shared out by days; empty when it has none."""
    code = scope.activities[activity_id].code
    return {
        tariff.proportional
        for book in scope.books()
        for tariff in book.tariffs
        if isinstance(tariff, MonthTariff) and code in book.activities and covers(tariff, book.activities[code])
    }


def _spans(scope: Scope, enrolments: Enrolments, child_id: int, activity_id: int) -> Iterator[tuple[Seat, date, date]]:
    """Cut a month where the enrolment of a child changes."""
    days = days_between(scope.month, scope.last_day)
    for seat, of_seat in groupby(days, lambda day: enrolments.held(child_id, activity_id, day)):
        if seat is not None:
            span = list(of_seat)
            yield seat, span[0], span[-1]


def _billed_months(session: Session, scope: Scope) -> Months:
    """Read which months are on an issued invoice already: a line without days is a month's.

    An invoice credited whole may have freed its months, to be billed again.
    """
    rows = session.execute(
        select(Invoice.family_id, InvoiceLine.child_id, InvoiceLine.activity)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .where(
            Invoice.month == scope.month,
            Invoice.service_id.in_(sorted(scope.services)),
            Invoice.number.is_not(None),
            ~freed(),
            InvoiceLine.days == "",
        )
    )
    return frozenset((family_id, child_id, activity) for family_id, child_id, activity in rows)


def read_payers(session: Session, family_ids: Sequence[int]) -> Mapping[int, Payer]:
    """Read who pays for each household: the guardian marked so, or the first."""
    rows = session.execute(
        select(Family.id, Family.name, Guardian)
        .outerjoin(Guardian, Guardian.family_id == Family.id)
        .where(Family.id.in_(family_ids))
        .order_by(Family.id, Guardian.is_payer, Guardian.position.desc())  # the one who pays comes last, and stays
    )
    return {family_id: _payer(name, guardian) for family_id, name, guardian in rows}


def _payer(family: str, guardian: Guardian | None) -> Payer:
    if guardian is None:
        return Payer(f"Famille {family}", "")
    return Payer(
        f"{guardian.first_name} {guardian.last_name}",
        f"{guardian.street}\n{guardian.postal_code} {guardian.city}",
    )


def read_children(session: Session, child_ids: Sequence[int]) -> Mapping[int, ChildName]:
    """Read how invoices name children."""
    rows = session.execute(
        select(Child.id, Child.first_name, Child.last_name, Child.search_key).where(Child.id.in_(child_ids))
    )
    return {child_id: ChildName(f"{first} {last}", key) for child_id, first, last, key in rows}
