"""What the planning decides, without a window."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import update

from backoffice.bookings.lists import week_plan
from backoffice.calendar.edit import write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.sync.contract import CellState
from models.office.structure import RulebookVersion
from tests.factories import AGENT, NEXT_MONDAY, RULEBOOK, THURSDAY, TODAY, Town, another_family, booked
from tests.months import seen
from tests.ui.at_desk import asks_late_morning
from tests.ui.immediate import ImmediateLanes
from ui.common.grid import HEAD
from ui.planning.presenter import PlanningPresenter, Wish
from ui.planning.table import Kind, Place, PlanTable, columns_of, kind_of
from ui.shell.theme import State

MONDAY = date(2026, 11, 23)


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.activities: list[Any] = []
        self.plan: Any = None
        self.rows: list[Any] = []
        self.empty = ""
        self.limit = ""
        self.asked: Wish | None = None
        self.done = 0
        self.refusals: list[Exception] = []
        self.visits: list[Any] = []
        self.said: list[tuple[str, State]] = []

    def show_activities(self, activities, chosen) -> None:
        self.activities = list(activities)

    def show_plan(self, plan, rows, today) -> None:
        self.plan, self.rows = plan, list(rows)

    def show_empty(self, sentence) -> None:
        self.empty = sentence

    def show_limit(self, place, sentence) -> None:
        self.limit = sentence

    def ask_change(self, wish) -> None:
        self.asked = wish

    def change_done(self) -> None:
        self.done += 1

    def change_refused(self, error) -> None:
        self.refusals.append(error)

    def open_request(self, request_id) -> None:
        self.visits.append(request_id)

    def open_attendance(self, activity, day, child_id) -> None:
        self.visits.append((activity, day, child_id))

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.refusals.append(error)


def desk(office: Office, activity: int, monday: date = MONDAY) -> tuple[FakeView, PlanningPresenter]:
    view = FakeView()
    presenter = PlanningPresenter(view, ImmediateLanes(), office, AGENT)
    presenter.refresh()
    presenter.choose(activity=activity, group=None, monday=monday)
    return view, presenter


def places(view: FakeView, child: str = "MARTIN Léa") -> dict[date, Place]:
    row = next(row for row in view.rows if row.child == child)
    found = {}
    for column in columns_of(view.plan):
        cell = row.cells.get((column.unit.id, column.day.day)) if column.unit else None
        found[column.day.day] = Place(row, column, cell, kind_of(row, column, cell))
    return found


def test_the_week_shows_who_comes(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    view, _ = desk(office, town.canteen_id)
    assert [row.name for row in view.activities] == ["Restauration scolaire", "Accueil périscolaire"]
    assert {day: place.kind for day, place in places(view).items()} == {
        date(2026, 11, 23): Kind.FREE,
        TODAY: Kind.FREE,
        date(2026, 11, 25): Kind.CLOSED,
        THURSDAY: Kind.BOOKED,
        date(2026, 11, 27): Kind.FREE,
    }


def test_booking_in_time_asks_nothing_but_a_yes(office: Office, town: Town) -> None:
    view, presenter = desk(office, town.canteen_id)
    presenter.open([places(view)[THURSDAY]])
    assert view.asked is not None
    assert (view.asked.book, view.asked.against_rule) == (True, False)
    presenter.change(view.asked, "")
    assert view.done == 1
    assert view.said[-1][1] is State.ACCEPTED
    plan = office.read(week_plan, town.canteen_id, MONDAY)
    assert plan.rows[0].cells[town.meal_id, THURSDAY].state is CellState.BOOKED


def test_past_the_limit_a_note_signs_the_exception(office: Office, town: Town) -> None:
    view, presenter = desk(office, town.canteen_id)
    presenter.open([places(view)[TODAY]])
    assert view.asked is not None
    assert view.asked.against_rule
    presenter.change(view.asked, "")
    assert isinstance(view.refusals[0], RefusedByRule)
    presenter.change(view.asked, "La maman a téléphoné hier soir.")
    assert view.done == 1


def test_several_days_of_a_child_are_booked_together(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, NEXT_MONDAY)
    view, presenter = desk(office, town.canteen_id, NEXT_MONDAY)
    days = list(places(view).values())
    presenter.open([days[1], days[0], days[3]])
    assert view.asked is not None
    assert [change.day for change in view.asked.changes] == [date(2026, 12, 1), date(2026, 12, 3)]


def test_a_closed_day_only_says_why(office: Office, town: Town) -> None:
    view, presenter = desk(office, town.canteen_id)
    presenter.open([places(view)[date(2026, 11, 25)]])
    assert view.asked is None
    assert "Pas d'école ce jour" in view.said[-1][0]


def test_a_day_that_closed_after_it_was_booked_says_so(qapp: object, office: Office, town: Town) -> None:
    another_family(office, town, "Petit")
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    bridge = Entry(EntryKind.NO_CLASS, THURSDAY, THURSDAY, "Pont")
    office.write(write_entry, AGENT, bridge)
    view, _ = desk(office, town.canteen_id)
    assert [places(view, child)[THURSDAY].kind for child in ("MARTIN Léa", "PETIT Léa")] == [Kind.BOOKED, Kind.CLOSED]
    table = PlanTable()
    table.show(view.plan, view.plan.rows, TODAY)
    at = next(at for at, column in enumerate(table.columns) if column.day.day == THURSDAY)
    assert table.headerData(at, Qt.Orientation.Horizontal, HEAD).note == "Fermé · 1"


def test_a_day_that_waits_opens_its_request(office: Office, town: Town) -> None:
    request_id = asks_late_morning(office, town, town.home)
    view, presenter = desk(office, town.care_id)
    assert places(view)[TODAY].kind is Kind.ASKED
    presenter.open([places(view)[TODAY]])
    assert view.visits == [request_id]


def test_a_day_already_seen_opens_the_roll_call(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, MONDAY)
    view, presenter = desk(office, town.canteen_id)
    presenter.open([places(view)[MONDAY]])
    assert view.visits == [(town.canteen_id, MONDAY, town.home.child_id)]


def test_an_announced_absence_can_be_taken_back_before_its_day(office: Office, town: Town) -> None:
    rules = RULEBOOK.replace('retard = "refuser"', 'operations = ["annuler"]\nretard = "facturer l\'absence"')
    rules = rules.replace("heure = 10:00:00", "heure = 08:00:00")
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=rules)), AGENT)
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    view, presenter = desk(office, town.canteen_id)
    presenter.look_at(places(view)[THURSDAY])
    assert "l'absence reste facturée" in view.limit
    presenter.open([places(view)[THURSDAY]])
    assert view.asked is not None
    assert (view.asked.book, view.asked.against_rule) == (False, False)
    presenter.change(view.asked, "")
    presenter.refresh()
    assert places(view)[THURSDAY].kind is Kind.ABSENT
    presenter.open([places(view)[THURSDAY]])
    assert view.asked.book
    presenter.change(view.asked, "")
    presenter.refresh()
    assert places(view)[THURSDAY].kind is Kind.BOOKED


def test_a_search_keeps_the_children_it_finds(office: Office, town: Town) -> None:
    another_family(office, town, "Évrard")
    view, presenter = desk(office, town.canteen_id)
    presenter.search("evr")
    assert [row.child for row in view.rows] == ["ÉVRARD Léa"]
    presenter.search("zola")
    assert "zola" in view.empty


def test_the_limit_is_said_before_the_click(office: Office, town: Town) -> None:
    view, presenter = desk(office, town.canteen_id)
    presenter.look_at(places(view)[THURSDAY])
    assert "mardi 24 novembre à 10" in view.limit
    assert "2 jours ouvrés avant, 10 h" in view.limit


@pytest.mark.parametrize(("group", "count"), [("canteen_group_id", 1), ("care_group_id", 0)])
def test_a_group_is_shown_alone(office: Office, town: Town, group: str, count: int) -> None:
    view, presenter = desk(office, town.canteen_id)
    presenter.choose(activity=town.canteen_id, group=getattr(town, group), monday=MONDAY)
    assert len(view.rows) == count
