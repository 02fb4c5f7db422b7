"""Work off the GUI thread, answers back on it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Event
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

from backoffice.errors import Cancelled, RefusedByRule

T = TypeVar("T")
Done = Callable[[T], None]
Failed = Callable[[Exception], None]
Progressed = Callable[[int, int, str], None]

PROGRESS_EVERY_S = 0.05
log = logging.getLogger(__name__)


class Progress:
    """What long work calls between two families: it tells how far, and stops if the agent asked to."""

    def __init__(self, tell: Progressed) -> None:
        self._tell, self._stop, self._told_at = tell, Event(), 0.0

    def __call__(self, done: int, total: int, label: str = "") -> None:
        """Say that `done` of `total` are done.

        Raises:
            Cancelled: the agent asked to stop.
        """
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if done >= total or now - self._told_at >= PROGRESS_EVERY_S:
            self._told_at = now
            self._tell(done, total, label)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Tell whether the agent asked to stop."""
        return self._stop.is_set()


@dataclass(slots=True)
class _Ticket:
    """One question, kept in the GUI thread until its answer is delivered."""

    owner: QObject
    work: Callable[[], Any]
    done: Done[Any]
    failed: Failed
    progressed: Progressed | None = None
    progress: Progress | None = None
    answer: Callable[[], None] | None = None


class Tasks(QObject):
    """Runs functions on lanes: reads side by side, long reads and the outside world apart, writes one at a time.

    The answer is dropped when the window that asked for it is gone, so no slot ever touches a
    destroyed widget. A worker holds only a number: the last reference to a widget is never lost
    in a thread that may not destroy it.
    """

    busy_changed = Signal(bool)  # some write or long work is under way
    _answered = Signal(int)
    _stepped = Signal(int, int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads, self._writes, self._outside = QThreadPool(self), QThreadPool(self), QThreadPool(self)
        self._weighing = QThreadPool(self)  # a long read keeps neither the reads nor the writes waiting
        self._writes.setMaxThreadCount(1)
        self._weighing.setMaxThreadCount(1)
        self._outside.setMaxThreadCount(2)
        self._tickets: dict[int, _Ticket] = {}
        self._numbers = count(1)
        self._writing: set[int] = set()
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._stepped.connect(self._step, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Tell whether every answer has been delivered."""
        return not self._tickets

    def read(self, owner: QObject, work: Callable[[], T], done: Done[T], failed: Failed) -> None:
        """Run `work`, which must not change anything."""
        self._start(self._reads, _Ticket(owner, work, done, failed))

    def write(self, owner: QObject, work: Callable[[], T], done: Done[T], failed: Failed) -> None:
        """Run `work` after every write asked before it."""
        self._start(self._writes, _Ticket(owner, work, done, failed))

    def outside(self, owner: QObject, work: Callable[[], T], done: Done[T], failed: Failed) -> None:
        """Run `work`, which talks to the portal or to the mail server and may take its time."""
        self._start(self._outside, _Ticket(owner, work, done, failed))

    def long(
        self,
        owner: QObject,
        work: Callable[[Progress], T],
        done: Done[T],
        failed: Failed,
        progressed: Progressed,
        *,
        writes: bool = True,
    ) -> Progress:
        """Run `work` among the writes, told its progress; `cancel()` of the answer stops it at its next step.

        A work stopped so ends in `failed` with `Cancelled`. One that `writes` nothing keeps no write waiting.
        """
        number = next(self._numbers)
        progress = Progress(partial(self._stepped.emit, number))
        ticket = _Ticket(owner, partial(_unless_cancelled, work, progress), done, failed, progressed, progress)
        self._start(self._writes if writes else self._weighing, ticket, number)
        return progress

    def drain(self, within_ms: int = 10_000) -> bool:
        """Wait for the running work at exit; False if some is still running.

        Reads that nobody started are forgotten, writes are all done, long work is stopped.
        """
        self._reads.clear()
        for ticket in list(self._tickets.values()):
            if ticket.progress is not None:
                ticket.progress.cancel()
        lanes = (self._writes, self._outside, self._reads, self._weighing)
        done = [lane.waitForDone(within_ms) for lane in lanes]
        return all(done)

    def _start(self, lane: QThreadPool, ticket: _Ticket, number: int | None = None) -> None:
        number = next(self._numbers) if number is None else number
        self._tickets[number] = ticket
        if lane is self._writes:
            self._writing.add(number)
            if len(self._writing) == 1:
                self.busy_changed.emit(True)
        lane.start(partial(self._job, number))

    def _job(self, number: int) -> None:
        self._run(number)
        self._answered.emit(number)

    def _run(self, number: int) -> None:
        ticket = self._tickets[number]
        try:
            ticket.answer = partial(ticket.done, ticket.work())
        except Exception as error:  # the GUI thread decides what it means
            if not isinstance(error, RefusedByRule | Cancelled):
                log.warning("work failed: %s", type(error).__name__)
                log.debug("where it failed", exc_info=True)
            ticket.answer = partial(ticket.failed, error)
        finally:
            del ticket  # the error's traceback must not hold the window

    @Slot(int)
    def _deliver(self, number: int) -> None:
        ticket = self._tickets.pop(number)
        if number in self._writing:
            self._writing.remove(number)
            if not self._writing:
                self.busy_changed.emit(False)
        if ticket.answer is not None and shiboken6.isValid(ticket.owner):
            ticket.answer()

    @Slot(int, int, int, str)
    def _step(self, number: int, done: int, total: int, label: str) -> None:
        ticket = self._tickets.get(number)
        if ticket is not None and ticket.progressed is not None and shiboken6.isValid(ticket.owner):
            ticket.progressed(done, total, label)


def _unless_cancelled(work: Callable[[Progress], T], progress: Progress) -> T:
    if progress.cancelled:
        raise Cancelled
    return work(progress)
