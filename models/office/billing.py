"""Who pays, invoices, credit notes, their lines and frozen PDFs, the series of numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import CustodyWeeks, InvoiceKind, InvoiceStatus, Section

OWED = "invoice.status IN ('issued', 'partly_paid')"  # said as the index says it, so that it is used


class NumberSeries(OfficeBase):
    """The last number given in a gap-free series; locked by the transaction that issues."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(primary_key=True)  # see backoffice.billing.numbers
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
            "kind",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index("ix_invoice_owed", "family_id", sqlite_where=text(OWED), postgresql_where=text(OWED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    month: Mapped[date]  # always the first day of the month
    kind: Mapped[InvoiceKind] = mapped_column(default=InvoiceKind.MONTH)
    status: Mapped[InvoiceStatus]
    number: Mapped[str | None] = mapped_column(unique=True)
    year: Mapped[int | None]
    rank: Mapped[int | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    payer_name: Mapped[str]
    payer_address: Mapped[str] = mapped_column(Text)  # one line of the address a line
    total_cents: Mapped[Cents]  # the sum of the lines
    aid_cents: Mapped[Cents] = mapped_column(default=0)  # what third parties take off it
    credited_cents: Mapped[Cents] = mapped_column(default=0)  # by credit notes, since it was issued
    paid_cents: Mapped[Cents] = mapped_column(default=0)  # the sum of its allocations
    carried: Mapped[bool] = mapped_column(default=False)  # too small to be asked alone: the next one asks for it
    carried_cents: Mapped[Cents] = mapped_column(default=0)  # small invoices that this one asks for besides its own
    previous_balance_cents: Mapped[Cents] = mapped_column(default=0)  # recalled on the paper, never added
    payfip_reference: Mapped[str | None]  # 6 to 30 letters and digits
    debit_on: Mapped[date | None]  # the paper announces a direct debit
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"), index=True)
    debit_notice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # ics, rum, ending: as printed
    drafted_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(String(64))  # digest of the attendance that it bills
    letterhead_id: Mapped[int | None] = mapped_column(ForeignKey("letterhead.id"))  # once issued
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form

    @property
    def net_cents(self) -> int:
        """What the family was asked when it was issued."""
        return self.total_cents - self.aid_cents

    @property
    def due_cents(self) -> int:
        """What the family may still pay here."""
        return self.balance_cents if self.status in PAYABLE else 0

    @property
    def balance_cents(self) -> int:
        """What neither credit notes nor payments have settled, wherever it is asked."""
        return self.net_cents - self.credited_cents - self.paid_cents


PAYABLE = (InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID)


class CarryOver(OfficeBase):
    """A small invoice asked for on the paper of a later one."""

    __tablename__ = "carry_over"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    cents: Mapped[Cents] = mapped_column(default=0)  # what was still due of it then: as printed


class PayerShare(OfficeBase):
    """Who pays for a child in a service when it is not one household: by percent, or by alternate weeks.

    Without a share on a day, the household of the enrolment pays.
    """

    __tablename__ = "payer_share"
    __table_args__ = (
        UniqueConstraint("child_id", "service_id", "family_id", "starts"),
        CheckConstraint("(percent IS NULL) <> (weeks IS NULL)", name="percent_or_weeks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    percent: Mapped[int | None]  # 1 to 99; those of a child and a service add up to 100
    weeks: Mapped[CustodyWeeks | None]


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
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        Index(
            "ix_invoice_line_contract",
            "contract_id",
            sqlite_where=text("contract_id IS NOT NULL"),
            postgresql_where=text("contract_id IS NOT NULL"),
        ),
    )

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
    aid_cents: Mapped[Cents] = mapped_column(default=0)  # taken off it by aids; within the amount
    share_percent: Mapped[int | None]  # of a price that several households share
    tariff: Mapped[str]  # the rate and its bracket as printed
    explanation_id: Mapped[int] = mapped_column(ForeignKey("explanation.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))  # that it levels, or regularises


class InvoicePdf(OfficeBase):
    """The paper as issued, with its SHA-256: never rendered again."""

    __tablename__ = "invoice_pdf"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CreditNote(OfficeBase):
    """What is given back on an issued invoice, and why; frozen as soon as it is written."""

    __tablename__ = "credit_note"
    __table_args__ = (UniqueConstraint("service_id", "year", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    year: Mapped[int]
    rank: Mapped[int]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    total_cents: Mapped[Cents]  # positive: the sum of its lines, aids left out
    freed: Mapped[bool]  # the attendance billed may be billed again
    letterhead_id: Mapped[int] = mapped_column(ForeignKey("letterhead.id"))


class CreditNoteLine(OfficeBase):
    """What is given back of a line; positive amounts lower what the family owes."""

    __tablename__ = "credit_note_line"
    __table_args__ = (UniqueConstraint("credit_note_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"))
    position: Mapped[int]
    invoice_line_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    child_name: Mapped[str]
    section: Mapped[Section]
    activity: Mapped[str | None]
    label: Mapped[str]
    days: Mapped[str] = mapped_column(Text)
    quantity_hundredths: Mapped[int]
    quantity_unit: Mapped[str | None]
    unit_price_cents: Mapped[Cents]
    amount_cents: Mapped[Cents]
    tariff: Mapped[str]
