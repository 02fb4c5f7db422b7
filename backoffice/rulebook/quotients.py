"""The quotient familial in force on a day, of one family or of all."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.office.families import Quotient


def quotients_on(session: Session, day: date) -> dict[int, int]:
    """Give each family's quotient in euros on a day; a family without proof is absent."""
    rows = session.execute(
        select(Quotient.family_id, Quotient.value)
        .where(Quotient.starts <= day, or_(Quotient.ends.is_(None), Quotient.ends >= day))
        .order_by(Quotient.starts)
    )
    return {family_id: value for family_id, value in rows}  # noqa: C416 rows are not pairs to mypy


def quotient_of(session: Session, family_id: int, day: date) -> int | None:
    """Give one family's quotient in euros on a day."""
    return session.scalar(
        select(Quotient.value)
        .where(
            Quotient.family_id == family_id,
            Quotient.starts <= day,
            or_(Quotient.ends.is_(None), Quotient.ends >= day),
        )
        .order_by(Quotient.starts.desc())
        .limit(1)
    )
