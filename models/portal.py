"""The portal's own store: views to show, accounts, sessions, and the outbox of the families' actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import PortalBase


class ShownView(PortalBase):
    """A read-only document published by the office; family 0 may be seen by all.

    A withdrawn view keeps its row without a body: its version outlives it, so that an older sending revives nothing.
    """

    __tablename__ = "shown_view"
    __table_args__ = (Index("ix_shown_view_family_kind", "family_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
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
    """A guardian's way in; the office decides who has one, the family its password.

    Two parents may share one address: each keeps a password of his own, which tells them apart.
    """

    __tablename__ = "account"

    guardian_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    family_id: Mapped[int] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(index=True)  # none once withdrawn
    name: Mapped[str]
    open: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    password_hash: Mapped[str | None]
    link_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # of the single-use link
    link_until: Mapped[datetime | None]
    last_link_hash: Mapped[str | None] = mapped_column(String(64))  # a used link is not revived by a second sending
    thread_seen: Mapped[int] = mapped_column(default=0, server_default="0")  # the last message read, of the régie's


class Guess(PortalBase):
    """Wrong passwords for an e-mail address, whether it has an account or not, or from a network address.

    Nobody learns from the delay which addresses are known.
    """

    __tablename__ = "guess"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
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
    __table_args__ = (
        UniqueConstraint("guardian_id", "form_key"),  # one form, one action, however often it is sent
        Index("ix_outbox_action_collected_seq", "collected_at", "seq"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)  # a UUIDv7, as the key of the answer's view writes it
    form_key: Mapped[str] = mapped_column(String(64))
    form_digest: Mapped[str] = mapped_column(String(64))  # of what the form said: the same, or another attempt
    received_at: Mapped[datetime]
    guardian_id: Mapped[int]
    family_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(24))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    title: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # what was asked, in the words of the page
    collected_at: Mapped[datetime | None]


class Upload(PortalBase):
    """A document sent by a family, sealed to the office's key on arrival; it goes once the office has taken it."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    action_id: Mapped[str] = mapped_column(String(36), index=True)
    family_id: Mapped[int] = mapped_column(index=True)
    received_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))  # of the sealed bytes
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class OnlinePayment(PortalBase):
    """A basket frozen before PayFiP is called, and what PayFiP's server answered of it; never a posted value."""

    __tablename__ = "online_payment"
    __table_args__ = (UniqueConstraint("guardian_id", "form_key"), Index("ix_online_payment_state", "state"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64))  # one form, one payment
    guardian_id: Mapped[int]
    family_id: Mapped[int] = mapped_column(index=True)
    regie_id: Mapped[int]
    client: Mapped[str] = mapped_column(String(6))
    mode: Mapped[str] = mapped_column(String(1))
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    basket: Mapped[list[Any]] = mapped_column(JSON)  # [invoice id, number, cents]
    email: Mapped[str]
    idop: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(24))  # opening, started, paid, refused, cancelled, expired, failed
    means: Mapped[str | None] = mapped_column(String(24))
    started_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]  # when a notification last named it: worth asking about, nothing more
    asked_at: Mapped[datetime | None]  # when PayFiP was last asked
    answered_at: Mapped[datetime | None]  # when it gave its last word
    told_id: Mapped[str | None] = mapped_column(String(36))  # of the action that tells the office that it is paid


class Feed(PortalBase):
    """A secret link to a household's calendar, known by its hash; once revoked it goes when its form can serve no more."""

    __tablename__ = "feed"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("account.guardian_id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
