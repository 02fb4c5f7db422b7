"""What one billing run covers: a month, some services, perhaps one family; and the attendance that it bills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, select
from sqlalchemy.orm import Session

from backoffice.billing.rules import BILLED
from backoffice.clock import month_start, next_month
from backoffice.errors import RefusedByRule
from models.office.billing import Invoice
from models.office.bookings import Attendance, Enrolment
from models.office.structure import Activity, Service, Unit
from models.vocabulary import InvoiceStatus, Section
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit as billing needs it."""

    id: int
    code: str
    service_id: int
    activity_id: int
    activity_code: str
    label: str  # « Restauration scolaire, repas »
    section: Section
    order: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """A month, services by id (their codes), their units, and one family or all."""

    month: date
    services: Mapping[int, str]
    units: Mapping[int, UnitFacts]
    family_id: int | None = None

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return next_month(self.month) - timedelta(days=1)


def scope_of(session: Session, month: date, service_code: str | None = None, family_id: int | None = None) -> Scope:
    """Read what a run covers.

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
    rows = session.execute(
        select(Unit, Activity).join(Activity, Unit.activity_id == Activity.id).where(Activity.service_id.in_(services))
    )
    units = {unit.id: _facts(unit, activity) for unit, activity in rows}
    return Scope(month_start(month), services, units, family_id)


def _facts(unit: Unit, activity: Activity) -> UnitFacts:
    return UnitFacts(
        id=unit.id,
        code=unit.code,
        service_id=activity.service_id,
        activity_id=activity.id,
        activity_code=activity.code,
        label=f"{activity.name}, {unit.name[:1].lower()}{unit.name[1:]}",
        section=unit.section,
        order=(activity.position, unit.position),
    )


def hold_books(session: Session, scope: Scope) -> None:
    """Let one run at a time write a service's invoices; another waits here (SQLite has but one writer anyway)."""
    session.execute(
        select(Service.id).where(Service.id.in_(scope.services)).order_by(Service.id).with_for_update(key_share=True)
    )


def payer() -> ScalarSelect[int]:
    """Find the household that pays for a unit: that of the enrolment on the day, the latest if two overlap."""
    return (
        select(Enrolment.payer_family_id)
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


def billable(scope: Scope, *columns: Any) -> Select[Any]:
    """Select the attendance that a run bills and that no invoice bills yet: the one definition of it."""
    query = (
        select(*columns)
        .select_from(Attendance)
        .join(Unit, Attendance.unit_id == Unit.id)
        .where(
            Attendance.day.between(scope.month, scope.last_day),
            Attendance.unit_id.in_(sorted(scope.units)),
            Attendance.state.in_(BILLED),
            Attendance.invoice_id.is_(None),
        )
    )
    if scope.family_id is None:
        return query
    own = select(Enrolment.child_id).where(Enrolment.payer_family_id == scope.family_id)
    return query.where(Attendance.child_id.in_(own), payer() == scope.family_id)


def drafts(scope: Scope) -> ColumnElement[bool]:
    """Say which invoices are the drafts of a run."""
    mine = and_(
        Invoice.month == scope.month,
        Invoice.service_id.in_(sorted(scope.services)),
        Invoice.status == InvoiceStatus.DRAFT,
    )
    return mine if scope.family_id is None else and_(mine, Invoice.family_id == scope.family_id)
