"""What to look at in the contracts of a month: overlaps, enrolments that stop, hours billed far above the hours attended."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from backoffice.agreements.rules import LEFT_TO_CREDIT
from backoffice.agreements.sign import enrolled_days, first_day_not_enrolled
from backoffice.billing.hours import hours_of
from backoffice.billing.rules import AttendedUnit, Facts, Terms
from backoffice.billing.scope import UnitFacts
from backoffice.clock import month_end, month_start
from backoffice.rulebook.file.parts import minutes
from models.office.billing import Explanation, Invoice, InvoiceLine
from models.office.bookings import Attendance
from models.office.contracts import Contract
from models.office.families import Child
from models.office.structure import Activity, Unit
from models.vocabulary import AttendanceState, InvoiceStatus

ALERT_PERCENT = 107  # billed hours, of those attended: above, the CNAF looks into it


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """Two contracts of a child in an activity that have a day in common."""

    child_id: int
    child: str
    activity_id: int
    activity: str
    first_id: int
    second_id: int
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class StoppedRow:
    """A contract that goes on though the enrolment that pays for it has stopped: nobody is billed for it any more."""

    contract_id: int
    child_id: int
    child: str
    activity_id: int
    activity: str
    since: date


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A regularisation that its draft could not give back whole: the rest is for a credit note, and why."""

    invoice_id: int
    family_id: int
    service_id: int
    child_id: int
    child: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Hours billed, and hours attended; of the whole activity when there is no child."""

    child_id: int | None
    child: str
    billed_minutes: int
    actual_minutes: int

    @property
    def percent(self) -> Decimal | None:
        """Give the first in percent of the second, to the tenth; none: nothing was attended."""
        if not self.actual_minutes:
            return None
        share = Decimal(100 * self.billed_minutes) / self.actual_minutes
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def overlapping_contracts(session: Session, month: date) -> tuple[OverlapRow, ...]:
    """List the contracts of a month that overlap another: only data entered behind Marelle's back can."""
    first, last = month_start(month), month_end(month)
    one, other = aliased(Contract), aliased(Contract)
    rows = session.execute(
        select(one, other, Child.first_name, Child.last_name, Activity.name)
        .join(
            other,
            and_(
                one.child_id == other.child_id,
                one.activity_id == other.activity_id,
                one.id < other.id,
                one.starts <= other.ends,
                other.starts <= one.ends,
            ),
        )
        .join(Child, Child.id == one.child_id)
        .join(Activity, Activity.id == one.activity_id)
        .where(one.starts <= last, one.ends >= first, other.starts <= last, other.ends >= first)
        .order_by(Child.search_key, Child.id, one.id, other.id)
    )
    return tuple(
        OverlapRow(
            a.child_id, f"{first_name} {last_name}", a.activity_id, activity, a.id, b.id,
            max(a.starts, b.starts), min(a.ends, b.ends),
        )
        for a, b, first_name, last_name, activity in rows
    )  # fmt: skip


def contracts_without_enrolment(session: Session, month: date) -> tuple[StoppedRow, ...]:
    """List the contracts of a month whose child is not enrolled on some day of it: end them, or enrol the child."""
    first, last = month_start(month), month_end(month)
    rows = session.execute(
        select(Contract, Child.first_name, Child.last_name, Activity.name)
        .join(Child, Child.id == Contract.child_id)
        .join(Activity, Activity.id == Contract.activity_id)
        .where(Contract.starts <= last, Contract.ends >= first)
        .order_by(Child.search_key, Child.id, Contract.id)
    ).all()
    enrolled = enrolled_days(session, {row.Contract.child_id for row in rows})
    found = []
    for contract, first_name, last_name, activity in rows:
        days = max(first, contract.starts), min(last, contract.ends)
        since = first_day_not_enrolled(enrolled.get((contract.child_id, contract.activity_id), ()), *days)
        if since is not None:
            name = f"{first_name} {last_name}"
            found.append(StoppedRow(contract.id, contract.child_id, name, contract.activity_id, activity, since))
    return tuple(found)


