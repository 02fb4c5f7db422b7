"""Screens refresh when what they show changed."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from ui.common.changes import Changes
from ui.common.screen import Screen

pytestmark = pytest.mark.window


class Families(Screen):
    kinds = frozenset({"families"})
    refreshed = 0

    def refresh(self) -> None:
        self.refreshed += 1


def test_what_changed_close_together_is_told_once(qtbot: QtBot) -> None:
    changes, told = Changes(), []
    changes.changed.connect(told.append)
    worker = threading.Thread(target=changes.announce, args=({"families"},))
    worker.start()
    worker.join()
    changes.announce(["requests"])
    changes.announce([])
    qtbot.waitUntil(lambda: bool(told))
    assert told == [frozenset({"families", "requests"})]


def test_a_screen_that_is_seen_refreshes_at_once(qtbot: QtBot) -> None:
    changes = Changes()
    screen = Families(changes)
    qtbot.addWidget(screen)
    screen.show()
    assert screen.refreshed == 1
    changes.announce({"families"})
    qtbot.waitUntil(lambda: screen.refreshed == 2)
    changes.announce({"invoices"})
    qtbot.wait(60)
    assert screen.refreshed == 2


def test_a_hidden_screen_waits_to_be_shown(qtbot: QtBot) -> None:
    changes = Changes()
    screen = Families(changes)
    qtbot.addWidget(screen)
    screen.show()
    screen.hide()
    with qtbot.waitSignal(changes.changed):
        changes.announce({"families"})
    assert screen.refreshed == 1
    screen.show()
    assert screen.refreshed == 2
    screen.hide()
    screen.show()
    assert screen.refreshed == 2
