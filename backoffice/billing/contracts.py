"""The contracts of a month: which are levelled in it, which end in it, and what the other months have billed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from backoffice.agreements.rules import LEFT_TO_CREDIT, Absent, Agreed, Billed, Closing, Terms, total_of
from backoffice.billing.enrolled import Enrolments, Seat
from backoffice.billing.rules import Line, Package
from backoffice.billing.scope import Scope, freed
from backoffice.clock import days_between, month_start
from backoffice.rulebook.values import Contract as Told
from models.office.billing import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from models.office.bookings import Attendance
from models.office.contracts import Contract
from models.vocabulary import AttendanceState, InvoiceKind
from resources.french import NARROW, euros

Account = tuple[int, int]  # family, service
Course = tuple[int, int]  # child, activity
HOURS = "h"  # what the quantity of a levelled month counts


class _Kept(NamedTuple):
    """A contract as it is kept."""

    id: int
    child_id: int
    activity_id: int
    terms: Terms

    @property
    def course(self) -> Course:
        return self.child_id, self.activity_id


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a month, by child and activity, the latest first."""

    by_course: Mapping[Course, Sequence[_Kept]]

    def __bool__(self) -> bool:
        return bool(self.by_course)

    def on(self, child_id: int, activity_id: int, day: date) -> Told | None:
        """Give the contract that a day is under."""
        for kept in self.by_course.get((child_id, activity_id), ()):
            if kept.terms.starts <= day <= kept.terms.ends:
                return kept.terms.contract
        return None


def read_contracts(session: Session, scope: Scope) -> Contracts:
    """Read the contracts that have a day in the month."""
    found: dict[Course, list[_Kept]] = defaultdict(list)
    rows = session.scalars(
        select(Contract)
        .where(
            Contract.activity_id.in_(sorted(scope.activities)),
            Contract.starts <= scope.last_day,
            Contract.ends >= scope.month,
        )
        .order_by(Contract.starts.desc(), Contract.id.desc())
    )
    for row in rows:
        found[row.child_id, row.activity_id].append(_Kept(row.id, row.child_id, row.activity_id, terms_of(row)))
    return Contracts(dict(found))


def terms_of(row: Contract) -> Terms:
    """Take what was signed."""
    agreed = row.agreed_ends or row.ends
    return Terms(row.starts, row.ends, agreed, row.minutes_a_week, row.weeks_hundredths, row.months)


def contract_packages(
    session: Session, scope: Scope, enrolments: Enrolments, contracts: Contracts
) -> Mapping[Account, Sequence[Package]]:
    """Find what the contracts of a month are billed from, at the expense of the household of the enrolment.

    One that is billed already stays, and asks nothing more: what it is made of is still what the basis looks at.
    """
    seats = {
        kept: seat
        for of_course in contracts.by_course.values()
        for kept in of_course
        if (seat := _seat(scope, enrolments, kept)) is not None
        and (scope.family_ids is None or seat.family_id in scope.family_ids)
    }
    if not seats:
        return {}
    done = frozenset() if scope.whole else _done(session, scope, seats)
    closing = [kept for kept in seats if kept.terms.closes(scope.month) and (kept.id, True) not in done]
    absences = _absences(session, scope, seats, closing)
    billed = _billed(session, scope, closing)
    found: dict[Account, list[Package]] = defaultdict(list)
    for kept, seat in sorted(seats.items()):
        first, last = _span(scope, kept)
        agreed = Agreed(
            id=kept.id,
            terms=kept.terms,
            due=kept.terms.levels(scope.month) and not {(kept.id, False), (kept.id, True)} & done,
            absences=tuple(one for one in absences[kept.id] if first <= one.day <= last),
            closing=Closing(billed[kept.id], tuple(absences[kept.id])) if kept in closing else None,
        )
        package = Package(kept.child_id, kept.activity_id, first, last, seat.category, None, agreed)
        found[seat.family_id, scope.activities[kept.activity_id].service_id].append(package)
    return found


