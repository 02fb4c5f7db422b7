"""What one billing run covers: a month, some services, perhaps some families; and the attendance that it bills."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.billing.rules import BILLED
from backoffice.billing.shares import Shares, household_and_partners, read_shares, week_ranges
from backoffice.clock import month_end, month_start
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import ContractTariff
from backoffice.rulebook.in_force import Rules, read_rules
from models.office.billing import CreditNote, Invoice, PayerShare
from models.office.bookings import Attendance, Enrolment
from models.office.structure import Activity, Service, Unit
from models.vocabulary import AttendanceState, CustodyWeeks, InvoiceStatus
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit as billing needs it."""

    id: int
    code: str
    service_id: int
    activity_id: int
    starts: time
    ends: time
    order: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """An activity as billing needs it."""

    id: int
    code: str
    name: str
    service_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A month, services by id (their codes), their activities and units, the rules, and some families or all."""

    month: date
    services: Mapping[int, str]
    activities: Mapping[int, ActivityFacts]
    units: Mapping[int, UnitFacts]
    rules: Rules
    excused: frozenset[int]  # the units of which a justified absence may be billed
    shares: Shares  # of a child's price between households
    family_ids: frozenset[int] | None = None  # a household never goes without those that share its children's prices
    whole: bool = False  # what is billed already too: to weigh a change, never to bill

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return month_end(self.month)

    def books(self) -> list[Rulebook]:
        """Give the rulebooks in force in the month."""
        return [book for _, book in self.reigns()]

    def reigns(self) -> list[tuple[date, Rulebook]]:
        """Give the rulebooks in force in the month, each with its first day there."""
        return _reigns(self.rules, self.month)


def scope_of(session: Session, month: date, service_code: str | None = None, family_id: int | None = None) -> Scope:
    """Read what a run covers; with a family come those that share a price with it.

    Raises:
        RefusedByRule: no service has this code.
    """
    wanted = [Service.code == service_code] if service_code else []
    services = {
        row.id: row.code
        for row in session.execute(select(Service.id, Service.code).where(*wanted).order_by(Service.id))
    }
    if service_code and not services:
        known = ", ".join(session.scalars(select(Service.code).order_by(Service.position)))
        message = f"Aucun service n'a le code «\xa0{service_code}\xa0». Les services sont{NARROW}: {known}."
        raise RefusedByRule(message)
    activities = {
        row.id: ActivityFacts(*row)
        for row in session.execute(
            select(Activity.id, Activity.code, Activity.name, Activity.service_id, Activity.position).where(
                Activity.service_id.in_(services)
            )
        )
    }
    rows = session.scalars(select(Unit).where(Unit.activity_id.in_(activities)))
    units = {unit.id: _facts(unit, activities[unit.activity_id]) for unit in rows}
    rules, first = read_rules(session), month_start(month)
    shares = read_shares(session, first, month_end(first))
    return Scope(
        month=first,
        services=services,
        activities=activities,
        units=units,
        rules=rules,
        excused=_excused(rules, first, activities, units),
        shares=shares,
        family_ids=None if family_id is None else household_and_partners(session, shares, family_id, services),
    )


def weighed(scope: Scope, rules: Rules | None = None) -> Scope:
    """Give the same run on all the month's attendance, billed or not, perhaps under other rules; nobody bills it."""
    rules = rules or scope.rules
    excused = _excused(rules, scope.month, scope.activities, scope.units)
    return replace(scope, rules=rules, excused=excused, whole=True)


def _facts(unit: Unit, activity: ActivityFacts) -> UnitFacts:
    return UnitFacts(
        id=unit.id,
        code=unit.code,
        service_id=activity.service_id,
        activity_id=activity.id,
        starts=unit.starts,
        ends=unit.ends,
        order=(activity.position, unit.position),
    )


def _excused(
    rules: Rules, month: date, activities: Mapping[int, ActivityFacts], units: Mapping[int, UnitFacts]
) -> frozenset[int]:
    """Find the units of which some rule of the month bills justified absences, whole or in part, or the first days.

    A contract's too: an absence lowers the month that it is billed with.
    """
    found = set()
    for _, book in _reigns(rules, month):
        for unit in units.values():
            activity = book.activities.get(activities[unit.activity_id].code)
            if activity is None:
                continue
            billed = [rule for rule in book.absences if rule.justified and (rule.billed_percent or rule.billed_days)]
            contracts = [tariff for tariff in book.tariffs if isinstance(tariff, ContractTariff)]
            found |= {
                unit.id
                for rule in (*billed, *contracts)
                if rule.covers(service=activity.service, activity=activity.code, unit=unit.code)
            }
    return frozenset(found)


def _reigns(rules: Rules, month: date) -> list[tuple[date, Rulebook]]:
    last = month_end(month)
    begins = {month} | {version.effective for version in rules.versions if month <= version.effective <= last}
    return [(day, applied.book) for day in sorted(begins) if (applied := rules.on(day)) is not None]


