"""Who goes first on a waiting list, and until when a place is offered: pure decisions on values.

This house's defaults. Inside a list, residents go before outsiders; among them, a child whose brother or sister is
booked on that day in the same activity goes first; then the order of receipt on the portal. A place freed goes to the
next one until the day itself begins, past the limit to book too; on the day, the desk gives it by hand. While the family may still cancel, it is given at once or offered, as the activity
says; after that limit it is only offered, so that nobody is billed for a place that could not be refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.vocabulary import WaitingState
from resources.french import NARROW, until_text

FIRST_COMES_SIBLING = 2  # classes of each residence


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a child stands on the waiting list of a cell."""

    entry_id: int
    state: WaitingState  # waiting, or offered
    rank: int  # among those who wait, the first is 1; none when a place is offered: 0
    until: datetime | None  # of the offer
    asked_at: datetime
    request_id: UUID | None = None  # none: the desk put the child there

    def stands(self, at: datetime) -> bool:
        """Tell whether a place offered could still be accepted at a moment."""
        return self.state is WaitingState.OFFERED and self.until is not None and at < self.until


def priority_of(*, resident: bool, sibling: bool) -> int:
    """Give the class of a child on a list, the smaller goes first: residents, then who has a sibling there that day."""
    return (0 if resident else FIRST_COMES_SIBLING) + (0 if sibling else 1)


def priority_words(priority: int) -> str:
    """Say a class to the régie: « commune, fratrie »."""
    where = "commune" if priority < FIRST_COMES_SIBLING else "hors commune"
    return f"{where}, fratrie" if priority % FIRST_COMES_SIBLING == 0 else where


def is_given(now: datetime, *, answer_hours: int | None, cancel_until: datetime | None) -> bool:
    """Tell whether a place is given at once: the activity says so, and the family may still give it back."""
    return answer_hours is None and cancel_until is not None and now < cancel_until


def offer_end(
    now: datetime, *, answer_hours: int | None, cancel_until: datetime | None, day_starts: datetime
) -> datetime | None:
    """Say until when a place is offered; none: it is too late to offer it.

    Never beyond the limit to cancel while that is to come, never beyond the beginning of the day.
    """
    if now >= day_starts:
        return None
    ahead = cancel_until is not None and now < cancel_until
    last = min(cancel_until, day_starts) if ahead and cancel_until is not None else day_starts
    return last if answer_hours is None else min(now + timedelta(hours=answer_hours), last)


def rank_words(rank: int) -> str:
    """Tell a family its rank when it asked: it changes, and the page says beside it what it is now."""
    return f"Sur la liste d'attente, au rang {rank} lors de la demande."


def offered_words(until: datetime) -> str:
    """Tell a family that a place is held for it."""
    return f"Une place est proposée{NARROW}: à accepter avant le {until_text(until)}."
