"""The families: households, guardians, children and who may collect them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import Diet, FamilyKind


class Family(OfficeBase):
    """A household: it is billed, and sees its own file on the portal."""

    __tablename__ = "family"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(index=True)
    kind: Mapped[FamilyKind]
    resident: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class Guardian(OfficeBase):
    """A parent or legal guardian, with an address and a portal account of his own."""

    __tablename__ = "guardian"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    position: Mapped[int]
    is_payer: Mapped[bool]  # one a family: the invoices bear this name
    last_name: Mapped[str]
    first_name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    mobile: Mapped[str | None]
    work_phone: Mapped[str | None]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    account_opened: Mapped[bool] = mapped_column(default=False)
    link_sha256: Mapped[str | None] = mapped_column(String(64))  # the token itself is in the e-mail alone
    link_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class Child(OfficeBase):
    """A child; what concerns its health is sealed (JSON: pai, allergies, needs)."""

    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_name: Mapped[str]
    first_name: Mapped[str]
    search_key: Mapped[str] = mapped_column(index=True)
    birth_date: Mapped[date]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    class_name: Mapped[str | None]
    diet: Mapped[Diet] = mapped_column(default=Diet.NONE)
    leaves_alone: Mapped[bool] = mapped_column(default=False)
    photo_allowed: Mapped[bool] = mapped_column(default=False)
    doctor: Mapped[str | None]
    health_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class FamilyChild(OfficeBase):
    """A child belongs to one household, or to both of its separated parents'."""

    __tablename__ = "family_child"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), primary_key=True, index=True)


class PickupPerson(OfficeBase):
    """Who may, or may not, collect a child, and whom to call: a contact who may not collect is no prohibition."""

    __tablename__ = "pickup_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str]
    phone: Mapped[str | None]
    allowed: Mapped[bool]  # to collect
    contact: Mapped[bool] = mapped_column(default=False)  # to call
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))  # whose; none: the child's only household


class FieldRule(OfficeBase):
    """What the structure decides of one field of a person's file on the portal; without a row, the house's own way."""

    __tablename__ = "field_rule"

    subject: Mapped[str] = mapped_column(primary_key=True)  # guardian, child
    name: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[bool]
    editable: Mapped[bool]
    required: Mapped[bool]
    needs_approval: Mapped[bool]


class Quotient(OfficeBase):
    """A family's quotient familial, in whole euros, and its resources, over their dates of validity."""

    __tablename__ = "quotient"
    __table_args__ = (UniqueConstraint("family_id", "starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    value: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None] = mapped_column(Date)
    proved_on: Mapped[date | None] = mapped_column(Date)  # when the proof came; none: before it was needed
    resources_cents: Mapped[Cents | None]  # a month's, for the effort rates
    children: Mapped[int | None]  # dependent, for the effort rates
    disabled_child: Mapped[bool] = mapped_column(default=False)
