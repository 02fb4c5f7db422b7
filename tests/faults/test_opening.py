"""An opening: six families race for three places; the power goes off, two offices collect at once, agents press."""

from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest

from backoffice.audit import first_broken_entry
from backoffice.bookings.cells import places_taken
from backoffice.bookings.change import CellChange, change_bookings
from backoffice.bookings.waiting_list import expire_offers
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.sync.contract import ViewKind
from backoffice.sync.loop import synchronise
from tests.factories import AGENT, COLLEAGUE, an_office
from tests.faults.cuts import PowerCut
from tests.faults.desks import together
from tests.letterbox import Letterbox
from tests.waiting import Canteen

PLACES, FAMILIES = 3, 6
DAYS = [date(2026, 12, day) for day in (1, 3, 4, 7, 8, 10, 11, 14)]
STEP = 83  # statements from one power cut to the next: one for each day
IN_ORDER = ["booked"] * PLACES + [f"listed {rank}" for rank in range(1, FAMILIES - PLACES + 1)]


class Opening:
    """A portal, and an office that collects what its families race for."""

    def __init__(self, office: Office, portal: Letterbox) -> None:
        self.office, self.portal = office, portal
        self.canteen = Canteen(office, capacity=PLACES, families=FAMILIES)
        self.turn()

    def turn(self) -> None:
        with self.portal.client() as client:
            synchronise(self.office, client)

    def race(self, day: date) -> list[str]:
        """Let all families wish one day, in their order; give their actions."""
        self.canteen.day = day
        return [self.portal.send(home, self.canteen.action(home).payload) for home in self.canteen.homes]

    def check(self, actions: list[str]) -> None:
        """All is applied once, in order, and each family reads so."""
        assert self.canteen.stand() == IN_ORDER
        assert self.portal.uncollected() == 0
        for home, action, stands in zip(self.canteen.homes, actions, IN_ORDER, strict=True):
            answer = self.portal.body(ViewKind.REQUEST, action, home.family_id)
            assert answer is not None
            assert answer["lines"][0]["verdict"] == ("accepted" if stands == "booked" else "listed")
            week = self.portal.body(ViewKind.WEEK, f"{home.child_id}:{self.canteen.day:%G-W%V}", home.family_id)
            cell = next(cell for cell in week["cells"] if cell["day"] == str(self.canteen.day))
            assert f"{cell['state']} {cell.get('rank') or ''}".strip() == stands
        shared = self.portal.body(
            ViewKind.ACTIVITY_WEEK, f"{self.canteen.town.canteen_id}:{self.canteen.day:%G-W%V}", 0
        )
        slot = next(slot for slot in shared["slots"] if slot["day"] == str(self.canteen.day))
        group = str(self.canteen.town.canteen_group_id)
        assert (slot["places"][group], slot["listed"][group]) == (0, FAMILIES - PLACES)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def opening(request: pytest.FixtureRequest, tmp_path) -> Iterator[Opening]:
    urls = [None, None]
    if request.param == "postgresql":
        new_postgres = request.getfixturevalue("new_postgres")
        urls = [new_postgres("office"), new_postgres("portal")]
    office = an_office(tmp_path, database=urls[0])
    portal = Letterbox(tmp_path, office, urls[1])
    yield Opening(office, portal)
    portal.close()
    office.close()


@pytest.mark.parametrize("first", [3, *(pytest.param(at, marks=pytest.mark.thorough) for at in range(7, STEP, 4))])
def test_the_power_goes_off_during_an_opening(opening: Opening, first: int) -> None:
    for day, moment in zip(DAYS, count(first, STEP), strict=False):
        actions = opening.race(day)
        with PowerCut(opening.office.engine, moment) as power:
            opening.turn()
        opening.turn()
        opening.check(actions)
        if not power.happened:
            break
    assert opening.office.read(first_broken_entry) is None


def test_two_offices_collect_an_opening_at_once(desks: tuple[Office, Office]) -> None:
    """Both were given the same actions: one applies each, in receipt order."""
    one, two = desks
    canteen = Canteen(one, capacity=PLACES, families=FAMILIES, day=DAYS[0])
    actions = [canteen.action(home) for home in canteen.homes]

    def collects(office: Office) -> list[bool]:
        return [office.write(receive, SYSTEM, action).applied for action in actions]

    first, second = together(lambda: collects(one), lambda: collects(two))
    assert [a != b for a, b in zip(first, second, strict=True)] == [True] * FAMILIES
    assert canteen.stand() == IN_ORDER
    assert one.read(places_taken, [canteen.town.meal_id], DAYS[0], DAYS[0]) == {_queue(canteen): PLACES}


def test_two_agents_free_places_at_once_and_each_goes_to_one_child(desks: tuple[Office, Office]) -> None:
    one, two = desks
    canteen = Canteen(one, capacity=2, families=5, day=DAYS[0])
    for home in canteen.homes:
        canteen.asks(home)
    free = [CellChange(canteen.town.meal_id, DAYS[0], book=False)]
    together(
        lambda: one.write(change_bookings, AGENT, canteen.homes[0].child_id, free),
        lambda: two.write(change_bookings, COLLEAGUE, canteen.homes[1].child_id, free),
    )
    assert canteen.stand() == ["free", "free", "booked", "booked", "listed 1"]
    assert sorted(canteen.mails()) == ["place camille.n02", "place camille.n03"]


def test_two_offices_let_an_offer_expire_at_once(desks: tuple[Office, Office]) -> None:
    one, two = desks
    canteen = Canteen(one, capacity=1, families=4, hours=2, day=DAYS[0])
    for home in canteen.homes:
        canteen.asks(home)
    canteen.gives_up(canteen.homes[0])
    for office in desks:
        office.clock.move(hours=2)
    counts = together(
        lambda: one.write(expire_offers, SYSTEM, one.now()), lambda: two.write(expire_offers, SYSTEM, two.now())
    )
    assert sorted(counts) == [0, 1]
    assert canteen.stand() == ["free", "free", "offered", "listed 1"]


def test_an_answer_and_its_expiry_at_once_give_one_place_to_one_child(desks: tuple[Office, Office]) -> None:
    one, two = desks
    canteen = Canteen(one, capacity=1, families=3, hours=2, day=DAYS[0])
    for home in canteen.homes:
        canteen.asks(home)
    canteen.gives_up(canteen.homes[0])
    accepts = canteen.action(canteen.homes[1], seen="offered")
    for office in desks:
        office.clock.move(hours=2)
    together(lambda: one.write(receive, SYSTEM, accepts), lambda: two.write(expire_offers, SYSTEM, two.now()))
    assert canteen.stand() in (["free", "booked", "listed 1"], ["free", "listed 1", "offered"])


def _queue(canteen: Canteen) -> tuple[int, date, int]:
    return canteen.town.meal_id, canteen.day, canteen.town.canteen_group_id
