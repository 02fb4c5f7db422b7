"""« Messages » with its real database, its threads, its mouse and its keyboard."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from backoffice.messages.lists import ThreadRow, thread, unread_threads
from backoffice.office import Office
from backoffice.permissions import SYSTEM, Agent
from backoffice.sync.contract import MessageSent
from models.office.families import Guardian
from models.vocabulary import Role
from tests.factories import AGENT, NOW, Household, Town, another_family
from tests.ui.at_desk import OffGui, asks, nameless
from ui.common.changes import Changes
from ui.common.tasks import Tasks
from ui.messages.screen import MessagesScreen, messages_screen
from ui.messages.table import thread_face, when
from ui.shell.theme import State

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def writes(office: Office, home: Household, text: str = "Léa sera absente jeudi.", *, hours_ago: float = 0) -> None:
    asks(office, home, MessageSent(text=text), hours_ago=hours_ago)


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, rows: int, agent: Agent = AGENT) -> MessagesScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = messages_screen(office, agent, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == rows)
    return screen


def listed(screen: MessagesScreen) -> list[str]:
    return [row.family for row in screen.table.model_of_rows.rows]


def choose(qtbot: QtBot, screen: MessagesScreen, family_id: int) -> None:
    screen.table.choose(family_id)
    qtbot.waitUntil(lambda: screen.panel.file is not None and screen.panel.file.family_id == family_id)


def test_opening_a_thread_reads_it_and_it_keeps_its_place(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    second = another_family(office, town)
    writes(office, town.home, hours_ago=2)
    writes(office, second)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=2)
        assert listed(screen) == ["Petit", "Martin"]
        with qtbot.waitSignal(screen.counted, check_params_cb=lambda count: count == 1):
            choose(qtbot, screen, second.family_id)
        assert listed(screen) == ["Petit", "Martin"]
        assert [bubble.accessibleDescription() for bubble in screen.panel.bubbles] == ["Léa sera absente jeudi."]
        assert tasks.drain()
    assert office.read(unread_threads) == 1


def test_nothing_is_read_before_somebody_chooses(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    screen.search.setFocus()
    screen.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.wait(20)
    assert tasks.drain()
    assert screen.panel.file is None
    assert office.read(unread_threads) == 1
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: office.read(unread_threads) == 0)
    assert tasks.drain()


def test_a_reply_leaves_from_the_keyboard(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    change = update(Guardian).values(account_opened=True)
    office.write(lambda work: work.session.execute(change), SYSTEM)
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    said: list[tuple[str, State]] = []
    screen.said.connect(lambda sentence, state: said.append((sentence, state)))
    choose(qtbot, screen, town.home.family_id)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    qtbot.waitUntil(screen.panel.field.hasFocus)
    assert not screen.panel.send.isEnabled()
    qtbot.keyClicks(screen.panel.field, "C'est bon.")
    qtbot.keyClick(screen.panel.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not screen.panel.field.toPlainText())
    qtbot.waitUntil(lambda: len(screen.panel.bubbles) == 2)
    assert said[0][1] == State.ACCEPTED
    assert tasks.drain()
    last = office.read(thread, town.home.family_id).messages[-1]
    assert (last.name, last.text) == ("Claire Aubry", "C'est bon.")


def test_a_draft_waits_for_its_household(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    second = another_family(office, town)
    writes(office, town.home)
    writes(office, second)
    screen = opened(qtbot, office, tasks, rows=2)
    choose(qtbot, screen, town.home.family_id)
    screen.panel.field.setPlainText("Je regarde et")
    choose(qtbot, screen, second.family_id)
    assert not screen.panel.field.toPlainText()
    choose(qtbot, screen, town.home.family_id)
    assert screen.panel.field.toPlainText() == "Je regarde et"
    assert tasks.drain()


def test_a_thread_goes_back_among_those_to_read(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    choose(qtbot, screen, town.home.family_id)
    qtbot.waitUntil(lambda: office.read(unread_threads) == 0)
    qtbot.mouseClick(screen.panel.unread, LEFT)
    qtbot.waitUntil(lambda: office.read(unread_threads) == 1)
    assert tasks.drain()
    assert screen.panel.currentWidget() is screen.panel.blank
    assert office.read(unread_threads) == 1


def test_a_household_that_never_wrote_is_found_and_written_to(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    screen = opened(qtbot, office, tasks, rows=0)
    screen.search.setText("martin")
    qtbot.waitUntil(lambda: listed(screen) == ["Martin"])
    choose(qtbot, screen, town.home.family_id)
    assert "n'a encore ouvert" in screen.panel.told.text()
    screen.panel.field.setPlainText("Bonjour")
    qtbot.mouseClick(screen.panel.send, LEFT)
    qtbot.waitUntil(lambda: bool(office.read(thread, town.home.family_id).messages))
    assert tasks.drain()


def test_the_family_s_file_is_one_click_away(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    screen.visit(town.home.family_id)
    qtbot.waitUntil(lambda: screen.panel.file is not None)
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.mouseClick(screen.panel.family, LEFT)
    assert asked.args == ["families", town.home.family_id]
    assert not nameless(screen)
    assert tasks.drain()


def test_those_who_only_look_read_and_leave_it_unread(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    looker = Agent("elise", "Élise Roy", frozenset({Role.DIRECTOR}), "ECOLE-1")
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1, agent=looker)
    choose(qtbot, screen, town.home.family_id)
    assert screen.panel.field.isReadOnly()
    assert not screen.panel.send.isEnabled()
    assert not screen.panel.unread.isEnabled()
    assert tasks.drain()
    assert office.read(unread_threads) == 1


def test_too_long_a_reply_is_counted_and_kept(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    writes(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    choose(qtbot, screen, town.home.family_id)
    screen.panel.field.setPlainText("x" * 4010)
    assert screen.panel.left.text() == "10 caractères de trop"
    assert not screen.panel.send.isEnabled()
    assert tasks.drain()


def test_a_line_of_the_list_says_who_when_and_what_is_new():
    row = ThreadRow(1, "F-0001", "Martin", NOW - timedelta(hours=1), "Camille Martin", True, "Bonjour,\nLéa…", 2)
    face = thread_face(row, NOW)
    assert (face.mark, face.state) == ("2 non lus", State.WAITING)
    assert face.detail == "F-0001 — Bonjour, Léa…"
    assert when(NOW - timedelta(days=1), NOW) == "hier"
    assert when(NOW - timedelta(days=8), NOW) == "lundi 16 novembre"


def test_a_family_s_file_leads_to_its_messages(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    from ui.families.screen import families_screen

    screen = families_screen(office, AGENT, tasks, Changes(tasks))
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    screen.show()
    qtbot.waitUntil(lambda: screen.panel.file is not None)
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.mouseClick(screen.panel.messages, LEFT)
    assert asked.args == ["messages", town.home.family_id]
    assert tasks.drain()
