"""A canteen with few places and a waiting list: families ask, give up, accept; who stands where is told in words."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from uuid6 import uuid7

from backoffice.bookings.lists import cell_states
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish
from models.office.bookings import WaitingEntry
from models.office.house import Mail
from models.office.requests import RequestItem
from models.office.structure import Activity
from tests.factories import AGENT, NEXT_MONDAY, Household, Town, a_commune, another_family, reached

SEEN = {CellState.BOOKED: CellState.FREE, CellState.FREE: CellState.BOOKED}


class Canteen:
    """A canteen of some places, and what its families do about one day."""

    def __init__(
        self, office: Office, *, capacity: int = 1, hours: int | None = None, day: date = NEXT_MONDAY, families: int = 3
    ) -> None:
        self.office, self.day = office, day
        self.town, self.homes = reached(
            office, ("canteen", capacity, hours, families), lambda: self._lay(capacity, hours, families)
        )

    def _lay(self, capacity: int, hours: int | None, families: int) -> tuple[Town, tuple[Household, ...]]:
        town = a_commune(self.office, capacity=capacity)
        others = (another_family(self.office, town, f"N{at:02}") for at in range(1, families))
        homes = (town.home, *others)
        self.settle(hours)
        return town, homes

    def settle(self, hours: int | None) -> None:
        """Open the waiting list, and say how long a family has to answer."""

        def write(work: Work) -> None:
            work.session.execute(update(Activity).values(waiting_list=True, answer_hours=hours))

        self.office.write(write, AGENT)

    def action(
        self, home: Household, wished: CellState = CellState.BOOKED, *, at: datetime | None = None, seen: str = ""
    ) -> Action:
        """Write what a family does, as the portal tells it."""
        then = CellState(seen) if seen else SEEN[wished]
        wish = CellWish(unit_id=self.town.meal_id, day=self.day, seen=then, wished=wished)
        return Action(
            id=uuid7(), received_at=at or self.office.now(), guardian_id=home.guardian_id, family_id=home.family_id,
            payload=BookingsChange(child_id=home.child_id, cells=(wish,)),
        )  # fmt: skip

    def asks(self, home: Household, *, at: datetime | None = None, seen: str = "") -> RequestItem:
        """Let a family wish the place; give the line of its answer."""
        return self.does(self.action(home, at=at, seen=seen))

    def gives_up(self, home: Household, *, at: datetime | None = None, seen: str = "") -> RequestItem:
        """Let a family free its cell, leave the list, or decline."""
        return self.does(self.action(home, CellState.FREE, at=at, seen=seen))

    def does(self, action: Action) -> RequestItem:
        """Apply an action; give the line of its answer."""
        self.office.write(receive, SYSTEM, action)
        return self.line(action.id)

    def line(self, request_id: object) -> RequestItem:
        """Read the line of an answer."""
        query = select(RequestItem).where(RequestItem.request_id == request_id)
        return self.office.read(lambda session: session.scalars(query).one())

    def stand(self) -> list[str]:
        """Say where each family's child stands: booked, offered, listed 1, free."""
        return self.office.read(self._stand)

    def mails(self) -> list[str]:
        """Name the e-mails written: their cause's kind, and to whom."""
        query = select(Mail.cause, Mail.recipient).order_by(Mail.id)
        rows = self.office.read(lambda session: session.execute(query).all())
        return [f"{cause.partition(':')[0]} {recipient.partition('@')[0]}" for cause, recipient in rows]

    def entries(self) -> list[WaitingEntry]:
        """Read the rows of the list."""
        query = select(WaitingEntry).order_by(WaitingEntry.id)
        return list(self.office.read(lambda session: session.scalars(query).all()))

    def _stand(self, session: Session) -> list[str]:
        children = [home.child_id for home in self.homes]
        states = cell_states(session, children, [self.town.meal_id], self.day, self.day)
        cells = [states.get(child_id, {}).get((self.town.meal_id, self.day)) for child_id in children]
        return [f"{cell.state} {cell.rank or ''}".strip() if cell else "free" for cell in cells]