def hold_books(session: Session, scope: Scope) -> Scope:
    """Let one run at a time write a service's invoices; another waits here (SQLite has but one writer anyway).

    Whoever agrees who pays waits here too: give what a run covers, with what was agreed before it held the service.
    """
    session.execute(
        select(Service.id).where(Service.id.in_(scope.services)).order_by(Service.id).with_for_update(key_share=True)
    )
    shares, families = read_shares(session, scope.month, scope.last_day), scope.family_ids
    if families is not None:
        partners = [household_and_partners(session, shares, one, scope.services) for one in sorted(families)]
        families = families.union(*partners)
    return replace(scope, shares=shares, family_ids=families)


def payer(scope: Scope) -> ScalarSelect[int]:
    """Find the household that pays for a unit: that of the enrolment on the day, the latest if two overlap.

    Where weeks alternate, the household of the day's ISO week pays instead.
    """
    of_enrolment: Any = Enrolment.payer_family_id
    if scope.shares.alternate:
        of_enrolment = func.coalesce(_week_payer(scope), of_enrolment)
    return (
        select(of_enrolment)
        .where(
            Enrolment.child_id == Attendance.child_id,
            Enrolment.activity_id == Unit.activity_id,
            Enrolment.starts <= Attendance.day,
            Enrolment.ends >= Attendance.day,
        )
        .order_by(Enrolment.starts.desc())
        .limit(1)
        .correlate(Attendance, Unit)
        .scalar_subquery()
    )


def _week_payer(scope: Scope) -> ScalarSelect[int]:
    """Find whose week a unit falls in; the weeks of the month are told as days: databases count weeks in their own ways."""
    in_weeks = [
        and_(PayerShare.weeks == weeks, Attendance.day.between(first, last))
        for weeks in CustodyWeeks
        for first, last in week_ranges(scope.month, scope.last_day, weeks)
    ]
    service = select(Activity.service_id).where(Activity.id == Unit.activity_id).correlate(Unit).scalar_subquery()
    holder = aliased(PayerShare)
    held = exists().where(
        holder.child_id == PayerShare.child_id,
        holder.service_id == PayerShare.service_id,
        holder.family_id == Enrolment.payer_family_id,
        holder.weeks.is_not(None),
        holder.starts <= Attendance.day,
        or_(holder.ends.is_(None), holder.ends >= Attendance.day),
    )
    return (
        select(PayerShare.family_id)
        .where(
            PayerShare.child_id == Attendance.child_id,
            PayerShare.service_id == service,
            PayerShare.starts <= Attendance.day,
            or_(PayerShare.ends.is_(None), PayerShare.ends >= Attendance.day),
            or_(*in_weeks),
            held.correlate(PayerShare, Enrolment, Attendance),
        )
        .order_by(PayerShare.starts, PayerShare.family_id)
        .limit(1)
        .correlate(Attendance, Unit, Enrolment)
        .scalar_subquery()
    )


def billable(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select the attendance that a run bills and that no invoice bills yet: the one definition of it."""
    states: ColumnElement[bool] = Attendance.state.in_(BILLED)
    if scope.excused:
        justified = Attendance.state == AttendanceState.JUSTIFIED
        states = or_(states, and_(justified, Attendance.unit_id.in_(sorted(scope.excused))))
    query = (
        select(*columns)
        .select_from(Attendance)
        .join(Unit, Attendance.unit_id == Unit.id)
        .where(
            Attendance.day.between(scope.month, scope.last_day),
            Attendance.unit_id.in_(sorted(scope.units)),
            states,
        )
    )
    if not scope.whole:
        query = query.where(Attendance.invoice_id.is_(None))
    if scope.family_ids is None:
        return query
    ids = sorted(scope.family_ids)
    own = select(Enrolment.child_id).where(Enrolment.payer_family_id.in_(ids))
    return query.where(Attendance.child_id.in_(own), payer(scope).in_(ids))


def locked(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select the attendance that issuing has bound to the drafts of a run."""
    mine = select(Invoice.id).where(drafts(scope))
    return select(*columns).select_from(Attendance).where(Attendance.invoice_id.in_(mine))


def drafts(scope: Scope) -> ColumnElement[bool]:
    """Say which invoices are the drafts of a run."""
    mine = and_(
        Invoice.month == scope.month,
        Invoice.service_id.in_(sorted(scope.services)),
        Invoice.status == InvoiceStatus.DRAFT,
    )
    return mine if scope.family_ids is None else and_(mine, Invoice.family_id.in_(sorted(scope.family_ids)))


def freed() -> ColumnElement[bool]:
    """Say that a credit note gave an invoice back whole: its month may be billed again."""
    return exists().where(CreditNote.invoice_id == Invoice.id, CreditNote.freed).correlate(Invoice)
