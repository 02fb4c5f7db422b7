"""« Mentions légales » on the desktop, by clicks."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.notices.lists import notices
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from tests.factories import AGENT, Town
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.portal.notices_pane import NoticesPane, notices_pane

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, office: Office, tasks: Tasks, agent: Agent = AGENT) -> NoticesPane:
    changes = Changes(tasks)
    screen = Screen(changes)
    pane = notices_pane(screen, BoundLanes(tasks, screen, changes), office, agent)
    screen.column.addWidget(pane)
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.refresh = pane.refresh
    pane.refresh()
    qtbot.waitUntil(lambda: pane.table.model_of_rows.rowCount() > 5)
    pane.screen_kept = screen
    return pane


def text_of(office: Office, code: str) -> str:
    return next(row.text for row in office.read(notices) if row.code == code)


def test_a_text_is_written_then_given_back(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    with OffGui(office):
        pane = opened(qtbot, office, tasks)
        pane.table.choose("host")
        assert "hébergé par la commune" in pane.editor.toPlainText()
        assert not pane.save.isEnabled()
        pane.editor.setPlainText("Hébergé chez Exemple, 1 rue du Parc.")
        qtbot.mouseClick(pane.save, LEFT)
        assert tasks.drain()
    assert text_of(office, "host") == "Hébergé chez Exemple, 1 rue du Parc."
    pane.refresh()
    qtbot.waitUntil(lambda: pane.restore.isEnabled() and not pane.save.isEnabled())
    qtbot.mouseClick(pane.restore, LEFT)
    qtbot.mouseClick(pane.save, LEFT)
    qtbot.waitUntil(lambda: not text_of(office, "host"))
    assert not nameless(pane)
    assert tasks.drain()


def test_what_is_being_written_is_kept_from_one_text_to_the_next(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
):
    pane = opened(qtbot, office, tasks)
    pane.table.choose("host")
    pane.editor.setPlainText("Hébergé par")
    pane.table.choose("director")
    assert pane.editor.toPlainText() == "Le maire de Contrexéville."
    pane.table.choose("host")
    assert pane.editor.toPlainText() == "Hébergé par"
    assert pane.save.isEnabled()
    assert tasks.drain()


def test_those_who_may_not_write_read(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks, Agent("elise", "Élise Roy", frozenset({Role.AGENT}), "ACCUEIL-1"))
    assert pane.editor.isReadOnly()
    assert not pane.save.isEnabled()
    assert "administrateur" in pane.told.text()
    assert tasks.drain()
