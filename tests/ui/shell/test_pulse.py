"""The exchange with the portal, at regular times."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from backoffice.errors import RefusedByRule, Unavailable
from ui.common.changes import Changes
from ui.common.tasks import Tasks
from ui.shell.pulse import Pulse
from ui.shell.sync_state import SyncKind, SyncState

pytestmark = pytest.mark.window
NOW = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)


class Portal:
    """Answers, refuses or keeps silent."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked = 0
        self.open = threading.Event()
        self.open.set()

    def exchange(self) -> Iterable[str]:
        self.asked += 1
        self.open.wait(5)
        if self.error is not None:
            raise self.error
        return {"requests"}


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def pulse(qapp: object, portal: Portal):
    tasks, changes = Tasks(), Changes()
    made = Pulse(tasks, changes, portal.exchange, lambda: NOW, every_s=2)
    made.states = []
    made.stood.connect(made.states.append)
    made.told = []
    changes.changed.connect(made.told.append)
    yield made
    made.stop()
    assert tasks.drain()


def settled(pulse: Pulse) -> bool:
    return bool(pulse.states) and pulse.states[-1].kind is not SyncKind.RUNNING


def test_what_families_did_refreshes_the_screens(qtbot: QtBot, pulse: Pulse) -> None:
    pulse.start()
    qtbot.waitUntil(lambda: bool(pulse.told))
    assert pulse.told == [frozenset({"requests"})]
    assert pulse.states == [SyncState(SyncKind.RUNNING), SyncState(SyncKind.FRESH, NOW)]


def test_a_silent_portal_is_asked_later_and_later(qtbot: QtBot, pulse: Pulse, portal: Portal) -> None:
    portal.error = Unavailable("Le portail ne répond pas.")
    waits = []
    for _ in range(5):
        pulse.ask()
        qtbot.waitUntil(lambda: settled(pulse))
        waits.append(pulse.states[-1].retry_in_s)
    assert waits == [30, 60, 120, 300, 300]
    pulse.tick()
    assert pulse.states[-1] == SyncState(SyncKind.UNREACHABLE, None, 299)
    portal.error = None
    pulse.ask()
    qtbot.waitUntil(lambda: settled(pulse))
    asked = portal.asked
    pulse.tick()
    assert portal.asked == asked
    pulse.tick()
    qtbot.waitUntil(lambda: portal.asked == asked + 1)


def test_asking_during_an_exchange_makes_one_more_and_only_one(qtbot: QtBot, pulse: Pulse, portal: Portal) -> None:
    portal.open.clear()
    pulse.ask()
    pulse.ask()
    pulse.ask()
    pulse.tick()
    portal.open.set()
    qtbot.waitUntil(lambda: portal.asked == 2 and settled(pulse))
    qtbot.wait(50)
    assert portal.asked == 2


def test_a_refused_key_and_a_bug_are_not_silence(qtbot: QtBot, pulse: Pulse, portal: Portal) -> None:
    troubles = []
    pulse.troubled.connect(troubles.append)
    portal.error = RefusedByRule("Clé refusée.")
    pulse.ask()
    qtbot.waitUntil(lambda: settled(pulse))
    assert pulse.states[-1].kind is SyncKind.REFUSED
    assert troubles == []
    portal.error = None
    pulse.ask()
    qtbot.waitUntil(lambda: settled(pulse))
    portal.error = ZeroDivisionError()
    for _ in range(2):
        pulse.ask()
        qtbot.waitUntil(lambda: settled(pulse))
    assert len(troubles) == 1
