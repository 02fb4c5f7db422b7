"""The house's own books: agents, audit, e-mail, messages, what the portal has been sent and says of the commune."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OfficeBase
from models.vocabulary import MailState


class AgentAccount(OfficeBase):
    """Someone of the staff, known by the login of the workstation."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[Any]] = mapped_column(JSON)


class AuditEntry(OfficeBase):
    """Who did what, when and from where; each entry carries the hash of the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    agent: Mapped[str]
    workstation: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    old: Mapped[dict[str, Any]] = mapped_column(JSON)
    new: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class Mail(OfficeBase):
    """An e-mail written in the transaction that causes it; it leaves after the commit."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(unique=True)  # request:…, invoice:…: one cause, one e-mail
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # emptied once it has left
    state: Mapped[MailState]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class PublishedView(OfficeBase):
    """What the portal must show: `wanted` grows with each change, `sent` follows it."""

    __tablename__ = "published_view"
    __table_args__ = (Index("ix_published_view_stale", "wanted", "sent"),)

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[int] = mapped_column(primary_key=True)  # 0: every family may see it
    wanted: Mapped[int]
    sent: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64))


class Message(OfficeBase):
    """One message of the thread between a household and the régie; nothing of it is edited."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"))  # none: the régie wrote it
    agent: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None]  # by the régie, when the family wrote it
    action_id: Mapped[UUID | None] = mapped_column(unique=True)


class PortalNotice(OfficeBase):
    """What the law asks the portal to say: who publishes it, who hosts it, how accessible it is."""

    __tablename__ = "portal_notice"

    code: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
