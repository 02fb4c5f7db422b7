"""The waiting list at the desk: read in the grid, opened, served, settled."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.bookings.waiting_settings import set_waiting_list, waiting_settings
from backoffice.office import Office
from tests.factories import AGENT, NEXT_MONDAY
from tests.ui.at_desk import OffGui, nameless
from tests.ui.immediate import ImmediateLanes
from tests.ui.planning.test_presenter import desk, places
from tests.ui.planning.test_screen import opened
from tests.waiting import Canteen
from ui.common.grid import HEAD
from ui.common.tasks import Tasks
from ui.planning.dialogs import ChangeDialog
from ui.planning.table import Kind, PlanTable
from ui.planning.waiting import QueueDialog, WaitingSettingsDialog, WhyDialog
from ui.planning.waiting_presenter import WaitingPresenter
from ui.shell.theme import State

LEFT = Qt.MouseButton.LeftButton


class FakeWindows:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.queue: Any = None
        self.settings: Any = None
        self.over: Any = None
        self.done = 0
        self.refusals: list[Exception] = []
        self.said: list[tuple[str, State]] = []

    def show_queue(self, queue) -> None:
        self.queue = queue

    def show_settings(self, settings) -> None:
        self.settings = settings

    def ask_over(self, row) -> None:
        self.over = row

    def waiting_done(self) -> None:
        self.done += 1

    def waiting_refused(self, error) -> None:
        self.refusals.append(error)

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.refusals.append(error)


@pytest.fixture
def canteen(office: Office) -> Canteen:
    """One place, taken; two children wait."""
    made = Canteen(office, hours=24)
    for home in made.homes:
        made.asks(home)
    return made


def test_the_grid_says_who_waits_and_how_many(qapp: object, office: Office, canteen: Canteen) -> None:
    canteen.gives_up(canteen.homes[0])
    canteen.asks(canteen.homes[0])
    view, _ = desk(office, canteen.town.canteen_id, NEXT_MONDAY)
    first, second, third = (places(view, child)[NEXT_MONDAY] for child in ("N01 Léa", "N02 Léa", "MARTIN Léa"))
    assert [place.kind for place in (first, second, third)] == [Kind.OFFERED, Kind.LISTED, Kind.LISTED]
    assert second.look.words == "Liste 1"
    assert third.words.endswith("sur liste d'attente, rang 2")
    assert first.words.replace("\xa0", " ").endswith("place proposée à la famille, jusqu'au mercredi 25 novembre à 9 h")
    table = PlanTable()
    table.show(view.plan, view.plan.rows, NEXT_MONDAY)
    assert table.headerData(0, Qt.Orientation.Horizontal, HEAD).note == "1 / 1, 2 en attente"


def test_the_desk_accepts_for_a_family_that_telephones(office: Office, canteen: Canteen) -> None:
    canteen.gives_up(canteen.homes[0])
    view, presenter = desk(office, canteen.town.canteen_id, NEXT_MONDAY)
    presenter.open([places(view, "N01 Léa")[NEXT_MONDAY]])
    assert view.asked is not None
    assert (view.asked.book, view.asked.against_rule) == (True, False)
    presenter.change(view.asked, "")
    assert canteen.stand() == ["free", "booked", "listed 1"]


def test_the_desk_puts_a_child_on_the_list_of_a_full_day(office: Office, canteen: Canteen) -> None:
    canteen.gives_up(canteen.homes[2], seen="listed")
    view, presenter = desk(office, canteen.town.canteen_id, NEXT_MONDAY)
    presenter.open([places(view, "N02 Léa")[NEXT_MONDAY]])
    assert view.asked is not None
    assert view.asked.listable
    presenter.put_on_list(view.asked)
    assert view.said[-1][0] == "Léa, lundi 30 novembre\u202f: liste d'attente, rang 2."
    assert canteen.stand() == ["booked", "listed 1", "listed 2"]
    presenter.put_on_list(view.asked)
    assert "Rien n'a été modifié" in str(view.refusals[-1])


def test_another_than_the_first_passes_with_a_reason(office: Office, canteen: Canteen) -> None:
    view = FakeWindows()
    presenter = WaitingPresenter(view, ImmediateLanes(), office, AGENT)
    presenter.open_queue(canteen.town.meal_id, NEXT_MONDAY)
    assert [row.child for row in view.queue.rows] == ["N01 Léa", "N02 Léa"]
    presenter.wish_to_propose(view.queue.rows[1])
    assert view.over == view.queue.rows[1]
    presenter.wish_to_propose(view.queue.rows[0])
    assert "aucune place n'est libre" in str(view.refusals[-1])
    presenter.remove(view.queue.rows[0], "Double demande")
    assert [row.child for row in view.queue.rows] == ["N02 Léa"]
    assert view.said[-1][1] is State.ACCEPTED


@pytest.mark.window
def test_a_child_is_taken_off_the_list_with_the_mouse(
    qtbot: QtBot, office: Office, tasks: Tasks, canteen: Canteen
) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.week.show_week(NEXT_MONDAY)
        qtbot.waitUntil(screen.list_button.isVisible)
        qtbot.mouseClick(screen.list_button, LEFT)
        qtbot.waitUntil(lambda: bool(screen.findChildren(QueueDialog)))
        queue = screen.findChildren(QueueDialog)[0]
        qtbot.waitUntil(lambda: queue.table.chosen() is not None)
        assert not queue.propose.isEnabled(), "no place is free"
        assert not nameless(queue)
        qtbot.mouseClick(queue.remove, LEFT)
        why = queue.findChildren(WhyDialog)[0]
        qtbot.mouseClick(why.submit, LEFT)
        assert why.form.fields["note"].fault.sentence()
        qtbot.keyClicks(why.form.fields["note"].control, "Double demande")
        qtbot.mouseClick(why.submit, LEFT)
        qtbot.waitUntil(lambda: len(queue.table.model_of_rows.rows) == 1)
        queue.reject()
    assert canteen.stand() == ["booked", "free", "listed 1"]


@pytest.mark.window
def test_the_list_of_an_activity_is_settled_where_it_is_planned(
    qtbot: QtBot, office: Office, tasks: Tasks, canteen: Canteen
) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(screen.settings_button, LEFT)
        qtbot.waitUntil(lambda: bool(screen.findChildren(WaitingSettingsDialog)))
        dialog = screen.findChildren(WaitingSettingsDialog)[0]
        assert (dialog.opened.isChecked(), dialog.answer_hours) == (True, 24)
        assert not nameless(dialog)
        dialog.way.setCurrentIndex(0)
        assert not dialog.hours.isEnabled()
        qtbot.mouseClick(dialog.submit, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible())
    settings = office.read(waiting_settings, canteen.town.canteen_id)
    assert (settings.waiting_list, settings.answer_hours) == (True, None)


@pytest.mark.window
def test_a_list_settled_by_somebody_else_meanwhile_is_not_settled_again(
    qtbot: QtBot, office: Office, tasks: Tasks, canteen: Canteen
) -> None:
    canteen_id = canteen.town.canteen_id
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.settings_button, LEFT)
    qtbot.waitUntil(lambda: bool(screen.findChildren(WaitingSettingsDialog)))
    dialog = screen.findChildren(WaitingSettingsDialog)[0]
    office.write(set_waiting_list, AGENT, canteen_id, waiting_list=True, answer_hours=72)
    dialog.opened.setChecked(False)
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: "modifiée entre-temps" in dialog.fault.sentence())
    assert dialog.isVisible()
    assert office.read(waiting_settings, canteen_id).answer_hours == 72


@pytest.mark.window
def test_a_full_day_offers_its_list_in_the_dialog(qtbot: QtBot, office: Office, tasks: Tasks, canteen: Canteen) -> None:
    canteen.gives_up(canteen.homes[2], seen="listed")
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.week.show_week(NEXT_MONDAY)
        qtbot.waitUntil(screen.list_button.isVisible)
        index = screen.grid.table.index(2, 0)
        screen.grid.setCurrentIndex(index)
        qtbot.mouseClick(screen.change_button, LEFT)
        qtbot.waitUntil(lambda: bool(screen.findChildren(ChangeDialog)))
        dialog = screen.findChildren(ChangeDialog)[0]
        assert dialog.listing is not None
        qtbot.mouseClick(dialog.listing, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible())
    assert canteen.stand() == ["booked", "listed 1", "listed 2"]
