"""What is agreed for a child beforehand: contracts levelled by month, and the aids of third parties."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase


class Contract(OfficeBase):
    """Hours a week over some weeks, paid in equal months; at the expense of the enrolment's household."""

    __tablename__ = "contract"

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    agreed_ends: Mapped[date | None]  # what was signed, when it was ended before
    minutes_a_week: Mapped[int]
    weeks_hundredths: Mapped[int]  # 4150 is 41.5 weeks
    months: Mapped[int]  # over which they are levelled
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class AidGrant(OfficeBase):
    """An aid that an organisation gives a child over a period: its code in the rulebook, and its balance."""

    __tablename__ = "aid_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)  # whose invoices it lowers
    code: Mapped[str]  # of the rulebook's aid
    reference: Mapped[str | None]  # the organisation's own
    starts: Mapped[date]
    ends: Mapped[date]
    amount_cents: Mapped[Cents | None]  # none: no limit but the price
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy's form


class AidUse(OfficeBase):
    """What an aid took off a line; negative: given back by a credit note. A draft's go with it."""

    __tablename__ = "aid_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("aid_grant.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]  # of the line
    title: Mapped[str]
    amount_cents: Mapped[Cents]