def with_contracts(
    packages: Mapping[Account, Sequence[Package]], contracts: Mapping[Account, Sequence[Package]]
) -> Mapping[Account, Sequence[Package]]:
    """Put the packages of a run and its contracts together."""
    if not contracts:
        return packages
    return {account: (*packages.get(account, ()), *contracts.get(account, ())) for account in {*packages, *contracts}}


def never_below_zero(lines: list[Line]) -> list[Line]:
    """Give back no more than an invoice asks: what is left of a regularisation is for a credit note, and it says so."""
    short = -sum(line.amount_cents for line in lines)
    if short <= 0:
        return lines
    found = []
    for line in lines:
        kept = min(short, -line.amount_cents) if line.amount_cents < 0 else 0
        short -= kept
        found.append(_less(line, kept) if kept else line)
    return found


def _less(line: Line, left: int) -> Line:
    amount = line.amount_cents + left
    told = (
        f"Une facture ne descend pas sous zéro{NARROW}: {euros(-amount)} rendus ici. "
        f"Restent {euros(left)}, {LEFT_TO_CREDIT}."
    )
    price = Decimal(amount).scaleb(-2)
    return replace(line, kind=line.kind._replace(price=price), amount_cents=amount, steps=(*line.steps, told))


def _span(scope: Scope, kept: _Kept) -> tuple[date, date]:
    return max(scope.month, kept.terms.starts), min(scope.last_day, kept.terms.ends)


def _seat(scope: Scope, enrolments: Enrolments, kept: _Kept) -> Seat | None:
    """Find the enrolment under which a contract's month is billed: that of its first day enrolled."""
    days = days_between(*_span(scope, kept))
    return next((seat for day in days if (seat := enrolments.held(*kept.course, day)) is not None), None)


def _done(session: Session, scope: Scope, kept: Iterable[_Kept]) -> frozenset[tuple[int, bool]]:
    """Tell which contracts an issued invoice of this month bills, or of their last month: those are closed (true)."""
    ends = {one.id: month_start(one.terms.ends) for one in kept}
    rows = session.execute(
        select(InvoiceLine.contract_id, Invoice.month)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.contract_id.in_(sorted(ends)), Invoice.number.is_not(None), ~freed())
        .distinct()
    )
    found = set()
    for contract_id, month in rows:
        if contract_id is None:
            continue
        if month == scope.month:
            found.add((contract_id, False))
        if month >= ends[contract_id]:
            found.add((contract_id, True))
    return frozenset(found)


def _absences(
    session: Session, scope: Scope, kept: Iterable[_Kept], closing: Sequence[_Kept]
) -> Mapping[int, list[Absent]]:
    """Read the absences under contracts: of the month, and of the whole contract where it ends."""
    ended = {one.id for one in closing}
    spans = {one: (one.terms.starts if one.id in ended else _span(scope, one)[0], _span(scope, one)[1]) for one in kept}
    children = {one.child_id for one in spans}
    units = {unit.id: unit for unit in scope.units.values()}
    query = select(
        Attendance.child_id,
        Attendance.unit_id,
        Attendance.day,
        Attendance.state,
        Attendance.absence,
        Attendance.absence_day,
    ).where(
        Attendance.unit_id.in_(sorted(units)),
        Attendance.state != AttendanceState.PRESENT,
        or_(
            and_(Attendance.day.between(scope.month, scope.last_day), Attendance.child_id.in_(sorted(children))),
            and_(
                Attendance.day >= min((one.terms.starts for one in closing), default=scope.month),
                Attendance.day <= scope.last_day,
                Attendance.child_id.in_(sorted({one.child_id for one in closing})),
            ),
        ),
    )
    seen: dict[Course, list[tuple[date, Absent]]] = defaultdict(list)
    for child_id, unit_id, day, state, absence, rank in session.execute(
        query.order_by(Attendance.day, Attendance.unit_id)
    ):
        unit = units[unit_id]
        told = Absent(day, unit.code, state is AttendanceState.JUSTIFIED, absence, rank)
        seen[child_id, unit.activity_id].append((day, told))
    return {
        one.id: [told for day, told in seen[one.course] if first <= day <= last] for one, (first, last) in spans.items()
    }


