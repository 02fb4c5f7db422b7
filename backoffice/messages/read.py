"""A thread is read, or put back among those to read."""

from sqlalchemy import select, update

from backoffice.office import Changed, Work
from models.office.house import Message
from models.vocabulary import Role


def mark_read(work: Work, family_id: int, *, shown: int | None = None) -> int:
    """Note that an agent has read what a household wrote, and count what was new.

    `shown` is the last message that she had before her eyes: what came in meanwhile stays to be read.
    """
    work.agent.must_be(Role.AGENT)
    return set_read(work, family_id, shown=shown)


def mark_unread(work: Work, family_id: int) -> int:
    """Put a household's last message back among those to read."""
    work.agent.must_be(Role.AGENT)
    theirs = (Message.family_id == family_id, Message.guardian_id.is_not(None))
    last = work.session.scalar(
        select(Message.id).where(*theirs).order_by(Message.at.desc(), Message.id.desc()).limit(1)
    )
    if last is None:
        return 0
    work.session.execute(update(Message).where(Message.id == last).values(read_at=None))
    work.changed(Changed.MESSAGES)
    return 1


def set_read(work: Work, family_id: int, *, shown: int | None = None) -> int:
    """Date the reading of all that is new in a thread, as far as it was shown."""
    new = [Message.family_id == family_id, Message.guardian_id.is_not(None), Message.read_at.is_(None)]
    if shown is not None:
        new.append(Message.id <= shown)
    ids = work.session.scalars(select(Message.id).where(*new)).all()
    if ids:
        work.session.execute(update(Message).where(Message.id.in_(ids)).values(read_at=work.now))
        work.changed(Changed.MESSAGES)
    return len(ids)
