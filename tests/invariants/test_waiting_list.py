"""A waiting list lived at random: whatever families and the desk do, no place is sold twice and nobody is overtaken."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.bookings.waiting_list import expire_offers
from backoffice.errors import RefusedByRule
from backoffice.permissions import SYSTEM
from models.office.bookings import Booking
from models.vocabulary import BookingState, WaitingState
from tests.factories import AGENT, NOW, an_office
from tests.waiting import Canteen

PLACES, FAMILIES = 2, 6
FIRST = date(2026, 12, 1)
LIVE = {WaitingState.WAITING, WaitingState.OFFERED}
STEPS = st.lists(
    st.tuples(st.sampled_from(["asks", "asks", "gives up", "an hour", "the desk frees"]), st.integers(0, FAMILIES - 1)),
    min_size=6,
    max_size=16,
)


@pytest.fixture(scope="module")
def days() -> Iterator[date]:
    return (
        day
        for day in (FIRST + timedelta(days=at) for at in count())
        if day.weekday() in {0, 1, 3, 4} and not date(2026, 12, 19) <= day <= date(2027, 1, 3)
    )


@pytest.fixture(scope="module")
def canteen(tmp_path_factory) -> Iterator[Canteen]:
    office = an_office(tmp_path_factory.mktemp("canteen"))
    yield Canteen(office, capacity=PLACES, families=FAMILIES)
    office.close()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, hours=st.sampled_from([None, 2]))
def test_no_place_is_sold_twice_and_nobody_is_overtaken(
    canteen: Canteen, days: Iterator[date], steps: list[tuple[str, int]], hours: int | None
) -> None:
    canteen.office.clock.set(NOW)
    canteen.day = next(days)
    canteen.settle(hours)
    for doing, who in steps:
        _step(canteen, doing, who)
        _check(canteen)


def _step(canteen: Canteen, doing: str, who: int) -> None:
    office, home = canteen.office, canteen.homes[who]
    match doing:
        case "asks":
            canteen.asks(home)
        case "gives up":
            canteen.gives_up(home)
        case "an hour":
            office.clock.move(hours=1)
            office.write(expire_offers, SYSTEM, office.now())
        case "the desk frees":
            cell = CellChange(canteen.town.meal_id, canteen.day, book=False)
            try:
                office.write(change_bookings, AGENT, home.child_id, [cell])
            except RefusedByRule as refusal:
                pytest.fail(str(refusal))


def _check(canteen: Canteen) -> None:
    entries = [entry for entry in canteen.entries() if entry.day == canteen.day and entry.state in LIVE]
    waiting = [entry.id for entry in entries if entry.state is WaitingState.WAITING]
    offered = [entry.id for entry in entries if entry.state is WaitingState.OFFERED]
    query = select(Booking.child_id).where(Booking.day == canteen.day, Booking.state == BookingState.BOOKED)
    booked = canteen.office.read(lambda session: session.scalars(query).all())
    held = len(booked) + len(offered)
    assert held <= PLACES
    assert not waiting or held == PLACES, "no place is free while somebody waits"
    assert not {entry.child_id for entry in entries} & set(booked)
    assert max(offered, default=0) < min(waiting, default=1_000_000), "who is offered a place came before who waits"
    ranks = sorted(int(words.split()[1]) for words in canteen.stand() if words.startswith("listed"))
    assert ranks == list(range(1, len(waiting) + 1))
