"""The groups of the activities: their places a day, and the ages they are for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.bookings.cells import hold_places
from backoffice.bookings.waiting_list import serve_activity
from backoffice.enrolments.rules import Group, ages_faults
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_activity
from models.office.bookings import Enrolment
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import EnrolmentStatus, Role
from resources.french import ages_text, plural

MOST_PLACES = 9999


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group, and how many children are enrolled in it."""

    id: int
    activity_id: int
    activity: str
    name: str
    capacity: int
    age_from: int | None
    age_to: int | None
    enrolled: int

    @property
    def ages(self) -> str:
        """Write its ages, when it has some."""
        return ages_text(self.age_from, self.age_to)

    @property
    def plain(self) -> Group:
        """Give what a proposal looks at."""
        return Group(self.id, self.age_from, self.age_to)


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What the group now is."""

    sentence: str


def groups_of(session: Session, activity_id: int | None = None, *, on: date | None = None) -> tuple[GroupRow, ...]:
    """Read the groups of one activity or of all, with the children enrolled on a day, or from any day on."""
    enrolled = (
        select(Enrolment.age_group_id, func.count(Enrolment.child_id.distinct()).label("children"))
        .where(Enrolment.status == EnrolmentStatus.ACTIVE)
        .group_by(Enrolment.age_group_id)
    )
    if on is not None:
        enrolled = enrolled.where(Enrolment.starts <= on, Enrolment.ends >= on)
    counts = enrolled.subquery()
    query = (
        select(
            AgeGroup.id, Activity.id, Activity.name, AgeGroup.name, AgeGroup.capacity, AgeGroup.age_from,
            AgeGroup.age_to, func.coalesce(counts.c.children, 0),
        )
        .join(Activity, Activity.id == AgeGroup.activity_id)
        .join(counts, counts.c.age_group_id == AgeGroup.id, isouter=True)
        .order_by(Activity.position, Activity.id, AgeGroup.age_from.nulls_first(), AgeGroup.id)
    )  # fmt: skip
    if activity_id is not None:
        query = query.where(AgeGroup.activity_id == activity_id)
    return tuple(GroupRow(*row) for row in session.execute(query))


def edit_group(
    work: Work, group_id: int, *, capacity: int, age_from: int | None, age_to: int | None, seen: GroupRow | None = None
) -> GroupReport:
    """Change the places and the ages of a group; more places go to those who wait for them, if some do.

    Raises:
        StaleRecord: somebody else has changed it since it was read.
        RefusedByRule: the ages or the places cannot be.
    """
    work.agent.must_be(Role.AGENT)
    _hold(work, group_id)
    group = work.session.get(AgeGroup, group_id, populate_existing=True)
    if group is None:
        raise RefusedByRule("Ce groupe n'existe pas, ou n'existe plus. Rien n'a été modifié.")
    before = (group.capacity, group.age_from, group.age_to)
    if seen is not None and (seen.capacity, seen.age_from, seen.age_to) != before:
        message = f"Le groupe «\xa0{group.name}\xa0» a été modifié entre-temps. Rien n'a été enregistré. Relisez-le."
        raise StaleRecord(message)
    if faults := group_faults(capacity, age_from, age_to):
        raise RefusedByRule(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
    if before == (capacity, age_from, age_to):
        return GroupReport("Rien n'était à changer.")
    group.capacity, group.age_from, group.age_to = capacity, age_from, age_to
    work.session.flush()
    names = ("capacity", "age_from", "age_to")
    work.sign(
        "edit", "age_group", group_id,
        old=dict(zip(names, before, strict=True)), new=dict(zip(names, (capacity, age_from, age_to), strict=True)),
    )  # fmt: skip
    if capacity != before[0]:
        mark_activity(work, group.activity_id)
    if capacity > before[0]:
        serve_activity(work, group.activity_id)
    work.changed(Changed.STRUCTURE, Changed.BOOKINGS)
    ages = ages_text(age_from, age_to)
    return GroupReport(f"{group.name}\u202f: {plural(capacity, 'place')} par jour{f', {ages}' if ages else ''}.")


def group_faults(capacity: int, age_from: int | None, age_to: int | None) -> dict[str, str]:
    """Say what is wrong with a group, by field."""
    faults = ages_faults(age_from, age_to)
    if not 0 <= capacity <= MOST_PLACES:
        faults["capacity"] = f"Un groupe a de 0 à {MOST_PLACES} places."
    return faults


def _hold(work: Work, group_id: int) -> None:
    """Hold a group with the others of its activity, in everybody's order: more places are served to a list."""
    mine = select(AgeGroup.activity_id).where(AgeGroup.id == group_id).scalar_subquery()
    hold_places(work.session, work.session.scalars(select(Unit.id).where(Unit.activity_id == mine)).all())
