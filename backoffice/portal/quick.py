"""The common sending, a few boxes in time: judged in a reading, then written only if nothing judged has changed since.

At an opening all families send at once, and they follow each other where it is written: only one statement is left there.
Whatever is not that plain, or has changed in between, is judged whole in the transaction that writes (`sending.save`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, func, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from uuid6 import uuid7

from backoffice.portal import wishes
from backoffice.portal.cells import Cell, CellJudge, Spot
from backoffice.portal.outbox import SUMMARY, Author, unanswered
from backoffice.portal.sending import Sent
from backoffice.portal.shown import FAMILY_ID, read_once
from backoffice.portal.store import Moment
from backoffice.portal.weeks import sent_cells
from backoffice.sync.contract import (
    SHARED,
    ActivityWeekView,
    BookingsChange,
    CellState,
    SlotView,
    UnitView,
    ViewKind,
    WeekActivity,
    WeekView,
    week_of,
)
from models.portal import OutboxAction, ShownView
from resources.french import in_paris

MOST = 40  # changes; more are no hurry
FRIDAY = 4
Places = Mapping[Spot, tuple[UnitView, SlotView]]


@dataclass(frozen=True, slots=True)
class Ready:
    """An action as it will be written, what it was judged on, and for how long that holds."""

    child: str
    change: BookingsChange
    lines: list[SUMMARY]
    stamp: str
    keys: tuple[str, ...]  # of the activities' weeks
    judged_at: datetime
    until: datetime


def prepare(work: Moment, family_id: int, child_id: int, days: tuple[date, date], sent: Sent) -> Ready | None:
    """Judge a sending as the whole planning would; none: it is not plain."""
    turned = sent.turned
    if not _plain(sent, turned, *days):
        return None
    names = {week_of(day) for _, day in sent.seen}
    told = _told(work, family_id, [f"{child_id}:{name}" for name in names])
    if len(told.weeks) != len(names) or told.busy(child_id) & turned:
        return None
    mine = {f"{one.activity_id}:{week_of(week.monday)}": (week, one) for week in told.weeks for one in week.activities}
    if sum(len(week.activities) for week in told.weeks) != len(mine):
        return None  # one activity twice
    keys = tuple(mine)
    shared, versions = _shared(work, keys)
    found = _cells([(*mine[key], view) for key, view in shared.items()], sent, turned, work.now)
    if found is None:
        return None
    cells, until = found
    judged = wishes.judge(cells, {spot: sent.seen[spot] for spot in turned}, sent.ticked & turned, sent.costs)
    if judged.troubles or judged.unknown or not judged.wishes:
        return None
    change = BookingsChange(child_id=child_id, cells=judged.wishes)
    lines = wishes.summary(cells, judged.wishes)
    return Ready(told.weeks[0].child, change, lines, f"{told.stamp}/{versions}", keys, work.now, until)


def _plain(sent: Sent, turned: frozenset[Spot], first: date, last: date) -> bool:
    if sent.unknown or sent.only_total or sent.answers or not 0 < len(turned) <= MOST:
        return False
    if not sent.ticked <= sent.seen.keys() or any(sent.seen[spot] is CellState.OFFERED for spot in turned):
        return False
    return all(first <= day <= last and day.weekday() <= FRIDAY for _, day in sent.seen)  # an idle weekend is not drawn


def _cells(
    weeks: Iterable[tuple[WeekView, WeekActivity, ActivityWeekView]],
    sent: Sent,
    turned: frozenset[Spot],
    now: datetime,
) -> tuple[dict[Spot, Cell], datetime] | None:
    """Draw the cells that change, and tell when one of them may become another; none: a cell is not there."""
    cells, known, until = dict[Spot, Cell](), set[Spot](), _midnight(now)
    for week, mine, view in weeks:
        places = _places(view)
        if known & places.keys():
            return None  # one unit in two activities
        known |= sent.seen.keys() & places.keys()
        for spot in turned & places.keys():
            unit, slot = places[spot]
            told = next((cell for cell in reversed(week.cells) if (cell.unit_id, cell.day) == spot), None)
            state = told.state if told else CellState.FREE
            cells[spot] = CellJudge(mine, view, unit, slot, state, None, now, told).cell()
            until = min([until, *(one for one in _instants(slot) if one > now)])
    return (cells, until) if known == sent.seen.keys() else None


def _instants(slot: SlotView) -> Iterable[datetime]:
    for limit in (slot.book, slot.cancel, *(slot.outside or ())):
        yield from (one for one in (limit.opens, limit.until, limit.late_until) if one)


def _midnight(now: datetime) -> datetime:
    """Give the last second of the day in Paris: nothing is quick within it."""
    return in_paris(now).replace(hour=23, minute=59, second=59, microsecond=0)


def _places(view: ActivityWeekView) -> Places:
    units = {unit.id: unit for unit in view.units}
    return {(slot.unit_id, slot.day): (units[slot.unit_id], slot) for slot in view.slots if slot.unit_id in units}


# --- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A child's weeks, what the family sent that is not answered, and how all of it stands."""

    weeks: list[WeekView]
    pending: list[BookingsChange]
    stamp: str

    def busy(self, child_id: int) -> set[Spot]:
        """List the cells of which something was sent already."""
        return set(sent_cells(self.pending, child_id))