def regularisations_left(session: Session, month: date) -> tuple[LeftRow, ...]:
    """List the drafts of a month whose contracts gave back less than they should: an invoice does not go below zero."""
    rows = session.execute(
        select(InvoiceLine, Invoice.family_id, Invoice.service_id, Explanation.steps)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .join(Explanation, InvoiceLine.explanation_id == Explanation.id)
        .where(
            Invoice.month == month_start(month),
            Invoice.status == InvoiceStatus.DRAFT,
            InvoiceLine.contract_id.is_not(None),
        )
        .order_by(Invoice.id, InvoiceLine.position)
    )
    return tuple(
        LeftRow(line.invoice_id, family_id, service_id, line.child_id, line.child_name, step)
        for line, family_id, service_id, steps in rows
        for step in steps
        if LEFT_TO_CREDIT in step
    )


def hours_ratio(session: Session, activity_id: int, month: date, *, above: int = ALERT_PERCENT) -> tuple[HoursRow, ...]:
    """List what is billed for more hours than were attended, beyond a percentage: the whole activity, then children."""
    billed = _billed_minutes(session, activity_id, month)
    actual = _actual_minutes(session, activity_id, month)
    names = {
        row.id: (row.search_key, f"{row.first_name} {row.last_name}")
        for row in session.execute(
            select(Child.id, Child.first_name, Child.last_name, Child.search_key).where(
                Child.id.in_({*billed, *actual})
            )
        )
    }
    whole = HoursRow(None, "", sum(billed.values()), sum(actual.values()))
    children = [
        HoursRow(child_id, name, billed.get(child_id, 0), actual.get(child_id, 0))
        for child_id, (_, name) in sorted(names.items(), key=lambda item: (item[1][0], item[0]))
    ]
    return tuple(row for row in (whole, *children) if _is_above(row, above))


def _is_above(row: HoursRow, above: int) -> bool:
    return row.billed_minutes * 100 > row.actual_minutes * above


def _billed_minutes(session: Session, activity_id: int, month: date) -> dict[int, int]:
    """Add up the hours of the invoices and drafts of a month, by child; shared lines count for their part."""
    rows = session.execute(
        select(InvoiceLine.child_id, InvoiceLine.quantity_hundredths, InvoiceLine.share_percent)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .join(Activity, and_(Activity.code == InvoiceLine.activity, Activity.service_id == Invoice.service_id))
        .where(
            Activity.id == activity_id,
            Invoice.month == month_start(month),
            Invoice.status != InvoiceStatus.CANCELLED,
            InvoiceLine.quantity_unit == "h",
        )
    )
    found: dict[int, Decimal] = defaultdict(Decimal)
    for child_id, hundredths, percent in rows:
        found[child_id] += Decimal(hundredths) * 60 / 100 * (percent or 100) / 100
    return {child_id: int(total.quantize(Decimal(1), ROUND_HALF_UP)) for child_id, total in found.items()}


def _actual_minutes(session: Session, activity_id: int, month: date) -> dict[int, int]:
    """Add up the hours pointed of a month, by child; without an hour, those of the unit."""
    units = {
        unit.id: UnitFacts(unit.id, unit.code, 0, activity_id, unit.starts, unit.ends, (0, unit.position))
        for unit in session.scalars(select(Unit).where(Unit.activity_id == activity_id))
    }
    rows = session.execute(
        select(Attendance.child_id, Attendance.unit_id, Attendance.day, Attendance.arrived, Attendance.left).where(
            Attendance.unit_id.in_(sorted(units)),
            Attendance.day.between(month_start(month), month_end(month)),
            Attendance.state == AttendanceState.PRESENT,
        )
    )
    days: dict[tuple[int, date], list[AttendedUnit]] = defaultdict(list)
    for child_id, unit_id, day, arrived, left in rows:
        facts = Facts(Terms(AttendanceState.PRESENT), arrived, left)
        days[child_id, day].append(AttendedUnit(child_id, unit_id, day, facts))
    found: dict[int, int] = defaultdict(int)
    for (child_id, _), seen in days.items():
        found[child_id] += _minutes(seen, units)
    return dict(found)


def _minutes(seen: list[AttendedUnit], units: dict[int, UnitFacts]) -> int:
    hours = hours_of(seen, seen, units)
    if hours.minutes is not None:
        return hours.minutes
    first = min(units[unit.unit_id].starts for unit in seen)
    last = max(units[unit.unit_id].ends for unit in seen)
    if hours.arrived is None and hours.left is None:
        return sum(minutes(units[unit.unit_id].ends) - minutes(units[unit.unit_id].starts) for unit in seen)
    return max(0, minutes(hours.left or last) - minutes(hours.arrived or first))
