"""Enrolments give the right to book; bookings say which days; attendance says what happened."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OfficeBase
from models.vocabulary import AttendanceState, BookingState, EnrolmentStatus, Origin, WaitingState


class Enrolment(OfficeBase):
    """A child in an activity, in a group, between two dates, at a household's expense."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("child_id", "activity_id", "starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    age_group_id: Mapped[int] = mapped_column(ForeignKey("age_group.id"), index=True)
    payer_family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    category: Mapped[str | None]  # of people, as the rulebook names it: adult, occasional
    days_a_week: Mapped[int | None]  # of a monthly package by number of days
    starts: Mapped[date]
    ends: Mapped[date]
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)


class Booking(OfficeBase):
    """One unit of one day for one child; a cancelled one stays, with its history in the audit."""

    __tablename__ = "booking"
    __table_args__ = (UniqueConstraint("child_id", "unit_id", "day"), Index("ix_booking_day_unit", "day", "unit_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    state: Mapped[BookingState]
    origin: Mapped[Origin]
    request_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    late: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # booked after the limit: what that costs


LIVE = "state IN ('waiting', 'offered')"


class WaitingEntry(OfficeBase):
    """A child on the waiting list of a cell; the list is served by priority, then in the order of receipt: its id's."""

    __tablename__ = "waiting_entry"
    __table_args__ = (
        Index(
            "uq_waiting_entry_live",
            "child_id",
            "unit_id",
            "day",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index("ix_waiting_entry_day_unit", "day", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    age_group_id: Mapped[int] = mapped_column(ForeignKey("age_group.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    request_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]  # on the portal: the moment that counts
    priority: Mapped[int]  # the smaller goes first: residents, then siblings…
    state: Mapped[WaitingState]
    offered_at: Mapped[datetime | None]
    offer_until: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class EnrolmentOpening(OfficeBase):
    """Enrolments that families may ask for on the portal, between two instants."""

    __tablename__ = "enrolment_opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    words: Mapped[str] = mapped_column(Text)  # what families should know
    starts: Mapped[date]  # of the enrolment asked
    ends: Mapped[date]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    age_from: Mapped[int | None]  # years, on the first day asked
    age_to: Mapped[int | None]
    residents_only: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class OpeningDocument(OfficeBase):
    """A document without which an enrolment is not accepted."""

    __tablename__ = "opening_document"

    opening_id: Mapped[int] = mapped_column(ForeignKey("enrolment_opening.id", ondelete="CASCADE"), primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("document_kind.id"), primary_key=True)


class Attendance(OfficeBase):
    """What was seen of one child in one unit on one day; locked once it is billed."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("child_id", "unit_id", "day"),
        Index("ix_attendance_day_unit", "day", "unit_id"),
        Index(  # the few that are to make good
            "ix_attendance_corrected",
            "invoice_id",
            sqlite_where=text("corrected_at IS NOT NULL"),
            postgresql_where=text("corrected_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    state: Mapped[AttendanceState]
    arrived: Mapped[time | None]
    left: Mapped[time | None]
    note: Mapped[str | None] = mapped_column(Text)
    absence: Mapped[str | None]  # the code of the rulebook's absence
    absence_day: Mapped[int | None]  # its rank since the absence began, in calendar days
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    corrected_at: Mapped[
        datetime | None
    ]  # changed after it was billed, and not yet made good by a credit note or an invoice
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form
