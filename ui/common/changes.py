"""What kinds of thing changed, told once to every screen."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

GATHER_MS = 30


class Changes(QObject):
    """Gathers what changed and tells it to the screens, on the GUI thread.

    Kinds are plain words ("requests", "families"): a screen compares them with those it shows.
    """

    changed = Signal(frozenset)
    _announced = Signal(frozenset)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gathered: set[str] = set()
        self._timer = QTimer(self, interval=GATHER_MS, singleShot=True)
        self._timer.timeout.connect(self._tell)
        self._announced.connect(self._gather, Qt.ConnectionType.QueuedConnection)

    def announce(self, kinds: Iterable[str]) -> None:
        """Tell that these kinds changed; safe from any thread."""
        if told := frozenset(kinds):
            self._announced.emit(told)

    @Slot(frozenset)
    def _gather(self, kinds: frozenset[str]) -> None:
        self._gathered |= kinds
        self._timer.start()

    @Slot()
    def _tell(self) -> None:
        told, self._gathered = frozenset(self._gathered), set()
        self.changed.emit(told)
