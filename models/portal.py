"""The portal's own store: views to show, accounts, sessions, and the outbox of the families' actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import PortalBase


class ShownView(PortalBase):
    """A read-only document published by the office; family 0 may be seen by all."""

    __tablename__ = "shown_view"
    __table_args__ = (Index("ix_shown_view_family_kind", "family_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown_at: Mapped[datetime]


class Attachment(PortalBase):
    """The file of a view (an invoice's PDF), apart so that a page never loads it."""

    __tablename__ = "attachment"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Account(PortalBase):
    """A guardian's way in; the office decides who has one, the family its password."""

    __tablename__ = "account"

    guardian_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    family_id: Mapped[int] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    open: Mapped[bool]
    version: Mapped[int]
    password_hash: Mapped[str | None]
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the single-use link
    link_until: Mapped[datetime | None]
    last_link_hash: Mapped[str | None] = mapped_column(String(64))  # a used link is not revived by a second sending
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class SignIn(PortalBase):
    """An open session on one device."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("account.guardian_id"), index=True)
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    until: Mapped[datetime]


class Connection(PortalBase):
    """A line of « Historique de mes actions »: a sign-in that succeeded."""

    __tablename__ = "connection"

    id: Mapped[int] = mapped_column(primary_key=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("account.guardian_id"), index=True)
    at: Mapped[datetime]
    device: Mapped[str]


class OutboxAction(PortalBase):
    """What a family did, in receipt order; append-only, the office marks what it has applied."""

    __tablename__ = "outbox_action"
    __table_args__ = (Index("ix_outbox_action_collected_seq", "collected_at", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)  # one form, one action, however often it is sent
    received_at: Mapped[datetime]
    guardian_id: Mapped[int]
    family_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(24))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    collected_at: Mapped[datetime | None]
