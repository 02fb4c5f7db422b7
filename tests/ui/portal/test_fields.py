"""« Fiches » on the desktop, by clicks and from the keyboard."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from backoffice.families.field_rules import FieldChoice, portal_files, save_portal_files
from backoffice.families.fields import Subject
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from tests.factories import AGENT, COLLEAGUE, Town
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.common.ticks import BOX
from ui.portal.fields_pane import FieldsPane, fields_pane
from ui.portal.fields_table import COLUMNS, FIRST_BOX, FieldsTable, is_held, moved
from ui.portal.screen import PAGES, portal_screen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
MOBILE, EMAIL = (Subject.GUARDIAN, "mobile"), (Subject.GUARDIAN, "email")
EDITABLE, REQUIRED, CHECKED = FIRST_BOX + 1, FIRST_BOX + 2, FIRST_BOX + 3


def opened(qtbot: QtBot, office: Office, tasks: Tasks, agent: Agent = AGENT) -> FieldsPane:
    changes = Changes(tasks)
    screen = Screen(changes)
    pane = fields_pane(screen, BoundLanes(tasks, screen, changes), office, agent)
    screen.column.addWidget(pane)
    qtbot.addWidget(screen)
    screen.resize(1000, 650)
    screen.show()
    pane.refresh()
    qtbot.waitUntil(lambda: pane.table.model_of_rows.rowCount() > 10)
    pane.screen_kept = screen
    return pane


def click(qtbot: QtBot, pane: FieldsPane, key: tuple[Subject, str], column: int) -> None:
    """Click the box of a cell."""
    assert pane.table.choose(key)
    index = pane.table.currentIndex().siblingAtColumn(column)
    pane.table.scrollTo(index)
    option = QStyleOptionViewItem()
    pane.table.initViewItemOption(option)
    option.rect = pane.table.visualRect(index)
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    style = pane.table.style()
    box = style.subElementRect(style.SubElement.SE_ItemViewItemCheckIndicator, option, pane.table)
    qtbot.mouseClick(pane.table.viewport(), LEFT, pos=box.center())


def stored(office: Office, key: tuple[Subject, str]) -> FieldChoice:
    return next(one for one in office.read(portal_files).fields if (one.subject, one.name) == key)


def test_boxes_are_moved_then_saved_together(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    with OffGui(office):
        pane = opened(qtbot, office, tasks)
        assert not pane.save.isEnabled()
        click(qtbot, pane, MOBILE, CHECKED)
        click(qtbot, pane, EMAIL, CHECKED)  # held: nothing moves
        qtbot.mouseClick(pane.additions["child"], LEFT)
        assert pane.told.text() == "2 changements à enregistrer."
        qtbot.mouseClick(pane.save, LEFT)
        qtbot.waitUntil(lambda: not pane.save.isEnabled())
        assert tasks.drain()
    assert stored(office, MOBILE).needs_approval
    assert stored(office, EMAIL).needs_approval
    assert office.read(portal_files).addable == ("contact", "pickup")
    assert not nameless(pane)


def test_the_keyboard_alone_moves_a_box_and_gives_it_back(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks)
    pane.table.choose(MOBILE)
    pane.table.setFocus()
    for _ in range(FIRST_BOX):
        qtbot.keyClick(pane.table, Qt.Key.Key_Right)
    qtbot.keyClick(pane.table, Qt.Key.Key_Space)
    hidden = pane.table.chosen()
    assert hidden is not None
    assert (hidden.shown, hidden.editable) == (False, False)
    assert "Visible" in pane.table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(pane.table, Qt.Key.Key_Right)
    qtbot.keyClick(pane.table, Qt.Key.Key_Space)
    shown = pane.table.chosen()
    assert shown is not None
    assert (shown.shown, shown.editable) == (True, True)
    assert not pane.restore.isEnabled()
    assert tasks.drain()


def test_a_colleague_s_changes_and_mine_are_both_kept(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks)
    click(qtbot, pane, MOBILE, REQUIRED)
    seen = office.read(portal_files)
    theirs = tuple(
        replace(one, editable=False) if (one.subject, one.name) == (Subject.CHILD, "doctor") else one
        for one in seen.fields
    )
    office.write(save_portal_files, COLLEAGUE, replace(seen, fields=theirs, addable=("child",)), seen=seen)
    said: list[str] = []
    pane.screen_kept.said.connect(lambda sentence, _: said.append(sentence))
    qtbot.mouseClick(pane.save, LEFT)
    qtbot.waitUntil(lambda: bool(said))
    assert "Un collègue a modifié ces réglages" in said[0]
    assert not stored(office, MOBILE).required
    qtbot.mouseClick(pane.save, LEFT)
    qtbot.waitUntil(lambda: stored(office, MOBILE).required)
    assert not stored(office, (Subject.CHILD, "doctor")).editable
    assert office.read(portal_files).addable == ("child",)
    assert tasks.drain()


def test_who_may_only_look_moves_nothing(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks, Agent("x", "X", frozenset({Role.AGENT}), "X"))
    click(qtbot, pane, MOBILE, EDITABLE)
    assert not pane.save.isEnabled()
    assert not pane.additions["child"].isEnabled()
    assert pane.look_only.isVisible()
    assert tasks.drain()


def test_a_held_box_never_moves(office: Office, town: Town):
    email = stored(office, EMAIL)
    assert is_held(email, "required")
    assert moved(email, "required", ticked=False) == email


def test_the_model_holds_to_what_qt_asks(qtmodeltester, office: Office, town: Town):
    model = FieldsTable(COLUMNS)
    model.show(office.read(portal_files).fields)
    qtmodeltester.check(model)
    assert model.index(0, FIRST_BOX).data(BOX) == Qt.CheckState.Checked


def test_the_portal_s_screen_reads_the_page_that_is_shown(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    screen = portal_screen(office, AGENT, tasks, Changes(tasks))
    qtbot.addWidget(screen)
    screen.resize(1000, 650)
    screen.show()
    pane = screen.pages[0]
    assert isinstance(pane, FieldsPane)
    qtbot.waitUntil(lambda: pane.table.model_of_rows.rowCount() > 10)
    assert len({screen.tabs.tabText(at) for at in range(screen.tabs.count())}) == len(PAGES)
    for at in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(at)
        assert tasks.drain()
    qtbot.waitUntil(lambda: not nameless(screen))
