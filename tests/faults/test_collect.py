"""Kill the office, the portal or the line at any moment of a collect: nothing is lost, nothing is there twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backoffice.audit import first_broken_entry
from backoffice.errors import Unavailable
from backoffice.office import Office
from backoffice.sync.contract import BookingsChange, CellState, CellWish, LinkAsked, Payload, ViewKind
from backoffice.sync.loop import synchronise
from models.office.bookings import Booking
from models.office.families import Guardian
from models.office.house import Mail
from models.office.requests import AppliedAction, Request
from models.vocabulary import BookingState, Verdict
from tests.factories import THURSDAY, Town, a_commune, an_office
from tests.faults.cuts import CutLine, PowerCut, moments_of
from tests.letterbox import Letterbox, new_fields
from tests.servers import ON_POSTGRES_AT_LENGTH


class Morning:
    """A family that does the same thing again and again, and what must have come of it."""

    def __init__(self, office: Office, portal: Letterbox) -> None:
        self.office, self.portal = office, portal
        self.town: Town = a_commune(office)
        self.sent: list[str] = []
        self.links: list[str] = []
        self.mobile, self.is_booked = "06 12 34 56 78", False
        self.turn()

    def turn(self, transport: httpx.BaseTransport | None = None) -> None:
        with self.portal.client(transport) as client:
            synchronise(self.office, client)

    def goes_on(self, doing: str, number: int) -> None:
        """Change a phone number and ask for a move, or book (or cancel) Thursday, or forget the password."""
        {"fields": self._moves, "bookings": self._books, "link": self._forgets}[doing](number)

    def _moves(self, number: int) -> None:
        mobile = f"06 00 00 {number // 100:02} {number % 100:02}"
        street = ("3 rue des Tilleuls", f"{number} rue du Lac")
        self._send(new_fields(self.town.home, mobile=(self.mobile, mobile), street=street))
        self.mobile = mobile

    def _books(self, _number: int) -> None:
        seen, wished = (CellState.BOOKED, CellState.FREE) if self.is_booked else (CellState.FREE, CellState.BOOKED)
        wish = CellWish(unit_id=self.town.meal_id, day=THURSDAY, seen=seen, wished=wished)
        self._send(BookingsChange(child_id=self.town.home.child_id, cells=(wish,)))
        self.is_booked = not self.is_booked

    def _forgets(self, _number: int) -> None:
        self.links.append(self.portal.send(self.town.home, LinkAsked()))

    def _send(self, payload: Payload) -> None:
        self.sent.append(self.portal.send(self.town.home, payload))

    def check(self) -> None:
        """Each action happened once, in order, and its answer is shown."""
        self.office.read(self._check_office)
        assert self.portal.uncollected() == 0
        for action_id in self.sent[-1:]:
            shown = self.portal.body(ViewKind.REQUEST, action_id, self.town.home.family_id)
            assert shown
            assert shown["lines"][0]["verdict"] == Verdict.ACCEPTED

    def _check_office(self, session: Session) -> None:
        everything = {UUID(action_id) for action_id in self.sent + self.links}
        assert set(session.scalars(select(AppliedAction.id))) == everything
        assert session.scalar(select(func.count()).select_from(Request)) == len(self.sent)
        assert session.get_one(Guardian, self.town.home.guardian_id).mobile == self.mobile
        booked = session.scalars(select(Booking.state)).one_or_none() is BookingState.BOOKED
        assert booked is self.is_booked
        assert set(session.scalars(select(Mail.cause))) == {f"link:{action_id}" for action_id in self.links}


@contextmanager
def a_morning(folder, office_url: str | None = None, portal_url: str | None = None) -> Iterator[Morning]:
    office = an_office(folder, database=office_url)
    portal = Letterbox(folder, office, portal_url)
    try:
        yield Morning(office, portal)
    finally:
        portal.close()
        office.close()


@pytest.fixture(params=ON_POSTGRES_AT_LENGTH)
def morning(request, tmp_path):
    urls: tuple[str | None, str | None] = (None, None)
    if request.param == "postgresql":
        new_postgres = request.getfixturevalue("new_postgres")
        urls = (new_postgres("office"), new_postgres("portal"))
    with a_morning(tmp_path, *urls) as opened:
        yield opened


DOINGS = ("fields", "bookings", "link")


def kill_at_every(morning: Morning, doing: str, engine: Engine, *, each: bool = False, step: int = 1) -> int:
    """Kill at each moment that a turn may leave something half done, or at each statement; give how many there are."""
    for number in (0, 1):  # the first turn writes what later ones find
        morning.goes_on(doing, number)
        moments = moments_of(engine, morning.turn, each=each)
    for number, moment in enumerate(moments[::step], 2):
        morning.goes_on(doing, number)
        with PowerCut(engine, moment) as power:
            morning.turn()
        assert power.happened
        morning.turn()
        morning.check()
    assert morning.office.read(first_broken_entry) is None
    return len(moments)


ALONG = pytest.mark.parametrize(
    "each", [pytest.param(False, id="writes"), pytest.param(True, marks=pytest.mark.thorough, id="each")]
)


@ALONG
@pytest.mark.parametrize("doing", DOINGS)
def test_the_office_is_killed_at_one_statement_or_another(morning: Morning, doing: str, each: bool) -> None:
    assert kill_at_every(morning, doing, morning.office.engine, each=each) > 4


@ALONG
def test_the_portal_is_killed_at_one_statement_or_another(morning: Morning, each: bool) -> None:
    assert kill_at_every(morning, "fields", morning.portal.store.engine, each=each) > 2


@pytest.mark.parametrize("morning", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_office_is_killed_on_postgresql_here_and_there(morning: Morning) -> None:
    assert kill_at_every(morning, "bookings", morning.office.engine, step=3) > 4


@pytest.mark.parametrize("heard", [False, True])
def test_the_line_is_cut_at_any_exchange(tmp_path, heard: bool) -> None:
    with a_morning(tmp_path) as morning:
        for moment in count(1):
            for doing in DOINGS:
                morning.goes_on(doing, moment)
            line = CutLine(httpx.WSGITransport(app=morning.portal.app), moment, heard=heard)
            try:
                morning.turn(line)
            except Unavailable:
                assert line.happened
            morning.turn()
            morning.check()
            if not line.happened:
                break
        assert moment > 4
