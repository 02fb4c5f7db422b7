"""The commune and what it offers: régies, facilities, services, activities and their units."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import ActivityKind, ExceptionalKind, Section


class Commune(OfficeBase):
    """The town; one row."""

    __tablename__ = "commune"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    siret: Mapped[str]
    insee: Mapped[str]
    postal_code: Mapped[str]
    zone: Mapped[str]  # of the school holidays: A, B or C
    demonstration: Mapped[bool] = mapped_column(default=False)
    weeks_ahead: Mapped[int] = mapped_column(default=8)  # that families see; 0: to the end of the school year


class Regie(OfficeBase):
    """Who cashes: an invoice names its régie."""

    __tablename__ = "regie"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    due_days: Mapped[int]  # days between issue and due date
    mentions: Mapped[str] = mapped_column(Text)  # legal paragraphs, one a line
    cash_ceiling_cents: Mapped[Cents | None]  # what the till may hold
    ceiling_cents: Mapped[Cents | None]  # cash, values and account together
    carry_below_cents: Mapped[Cents] = mapped_column(default=0)  # a smaller invoice waits for the next one
    claim_days: Mapped[int] = mapped_column(default=50)  # days late from which an invoice may go to the Treasury
    claim_floor_cents: Mapped[Cents] = mapped_column(default=1500)  # below which a debtor is not handed over
    payfip_client: Mapped[str | None] = mapped_column(String(6))  # numcli; none: no payment online
    payfip_mode: Mapped[str] = mapped_column(String(1), default="T")  # saisie: T test, X activation, W production
    ics: Mapped[str | None] = mapped_column(String(35))  # the SEPA creditor's identifier; none: no direct debit
    iban_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the account credited
    iban_ending: Mapped[str | None] = mapped_column(String(4))
    bic: Mapped[str | None] = mapped_column(String(11))
    notice_days: Mapped[int] = mapped_column(default=14)  # between the announcement of a debit and its date
    rejections_allowed: Mapped[int] = mapped_column(default=2)  # in a row, before a mandate is suspended
    reminded_on: Mapped[date | None]  # the last day on which the plan of reminders ran by itself


class Facility(OfficeBase):
    """A place that receives children."""

    __tablename__ = "facility"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    street: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]


class School(OfficeBase):
    """A school, whose days open périscolaire and canteen."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    weekdays: Mapped[str]  # ISO weekdays with class, "1245" or "12345"


class Service(OfficeBase):
    """What is billed apart: one invoice per service, one series of numbers."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # also the prefix of its invoice numbers
    name: Mapped[str]
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    product_code: Mapped[str] = mapped_column(default="")  # the accountant's
    account: Mapped[str] = mapped_column(default="")  # of the commune's books: 7067…
    position: Mapped[int]


class Activity(OfficeBase):
    """What a child is enrolled in."""

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[ActivityKind]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    online: Mapped[bool]  # families may change its bookings
    position: Mapped[int]
    waiting_list: Mapped[bool] = mapped_column(default=False)  # a full day keeps those who ask, in order
    answer_hours: Mapped[int | None]  # how long a place is offered to the next; none: it is given at once


class Unit(OfficeBase):
    """What is booked of an activity on a day: the morning, the meal, the day with meal."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    starts: Mapped[time]
    ends: Mapped[time]
    section: Mapped[Section]
    position: Mapped[int]


class AgeGroup(OfficeBase):
    """A group of an activity, by age on the day, with its places per unit and day."""

    __tablename__ = "age_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    capacity: Mapped[int]
    age_from: Mapped[int | None]  # years, at the start of the enrolment
    age_to: Mapped[int | None]  # the last age of the group


class Holiday(OfficeBase):
    """A public holiday, kept as an editable snapshot."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class SchoolHoliday(OfficeBase):
    """School holidays of the commune's zone: first and last day without class."""

    __tablename__ = "school_holiday"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]


class ExceptionalDay(OfficeBase):
    """Days that are not what the calendar says: a bridge, a day caught up, a closure; of one school or facility, or of all."""

    __tablename__ = "exceptional_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ExceptionalKind]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    reason: Mapped[str]


class RulebookVersion(OfficeBase):
    """The commune's rules as a file, from a date of effect on; kept for ever."""

    __tablename__ = "rulebook_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    effective: Mapped[date] = mapped_column(index=True)
    name: Mapped[str]
    version: Mapped[str] = mapped_column(unique=True)
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str]
    source: Mapped[str] = mapped_column(Text)  # the TOML file as loaded
