"""A month of a big régie, inserted raw: 31 attended units a family, two children each."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from backoffice.clock import next_month
from backoffice.office import Office, Work
from models.office.bookings import Attendance, Enrolment
from models.office.families import Child, Family, FamilyChild, Guardian, Quotient
from models.office.structure import AgeGroup, Unit
from models.vocabulary import AttendanceState, Diet, EnrolmentStatus, FamilyKind
from tests.factories import AGENT

OCTOBER = date(2026, 10, 1)
MEALS, MORNINGS = 10, 11  # meals of each of two children, mornings of the first: 31 units a family


def fill(office: Office, families: int = 5000, *, month: date = OCTOBER) -> int:
    """Add families to the commune of `tests.factories`, with their attended month; give the number of units."""
    return office.write(_fill, AGENT, families, month)


def attend(office: Office, month: date) -> int:
    """Add the same attendance for another month of the families already there: history, or the month after."""
    return office.write(lambda work: _attend(work.session, month), AGENT)


def _fill(work: Work, families: int, month: date) -> int:
    session = work.session
    ids = range(1001, 1001 + families)
    session.execute(insert(Family), [_family(at) for at in ids])
    session.execute(insert(Guardian), [_guardian(at) for at in ids])
    session.execute(insert(Quotient), [_quotient(at) for at in ids])
    children = [(at, 2 * at + rank) for at in ids for rank in (0, 1)]
    session.execute(insert(Child), [_child(family, child) for family, child in children])
    session.execute(insert(FamilyChild), [{"family_id": family, "child_id": child} for family, child in children])
    groups = session.execute(select(AgeGroup.activity_id, AgeGroup.id)).all()
    enrolments = [_enrolment(family, child, *group) for family, child in children for group in groups]
    session.execute(insert(Enrolment), enrolments)
    return _attend(session, month)


def _attend(session: Session, month: date) -> int:
    units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
    weekdays = [
        day for at in range((next_month(month) - month).days) if (day := month + timedelta(days=at)).weekday() < 5
    ]
    rows: list[dict[str, Any]] = []
    for child in session.scalars(select(Child.id).where(Child.id > 2000).order_by(Child.id)):
        shift = child % 7
        rows += [_seen(child, units["REPAS"], day) for day in weekdays[shift : shift + MEALS]]
        if child % 2 == 0:
            rows += [_seen(child, units["PERI-MATIN"], day) for day in weekdays[shift : shift + MORNINGS]]
    rows.sort(key=lambda row: row["day"])  # as directors point them: day after day
    session.execute(insert(Attendance), rows)
    return len(rows)


def _family(at: int) -> dict[str, Any]:
    return {
        "id": at,
        "number": f"G{at:06}",
        "name": f"Foyer {at}",
        "search_key": f"foyer {at}",
        "kind": FamilyKind.TOGETHER,
        "resident": at % 10 != 0,
    }


def _guardian(at: int) -> dict[str, Any]:
    return {
        "family_id": at,
        "position": 1,
        "is_payer": True,
        "last_name": f"Foyer {at}",
        "first_name": "Camille",
        "email": f"foyer.{at}@exemple.fr",
        "street": f"{at % 90 + 1} rue des Tilleuls",
        "postal_code": "88140",
        "city": "Contrexéville",
        "account_opened": False,
    }


def _quotient(at: int) -> dict[str, Any]:
    return {"family_id": at, "value": 300 + at % 1400, "starts": date(2026, 1, 1), "ends": None}


def _child(family: int, child: int) -> dict[str, Any]:
    return {
        "id": child,
        "last_name": f"Foyer {family}",
        "first_name": ("Léa", "Noé")[child % 2],
        "search_key": f"foyer {family} {child}",
        "birth_date": date(2018, child % 12 + 1, 3),
        "diet": Diet.NONE,
    }


def _enrolment(family: int, child: int, activity: int, group: int) -> dict[str, Any]:
    return {
        "child_id": child,
        "activity_id": activity,
        "age_group_id": group,
        "payer_family_id": family,
        "starts": date(2022, 9, 1),
        "ends": date(2027, 7, 31),
        "status": EnrolmentStatus.ACTIVE,
    }


def _seen(child: int, unit: int, day: date) -> dict[str, Any]:
    return {"child_id": child, "unit_id": unit, "day": day, "state": AttendanceState.PRESENT}