def _told(work: Moment, family_id: int, keys: list[str]) -> Told:
    weeks, pending, stamp = [], [], ""
    for kind, text in work.connection.execute(FAMILY, {"family_id": family_id, "week_keys": keys}):
        if kind == "week":
            weeks.append(WeekView.model_validate_json(text))
        elif kind == "bookings":
            pending.append(BookingsChange.model_validate_json(text))
        elif kind == "stamp":
            stamp = text
    return Told(weeks, pending, stamp)


def _shared(work: Moment, keys: tuple[str, ...]) -> tuple[dict[str, ActivityWeekView], str]:
    """Read the activities' weeks, and how they stand."""
    rows = work.connection.execute(SHARED_WEEKS, {"keys": keys}).all()
    views = {key: read_once(ActivityWeekView, text) for key, text, _ in rows if text is not None}
    return views, f"{len(rows)}:{sum(version for _, _, version in rows)}"


def _sum(total: Any, *counted: Any) -> ColumnElement[str]:
    words = cast(func.count(), Text) + literal(":") + cast(func.coalesce(func.sum(total), 0), Text)
    for one in counted:
        words = words + literal(":") + cast(func.count(one), Text)
    return words


def _family_stamp() -> ColumnElement[str]:
    """Say in a few words how a family's documents and actions stand: versions only grow, and an action stays."""
    views = select(_sum(ShownView.version)).where(ShownView.family_id == FAMILY_ID)
    actions = select(_sum(OutboxAction.seq, OutboxAction.collected_at)).where(OutboxAction.family_id == FAMILY_ID)
    return views.scalar_subquery() + literal("/") + actions.scalar_subquery()


OF_WEEKS = (
    (ShownView.family_id == SHARED)
    & (ShownView.kind == ViewKind.ACTIVITY_WEEK)
    & ShownView.key.in_(bindparam("keys", expanding=True))
)
SHARED_WEEKS = select(ShownView.key, cast(ShownView.body, Text), ShownView.version).where(OF_WEEKS)
FAMILY = union_all(
    select(literal("week").label("kind"), cast(ShownView.body, Text).label("text")).where(
        ShownView.family_id == FAMILY_ID,
        ShownView.kind == ViewKind.WEEK,
        ShownView.body.is_not(None),
        ShownView.key.in_(bindparam("week_keys", expanding=True)),
    ),
    select(OutboxAction.kind, cast(OutboxAction.payload, Text)).where(unanswered(FAMILY_ID)),
    select(literal("stamp"), _family_stamp()),
)


# --- writing ----------------------------------------------------------------------------------------------------------


COLUMNS = (
    "id", "form_key", "form_digest", "received_at", "guardian_id", "family_id", "kind", "payload", "title", "lines",
)  # fmt: skip


@cache
def _if_unchanged(dialect: str) -> Any:
    table = OutboxAction.__table__
    values = [bindparam(name, type_=table.c[name].type) for name in COLUMNS]
    weeks = select(_sum(ShownView.version)).where(OF_WEEKS).scalar_subquery()
    stamp = _family_stamp() + literal("/") + weeks
    chosen = select(*values).where(stamp == bindparam("stamp", type_=Text()))
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(OutboxAction)
    return insert.from_select(COLUMNS, chosen).on_conflict_do_nothing().returning(OutboxAction.id)


def write_down(moment: Moment, author: Author, ready: Ready, sent: Sent, title: str) -> str | None:
    """Write an action down if all stands as it was judged, and give its id; one statement, which undoes itself."""
    if not ready.judged_at <= moment.now < ready.until:
        return None
    action = {
        "id": str(uuid7()), "form_key": sent.form.key, "form_digest": sent.form.digest, "received_at": moment.now,
        "guardian_id": author.guardian_id, "family_id": author.family_id, "kind": ready.change.kind,
        "payload": ready.change.model_dump(mode="json"), "title": title, "lines": ready.lines,
        "stamp": ready.stamp, "keys": ready.keys,
    }  # fmt: skip
    connection = moment.connection
    written: str | None = connection.scalar(_if_unchanged(connection.dialect.name), action)
    return written
