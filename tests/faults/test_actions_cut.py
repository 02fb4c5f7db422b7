"""Kill the office while it takes a little of everything that families do: each thing is there once, and answered."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.audit import first_broken_entry
from backoffice.portal.sealed import seal
from backoffice.sync.contract import (
    BookingsChange,
    CellState,
    CellWish,
    EnrolmentAsked,
    FieldWish,
    MandateAsked,
    MessageSent,
    Payload,
    PersonAdded,
    ViewKind,
    Withdrawn,
)
from backoffice.sync.loop import synchronise
from models.office.bookings import WaitingEntry
from models.office.house import Message
from models.office.requests import AppliedAction, Request
from models.office.structure import Activity, AgeGroup
from models.vocabulary import RequestStatus, WaitingState
from tests.enrolments import STARTS, Wednesdays, opened, wednesdays
from tests.factories import AGENT, NEXT_MONDAY, an_office, another_family, booked
from tests.faults.cuts import PowerCut, moments_of
from tests.letterbox import Letterbox

IBAN = "FR1420041010050500013M02606"


class Family:
    """A household that does everything each time, and takes back what it asked the time before."""

    def __init__(self, office, portal: Letterbox) -> None:
        self.office, self.portal = office, portal
        self.place: Wednesdays = wednesdays(office)
        self.home, self.rounds, self.asked = self.place.home, 0, ""
        other = another_family(office, self.place.town)
        booked(office, other.child_id, self.place.town.meal_id, NEXT_MONDAY)
        office.write(self._small, AGENT)
        self.opening = opened(office, self.place).id
        self.sent: list[str] = []
        self.turn()

    def _small(self, work) -> None:
        work.session.get_one(Activity, self.place.town.canteen_id).waiting_list = True
        work.session.get_one(AgeGroup, self.place.town.canteen_group_id).capacity = 1

    def turn(self) -> None:
        with self.portal.client() as client:
            synchronise(self.office, client)

    def does_everything(self) -> None:
        self.rounds += 1
        if self.asked:
            self._sends(Withdrawn(request_id=UUID(self.asked)))
        told = {"name": f"Tante {self.rounds}", "relation": "tante", "phone": "06 11 22 33 44"}
        fields = tuple(FieldWish(name=name, seen="", wished=wished) for name, wished in told.items())
        self.asked = self._sends(PersonAdded(person="contact", child_id=self.home.child_id, fields=fields))
        self._sends(EnrolmentAsked(opening_id=self.opening, child_id=self.home.child_id, starts=STARTS))
        account = json.dumps({"holder": "Camille Martin", "iban": IBAN, "bic": ""}).encode()
        sealed = seal(self.office.sealer.public_key, account)
        self._sends(MandateAsked(regie_id=self.place.town.regie_id, sealed=sealed, holder="Camille Martin"))
        self._sends(MessageSent(text=f"Bonjour {self.rounds}"))
        on_list = self.rounds % 2 == 0
        seen, wished = (CellState.LISTED, CellState.FREE) if on_list else (CellState.FREE, CellState.BOOKED)
        cell = CellWish(unit_id=self.place.town.meal_id, day=NEXT_MONDAY, seen=seen, wished=wished)
        self._sends(BookingsChange(child_id=self.home.child_id, cells=(cell,)))

    def _sends(self, payload: Payload) -> str:
        self.sent.append(self.portal.send(self.home, payload))
        return self.sent[-1]

    def check(self) -> None:
        self.office.read(self._check)
        assert self.portal.uncollected() == 0
        thread = self.portal.body(ViewKind.THREAD, "", self.home.family_id)
        assert thread
        assert [line["text"] for line in thread["lines"]] == [f"Bonjour {n + 1}" for n in range(self.rounds)]

    def _check(self, session: Session) -> None:
        assert {str(number) for number in session.scalars(select(AppliedAction.id))} == set(self.sent)
        waiting = session.execute(
            select(Request.kind, func.count()).where(Request.status == RequestStatus.WAITING).group_by(Request.kind)
        ).all()
        assert dict(waiting) == {"person": 1, "enrolment": 1, "mandate": 1}
        withdrawn = select(func.count()).where(Request.status == RequestStatus.WITHDRAWN)
        left = self.rounds // 2
        assert session.scalar(withdrawn) == self.rounds - 1 + left
        assert session.scalar(select(func.count(Message.id))) == self.rounds
        states = session.scalars(select(WaitingEntry.state).order_by(WaitingEntry.id)).all()
        on_list = [WaitingState.WAITING] * (self.rounds % 2)
        assert states == [WaitingState.LEFT] * left + on_list


@pytest.fixture
def family(tmp_path) -> Iterator[Family]:
    office = an_office(tmp_path)
    portal = Letterbox(tmp_path, office)
    yield Family(office, portal)
    portal.close()
    office.close()


@pytest.mark.parametrize("most", [4, pytest.param(1000, marks=pytest.mark.thorough, id="each")])
def test_whatever_families_do_is_there_once_wherever_the_office_stops(family: Family, most: int) -> None:
    """Spread so many power cuts over the turn; a thorough run stops it at each statement that matters."""
    moments: list[int] = []
    for _ in range(2):  # on the list, then off it
        family.does_everything()
        moments = moments_of(family.office.engine, family.turn)
        family.check()
    for moment in moments[:: max(len(moments) // most, 1)]:
        family.does_everything()
        with PowerCut(family.office.engine, moment) as power:
            family.turn()
        assert power.happened
        family.turn()
        family.check()
    assert family.office.read(first_broken_entry) is None
