"""Where a document asked of a family stands, among all that was given for it; no database, no clock."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.vocabulary import DocumentState


@dataclass(frozen=True, slots=True)
class Given:
    """One document as it was sent, or brought to the desk."""

    document_id: int
    family_id: int
    state: DocumentState
    received_at: datetime | None
    valid_until: date | None
    reason: str | None
    file_id: int | None = None
    request_id: UUID | None = None

    def on(self, day: date) -> DocumentState:
        """Say how it stands on a day."""
        late = self.valid_until is not None and self.valid_until < day
        return DocumentState.EXPIRED if late and self.state is DocumentState.PROVIDED else self.state


def standing(given: Sequence[Given], family_id: int, today: date) -> Given | None:
    """Tell which of the documents given, oldest first, says how the household stands.

    A new one that nobody has read yet, or that was refused, takes nothing from one that is still good: the first is
    shown as received, the second does not show. What the child's other household gave is good for both.
    """
    own = [one for one in given if one.family_id == family_id]
    last = own[-1] if own else None
    if last is not None and last.on(today) in {DocumentState.PROVIDED, DocumentState.RECEIVED}:
        return last
    good = [one for one in given if one.on(today) is DocumentState.PROVIDED]
    return good[-1] if good else last


def good_until(given: Sequence[Given], today: date) -> date | None:
    """Tell until when what was accepted before is good, while a new one is being read."""
    return max(
        (one.valid_until for one in given if one.valid_until and one.on(today) is DocumentState.PROVIDED), default=None
    )


def default_until(months: int | None, received_on: date) -> date | None:
    """Propose until when a document received on a day is good; none: it has no end, or the one written on it."""
    return add_months(received_on, months) if months else None


def add_months(day: date, months: int) -> date:
    """Give the day some months later, the last of the month where there is none such."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
