"""What families read of a waiting list, and how the turns of the exchanges let offers expire."""

from datetime import timedelta
from typing import Any

from backoffice.bookings.change import CellChange, change_bookings
from backoffice.office import Office
from backoffice.requests.refuse import refuse
from backoffice.sync.contract import ViewKind, week_of
from tests.factories import AGENT, NEXT_MONDAY, TODAY, Household, a_commune
from tests.letterbox import Letterbox
from tests.ui.at_desk import asks_late_morning
from tests.waiting import Canteen

WEEK = week_of(NEXT_MONDAY)


def turn(office: Office, portal: Letterbox) -> None:
    portal.turn(office)


def cell_of(portal: Letterbox, home: Household, week: str = WEEK) -> dict[str, Any] | None:
    body = portal.body(ViewKind.WEEK, f"{home.child_id}:{week}", home.family_id)
    assert body is not None
    return next(iter(body["cells"]), None)


def test_a_family_reads_its_rank_then_the_place_that_it_is_offered(office: Office, portal: Letterbox) -> None:
    canteen = Canteen(office, hours=24)
    asked = [portal.send(home, canteen.action(home).payload) for home in canteen.homes]
    turn(office, portal)
    waits = cell_of(portal, canteen.homes[2])
    assert waits is not None
    assert (waits["state"], waits["rank"], waits["request_id"]) == ("listed", 2, asked[2])
    listed = portal.body(ViewKind.REQUEST, asked[2], canteen.homes[2].family_id)
    assert listed is not None
    assert (listed["status"], listed["lines"][0]["verdict"], listed["lines"][0]["rank"]) == ("listed", "listed", 2)
    shared = portal.body(ViewKind.ACTIVITY_WEEK, f"{canteen.town.canteen_id}:{WEEK}", 0)
    assert shared is not None
    assert shared["waiting_list"] is True
    monday = next(slot for slot in shared["slots"] if slot["day"] == str(NEXT_MONDAY))
    group = str(canteen.town.canteen_group_id)
    assert (monday["places"][group], monday["listed"][group]) == (0, 2)
    free = [CellChange(canteen.town.meal_id, NEXT_MONDAY, book=False)]
    office.write(change_bookings, AGENT, canteen.homes[0].child_id, free)
    turn(office, portal)
    offered, moved = cell_of(portal, canteen.homes[1]), cell_of(portal, canteen.homes[2])
    assert offered is not None
    assert moved is not None
    assert (offered["state"], offered["until"]) == ("offered", "2026-11-25T08:00:00Z")
    assert (moved["state"], moved["rank"]) == ("listed", 1)
    listed = portal.body(ViewKind.REQUEST, asked[2], canteen.homes[2].family_id)
    assert listed is not None
    assert listed["lines"][0]["rank"] == 1, "its answer says so too"
    answer = portal.body(ViewKind.REQUEST, asked[1], canteen.homes[1].family_id)
    assert answer is not None
    assert "à accepter avant le mercredi 25 novembre à 9" in answer["lines"][0]["why"]


def test_an_answer_that_waits_on_the_portal_comes_in_before_its_offer_expires(
    office: Office, portal: Letterbox
) -> None:
    canteen = Canteen(office, hours=2)
    for home in canteen.homes:
        canteen.asks(home)
    canteen.gives_up(canteen.homes[0])
    turn(office, portal)
    office.clock.move(hours=1, minutes=59)
    portal.send(canteen.homes[1], canteen.action(canteen.homes[1], seen="offered").payload)
    office.clock.move(hours=20)
    turn(office, portal)
    assert canteen.stand() == ["free", "booked", "listed 1"]


def test_a_turn_lets_an_unanswered_offer_go_to_the_next_once(office: Office, portal: Letterbox) -> None:
    canteen = Canteen(office, hours=2)
    for home in canteen.homes:
        canteen.asks(home)
    canteen.gives_up(canteen.homes[0])
    office.clock.move(hours=2)
    turn(office, portal)
    assert canteen.stand() == ["free", "offered", "listed 1"], "the portal may still be writing an answer down"
    office.clock.move(minutes=1)
    turn(office, portal)
    turn(office, portal)
    assert canteen.stand() == ["free", "free", "offered"]
    assert canteen.mails() == ["offer camille.n01", "offer camille.n02"]
    assert canteen.entries()[1].offer_until == office.now() + timedelta(hours=2)


def test_a_refusal_is_told_in_its_cell_until_something_changes_it(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    request_id = asks_late_morning(office, town, town.home)
    turn(office, portal)
    waits = cell_of(portal, town.home, week_of(TODAY))
    assert waits is not None
    assert (waits["state"], waits["request_id"]) == ("waiting", str(request_id))
    office.write(refuse, AGENT, request_id, reason_id=town.reason_id)
    turn(office, portal)
    refused = cell_of(portal, town.home, week_of(TODAY))
    assert refused is not None
    assert (refused["state"], refused["why"]) == ("refused", "Justificatif manquant.")
    office.clock.move(minutes=1)
    cell = [CellChange(town.morning_id, TODAY, book=True)]
    office.write(change_bookings, AGENT, town.home.child_id, cell, override=True, note="Accord")
    cell = [CellChange(town.morning_id, TODAY, book=False)]
    office.write(change_bookings, AGENT, town.home.child_id, cell, override=True, note="Finalement non")
    turn(office, portal)
    assert cell_of(portal, town.home, week_of(TODAY)) is None
