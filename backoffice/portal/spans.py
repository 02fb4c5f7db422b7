"""Some weeks of a child, read in two questions, and what the family sent of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from backoffice.portal.cells import Cell, Spot
from backoffice.portal.shown import Shown, activity_weeks, keyed, of_kind, shown
from backoffice.portal.store import Moment, Work
from backoffice.portal.weeks import Planning, activity_keys, merge, sent_cells
from backoffice.portal.withdrawals import leaving_of
from backoffice.sync.contract import (
    BookingsChange,
    EnrolmentLine,
    EnrolmentsView,
    FamilyView,
    ViewKind,
    WeekView,
    monday_of,
    week_of,
)
from models.portal import ShownView
from resources.french import in_paris

BEFORE, AFTER = 1, 53  # weeks around today in which something may be published


@dataclass(frozen=True, slots=True)
class Span:
    """A child's planning between two days, as far as it is published."""

    child_id: int
    child: str
    now: datetime
    first: date
    last: date
    plannings: tuple[Planning, ...]  # one for each published week, in order
    published: date | None  # the last day of which the office has said something, when some of these weeks miss
    over: date | None = None  # the last day of the child's enrolments, when that is why they miss
    begins: date | None = (
        None  # the first day of the child's enrolments, when they are still to come and nothing is published
    )

    @property
    def today(self) -> date:
        """Give the day it is in Paris."""
        return in_paris(self.now).date()

    @property
    def last_week(self) -> str:
        """Name the last week that is published."""
        return week_of(self.published or self.last)

    @property
    def planning(self) -> Planning | None:
        """Give the week of a span of one."""
        return self.plannings[0] if self.plannings else None

    @property
    def monday(self) -> date:
        """Give its first Monday."""
        return monday(self.first)

    @property
    def cells(self) -> dict[Spot, Cell]:
        """Find a cell between the two days by its spot."""
        return {
            spot: cell
            for planning in self.plannings
            for spot, cell in planning.cells.items()
            if self.first <= spot[1] <= self.last
        }

    @property
    def activities(self) -> tuple[tuple[int, str], ...]:
        """List the activities of these weeks: id, name."""
        return tuple(dict.fromkeys(one for planning in self.plannings for one in planning.activities))


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def mondays(first: date, last: date) -> list[date]:
    """List the Mondays of the weeks between two days."""
    return [monday(first) + timedelta(weeks=n) for n in range((monday(last) - monday(first)).days // 7 + 1)]


def week_span(work: Work | Moment, family_id: int, child_id: int, day: date) -> Span | None:
    """Read the week of a day."""
    return read_span(work, family_id, child_id, monday(day), monday(day) + timedelta(days=6))


def around(today: date) -> tuple[date, date]:
    """Give the days between which something may be published."""
    return monday(today) - timedelta(weeks=BEFORE), monday(today) + timedelta(weeks=AFTER + 1, days=-1)


def read_span(
    work: Work | Moment, family_id: int, child_id: int, first: date, last: date, *, besides: Collection[date] = ()
) -> Span | None:
    """Read a child's weeks between two days, and others besides; none: no child of this family."""
    weeks = sorted({*mondays(first, last), *besides})
    names = [week_of(day) for day in weeks]
    documents = shown(
        work,
        family_id,
        of_kind(ViewKind.FAMILY, ViewKind.ENROLMENTS),
        keyed(ViewKind.WEEK, [f"{child_id}:{name}" for name in names]),
        pending=True,
    )
    views = sorted(documents.many(ViewKind.WEEK, WeekView).values(), key=lambda view: view.monday)
    child = views[0].child if views else _child_name(documents, child_id)
    if child is None:
        return None
    plannings = _plannings(work, documents, views) if views else ()
    if len(views) == len(weeks):
        return Span(child_id, child, work.now, first, last, plannings, None)
    published = views[-1].monday + timedelta(days=6) if views else _published(work, family_id, child_id)
    lines = _enrolments(documents, child_id)
    ends = max((line.ends for line in lines), default=None)
    over = ends if ends and published and ends <= published else None
    today = in_paris(work.now).date()
    starts = min((line.starts for line in lines if line.ends >= today), default=today)
    begins = starts if starts > today and not published else None
    return Span(child_id, child, work.now, first, last, plannings, published, over, begins)


def _plannings(work: Work | Moment, documents: Shown, views: list[WeekView]) -> tuple[Planning, ...]:
    keys = [key for view in views for key in activity_keys(view, week_of(view.monday))]
    shared = activity_weeks(work, keys).values()
    changes = [BookingsChange.model_validate(document.body) for document in documents.pending("bookings")]
    sent = sent_cells(changes, views[0].child_id)
    leaving = leaving_of(documents)
    return tuple(
        merge(view, {one.activity_id: one for one in shared if one.monday == view.monday}, sent, work.now, leaving)
        for view in views
    )


def _published(work: Work | Moment, family_id: int, child_id: int) -> date | None:
    """Find the last day of the last published week: weeks sort by their names."""
    key = work.connection.scalar(
        select(func.max(ShownView.key)).where(
            ShownView.family_id == family_id,
            ShownView.kind == ViewKind.WEEK,
            ShownView.body.is_not(None),
            ShownView.key.startswith(f"{child_id}:"),
        )
    )
    return monday_of(key.partition(":")[2]) + timedelta(days=6) if key else None


def _child_name(documents: Shown, child_id: int) -> str | None:
    names = [line.child for line in _enrolments(documents, child_id)]
    family = documents.one(ViewKind.FAMILY, FamilyView)
    people = family.people if family else ()
    names += [person.name for person in people if (person.kind, person.id) == ("child", child_id)]
    return names[0] if names else None


def _enrolments(documents: Shown, child_id: int) -> list[EnrolmentLine]:
    enrolments = documents.one(ViewKind.ENROLMENTS, EnrolmentsView)
    return [line for line in (enrolments.lines if enrolments else ()) if line.child_id == child_id]
