"""Correcting a billed day from the roll call."""

from datetime import time

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.attendance.lists import DayCell, day_sheet
from backoffice.office import Office
from models.vocabulary import AttendanceState
from tests.factories import AGENT, Town
from tests.months import SCHOOL_DAYS, an_issued_invoice
from tests.ui.at_desk import OffGui, nameless
from ui.attendance.correcting import CorrectDialog
from ui.attendance.screen import AttendanceScreen, attendance_screen
from ui.attendance.table import SPOT
from ui.common.changes import Changes
from ui.common.tasks import Tasks

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
DAY = SCHOOL_DAYS[0]


def on_a_billed_day(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> AttendanceScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = attendance_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.activity.count() == 2)
    screen.visit((town.canteen_id, DAY))
    qtbot.waitUntil(lambda: screen.grid.table.rowCount() == 1)
    screen.grid.setFocus()
    screen.grid.choose_cell(0, 0)
    return screen


def dialog_of(screen: AttendanceScreen) -> CorrectDialog:
    return next(dialog for dialog in screen.findChildren(CorrectDialog) if dialog.isVisible())


def cell(office: Office, town: Town) -> DayCell:
    return office.read(day_sheet, town.canteen_id, DAY).rows[0].cells[0]


def test_a_billed_day_is_corrected_by_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_issued_invoice(office, town, meals=1)
    with OffGui(office):
        screen = on_a_billed_day(qtbot, office, town, tasks)
        assert screen.correcting.button.isVisible()
        qtbot.mouseClick(screen.correcting.button, LEFT)
        dialog = dialog_of(screen)
        assert nameless(dialog) == []
        dialog.state.setCurrentIndex(dialog.state.findData(AttendanceState.JUSTIFIED.value))
        assert not dialog.form.fields["arrived"].isVisible()
        qtbot.mouseClick(dialog.submit, LEFT)
        assert dialog.form.fields["reason"].fault.sentence()
        qtbot.keyClicks(dialog.reason, "Justificatif remis")
        qtbot.mouseClick(dialog.submit, LEFT)
        qtbot.waitUntil(lambda: not dialog.isVisible())
        qtbot.waitUntil(lambda: screen.grid.table.index(0, 0).data(SPOT).corrected)
    found = cell(office, town)
    assert (found.state, found.corrected) == (AttendanceState.JUSTIFIED, True)
    tip = screen.grid.table.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "la régie doit régulariser la différence" in tip


def test_f2_opens_it_and_hours_are_checked(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_issued_invoice(office, town, meals=1)
    with OffGui(office):
        screen = on_a_billed_day(qtbot, office, town, tasks)
        screen.abilities()["edit"]()
        dialog = dialog_of(screen)
        qtbot.keyClicks(dialog.reason, "Heures notees a la main")
        qtbot.keyClicks(dialog.arrived, "1300")
        qtbot.keyClicks(dialog.left, "1200")
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert "doit suivre" in dialog.form.fields["left"].fault.sentence()
        dialog.left.clear()
        qtbot.keyClicks(dialog.left, "1330")
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not dialog.isVisible())
    assert (cell(office, town).arrived, cell(office, town).left) == (time(13), time(13, 30))


def test_a_refusal_stays_in_the_dialog(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_issued_invoice(office, town, meals=1)
    screen = on_a_billed_day(qtbot, office, town, tasks)
    screen.abilities()["edit"]()
    dialog = dialog_of(screen)
    qtbot.keyClicks(dialog.reason, "Rien")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: "ne change rien" in dialog.fault.sentence())


def test_the_menu_of_a_billed_cell_offers_the_correction(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    an_issued_invoice(office, town, meals=1)
    screen = on_a_billed_day(qtbot, office, town, tasks)
    menu = screen.grid.billed_menu((town.home.child_id, town.meal_id))
    (action,) = menu.actions()
    assert (action.text(), action.isEnabled()) == ("&Corriger une journée facturée…", True)
    action.trigger()
    assert dialog_of(screen).isVisible()
