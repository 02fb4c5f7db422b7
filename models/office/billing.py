"""Invoices, their lines and frozen PDFs, the series of numbers, and the payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import InvoiceStatus, PaymentMeans, Section


class NumberSeries(OfficeBase):
    """The last number given in a gap-free series; locked by the transaction that issues."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(primary_key=True)  # invoice, receipt
    scope: Mapped[str] = mapped_column(primary_key=True)  # the service's or the régie's code
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Invoice(OfficeBase):
    """What a household owes for one service and one month; frozen once it bears a number."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("service_id", "year", "rank"),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="numbered_once_issued"),
        Index("ix_invoice_month_service", "month", "service_id"),
        Index(  # one draft at most for what a household may owe
            "uq_invoice_draft",
            "family_id",
            "service_id",
            "month",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    month: Mapped[date]  # always the first day of the month
    status: Mapped[InvoiceStatus]
    number: Mapped[str | None] = mapped_column(unique=True)
    year: Mapped[int | None]
    rank: Mapped[int | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    payer_name: Mapped[str]
    payer_address: Mapped[str] = mapped_column(Text)  # one line of the address a line
    total_cents: Mapped[Cents]
    paid_cents: Mapped[Cents]
    drafted_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(String(64))  # digest of the attendance that it bills
    letterhead_id: Mapped[int | None] = mapped_column(ForeignKey("letterhead.id"))  # once issued
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class Letterhead(OfficeBase):
    """What the papers of a service say of the régie, frozen at issue; stored once, however many invoices share it."""

    __tablename__ = "letterhead"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Explanation(OfficeBase):
    """How a price was found, in French steps; stored once, however many lines share it."""

    __tablename__ = "explanation"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    steps: Mapped[list[Any]] = mapped_column(JSON)


class InvoiceLine(OfficeBase):
    """One child, one thing, one price: quantity times unit price, rounded half up."""

    __tablename__ = "invoice_line"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"))
    position: Mapped[int]
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    child_name: Mapped[str]
    section: Mapped[Section]
    activity: Mapped[str | None]  # its code
    label: Mapped[str]
    days: Mapped[str] = mapped_column(Text)  # the days of the month, "3,5,10"; none: the month itself
    quantity_hundredths: Mapped[int]  # 100 is one unit
    quantity_unit: Mapped[str | None]  # as printed after the quantity: h
    unit_price_cents: Mapped[Cents]
    unit_price_exact: Mapped[str | None]  # in euros, when an hourly price is not of whole cents
    amount_cents: Mapped[Cents]
    tariff: Mapped[str]  # the rate and its bracket as printed
    explanation_id: Mapped[int] = mapped_column(ForeignKey("explanation.id"))


class InvoicePdf(OfficeBase):
    """The paper as issued, with its SHA-256: never rendered again."""

    __tablename__ = "invoice_pdf"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Payment(OfficeBase):
    """Money received for an invoice, with its numbered receipt; mistakes get a counter-entry."""

    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    receipt_number: Mapped[str] = mapped_column(unique=True)
    means: Mapped[PaymentMeans]
    amount_cents: Mapped[Cents]
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    reference: Mapped[str | None]  # number of the cheque, of the card slip or of the transfer
    bank: Mapped[str | None]
