"""Enrolments as the family's file and the portal show them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.office.bookings import Enrolment
from models.office.families import Child
from models.office.structure import Activity, AgeGroup, Facility
from models.vocabulary import EnrolmentStatus
from resources.french import search_key

ENROLMENT_WORDS = {EnrolmentStatus.ACTIVE: "En cours", EnrolmentStatus.ENDED: "Terminée"}


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One child in one activity, at this household's expense."""

    id: int
    child_id: int
    child: str
    activity_id: int
    activity: str
    facility: str
    group: str
    starts: date
    ends: date
    status: EnrolmentStatus
    online: bool
    category: str | None
    days_a_week: int | None


def enrolments_of(session: Session, family_id: int, today: date) -> tuple[EnrolmentRow, ...]:
    """Read a household's enrolments, by child, current ones first; one whose last day is past has ended."""
    rows = enrolments_of_families(session, [family_id]).get(family_id, ())
    ended = [replace(row, status=EnrolmentStatus.ENDED) if row.ends < today else row for row in rows]
    return tuple(sorted(ended, key=lambda row: (search_key(row.child), row.child_id, row.status)))


def enrolments_of_families(session: Session, family_ids: Collection[int]) -> dict[int, tuple[EnrolmentRow, ...]]:
    """Read the enrolments of several households in one query."""
    query = (
        select(
            Enrolment.payer_family_id, Enrolment.id, Child.id, Child.first_name, Activity.id, Activity.name,
            Facility.name, AgeGroup.name, Enrolment.starts, Enrolment.ends, Enrolment.status, Activity.online,
            Enrolment.category, Enrolment.days_a_week,
        )
        .join(Child, Child.id == Enrolment.child_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .join(Facility, Facility.id == Activity.facility_id)
        .join(AgeGroup, AgeGroup.id == Enrolment.age_group_id)
        .where(Enrolment.payer_family_id.in_(family_ids))
        .order_by(Child.search_key, Child.id, Enrolment.status, Activity.position, Enrolment.starts, Enrolment.id)
    )  # fmt: skip
    found: dict[int, list[EnrolmentRow]] = {}
    for family_id, *values in session.execute(query):
        found.setdefault(family_id, []).append(EnrolmentRow(*values))
    return {family_id: tuple(rows) for family_id, rows in found.items()}
