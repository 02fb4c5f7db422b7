"""The roll call with its real database, its threads, its mouse and its keyboard."""

from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.attendance.lists import DayCell, day_sheet
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import AttendanceState
from tests.factories import AGENT, TODAY, Town, another_family, booked
from tests.months import OCTOBER, an_issued_invoice
from tests.ui.at_desk import OffGui, nameless
from ui.attendance.dialogs import ChildDialog, UnsavedDialog
from ui.attendance.grid import HourEditor
from ui.attendance.screen import AttendanceScreen, attendance_screen
from ui.attendance.sheet import Sheet
from ui.attendance.table import SPOT, SheetTable, Spot
from ui.common.changes import Changes
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(
    qtbot: QtBot, office: Office, tasks: Tasks, town: Town, *, rows: int, agent: Agent = AGENT
) -> AttendanceScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = attendance_screen(office, agent, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.activity.count() == 2)
    screen.visit((town.care_id, TODAY))
    qtbot.waitUntil(
        lambda: screen.grid.table.sheet is not None and "périscolaire" in screen.grid.table.sheet.day.activity
    )
    qtbot.waitUntil(lambda: screen.grid.table.rowCount() == rows)
    screen.grid.setFocus()
    return screen


def cells(office: Office, town: Town) -> dict[str, DayCell]:
    return {row.last_name: row.cells[0] for row in office.read(day_sheet, town.care_id, TODAY).rows}


def dialog_of(screen: AttendanceScreen, kind: type[QDialog]) -> QDialog | None:
    return next((dialog for dialog in screen.findChildren(kind) if dialog.isVisible()), None)


def test_a_day_is_filled_without_a_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    for home in (town.home, another_family(office, town), another_family(office, town, "Zola")):
        booked(office, home.child_id, town.morning_id, TODAY)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, town, rows=3)
        grid = screen.grid
        qtbot.keyClicks(grid, "0")
        editor = grid.indexWidget(grid.currentIndex())
        assert isinstance(editor, HourEditor), "a figure begins an hour"
        qtbot.keyClicks(editor, "735")
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert grid.currentIndex().row() == 1, "Enter goes down"
        qtbot.keyClick(grid, Qt.Key.Key_J)
        qtbot.keyClick(grid, Qt.Key.Key_Return)
        qtbot.keyClick(grid, Qt.Key.Key_Space)
        assert screen.save_button.isEnabled()
        screen.abilities()["save"]()
        qtbot.waitUntil(lambda: not screen.save_button.isEnabled())
    found = cells(office, town)
    assert (found["Martin"].state, found["Martin"].arrived) == (AttendanceState.PRESENT, time(7, 35))
    assert found["Petit"].state is AttendanceState.JUSTIFIED
    assert (found["Zola"].arrived, found["Zola"].left) == (time(7, 30), time(8, 30))


def test_a_click_points_everybody_and_another_saves(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, town, rows=1)
        qtbot.mouseClick(screen.all_button, LEFT)
        assert screen.unsaved.text() == "1 saisie non enregistrée"
        qtbot.mouseClick(screen.save_button, LEFT)
        qtbot.waitUntil(screen.unsaved.isHidden)
    assert cells(office, town)["Martin"].state is AttendanceState.PRESENT


def test_a_wrong_hour_stays_under_the_hand(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    screen = opened(qtbot, office, tasks, town, rows=1)
    qtbot.keyClicks(screen.grid, "9")
    editor = screen.grid.indexWidget(screen.grid.currentIndex())
    assert isinstance(editor, HourEditor)
    qtbot.keyClicks(editor, "99")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == "999"
    assert "n'est pas une heure" in screen.fault.sentence()
    booked(office, another_family(office, town).child_id, town.morning_id, TODAY)
    screen.refresh()
    qtbot.wait(150)
    assert editor.isVisible(), "another reading waits until the hour is written"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: screen.grid.table.rowCount() == 2)


def test_leaving_with_unsaved_edits_asks(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    screen = opened(qtbot, office, tasks, town, rows=1)
    assert screen.may_leave()
    qtbot.keyClick(screen.grid, Qt.Key.Key_P)
    assert not screen.may_leave()
    dialog = dialog_of(screen, UnsavedDialog)
    assert isinstance(dialog, UnsavedDialog)
    qtbot.mouseClick(dialog.drop, LEFT)
    assert screen.may_leave()
    assert cells(office, town)["Martin"].state is None


def test_a_gesture_is_taken_back_and_suppr_erases(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    screen = opened(qtbot, office, tasks, town, rows=1)
    grid, sheet = screen.grid, screen.grid.table.sheet
    assert sheet is not None
    key = (town.home.child_id, town.morning_id)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert sheet.seen(key).state is None
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert sheet.seen(key).arrived == time(7, 30)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert (sheet.seen(key).arrived, sheet.seen(key).left) == (time(7, 30), None)


def test_an_unexpected_child_is_searched_and_added(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    another_family(office, town, "Évrard")
    another_family(office, town, "Zola")
    screen = opened(qtbot, office, tasks, town, rows=1)
    qtbot.mouseClick(screen.add_button, LEFT)
    dialog = dialog_of(screen, ChildDialog)
    assert isinstance(dialog, ChildDialog)
    assert nameless(dialog) == []
    qtbot.keyClicks(dialog.search, "evr")
    qtbot.waitUntil(lambda: dialog.table.model_of_rows.rowCount() == 1)
    qtbot.mouseClick(dialog.add, LEFT)
    qtbot.waitUntil(lambda: screen.grid.table.rowCount() == 2)
    assert screen.grid.currentIndex().row() == 0


def test_a_billed_cell_is_locked_and_says_by_which_invoice(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    row = an_issued_invoice(office, town, meals=1)
    billed = office.read(day_sheet, town.canteen_id, OCTOBER)
    sheet = Sheet(billed)
    key = (town.home.child_id, town.meal_id)
    assert str(row.number) in sheet.locked(key)
    table = SheetTable()
    table.show(sheet)
    spot = table.index(0, 0).data(SPOT)
    assert isinstance(spot, Spot)
    assert spot.locked
    assert str(row.number) in table.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert not table.setData(table.index(0, 1), "0815")


def test_the_grid_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    table = SheetTable()
    table.show(Sheet(office.read(day_sheet, town.care_id, TODAY)))
    qtmodeltester.check(table)


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    screen = opened(qtbot, office, tasks, town, rows=1)
    assert nameless(screen) == []
    spoken = screen.grid.table.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "MARTIN Léa, Matin" in spoken
    assert "Pas encore pointé" in spoken


def test_the_paper_is_shown_before_it_is_printed(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.morning_id, TODAY)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, town, rows=1)
        qtbot.mouseClick(screen.print_button, LEFT)
        qtbot.waitUntil(lambda: dialog_of(screen, PdfPreview) is not None)
    preview = dialog_of(screen, PdfPreview)
    assert isinstance(preview, PdfPreview)
    assert nameless(preview) == []
    preview.close()


def test_a_visit_may_come_before_anything_is_read(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    other = another_family(office, town)
    for home in (town.home, other):
        booked(office, home.child_id, town.morning_id, TODAY)
    screen = attendance_screen(office, AGENT, tasks, Changes(tasks))
    qtbot.addWidget(screen)
    screen.show()
    screen.visit((town.care_id, TODAY, other.child_id))
    qtbot.waitUntil(lambda: screen.activity.count() == 2 and screen.grid.table.rowCount() == 2)
    qtbot.wait(100)
    assert screen.activity.currentData() == town.care_id
    assert screen.grid.keys()[0][0] == other.child_id
