"""What every kind of request can do: be received, told, compared with what is now, applied, given up, shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.bookings.rules import NO, Effect, Grant
from backoffice.office import Work
from backoffice.sync.contract import Action
from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """How one line is told in French."""

    label: str
    person: str
    text: str
    then: str
    wished: str
    unit_code: str | None = None  # of a cell
    activity_code: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request, as it is told."""

    item_id: int
    key: str
    subject: str
    subject_id: int
    field: str
    label: str
    person: str
    day: date | None
    text: str
    then: str
    wished: str
    wished_value: str
    verdict: Verdict
    why: str
    limit_at: datetime | None
    rule: str | None
    steps: tuple[str, ...]
    unit_code: str | None = None
    activity_code: str | None = None

    @property
    def unit_id(self) -> int:
        """Tell which unit a cell is of."""
        return int(self.field)

    @property
    def books(self) -> bool:
        """Tell whether the family wishes to book this cell."""
        return self.wished_value == "booked"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a request: then, now, wished."""

    key: str
    text: str
    then: str
    now: str
    wished: str
    verdict: Verdict
    why: str
    limit_at: datetime | None = None
    rule: str | None = None
    steps: tuple[str, ...] = ()
    stale: bool = False  # the file changed since the family asked
    full: bool = False  # accepting goes over the group's capacity
    blocked: str | None = None  # why nobody can accept it any more
    grant: Grant = NO  # what accepting does to the bookings
    decide_by: datetime | None = None  # the régie's own limit; none: she may decide as long as she likes

    @property
    def needs_proof(self) -> bool:
        """Tell whether accepting says that the family brought a proof."""
        return self.verdict is Verdict.WAITING and self.grant.effect is Effect.EXCUSE


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agent says when she accepts: her word to the family, and what this kind asks her besides, by its name."""

    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


Pairs = Sequence[tuple[Request, RequestItem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One kind of request; `backoffice.requests.kinds.HANDLERS` names them all."""

    word: str  # « Fiche », « Réservations »: what the kind is called
    receive: Callable[[Work, Action], list[RequestItem]]  # judge the payload; what is accepted is applied at once
    tell: Callable[[Session, Pairs], dict[int, Told]]  # some lines of some requests, by item id, in few queries
    rows: Callable[[Session, Request, Sequence[Line]], tuple[ItemRow, ...]]  # what each line is now
    apply: Callable[[Work, Request, Sequence[RequestItem], Mapping[str, ItemRow], Terms], None]  # a yes
    release: Callable[[Work, Request, RequestItem], None]  # a no, or a withdrawal: before the verdict is written
    show: Callable[[Work, Request, Sequence[RequestItem]], None]  # the views, besides the answer's own, that it changes
    title: Callable[[Sequence[Line]], str]  # « Réservations de Léa : 2 jours »
    whole: bool = False  # its lines are accepted together


def nothing_to_release(work: Work, request: Request, item: RequestItem) -> None:
    """Give nothing back: what was asked held nothing."""


def line_key(item: RequestItem) -> str:
    """Name an item among those of its request."""
    return f"{item.field}:{item.day}" if item.day else item.field
