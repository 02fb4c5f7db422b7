"""The widths of a list's columns: sized once, filling the view, remembered when the agent changes them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QTableView

from ui.common.table import Column
from ui.shell.theme import em

SAVE_AFTER_MS = 500
REST_MS = 120
NARROWEST_EM, WIDEST_EM = 6.0, 18.0


class ColumnWidths(QObject):
    """Gives each column its width; those that stretch take the room that is left, or give it.

    Until the agent changes one, a column grows with what it comes to hold.
    """

    def __init__(self, view: QTableView, columns: Sequence[Column[Any]], saved_as: str) -> None:
        super().__init__(view)
        self._view, self._columns, self._saved_as = view, columns, saved_as
        self._natural: list[int] = []
        self._laying = self._by_hand = False
        self._saving = QTimer(self, interval=SAVE_AFTER_MS, singleShot=True)
        self._saving.timeout.connect(self._save)
        view.horizontalHeader().sectionResized.connect(self._resized)
        self._resting = QTimer(self, interval=REST_MS, singleShot=True)  # wider rows may be further down
        self._resting.timeout.connect(self.size)
        view.verticalScrollBar().valueChanged.connect(lambda _: self._resting.start())

    def size(self) -> None:
        """Size the columns from the rows, or as the agent left them; later, from the visible rows alone."""
        if self._by_hand or self._view.model().rowCount() == 0:
            return
        if self._natural:
            self._grow()
            return
        self._laying = True
        self._view.resizeColumnsToContents()
        widest = em(WIDEST_EM)
        natural = [min(self._view.columnWidth(at), widest) for at in range(len(self._columns))]
        saved = self._saved()
        self._by_hand = len(saved) == len(natural)
        self._natural = saved if self._by_hand else natural
        self._view.horizontalHeader().setResizeContentsPrecision(0)
        self.lay()

    def _grow(self) -> None:
        widest = em(WIDEST_EM)
        wider = [max(width, min(self._wanted(at), widest)) for at, width in enumerate(self._natural)]
        if wider != self._natural:
            self._natural = wider
            self.lay()

    def _wanted(self, at: int) -> int:
        return max(self._view.sizeHintForColumn(at), self._view.horizontalHeader().sectionSizeHint(at))

    def lay(self) -> None:
        """Fit the columns to the view."""
        header = self._view.horizontalHeader()
        widths = self._natural or [header.sectionSizeHint(at) for at in range(len(self._columns))]
        stretched = [at for at, column in enumerate(self._columns) if column.stretch] or [len(widths) - 1]
        left = (self._view.viewport().width() - sum(widths)) // len(stretched)
        self._laying = True
        for at, width in enumerate(widths):
            fitted = max(width + left, min(width, em(NARROWEST_EM))) if at in stretched else width
            self._view.setColumnWidth(at, fitted)
        self._laying = False

    def _resized(self, at: int, _old: int, width: int) -> None:
        if self._natural and not self._laying:
            self._natural[at], self._by_hand = width, True
            if self._saved_as:
                self._saving.start()

    def _save(self) -> None:
        QSettings().setValue(f"columns/{self._saved_as}", self._natural)

    def _saved(self) -> list[int]:
        saved = QSettings().value(f"columns/{self._saved_as}", None) if self._saved_as else None
        return [int(width) for width in saved if str(width).isdigit()] if isinstance(saved, list) else []
