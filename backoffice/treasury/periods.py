"""What is closed stays closed: nothing of a régie is dated inside a closed day."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from models.office.structure import Regie
from models.office.treasury import Closing
from resources.french import NARROW, long_date


def hold_regie(session: Session, regie_id: int) -> Regie:
    """Read a régie and hold its books until the end of the transaction: whoever moves its money takes this first.

    SQLite has one writer anyway; PostgreSQL's wait here, so that a closing and a payment never cross.
    """
    return session.scalars(select(Regie).where(Regie.id == regie_id).with_for_update(key_share=True)).one()


def closed_until(session: Session, regie_id: int) -> date | None:
    """Give the last closed day of a régie."""
    return session.scalar(select(func.max(Closing.day)).where(Closing.regie_id == regie_id))


def refuse_closed(session: Session, regie_id: int, day: date) -> None:
    """Refuse to date anything inside a closed day.

    Raises:
        RefusedByRule: the day is closed; the sentence says until when.
    """
    last = closed_until(session, regie_id)
    if last is not None and day <= last:
        message = (
            f"La régie est arrêtée jusqu'au {long_date(last)}{NARROW}: rien ne peut y être daté du {long_date(day)}. "
            "Rien n'a été enregistré. Datez l'opération d'un jour suivant."
        )
        raise RefusedByRule(message)
