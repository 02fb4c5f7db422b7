"""What is at stake in each cell of a request: its price for this family, and the places left."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.bookings.cells import Rules, read_cells, read_rules
from backoffice.errors import RefusedByRule
from backoffice.requests.lines import Line, lines_of
from backoffice.requests.waiting import CELL
from backoffice.rulebook.quotients import quotient_of
from backoffice.rulebook.tariff import Price, price
from models.office.families import Family
from models.office.requests import Request


@dataclass(frozen=True, slots=True)
class Stake:
    """One cell: the places left of its group, and its price when a rulebook gives one."""

    places: int
    capacity: int
    price: Price | None


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
    rules, resident = read_rules(session), session.get_one(Family, request.family_id).resident
    spots = [(line.unit_id, line.day) for line in lines if line.day]
    facts = read_cells(session, lines[0].subject_id, spots, family_id=request.family_id, rules=rules)
    quotients = {day: quotient_of(session, request.family_id, day) for day in {day for _, day in spots}}
    return {
        line.key: Stake(found.places, found.capacity, _price(rules, line, quotients.get(line.day), resident=resident))
        for line in lines
        if line.day and (found := facts.get((line.unit_id, line.day))) is not None
    }


def _price(rules: Rules, line: Line, quotient: int | None, *, resident: bool) -> Price | None:
    assert line.day is not None
    rulebook = rules.rulebooks.on(line.day)
    if rulebook is None or line.activity_code is None or line.unit_code is None:
        return None
    try:
        return price(rulebook, activity=line.activity_code, unit=line.unit_code, quotient=quotient, resident=resident)
    except RefusedByRule:  # this rulebook has no tariff for it
        return None