def _billed(session: Session, scope: Scope, closing: Sequence[_Kept]) -> Mapping[int, Billed]:
    """Add up what the other months of some contracts have billed, on drafts too, credit notes deducted."""
    found: dict[int, list[Billed]] = {one.id: [] for one in closing}
    if not closing:
        return {}
    by_course: dict[tuple[int, str], list[_Kept]] = defaultdict(list)
    for one in closing:
        by_course[one.child_id, scope.activities[one.activity_id].code].append(one)

    def whose(contract_id: int | None, child_id: int, activity: str | None, month: date) -> int | None:
        if contract_id is not None:
            return contract_id if contract_id in found else None
        mine = (
            one
            for one in by_course[child_id, activity or ""]
            if month_start(one.terms.starts) <= month <= one.terms.ends
        )
        return next((one.id for one in mine), None)

    for line, invoice in session.execute(_lines(scope, closing)):
        if (at := whose(line.contract_id, line.child_id, line.activity, invoice.month)) is not None:
            found[at].append(_of_line(line))
    for row in session.execute(_credits(scope, closing)):
        if (at := whose(row.contract_id, row.child_id, row.activity, row.month)) is not None:
            found[at].append(Billed(Decimal(0), Decimal(0), -row.amount_cents))
    return {contract_id: total_of(rows) for contract_id, rows in found.items()}


def _lines(scope: Scope, closing: Sequence[_Kept]) -> Select[*tuple[Any, ...]]:
    """Select the lines of contracts in the other months, and the complements that made good what they lacked."""
    complement = and_(
        Invoice.kind == InvoiceKind.ADJUSTMENT,
        InvoiceLine.contract_id.is_(None),
        InvoiceLine.child_id.in_({one.child_id for one in closing}),
    )
    return (
        select(InvoiceLine, Invoice)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .where(
            or_(InvoiceLine.contract_id.in_({one.id for one in closing}), complement),
            Invoice.month != scope.month,
            Invoice.service_id.in_(sorted(scope.services)),
            ~freed(),
        )
        .order_by(Invoice.month, Invoice.id, InvoiceLine.position)
    )


def _credits(scope: Scope, closing: Sequence[_Kept]) -> Select[*tuple[Any, ...]]:
    """Select what credit notes gave back of these lines."""
    of_contract = or_(
        InvoiceLine.contract_id.in_({one.id for one in closing}),
        and_(CreditNoteLine.invoice_line_id.is_(None), CreditNoteLine.child_id.in_({one.child_id for one in closing})),
    )
    return (
        select(
            InvoiceLine.contract_id,
            CreditNoteLine.child_id,
            CreditNoteLine.activity,
            Invoice.month,
            CreditNoteLine.amount_cents,
        )
        .join(CreditNote, CreditNoteLine.credit_note_id == CreditNote.id)
        .join(Invoice, CreditNote.invoice_id == Invoice.id)
        .outerjoin(InvoiceLine, CreditNoteLine.invoice_line_id == InvoiceLine.id)
        .where(of_contract, Invoice.month != scope.month, Invoice.service_id.in_(sorted(scope.services)), ~freed())
    )


def _of_line(line: InvoiceLine) -> Billed:
    """Read what a line billed: the hours of a levelled month, for the part of it that one household pays."""
    if line.quantity_unit != HOURS:
        return Billed(Decimal(0), Decimal(0), line.amount_cents)
    minutes = Decimal(round(Decimal(line.quantity_hundredths) * 60 / 100)) * (line.share_percent or 100) / 100
    price = Decimal(line.unit_price_exact) if line.unit_price_exact else Decimal(line.unit_price_cents).scaleb(-2)
    return Billed(minutes, minutes * price, line.amount_cents)
