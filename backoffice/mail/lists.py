"""E-mails that need an agent's eye."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.office.house import Mail
from models.vocabulary import MailState

MAIL_WORDS = {
    MailState.WAITING: "En attente",
    MailState.SENDING: "En cours d'envoi",
    MailState.SENT: "Parti",
    MailState.FAILED: "Refusé",
    MailState.UNCERTAIN: "Peut-être parti",
}


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How many e-mails have not (certainly) left."""

    waiting: int
    failed: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class MailRow:
    """An e-mail, without its text."""

    id: int
    recipient: str
    subject: str
    state: MailState
    error: str | None
    created_at: datetime
    tries: int


def mail_counts(session: Session) -> MailCounts:
    """Count what has not left, in one query."""
    states = select(Mail.state, func.count()).where(Mail.state != MailState.SENT).group_by(Mail.state)
    counts = dict(session.execute(states).all())
    return MailCounts(
        counts.get(MailState.WAITING, 0), counts.get(MailState.FAILED, 0), counts.get(MailState.UNCERTAIN, 0)
    )


def troubled_mails(session: Session, *, limit: int = 200) -> tuple[MailRow, ...]:
    """Read the e-mails that were refused, or that may or may not have left, the latest first."""
    query = (
        select(Mail.id, Mail.recipient, Mail.subject, Mail.state, Mail.error, Mail.created_at, Mail.tries)
        .where(Mail.state.in_([MailState.FAILED, MailState.UNCERTAIN]))
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(limit)
    )
    return tuple(MailRow(*row) for row in session.execute(query))
