"""The exchange with the portal, at regular times; later and later while it does not answer."""

from collections.abc import Callable, Iterable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from backoffice.errors import RefusedByRule, Unavailable
from ui.common.changes import Changes
from ui.common.errors import trouble_of
from ui.common.tasks import Tasks
from ui.shell.sync_state import SyncKind, SyncState

SECOND_MS = 1_000
EVERY_S = 20
PATIENCE_S = (30, 60, 120, 300)


class Pulse(QObject):
    """Runs `exchange` on the outside lane, one at a time, and says how the portal stands.

    `exchange` gives the kinds of thing it changed, and raises `Unavailable` when the portal does not
    answer, `RefusedByRule` when it refuses the régie's key.
    """

    stood = Signal(object)  # SyncState
    troubled = Signal(object)  # Trouble: a bug, told once

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        exchange: Callable[[], Iterable[str]],
        now: Callable[[], datetime],
        *,
        every_s: int = EVERY_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._changes, self._exchange, self._now = tasks, changes, exchange, now
        self._every_s, self._failures, self._left_s = every_s, 0, 0
        self._running = self._again = False
        self._state = SyncState()
        self._timer = QTimer(self, interval=SECOND_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Exchange now, then at regular times."""
        self._timer.start()
        self.ask()

    def stop(self) -> None:
        """Ask for no other exchange."""
        self._timer.stop()

    @Slot()
    def ask(self) -> None:
        """Exchange now; if one is under way, once more after it."""
        if self._running:
            self._again = True
            return
        self._running, self._again = True, False
        self._tell(SyncState(SyncKind.RUNNING, self._state.at))
        self._tasks.outside(self, self._exchange, self._done, self._failed)

    @Slot()
    def tick(self) -> None:
        """Count one second down."""
        if self._running:
            return
        self._left_s -= 1
        if self._left_s <= 0:
            self.ask()
        elif self._state.kind is SyncKind.UNREACHABLE:
            self._tell(SyncState(SyncKind.UNREACHABLE, self._state.at, self._left_s))

    def _done(self, changed: Iterable[str]) -> None:
        self._running, self._failures, self._left_s = False, 0, self._every_s
        self._tell(SyncState(SyncKind.FRESH, self._now()))
        self._changes.announce(changed)
        if self._again:
            self.ask()

    def _failed(self, error: Exception) -> None:
        first, self._running = self._failures == 0, False
        self._left_s = PATIENCE_S[min(self._failures, len(PATIENCE_S) - 1)]
        self._failures += 1
        kind = SyncKind.REFUSED if isinstance(error, RefusedByRule) else SyncKind.UNREACHABLE
        self._tell(SyncState(kind, self._state.at, self._left_s))
        if first and not isinstance(error, RefusedByRule | Unavailable | OSError):
            self.troubled.emit(trouble_of(error))

    def _tell(self, state: SyncState) -> None:
        self._state = state
        self.stood.emit(state)
