"""What is not paid: reminders, who is left in peace, what is handed to the Treasury or written off; tax certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase


class ReminderLevel(OfficeBase):
    """A step of a régie's plan: so many days after the due date, a letter, an e-mail, or both."""

    __tablename__ = "reminder_level"
    __table_args__ = (UniqueConstraint("regie_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    rank: Mapped[int]
    days_late: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    by_mail: Mapped[bool]  # when the payer has an address
    by_letter: Mapped[bool]


class Reminder(OfficeBase):
    """A household reminded of some invoices, once a level; the letter is kept."""

    __tablename__ = "reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    rank: Mapped[int]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    amount_cents: Mapped[Cents]
    mailed_to: Mapped[str | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the letter says


class ReminderItem(OfficeBase):
    """An invoice reminded at a level: once."""

    __tablename__ = "reminder_item"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"), index=True)
    amount_cents: Mapped[Cents]


class ReminderStop(OfficeBase):
    """A household that the plan leaves in peace until a day, and why: an agreement, a dispute, a hardship."""

    __tablename__ = "reminder_stop"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    reason: Mapped[str]
    decided_by: Mapped[str]


class ClaimList(OfficeBase):
    """A list « à titrer » handed over to the Treasury; the workbook is kept as handed."""

    __tablename__ = "claim_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    amount_cents: Mapped[Cents]
    sha256: Mapped[str] = mapped_column(String(64))
    workbook: Mapped[bytes] = mapped_column(LargeBinary)


class TreasuryClaim(OfficeBase):
    """An invoice handed over: what was still due is no longer asked here."""

    __tablename__ = "treasury_claim"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("claim_list.id"), index=True)
    amount_cents: Mapped[Cents]


class WriteOff(OfficeBase):
    """What is given up of an invoice, and why."""

    __tablename__ = "write_off"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    amount_cents: Mapped[Cents]
    decided_on: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)


class TaxCertificate(OfficeBase):
    """What a household paid in a year for the care of its young children; frozen as given."""

    __tablename__ = "tax_certificate"
    __table_args__ = (UniqueConstraint("regie_id", "family_id", "year", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    year: Mapped[int]
    edition: Mapped[int]  # 2 and more replace the one before: a late payment, a correction
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    amount_cents: Mapped[Cents]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
