"""The e-mails of the waiting lists: a place is given, or offered until an instant; one for each entry."""

from sqlalchemy import select

from backoffice.bookings.rules import CellFacts
from backoffice.mail.queue import write_mail
from backoffice.office import Work
from models.office.bookings import WaitingEntry
from models.office.families import Guardian
from models.office.requests import Request
from models.vocabulary import WaitingState
from resources.french import day_and_month, until_text


def tell_family(work: Work, entry: WaitingEntry, facts: CellFacts) -> bool:
    """Tell the guardian who asked, or another of the household who has an address; False when nobody has one."""
    guardian = _guardian(work, entry)
    if guardian is None or not guardian.email:
        return False
    offered = entry.state is WaitingState.OFFERED
    what = "est proposée" if offered else "est réservée"
    return write_mail(
        work,
        cause=f"{'offer' if offered else 'place'}:{entry.id}",
        recipient=guardian.email,
        subject=f"Une place {what} pour {facts.child}",
        template="offer" if offered else "place",
        values={
            "first_name": guardian.first_name,
            "child": facts.child,
            "activity": facts.activity,
            "unit": facts.unit,
            "on": day_and_month(facts.day),
            "asked_at": entry.asked_at,
            "until": until_text(entry.offer_until) if entry.offer_until else "",
        },
    )


def _guardian(work: Work, entry: WaitingEntry) -> Guardian | None:
    request = work.session.get(Request, entry.request_id) if entry.request_id else None
    asked = work.session.get(Guardian, request.guardian_id) if request else None
    if asked is not None and asked.email:
        return asked
    query = select(Guardian).where(Guardian.family_id == entry.family_id, Guardian.email.is_not(None))
    return work.session.scalars(query.order_by(Guardian.position, Guardian.id)).first()
