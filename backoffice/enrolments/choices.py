"""What an agent chooses from when she enrols a child: its ages, the groups, their places, the documents that lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.enrolments.asked import lacking
from backoffice.enrolments.groups import GroupRow, groups_of
from backoffice.enrolments.rules import group_for
from backoffice.errors import RefusedByRule
from models.office.bookings import Enrolment, EnrolmentOpening
from models.office.families import Child, Family, FamilyChild
from models.office.requests import Request, RequestItem
from models.office.structure import Activity
from models.vocabulary import EnrolmentStatus
from resources.french import age_on


@dataclass(frozen=True, slots=True)
class ChildChoice:
    """A child of the household."""

    id: int
    name: str
    born: date


@dataclass(frozen=True, slots=True)
class ActivityChoice:
    """An activity and its groups."""

    id: int
    name: str
    groups: tuple[GroupRow, ...]

    def group_for(self, child: ChildChoice, day: date) -> int | None:
        """Propose a group by the child's age on a day."""
        return group_for([group.plain for group in self.groups], age_on(child.born, day))


@dataclass(frozen=True, slots=True)
class EnrolChoices:
    """What the form of the family's file offers."""

    family_id: int
    family: str
    children: tuple[ChildChoice, ...]
    activities: tuple[ActivityChoice, ...]
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class AskedChoices:
    """What the acceptance of a request asks."""

    child: ChildChoice
    activity: ActivityChoice
    starts: date  # as the family asks
    ends: date  # of the opening
    lacking: tuple[str, ...]


def enrol_choices(session: Session, family_id: int, today: date) -> EnrolChoices:
    """Read what an agent chooses from for a household.

    Raises:
        RefusedByRule: it has no child.
    """
    children = session.execute(
        select(Child.id, Child.first_name, Child.birth_date)
        .join(FamilyChild, FamilyChild.child_id == Child.id)
        .where(FamilyChild.family_id == family_id)
        .order_by(Child.birth_date, Child.id)
    ).all()
    if not children:
        raise RefusedByRule("Ce foyer n'a pas d'enfant\u202f: ajoutez-le d'abord à son dossier.")
    groups: dict[int, list[GroupRow]] = {}
    for row in groups_of(session):
        groups.setdefault(row.activity_id, []).append(row)
    return EnrolChoices(
        family_id, session.get_one(Family, family_id).name, tuple(ChildChoice(*row) for row in children),
        _activities(groups), today, _usual_end(session, today),
    )  # fmt: skip


def asked_choices(session: Session, request_id: UUID, today: date) -> AskedChoices | None:
    """Read what an agent chooses from when she accepts what a family asks; none: nobody can accept it."""
    request = session.get(Request, request_id)
    item = session.scalar(select(RequestItem).where(RequestItem.request_id == request_id).limit(1))
    opening = session.get(EnrolmentOpening, int(item.field)) if item else None
    if request is None or item is None or opening is None:
        return None
    if session.get(FamilyChild, (request.family_id, item.subject_id)) is None:
        return None
    child, starts = session.get_one(Child, item.subject_id), date.fromisoformat(item.wished or "")
    activity = session.get_one(Activity, opening.activity_id)
    return AskedChoices(
        ChildChoice(child.id, child.first_name, child.birth_date),
        ActivityChoice(activity.id, activity.name, groups_of(session, activity.id, on=starts)),
        starts, opening.ends, lacking(session, request.family_id, child.id, opening.id, today),
    )  # fmt: skip


def _activities(groups: Mapping[int, Sequence[GroupRow]]) -> tuple[ActivityChoice, ...]:
    return tuple(ActivityChoice(number, rows[0].activity, tuple(rows)) for number, rows in groups.items())


def _usual_end(session: Session, today: date) -> date:
    """Find the day on which most enrolments of today end; else the end of the school year's August."""
    query = (
        select(Enrolment.ends)
        .where(Enrolment.status == EnrolmentStatus.ACTIVE, Enrolment.starts <= today, Enrolment.ends >= today)
        .group_by(Enrolment.ends)
        .order_by(func.count().desc(), Enrolment.ends.desc())
    )
    return session.scalar(query.limit(1)) or date(today.year + (today.month > 8), 8, 31)
