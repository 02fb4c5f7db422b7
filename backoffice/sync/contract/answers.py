"""The view of an answer to what a family asked."""

from typing import Literal

from pydantic import AwareDatetime

from backoffice.sync.contract.message import Message


class AnswerLine(Message):
    """What became of one field or one cell."""

    text: str  # « jeudi 26 novembre, repas, Léa »
    wished: str
    verdict: Literal["waiting", "accepted", "refused", "withdrawn", "listed"]  # listed: on the waiting list
    why: str
    price_cents: int | None = None
    until: AwareDatetime | None = None  # it can be changed until then
    key: str = ""  # names the line in a withdrawal
    rank: int | None = None  # on the waiting list, when the answer was written


class RequestView(Message):
    """The answer to an action, as far as there is one."""

    title: str
    received_at: AwareDatetime
    kind: Literal["fields", "bookings", "person", "enrolment", "document", "mandate"] = "fields"
    status: Literal["waiting", "accepted", "partly", "refused", "listed", "withdrawn"]
    lines: tuple[AnswerLine, ...]
    reason: str | None = None
    note: str | None = None
    decided_at: AwareDatetime | None = None
