"""Work off the GUI thread."""

import threading
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from backoffice.errors import Cancelled, RefusedByRule
from ui.common.tasks import Progress, Tasks

pytestmark = pytest.mark.window


@pytest.fixture
def tasks(qapp: object) -> Any:
    made = Tasks()
    yield made
    assert made.drain()


def never(error: object) -> None:
    raise AssertionError(error)


def test_the_answer_comes_back_in_the_thread_of_the_windows(qtbot: QtBot, tasks: Tasks) -> None:
    heard: list[tuple[QThread, QThread]] = []
    tasks.read(tasks, QThread.currentThread, lambda where: heard.append((where, QThread.currentThread())), never)
    qtbot.waitUntil(lambda: bool(heard))
    worker, listener = heard[0]
    assert listener is tasks.thread()
    assert worker is not listener


def test_a_refusal_is_told_as_such(qtbot: QtBot, tasks: Tasks) -> None:
    def refuse() -> None:
        raise RefusedByRule("Hors délai.")

    heard: list[Exception] = []
    tasks.write(tasks, refuse, never, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert str(heard[0]) == "Hors délai."


def test_nobody_answers_a_closed_window(qtbot: QtBot, tasks: Tasks) -> None:
    window, go, told = QWidget(), threading.Event(), []
    tasks.read(window, lambda: go.wait(5), told.append, never)
    shiboken6.delete(window)
    go.set()
    assert tasks.drain()
    later: list[int] = []
    tasks.read(tasks, lambda: 1, later.append, never)
    qtbot.waitUntil(lambda: bool(later))
    assert not told


def test_writes_are_done_one_at_a_time_in_the_order_asked(qtbot: QtBot, tasks: Tasks) -> None:
    written: list[int] = []
    running = threading.Lock()

    def write(rank: int) -> int:
        assert running.acquire(blocking=False)
        written.append(rank)
        running.release()
        return rank

    heard: list[int] = []
    for rank in range(50):
        tasks.write(tasks, lambda rank=rank: write(rank), heard.append, never)
    qtbot.waitUntil(lambda: len(heard) == 50)
    assert written == heard == list(range(50))


def test_reads_do_not_wait_for_a_write(qtbot: QtBot, tasks: Tasks) -> None:
    go, heard = threading.Event(), []
    tasks.write(tasks, lambda: go.wait(5), lambda _: heard.append("write"), never)
    tasks.outside(tasks, lambda: go.wait(5), lambda _: None, never)
    tasks.read(tasks, lambda: None, lambda _: heard.append("read"), never)
    qtbot.waitUntil(lambda: heard == ["read"])
    go.set()
    qtbot.waitUntil(lambda: heard == ["read", "write"])


def test_long_work_tells_how_far_it_is_and_stops_when_asked(qtbot: QtBot, tasks: Tasks) -> None:
    told: list[tuple[int, int, str]] = []
    failures: list[Exception] = []
    half_way, asked = threading.Event(), threading.Event()
    done: list[int] = []

    def bill(progress: Progress) -> None:
        for family in range(1, 11):
            progress(family, 10, f"famille {family}")
            done.append(family)
            if family == 5:
                half_way.set()
                asked.wait(5)

    handle = tasks.long(tasks, bill, never, failures.append, lambda *step: told.append(step))
    assert half_way.wait(5)
    handle.cancel()
    asked.set()
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], Cancelled)
    assert done == [1, 2, 3, 4, 5]
    assert told[0] == (1, 10, "famille 1")


def test_long_work_stopped_before_it_began_does_nothing(qtbot: QtBot, tasks: Tasks) -> None:
    go, failures = threading.Event(), []
    tasks.write(tasks, lambda: go.wait(5), lambda _: None, never)
    handle = tasks.long(tasks, never, never, failures.append, lambda *_: None)
    handle.cancel()
    go.set()
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], Cancelled)


def test_leaving_finishes_the_writes_and_forgets_the_reads(qtbot: QtBot, tasks: Tasks) -> None:
    written: list[int] = []
    for rank in range(20):
        tasks.write(tasks, lambda rank=rank: written.append(rank), lambda _: None, never)
        tasks.read(tasks, lambda: None, lambda _: None, never)
    assert tasks.drain()
    assert written == list(range(20))


def test_the_window_is_told_when_writing_begins_and_ends(qtbot: QtBot, tasks: Tasks) -> None:
    told: list[bool] = []
    tasks.busy_changed.connect(told.append)
    heard: list[int] = []
    for _ in range(3):
        tasks.write(tasks, lambda: 1, heard.append, never)
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert (told[0], told[-1]) == (True, False)


def test_a_worker_keeps_no_window_alive(qtbot: QtBot, tasks: Tasks) -> None:
    """The last reference to a window must not be dropped by a thread that may not destroy it."""
    threads: list[QThread] = []

    class Watched(QObject):
        def __del__(self) -> None:
            threads.append(QThread.currentThread())

    def ask() -> None:
        owner = Watched()
        tasks.read(owner, lambda: str(owner), lambda _: owner, never)

    for _ in range(20):
        ask()
    qtbot.waitUntil(lambda: len(threads) == 20)
    assert set(threads) == {tasks.thread()}


def test_long_work_that_writes_nothing_keeps_no_write_and_no_read_waiting(qtbot: QtBot, tasks: Tasks) -> None:
    go, told = threading.Event(), []
    tasks.long(tasks, lambda _: go.wait(5), lambda _: told.append("long"), never, lambda *_: None, writes=False)
    tasks.write(tasks, lambda: None, lambda _: told.append("write"), never)
    tasks.read(tasks, lambda: None, lambda _: told.append("read"), never)
    qtbot.waitUntil(lambda: len(told) == 2)
    go.set()
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told[-1] == "long"
