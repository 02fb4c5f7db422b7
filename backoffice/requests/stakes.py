"""What is at stake in each cell of a request: its price for this family, and the places left."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.bookings.cells import read_cells, read_shared
from backoffice.bookings.situations import Asked, read_households
from backoffice.errors import RefusedByRule
from backoffice.requests.kinds.bookings import granted
from backoffice.requests.lines import lines_of
from backoffice.requests.waiting import CELL
from backoffice.rulebook.in_force import read_rules
from backoffice.rulebook.values import Quote
from models.office.requests import Request


@dataclass(frozen=True, slots=True)
class Stake:
    """One cell: the places left of its group, and its price when a rulebook gives one."""

    places: int
    capacity: int
    price: Quote | None


def stakes_of(session: Session, request_id: UUID) -> dict[str, Stake]:
    """Read what is at stake in a request's cells, by the key of each; nothing for fields.

    Raises:
        RefusedByRule: there is no such request.
    """
    request = session.get(Request, request_id)
    if request is None:
        raise RefusedByRule("Cette demande n'existe pas, ou n'existe plus.")
    lines = [line for line in lines_of(session, [request]).get(request.id, ()) if line.subject == CELL]
    if not lines:
        return {}
    rules = read_rules(session)
    spots = [(line.unit_id, line.day) for line in lines if line.day]
    family_id, received_at = request.family_id, request.received_at
    facts = read_cells(
        session,
        lines[0].subject_id,
        spots,
        family_id=family_id,
        shared=read_shared(session, rules),
        received_at=received_at,
    )
    households = read_households(session, [request.family_id])
    stakes = {}
    for line in lines:
        found = facts.get((line.unit_id, line.day)) if line.day else None
        if found is not None and line.day and line.activity_code and line.unit_code:
            asked = Asked(request.family_id, line.subject_id, line.activity_code, line.day)
            late = granted(line, found, request.received_at).late
            price = households.quote(rules, asked, line.unit_code, late)
            stakes[line.key] = Stake(found.places, found.capacity, price)
    return stakes
