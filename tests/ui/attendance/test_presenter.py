"""What the roll call's screen decides, without a window."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from backoffice.attendance.lists import day_sheet
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.errors import NotAllowed
from backoffice.office import Office, Work
from models.office.families import Child
from models.vocabulary import AttendanceState, Role
from tests.factories import AGENT, COLLEAGUE, TODAY, Town, another_family, booked
from tests.ui.immediate import ImmediateLanes
from ui.attendance.presenter import AttendancePresenter
from ui.attendance.table import cautions
from ui.shell.theme import State

PRESENT, UNJUSTIFIED = AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.sheets: list[Any] = []
        self.empty = ""
        self.choices: list[Any] = []
        self.unsaved: Callable[[], None] | None = None
        self.conflicts: list[Any] = []
        self.told = ""
        self.went: Any = None
        self.pdf = b""
        self.said: list[tuple[str, State]] = []
        self.reported: list[Exception] = []

    def show_activities(self, activities, chosen) -> None: ...

    def show_sheet(self, sheet) -> None:
        self.sheets.append(sheet)

    def show_empty(self, sentence) -> None:
        self.empty = sentence

    def show_choice(self, activity, day) -> None:
        self.choices.append((activity, day))

    def ask_unsaved(self, unsaved, then) -> None:
        self.unsaved = then

    def show_conflicts(self, sentence, conflicts) -> None:
        self.told, self.conflicts = sentence, list(conflicts)

    def go_to(self, key) -> None:
        self.went = key

    def show_pdf(self, title, content, name) -> None:
        self.pdf = content

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.reported.append(error)


def desk(office: Office, town: Town, agent: Any = AGENT) -> tuple[FakeView, AttendancePresenter]:
    view = FakeView()
    presenter = AttendancePresenter(view, ImmediateLanes(), office, agent)
    presenter.refresh()
    presenter.choose(town.care_id, TODAY)
    return view, presenter


def state_of(office: Office, town: Town, day: date = TODAY) -> AttendanceState | None:
    return office.read(day_sheet, town.care_id, day).rows[0].cells[0].state


def test_the_day_is_saved_in_one_action(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    view, presenter = desk(office, town)
    presenter.all_present()
    assert presenter.unsaved == 1
    presenter.save()
    assert (presenter.unsaved, state_of(office, town)) == (0, PRESENT)
    assert view.said[-1] == ("1 pointage enregistré.", State.ACCEPTED)


def test_another_day_asks_before_losing_anything(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    view, presenter = desk(office, town)
    presenter.all_present()
    yesterday = TODAY - timedelta(days=1)
    presenter.choose(town.care_id, yesterday)
    assert view.unsaved is not None
    assert (view.choices[-1], presenter.unsaved) == ((town.care_id, TODAY), 1)
    presenter.save(view.unsaved)
    assert state_of(office, town) is PRESENT
    assert presenter.sheet is not None
    assert presenter.sheet.day.day == yesterday


def test_a_colleague_s_hand_is_shown_and_nothing_is_lost(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    view, presenter = desk(office, town)
    presenter.all_present()
    entry = AttendanceEntry(town.home.child_id, town.morning_id, TODAY, UNJUSTIFIED)
    office.write(record, COLLEAGUE, [entry])
    presenter.save()
    assert "Denis Colin" in view.told
    assert [conflict.theirs.state for conflict in view.conflicts] == [UNJUSTIFIED]
    presenter.settle(keep_mine=True)
    presenter.save()
    assert state_of(office, town) is PRESENT


def test_a_contradiction_is_shown_before_anything_is_written(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    view, presenter = desk(office, town)
    assert presenter.sheet is not None
    key = (town.home.child_id, town.morning_id)
    presenter.sheet.set_state([key], PRESENT, usual_hours=True)
    presenter.sheet.set_hour(key, arrival=True, hour=None)
    presenter.save()
    assert (view.went, view.said[-1][1], state_of(office, town)) == (key, State.REFUSED, None)


def test_who_is_no_director_reads_without_health(office: Office, town: Town) -> None:
    def seal(work: Work) -> None:
        child = work.session.get(Child, town.home.child_id)
        assert child
        child.health_sealed = work.sealer.seal(json.dumps({"pai": True, "allergies": ["arachide"], "needs": ""}))

    office.write(seal, AGENT)
    booked(office, town.home.child_id, town.morning_id, TODAY)
    _, presenter = desk(office, town)
    assert presenter.sheet is not None
    assert [words for _, words in cautions(presenter.sheet.rows()[0])][1].endswith("arachide")
    view, presenter = desk(office, town, replace(AGENT, roles=frozenset({Role.AGENT})))
    assert presenter.sheet is not None
    assert cautions(presenter.sheet.rows()[0]) == ()
    assert "directrice" in presenter.sheet.read_only
    presenter.all_present()
    assert presenter.unsaved == 0
    presenter.print()
    assert isinstance(view.reported[-1], NotAllowed)


def test_tomorrow_cannot_be_pointed(office: Office, town: Town) -> None:
    tomorrow = TODAY + timedelta(days=2)
    booked(office, town.home.child_id, town.morning_id, tomorrow)
    _, presenter = desk(office, town)
    presenter.choose(town.care_id, tomorrow)
    assert presenter.sheet is not None
    assert "n'est pas encore venu" in presenter.sheet.read_only


def test_an_empty_day_says_why(office: Office, town: Town) -> None:
    view, presenter = desk(office, town)
    assert "Aucun enfant n'est attendu" in view.empty
    presenter.choose(town.care_id, date(2026, 11, 22))
    assert "Pas d'école ce jour" in view.empty


def test_an_unexpected_child_is_pointed_too(office: Office, town: Town) -> None:
    other = another_family(office, town)
    view, presenter = desk(office, town)
    presenter.add_child(other.child_id)
    assert view.went == (other.child_id, town.morning_id)
    assert presenter.sheet is not None
    presenter.sheet.set_state([view.went], PRESENT)
    presenter.save()
    assert "sans réservation" in view.said[-1][0]


def test_the_roll_call_is_a_pdf(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    view, presenter = desk(office, town)
    presenter.print()
    assert view.pdf.startswith(b"%PDF")
