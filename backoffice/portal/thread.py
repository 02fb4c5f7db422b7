"""What a household and the régie wrote to each other, as the page shows it: the latest, as many as a page may weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from backoffice.portal.accounts import Visitor
from backoffice.portal.outbox import Author
from backoffice.portal.shown import of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import ThreadView, ViewKind
from models.portal import Account, OutboxAction
from resources.french import number

LONGEST = 4000
MOST_A_DAY = 20  # messages of one account
PAGE_LETTERS, PAGE_LINES = 12_000, 30
SHOWN_MEANWHILE = timedelta(hours=1)  # the office has taken it: its own view brings it back sooner


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the page."""

    at: datetime
    name: str
    text: str
    mine: bool  # the household wrote it
    number: int = 0  # of the view; what is on its way has none
    fresh: bool = False  # the régie's, not read yet
    state: str = ""  # of what is on its way: sent, taken


@dataclass(frozen=True, slots=True)
class Thread:
    """Some messages, oldest first."""

    lines: tuple[Line, ...] = ()
    older: int | None = None  # ask for those before this one
    last: int = 0  # number of the régie's last message


def read_thread(work: Work, visitor: Visitor, before: int | None) -> Thread:
    """Read the latest messages, or those before one."""
    view = shown(work, visitor.family_id, of_kind(ViewKind.THREAD)).one(ViewKind.THREAD, ThreadView)
    known = view.lines if view else ()
    told = [
        Line(
            line.at,
            line.name,
            line.text,
            line.by == "family",
            line.id,
            fresh=line.by == "regie" and line.id > visitor.thread_seen,
        )
        for line in known
    ]
    last = max((line.id for line in known if line.by == "regie"), default=0)
    if before is not None:
        return _cut([line for line in told if line.number < before], last)
    sent = _sent(work, visitor.family_id, {line.action_id for line in known})
    return _cut(told + sent, last)


def unread(view: ThreadView | None, seen: int) -> int:
    """Count the régie's messages that a person has not read."""
    return sum(line.by == "regie" and line.id > seen for line in view.lines) if view else 0


def saw(work: Work, visitor: Visitor, last: int) -> None:
    """Remember that a person has read up to a message."""
    mine = update(Account).where(Account.guardian_id == visitor.guardian_id, Account.thread_seen < last)
    work.session.execute(mine.values(thread_seen=last))


def sent_today(work: Work, author: Author) -> int:
    """Count what an account wrote in a day."""
    query = select(func.count()).where(
        OutboxAction.guardian_id == author.guardian_id,
        OutboxAction.kind == "message",
        OutboxAction.received_at > work.now - timedelta(days=1),
    )
    return work.session.scalar(query) or 0


def why_not(text: str, today: int) -> str | None:
    """Say why a message cannot be sent."""
    if not text:
        return "Écrivez votre message, puis envoyez-le."
    if len(text) > LONGEST:
        return f"Votre message a {number(len(text))} caractères\u202f: {number(LONGEST)} au plus. Raccourcissez-le, ou envoyez-le en deux fois."
    if today >= MOST_A_DAY:
        return f"Vous avez déjà envoyé {MOST_A_DAY} messages depuis hier. Attendez demain, ou appelez la régie."
    return None


def _sent(work: Work, family_id: int, known: set[str]) -> list[Line]:
    """List what was sent and the office's view does not show yet."""
    query = (
        select(OutboxAction, Account.name)
        .join(Account, Account.guardian_id == OutboxAction.guardian_id)
        .where(
            OutboxAction.family_id == family_id,
            OutboxAction.kind == "message",
            or_(OutboxAction.collected_at.is_(None), OutboxAction.collected_at > work.now - SHOWN_MEANWHILE),
        )
        .order_by(OutboxAction.seq)
    )
    return [
        Line(
            action.received_at,
            name,
            action.payload["text"],
            mine=True,
            state="taken" if action.collected_at else "sent",
        )
        for action, name in work.session.execute(query)
        if action.id not in known
    ]


def _cut(lines: Sequence[Line], last: int) -> Thread:
    kept: list[Line] = []
    letters = 0
    for line in reversed(lines):
        letters += len(line.text)
        if kept and (letters > PAGE_LETTERS or len(kept) == PAGE_LINES):
            break
        kept.append(line)
    more = len(kept) < len(lines)
    return Thread(tuple(reversed(kept)), (kept[-1].number or None) if more else None, last)
