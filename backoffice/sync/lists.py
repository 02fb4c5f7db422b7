"""What the desk shows of its exchanges with the portal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.sync.publish import REFUSED, count_stale
from models.office.house import PublishedView
from models.office.requests import AppliedAction


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the portal does not show yet, what it refused to show, and the last thing a family did."""

    stale: int
    refused: int
    last_received_at: datetime | None


def sync_state(session: Session) -> SyncState:
    """Read where the exchanges stand."""
    refused = session.scalar(select(func.count()).where(PublishedView.digest == REFUSED)) or 0
    return SyncState(count_stale(session), refused, session.scalar(select(func.max(AppliedAction.received_at))))
