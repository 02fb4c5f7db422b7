"""The rows of the waiting lists: where children stand, and the one place where an entry leaves its list."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.orm import Session

from backoffice.bookings.waiting_rules import Listed
from backoffice.office import Changed, Work
from backoffice.requests.rules import status_of
from backoffice.requests.waiting import CELL
from backoffice.sync.contract import ViewKind
from backoffice.sync.mark import mark_cells
from models.office.bookings import LIVE, WaitingEntry
from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict, WaitingState

Cell = tuple[int, int, date]  # child, unit, day
Spot = tuple[int, date]  # unit, day
Queue = tuple[int, date, int]  # unit, day, group
LIVING = text(f"waiting_entry.{LIVE}")  # in the very words of the index that serves it


def live_entry(session: Session, cell: Cell) -> WaitingEntry | None:
    """Find where a child stands on the list of a cell, if it does."""
    child_id, unit_id, day = cell
    mine = (WaitingEntry.child_id == child_id, WaitingEntry.unit_id == unit_id, WaitingEntry.day == day)
    query = select(WaitingEntry).where(*mine, LIVING)
    return session.scalar(query.execution_options(populate_existing=True))


def standings(session: Session, child_ids: Collection[int], first: date, last: date) -> dict[Cell, Listed]:
    """Find where some children stand on the lists of some days."""
    entries = session.scalars(
        select(WaitingEntry).where(WaitingEntry.child_id.in_(child_ids), WaitingEntry.day.between(first, last), LIVING)
    ).all()
    waiting = [entry for entry in entries if entry.state is WaitingState.WAITING]
    ranks = _ranks(session, {(entry.unit_id, entry.day) for entry in waiting}) if waiting else {}
    return {
        (entry.child_id, entry.unit_id, entry.day): Listed(
            entry.id, entry.state, ranks.get(entry.id, 0), entry.offer_until, entry.asked_at, entry.request_id
        )
        for entry in entries
    }


def ranks_of_requests(session: Session, family_ids: Collection[int]) -> dict[tuple[UUID, int, date], int]:
    """Find the rank of each cell that some households wait for, by request, unit and day."""
    query = select(WaitingEntry).where(
        WaitingEntry.family_id.in_(family_ids), WaitingEntry.state == WaitingState.WAITING, LIVING
    )
    entries = session.scalars(query).all()
    ranks = _ranks(session, {(entry.unit_id, entry.day) for entry in entries}) if entries else {}
    return {(entry.request_id, entry.unit_id, entry.day): ranks[entry.id] for entry in entries if entry.request_id}


def offers_and_listed(
    session: Session, unit_ids: Collection[int], first: date, last: date
) -> tuple[dict[Queue, int], dict[Queue, int]]:
    """Count the places held until families answer, and the children who wait, by unit, day and group."""
    query = (
        select(
            WaitingEntry.unit_id, WaitingEntry.day, WaitingEntry.age_group_id, WaitingEntry.state,
            func.count(),
        )
        .where(WaitingEntry.unit_id.in_(unit_ids), WaitingEntry.day.between(first, last), LIVING)
        .group_by(WaitingEntry.unit_id, WaitingEntry.day, WaitingEntry.age_group_id, WaitingEntry.state)
    )  # fmt: skip
    offered: dict[Queue, int] = {}
    waiting: dict[Queue, int] = {}
    for unit_id, day, group_id, state, count in session.execute(query):
        (offered if state is WaitingState.OFFERED else waiting)[unit_id, day, group_id] = count
    return offered, waiting


def close_entry(work: Work, entry: WaitingEntry, state: WaitingState, verdict: Verdict, why: str) -> None:
    """Take an entry off its list, write why in the answer that it came from, and show who moves up."""
    old = entry.state
    if old is WaitingState.WAITING:
        mark_behind(work, entry)
    move_entry(work, entry, state)
    answer_listed(work, entry, verdict, why)
    work.sign("waiting_list", "child", entry.child_id, old={_name(entry): old}, new={_name(entry): state, "why": why})


def move_entry(work: Work, entry: WaitingEntry, state: WaitingState) -> None:
    """Change where an entry stands, and show its cell."""
    entry.state, entry.changed_at = state, work.now
    work.session.flush()
    mark_cells(work, [(entry.child_id, entry.unit_id, entry.day)])
    work.changed(Changed.BOOKINGS)


def mark_behind(work: Work, entry: WaitingEntry) -> None:
    """Show the weeks and the answers of those who stand behind an entry: their ranks change."""
    query = select(WaitingEntry.child_id, WaitingEntry.request_id, WaitingEntry.family_id).where(
        *_queue_of(entry),
        WaitingEntry.state == WaitingState.WAITING,
        tuple_(WaitingEntry.priority, WaitingEntry.id) > tuple_(entry.priority, entry.id),
    )
    behind = work.session.execute(query).all()
    mark_cells(work, [(child_id, entry.unit_id, entry.day) for child_id, _, _ in behind])
    for _, request_id, family_id in behind:
        if request_id is not None:  # else the desk put the child on the list
            work.show(ViewKind.REQUEST, str(request_id), family_id)


def answer_listed(work: Work, entry: WaitingEntry, verdict: Verdict, why: str) -> None:
    """Write in the family's answer what became of the place that it waited for."""
    if entry.request_id is None:  # the desk put the child on the list
        return
    item = work.session.scalar(
        select(RequestItem).where(
            RequestItem.request_id == entry.request_id,
            RequestItem.subject == CELL,
            RequestItem.subject_id == entry.child_id,
            RequestItem.field == str(entry.unit_id),
            RequestItem.day == entry.day,
            RequestItem.verdict == Verdict.LISTED,
        )
    )
    if item is None:
        return
    item.verdict, item.why = verdict, why
    work.session.flush()
    query = select(RequestItem.verdict).where(RequestItem.request_id == entry.request_id)
    status = status_of(work.session.scalars(query).all())
    request = work.session.get_one(Request, entry.request_id, populate_existing=True)
    if request.status is not status:
        request.status = status
        work.session.flush()
    work.show(ViewKind.REQUEST, str(request.id), request.family_id)
    work.changed(Changed.REQUESTS)


def _queue_of(entry: WaitingEntry) -> tuple[ColumnElement[bool], ...]:
    return (
        WaitingEntry.unit_id == entry.unit_id,
        WaitingEntry.day == entry.day,
        WaitingEntry.age_group_id == entry.age_group_id,
    )


def _name(entry: WaitingEntry) -> str:
    return f"{entry.unit_id}:{entry.day}"


def _ranks(session: Session, spots: Iterable[Spot]) -> dict[int, int]:
    """Number those who wait for some cells, each in the list of its group."""
    wanted = set(spots)
    order = func.row_number().over(
        partition_by=(WaitingEntry.unit_id, WaitingEntry.day, WaitingEntry.age_group_id),
        order_by=(WaitingEntry.priority, WaitingEntry.id),
    )
    query = select(WaitingEntry.id, order).where(
        WaitingEntry.unit_id.in_({unit for unit, _ in wanted}),
        WaitingEntry.day.in_({day for _, day in wanted}),
        WaitingEntry.state == WaitingState.WAITING,
    )
    return dict(session.execute(query).all())
