"""The reason of a justified absence, chosen without leaving the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from backoffice.attendance.lists import day_sheet
from backoffice.attendance.reasons import AbsenceReason
from backoffice.attendance.record import record
from backoffice.office import Office
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState
from tests.factories import AGENT, RULEBOOK, TODAY, Town, another_family, booked
from tests.ui.at_desk import nameless
from ui.attendance.grid import SheetView
from ui.attendance.reasons import ReasonMenu
from ui.attendance.sheet import Seen, Sheet

pytestmark = pytest.mark.window
A_MENU = pytest.mark.qt_log_ignore("This plugin does not support")  # said by the offscreen platform alone
EXCUSED = AttendanceState.JUSTIFIED
STRIKE, ILLNESS = AbsenceReason("greve", "Grève"), AbsenceReason("maladie", "Maladie & certificat")


def reasoned(office: Office, *reasons: AbsenceReason) -> None:
    parts = [f'[[absence]]\ncode = "{one.code}"\ntitre = "{one.title}"\njustifiee = true\n' for one in reasons]
    source = RULEBOOK + "\n".join(parts)
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)) and None, AGENT)


def a_grid(qtbot: QtBot, office: Office, town: Town) -> tuple[SheetView, Sheet]:
    for home in (town.home, another_family(office, town)):
        booked(office, home.child_id, town.morning_id, TODAY)
    sheet, grid = Sheet(office.read(day_sheet, town.care_id, TODAY)), SheetView()
    qtbot.addWidget(grid)
    grid.table.show(sheet)
    grid.resize(900, 300)
    grid.show()
    grid.choose_cell(0, 0)
    return grid, sheet


def menu_of(grid: SheetView) -> ReasonMenu | None:
    return next((menu for menu in grid.findChildren(ReasonMenu) if menu.isVisible()), None)


@A_MENU
def test_j_asks_why_and_a_figure_answers_for_every_chosen_cell(qtbot: QtBot, office: Office, town: Town) -> None:
    reasoned(office, STRIKE, ILLNESS)
    grid, sheet = a_grid(qtbot, office, town)
    grid.selectAll()
    qtbot.keyClick(grid, Qt.Key.Key_J)
    menu = menu_of(grid)
    assert menu is not None
    assert nameless(menu) == []
    assert [action.text() for action in menu.actions()][2:] == ["&1  Grève", "&2  Maladie && certificat"]
    qtbot.keyClick(menu, Qt.Key.Key_2)
    chosen = grid.keys()
    assert [sheet.seen(key) for key in chosen] == [Seen(EXCUSED, absence=ILLNESS)] * 2
    assert grid.table.index(0, 0).data() == "J Maladie & certificat"
    spoken = grid.table.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Absence justifiée (Maladie & certificat)" in spoken
    office.write(record, AGENT, sheet.entries())
    (cell, _) = (row.cells[0] for row in office.read(day_sheet, town.care_id, TODAY).rows)
    assert cell.absence == ILLNESS


@A_MENU
def test_escape_leaves_the_absence_without_a_reason_and_m_asks_again(qtbot: QtBot, office: Office, town: Town) -> None:
    reasoned(office, STRIKE, ILLNESS)
    grid, sheet = a_grid(qtbot, office, town)
    qtbot.keyClick(grid, Qt.Key.Key_J)
    menu = menu_of(grid)
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    (key,) = grid.keys()
    assert sheet.seen(key) == Seen(EXCUSED)
    QApplication.processEvents()
    qtbot.keyClick(grid, Qt.Key.Key_M)
    again = menu_of(grid)
    assert again is not None
    qtbot.keyClick(again, Qt.Key.Key_Return)
    assert sheet.seen(key).absence == STRIKE, "the first is proposed"
    qtbot.keyClick(grid, Qt.Key.Key_A)
    assert sheet.seen(key) == Seen(AttendanceState.UNJUSTIFIED)


def test_nothing_is_asked_where_there_is_no_choice(qtbot: QtBot, office: Office, town: Town) -> None:
    reasoned(office, STRIKE)
    grid, sheet = a_grid(qtbot, office, town)
    for letter in (Qt.Key.Key_J, Qt.Key.Key_M):
        qtbot.keyClick(grid, letter)
        assert menu_of(grid) is None
    assert sheet.seen(grid.keys()[0]) == Seen(EXCUSED)


def test_a_presence_has_no_reason(office: Office, town: Town) -> None:
    reasoned(office, STRIKE, ILLNESS)
    booked(office, town.home.child_id, town.morning_id, TODAY)
    sheet, key = Sheet(office.read(day_sheet, town.care_id, TODAY)), (town.home.child_id, town.morning_id)
    assert not sheet.set_reason([key], STRIKE)
    sheet.set_state([key], EXCUSED)
    sheet.set_reason([key], STRIKE)
    sheet.set_state([key], AttendanceState.PRESENT)
    assert sheet.seen(key) == Seen(AttendanceState.PRESENT)
