"""The list of what may be debited: ready rows are ticked, what is in trouble cannot be."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from backoffice.debits.candidates import Candidate
from ui.common.listing import TableView
from ui.common.table import Column, Index, RowTable

BOX = Qt.ItemDataRole.CheckStateRole


class CandidateTable(RowTable[Candidate]):
    """Candidates with a box in their first column, where they are ready."""

    ticked_changed = Signal()

    def __init__(self, columns: Sequence[Column[Candidate]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._moved: set[int] = set()  # boxes that are not as they were offered

    def is_ticked(self, row: Candidate) -> bool:
        """Tell whether a row would be presented: what was rejected once is not, unless chosen."""
        return row.is_ready and (row.again == (row.id in self._moved))

    def ticked(self) -> list[Candidate]:
        """Give the rows that would be presented, in the order shown."""
        return [row for row in self.rows if self.is_ticked(row)]

    def tick(self, row: Candidate, *, ticked: bool) -> None:
        """Tick a row, or leave it out."""
        if row.is_ready and self.is_ticked(row) != ticked:
            self._moved ^= {row.id}
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [BOX])
            self.ticked_changed.emit()

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every box, or none."""
        for row in self.rows:
            self.tick(row, ticked=ticked)

    def show(self, rows: Sequence[Candidate]) -> None:
        """Replace every row; a box that was moved stays so."""
        super().show(rows)
        self.ticked_changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        boxed = index.isValid() and index.column() == 0 and self.row_at(index).is_ready
        return flags | Qt.ItemFlag.ItemIsUserCheckable if boxed else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == BOX and index.isValid() and index.column() == 0 and self.row_at(index).is_ready:
            return Qt.CheckState.Checked if self.is_ticked(self.row_at(index)) else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != BOX or not index.isValid():
            return False
        self.tick(self.row_at(index), ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True


class CandidateView(TableView[Candidate]):
    """The view of that list: Space ticks the current row, wherever the cursor is on it."""

    ticked_changed = Signal()

    def make_model(self, columns: Sequence[Column[Candidate]]) -> RowTable[Candidate]:
        self.ticks = CandidateTable(columns, self)
        self.ticks.ticked_changed.connect(self.ticked_changed)
        return self.ticks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.chosen()
        if event.key() == Qt.Key.Key_Space and row is not None:
            self.ticks.tick(row, ticked=not self.ticks.is_ticked(row))
        else:
            super().keyPressEvent(event)
