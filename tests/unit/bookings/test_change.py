"""The desk books and cancels for a family, and reads the planning."""

from datetime import date

import pytest
from sqlalchemy import select

from backoffice.bookings.change import CellChange, change_bookings, check_bookings
from backoffice.bookings.lists import activities, week_plan
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.sync.contract import CellState, ViewKind
from models.office.bookings import Booking
from models.office.house import AuditEntry, PublishedView
from models.vocabulary import BookingState, Verdict
from tests.factories import (
    AGENT,
    NEXT_MONDAY,
    THURSDAY,
    TODAY,
    a_commune,
    an_office,
    another_child,
    another_family,
    booked,
)
from tests.letterbox import Queries

MONDAY = date(2026, 11, 23)
CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def states(office: Office, child_id: int) -> dict[date, BookingState]:
    query = select(Booking.day, Booking.state).where(Booking.child_id == child_id)
    return dict(office.read(lambda session: session.execute(query).all()))


def test_the_desk_books_in_time(office: Office) -> None:
    town = a_commune(office)
    cells = [CellChange(town.meal_id, THURSDAY, book=True), CellChange(town.meal_id, NEXT_MONDAY, book=True)]
    report = office.write(change_bookings, AGENT, town.home.child_id, cells, reason="Appel de la mère")
    assert report.sentence == "2 réservations, 0 annulation."
    assert states(office, town.home.child_id) == {THURSDAY: BookingState.BOOKED, NEXT_MONDAY: BookingState.BOOKED}
    shown = office.read(lambda session: {(row.kind, row.key) for row in session.scalars(select(PublishedView))})
    week = f"{town.home.child_id}:2026-W48"
    assert {(ViewKind.WEEK, week), (ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:2026-W48")} <= shown
    entry = office.read(lambda session: session.scalars(select(AuditEntry)).one())
    assert entry.new["reason"] == "Appel de la mère"


def test_one_cell_that_a_rule_refuses_keeps_them_all_back(office: Office) -> None:
    town = a_commune(office)
    cells = [CellChange(town.meal_id, THURSDAY, book=True), CellChange(town.meal_id, TODAY, book=True)]
    with pytest.raises(RefusedByRule, match="dérogation, avec une note"):
        office.write(change_bookings, AGENT, town.home.child_id, cells)
    assert states(office, town.home.child_id) == {}
    answers = office.read(check_bookings, town.home.child_id, cells, now=office.now())
    assert [answer.verdict for answer in answers] == [Verdict.ACCEPTED, Verdict.REFUSED]
    assert "Limite pour réserver" in answers[1].steps[-1]


def test_an_override_is_signed_with_its_note(office: Office) -> None:
    town = a_commune(office)
    cells = [CellChange(town.meal_id, TODAY, book=True)]
    with pytest.raises(RefusedByRule, match="Une dérogation se justifie"):
        office.write(change_bookings, AGENT, town.home.child_id, cells, override=True)
    office.write(change_bookings, AGENT, town.home.child_id, cells, override=True, note="Urgence familiale")
    assert states(office, town.home.child_id) == {TODAY: BookingState.BOOKED}
    entry = office.read(lambda session: session.scalars(select(AuditEntry)).one())
    assert (entry.new["override"], entry.new["note"]) == (True, "Urgence familiale")


def test_no_note_opens_a_closed_day(office: Office) -> None:
    town = a_commune(office)
    cells = [CellChange(town.meal_id, CHRISTMAS, book=True)]
    with pytest.raises(RefusedByRule, match="Noël"):
        office.write(change_bookings, AGENT, town.home.child_id, cells, override=True, note="S'il vous plaît")


def test_a_cancelled_place_is_free_for_the_next_child(office: Office) -> None:
    town = a_commune(office, capacity=1)
    other = another_family(office, town)
    booked(office, town.home.child_id, town.meal_id, NEXT_MONDAY)
    cell = CellChange(town.meal_id, NEXT_MONDAY, book=True)
    with pytest.raises(RefusedByRule, match="Complet"):
        office.write(change_bookings, AGENT, other.child_id, [cell])
    office.write(change_bookings, AGENT, town.home.child_id, [CellChange(town.meal_id, NEXT_MONDAY, book=False)])
    office.write(change_bookings, AGENT, other.child_id, [cell])
    assert states(office, other.child_id) == {NEXT_MONDAY: BookingState.BOOKED}


def test_a_planning_shows_every_child_and_counts_the_places(office: Office) -> None:
    town = a_commune(office)
    other = another_family(office, town, "Évrard")
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    plan = office.read(week_plan, town.canteen_id, MONDAY)
    assert [row.child for row in plan.rows] == ["ÉVRARD Léa", "MARTIN Léa"]
    assert plan.rows[0].child_id == other.child_id
    assert plan.rows[1].cells[town.meal_id, THURSDAY].state is CellState.BOOKED
    count = plan.counts[town.meal_id, THURSDAY]
    assert (count.booked, count.waiting, count.capacity) == (1, 0, 24)
    assert [day.day for day in plan.days if day.closed is None] == [
        date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 27)
    ]  # fmt: skip
    assert office.read(week_plan, town.canteen_id, MONDAY, age_group_id=town.care_group_id).rows == ()
    assert [row.code for row in office.read(activities)] == ["CANTINE", "PERI"]


def test_a_planning_costs_the_same_queries_however_many_children(office: Office) -> None:
    town = a_commune(office)
    with Queries(office) as few:
        office.read(week_plan, town.canteen_id, MONDAY)
    for number in range(10):
        child_id = another_child(office, town, town.home.family_id, f"Enfant{number}")
        booked(office, child_id, town.meal_id, THURSDAY)
    with Queries(office) as many:
        office.read(week_plan, town.canteen_id, MONDAY)
    assert len(many) == len(few)
