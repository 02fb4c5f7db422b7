"""The planning with its real database, its threads, its mouse and its keyboard."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.bookings.lists import week_plan
from backoffice.office import Office
from tests.factories import AGENT, NEXT_MONDAY, THURSDAY, TODAY, Town, a_commune, another_child, booked
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.grid import HEAD
from ui.common.tasks import Tasks
from ui.planning.dialogs import ChangeDialog
from ui.planning.screen import PlanningScreen, planning_screen
from ui.planning.table import Kind, PlanTable
from ui.shell.theme import State

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, office: Office, tasks: Tasks) -> PlanningScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = planning_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.grid.table.rowCount() > 0)
    return screen


def column_of(screen: PlanningScreen, day: object) -> int:
    return next(at for at, column in enumerate(screen.grid.table.columns) if column.day.day == day)


def kind_at(screen: PlanningScreen, day: object) -> Kind:
    place = screen.grid.table.place(screen.grid.table.index(0, column_of(screen, day)))
    assert place is not None
    return place.kind


def dialog_of(screen: PlanningScreen) -> ChangeDialog:
    found = [dialog for dialog in screen.findChildren(ChangeDialog) if dialog.isVisible()]
    assert found
    return found[-1]


def test_a_double_click_books_for_the_family(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        index = screen.grid.table.index(0, column_of(screen, THURSDAY))
        spot = screen.grid.visualRect(index).center()
        qtbot.mouseClick(screen.grid.viewport(), LEFT, pos=spot)
        qtbot.mouseDClick(screen.grid.viewport(), LEFT, pos=spot)
        qtbot.waitUntil(lambda: bool(screen.findChildren(ChangeDialog)))
        qtbot.mouseClick(dialog_of(screen).submit, LEFT)
        qtbot.waitUntil(lambda: kind_at(screen, THURSDAY) is Kind.BOOKED)
    place = screen.grid.table.place(screen.grid.currentIndex())
    assert place is not None
    assert place.column.day.day == THURSDAY, "the agent stays where she was"


def test_the_keyboard_cancels_past_the_limit_with_a_note(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    booked(office, town.home.child_id, town.meal_id, TODAY)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.grid.setFocus()
        qtbot.keyClick(screen.grid, Qt.Key.Key_Home)
        qtbot.keyClick(screen.grid, Qt.Key.Key_Right)
        qtbot.keyClick(screen.grid, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(screen.findChildren(ChangeDialog)))
        dialog = dialog_of(screen)
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert dialog.form.fields["note"].fault.sentence(), "an exception is justified"
        qtbot.keyClicks(dialog.form.fields["note"].control, "Enfant malade")
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: kind_at(screen, TODAY) is Kind.FREE)
    plan = office.read(week_plan, town.canteen_id, TODAY)
    assert (town.meal_id, TODAY) not in plan.rows[0].cells


def test_a_cell_is_said_in_words_and_a_full_column_too(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    town = a_commune(office, capacity=1)
    another_child(office, town, town.home.family_id)
    booked(office, town.home.child_id, town.meal_id, THURSDAY)
    screen = opened(qtbot, office, tasks)
    table, at = screen.grid.table, column_of(screen, THURSDAY)
    spoken = table.index(0, at).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "MARTIN Léa, jeudi 26 novembre, Repas" in spoken
    assert spoken.endswith("réservé")
    head = table.headerData(at, Qt.Orientation.Horizontal, HEAD)
    assert (head.note, head.state) == ("1 / 1 complet", State.REFUSED)


def test_the_grid_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    table = PlanTable()
    qtmodeltester.check(table)
    plan = office.read(week_plan, town.canteen_id, NEXT_MONDAY)
    table.show(plan, plan.rows, TODAY)
    assert (table.rowCount(), table.columnCount()) == (1, 5)


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    assert nameless(screen) == []
    face = QAccessible.queryAccessibleInterface(screen.grid)
    assert face.text(QAccessible.Text.Name) == "Réservations de la semaine"


def test_two_hundred_children_stay_fluid(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    for rank in range(200):
        another_child(office, town, town.home.family_id, f"Enfant {rank:03}")
    screen = opened(qtbot, office, tasks)
    assert screen.grid.table.rowCount() == 201
    began = time.perf_counter()
    for line in range(0, 200, 10):
        screen.grid.verticalScrollBar().setValue(screen.grid.rowViewportPosition(line))
        screen.grid.viewport().repaint()
    assert time.perf_counter() - began < 3, "twenty pages, drawn"


def test_a_child_of_the_planning_opens_its_family(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.mouseClick(screen.family_button, LEFT)
    assert asked.args == ["families", town.home.family_id]


def test_a_visit_shows_the_child_on_its_week(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    late = another_child(office, town, town.home.family_id, "Zoé")
    screen = opened(qtbot, office, tasks)
    screen.visit((town.care_id, NEXT_MONDAY, late))
    qtbot.waitUntil(lambda: screen.grid.table.plan is not None and screen.grid.table.plan.monday == NEXT_MONDAY)
    place = screen.grid.table.place(screen.grid.currentIndex())
    assert place is not None
    assert place.row.child_id == late
    assert screen.activity.currentData() == town.care_id


def test_a_visit_may_come_before_anything_is_read(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    late = another_child(office, town, town.home.family_id, "Zoé")
    screen = planning_screen(office, AGENT, tasks, Changes(tasks))
    qtbot.addWidget(screen)
    screen.show()
    screen.visit((town.care_id, NEXT_MONDAY, late))
    qtbot.waitUntil(lambda: screen.grid.table.plan is not None and screen.grid.table.plan.activity_id == town.care_id)
    place = screen.grid.table.place(screen.grid.currentIndex())
    assert place is not None
    assert (place.row.child_id, screen.grid.table.plan.monday) == (late, NEXT_MONDAY)
    assert screen.activity.currentData() == town.care_id
