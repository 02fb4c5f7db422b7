"""SEPA direct debits: mandates, runs and their files, the bank's answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import DebitSequence, DebitState, MandateState


class Mandate(OfficeBase):
    """A household lets the régie debit its account; the IBAN is sealed, and shown masked."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    rum: Mapped[str] = mapped_column(String(35), unique=True)
    state: Mapped[MandateState]
    one_off: Mapped[bool]
    holder: Mapped[str]
    iban_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    iban_ending: Mapped[str]  # its last four characters
    bic: Mapped[str | None]
    signed_on: Mapped[date | None]
    signed_at_place: Mapped[str | None]
    first_debit_on: Mapped[date | None]  # the next is recurrent
    last_debit_on: Mapped[date | None]  # a mandate unused for 36 months is void
    rejections: Mapped[int] = mapped_column(default=0)  # in a row
    state_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class DebitRun(OfficeBase):
    """A file for the bank; it holds IBANs: sealed."""

    __tablename__ = "debit_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    number: Mapped[str] = mapped_column(String(35), unique=True)  # MsgId
    scheme: Mapped[str]  # pain.008.001.02, pain.008.001.08
    debit_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    count: Mapped[int]
    amount_cents: Mapped[Cents]
    file_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    settled_at: Mapped[datetime | None]  # when its receipts were written


class DirectDebit(OfficeBase):
    """What a run asks for one invoice."""

    __tablename__ = "direct_debit"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("debit_run.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    sequence: Mapped[DebitSequence]
    end_to_end: Mapped[str] = mapped_column(String(35), unique=True)
    amount_cents: Mapped[Cents]
    state: Mapped[DebitState]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    rejected_on: Mapped[date | None]
    reject_code: Mapped[str | None]  # AC04, AM04, MD01…


class BankFile(OfficeBase):
    """An answer of the bank that was read: never twice."""

    __tablename__ = "bank_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    message: Mapped[str] = mapped_column(unique=True)  # kind and MsgId
    read_at: Mapped[datetime]
    read_by: Mapped[str]
    rejections: Mapped[int]
