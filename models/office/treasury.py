"""The régie's till and books: deposits, closings, payments over to the accountant, and the papers kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import ClosingKind, PaperKind, PaymentMeans


class Deposit(OfficeBase):
    """Payments of one means that leave the till or the hand for the régie's account, on one slip."""

    __tablename__ = "deposit"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    means: Mapped[PaymentMeans]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    amount_cents: Mapped[Cents]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the slip says


class DepositItem(OfficeBase):
    """A payment on a slip: once."""

    __tablename__ = "deposit_item"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"), index=True)


class Closing(OfficeBase):
    """A day or a month closed: nothing is dated up to `day` any more; its figures are frozen."""

    __tablename__ = "closing"
    __table_args__ = (UniqueConstraint("regie_id", "kind", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"))
    kind: Mapped[ClosingKind]
    day: Mapped[date]  # the last day closed
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class Remittance(OfficeBase):
    """Money on the régie's account paid over to the public accountant, with its statement per product code."""

    __tablename__ = "remittance"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    amount_cents: Mapped[Cents]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # by product code, and their sums since the beginning


class RemittanceItem(OfficeBase):
    """A payment, or a counter-entry, paid over: once."""

    __tablename__ = "remittance_item"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    remittance_id: Mapped[int] = mapped_column(ForeignKey("remittance.id"), index=True)


class Paper(OfficeBase):
    """A PDF kept as it was issued, with its SHA-256: never rendered again."""

    __tablename__ = "paper"

    kind: Mapped[PaperKind] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
