"""Threads as lists show them, and one thread whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.families.lists import families, full_name
from models.office.families import Family, Guardian
from models.office.house import Message

MOST_THREADS, MOST_MESSAGES, MOST_FOUND = 300, 300, 100


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One household's thread in the list."""

    family_id: int
    number: str
    family: str
    at: datetime | None  # of its last message; none: nobody has written yet
    by: str  # who wrote it
    from_family: bool
    text: str
    unread: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message."""

    id: int
    at: datetime
    name: str
    from_family: bool
    text: str
    unread: bool
    action_id: str = ""


@dataclass(frozen=True, slots=True)
class ThreadFile:
    """What a household and the régie wrote to each other, oldest first."""

    family_id: int
    number: str
    family: str
    messages: tuple[MessageRow, ...]
    readers: int  # guardians who can read it on the portal
    cut: bool  # older ones are not shown

    @property
    def unread(self) -> int:
        """Count what no agent has read."""
        return sum(message.unread for message in self.messages)


def threads(session: Session, search: str = "") -> tuple[ThreadRow, ...]:
    """Read the threads, what is new first, then the latest; a search also finds the households that never wrote."""
    last = select(Message.family_id, func.max(Message.id).label("id")).group_by(Message.family_id).subquery()
    query = (
        select(Message, Family, Guardian)
        .join(last, last.c.id == Message.id)
        .join(Family, Family.id == Message.family_id)
        .outerjoin(Guardian, Guardian.id == Message.guardian_id)
        .order_by(Message.at.desc(), Message.id.desc())
    )
    silent: list[ThreadRow] = []
    if search.strip():
        found = families(session, search, limit=MOST_FOUND)
        query = query.where(Family.id.in_([row.id for row in found]))
        silent = [ThreadRow(row.id, row.number, row.name, None, "", False, "", 0) for row in found]
    unread = _unread(session)
    rows = [_row(message, family, guardian, unread) for message, family, guardian in session.execute(query)]
    rows.sort(key=lambda row: not row.unread)
    known = {row.family_id for row in rows}
    return (*rows[:MOST_THREADS], *(row for row in silent if row.family_id not in known))


def _row(message: Message, family: Family, guardian: Guardian | None, unread: Mapping[int, int]) -> ThreadRow:
    by = full_name(guardian) if guardian else message.agent or ""
    new = unread.get(family.id, 0)
    return ThreadRow(family.id, family.number, family.name, message.at, by, guardian is not None, message.text, new)


def thread(session: Session, family_id: int) -> ThreadFile | None:
    """Read one household's thread, its last messages."""
    family = session.get(Family, family_id)
    if family is None:
        return None
    messages = messages_of(session, [family_id], MOST_MESSAGES + 1).get(family_id, ())
    readers = session.scalar(
        select(func.count()).select_from(Guardian).where(Guardian.family_id == family_id, Guardian.account_opened)
    )
    cut = len(messages) > MOST_MESSAGES
    return ThreadFile(family.id, family.number, family.name, messages[-MOST_MESSAGES:], readers or 0, cut)


def messages_of(session: Session, family_ids: Iterable[int], most: int) -> dict[int, tuple[MessageRow, ...]]:
    """Read the last messages of some households, oldest first, in one query."""
    rank = (
        func.row_number()
        .over(partition_by=Message.family_id, order_by=(Message.at.desc(), Message.id.desc()))
        .label("rank")
    )
    ranked = select(Message.id, rank).where(Message.family_id.in_(sorted(family_ids))).subquery()
    query = (
        select(Message, Guardian)
        .join(ranked, ranked.c.id == Message.id)
        .outerjoin(Guardian, Guardian.id == Message.guardian_id)
        .where(ranked.c.rank <= most)
        .order_by(Message.at, Message.id)
    )
    found: dict[int, list[MessageRow]] = {}
    for message, guardian in session.execute(query):
        name = full_name(guardian) if guardian else message.agent or ""
        unread = guardian is not None and message.read_at is None
        action_id = str(message.action_id) if message.action_id else ""
        row = MessageRow(message.id, message.at, name, guardian is not None, message.text, unread, action_id)
        found.setdefault(message.family_id, []).append(row)
    return {family_id: tuple(rows) for family_id, rows in found.items()}


def unread_threads(session: Session) -> int:
    """Count the households that wrote something nobody has read."""
    return len(_unread(session))


def _unread(session: Session) -> dict[int, int]:
    query = (
        select(Message.family_id, func.count())
        .where(Message.guardian_id.is_not(None), Message.read_at.is_(None))
        .group_by(Message.family_id)
    )
    return dict(session.execute(query).all())
