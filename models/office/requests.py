"""What families ask, field by field and cell by cell, and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OfficeBase
from models.vocabulary import RequestKind, RequestStatus, Verdict


class AppliedAction(OfficeBase):
    """The portal's actions already applied: the key makes each of them happen once."""

    __tablename__ = "applied_action"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime]
    outcome: Mapped[str]


class RefusalReason(OfficeBase):
    """A reason an agent chooses when refusing."""

    __tablename__ = "refusal_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]


class Request(OfficeBase):
    """One thing a family asked at one moment; its id is that of the portal's action."""

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_status_received_at", "status", "received_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardian.id"))
    received_at: Mapped[datetime]  # on the portal: the moment that counts
    status: Mapped[RequestStatus]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("refusal_reason.id"))
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class RequestItem(OfficeBase):
    """One line of a request: a field, a cell, a person's name; with the limit and the rule that judged it."""

    __tablename__ = "request_item"
    __table_args__ = (
        UniqueConstraint("request_id", "position"),
        Index("ix_request_item_subject_id_day", "subject_id", "day"),  # what waits for a child's week
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"), index=True)
    position: Mapped[int]
    subject: Mapped[
        str
    ]  # see backoffice.requests.kinds: guardian, child, cell, new_child, pickup, enrolment, document…
    subject_id: Mapped[int]  # the guardian's or the child's; 0: nobody yet, or the household
    field: Mapped[str]  # the field's name, or the unit's id
    day: Mapped[date | None]  # of a cell
    then: Mapped[str | None] = mapped_column(Text)  # what the family saw
    wished: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[Verdict]
    why: Mapped[str] = mapped_column(Text)  # one sentence, in French
    limit_at: Mapped[datetime | None]
    rule: Mapped[str | None]
    explanation: Mapped[list[Any]] = mapped_column(JSON)  # the steps, in French
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # what is wished, when nobody may read it in passing
