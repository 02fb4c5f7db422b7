"""A list whose rows are ticked: those that are offered, unless the agent says otherwise."""

from collections.abc import Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.common.listing import RowDelegate, TableView
from ui.common.table import Column, Index, RowTable
from ui.shell.theme import em

T = TypeVar("T")
BOX = Qt.ItemDataRole.CheckStateRole


class TickTable(RowTable[T], Generic[T]):
    """Rows with a box in their first column; the key is the row's `id`."""

    ticked_changed = Signal()

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._moved: set[Hashable] = set()  # boxes that are not as they were offered

    def has_box(self, row: T) -> bool:
        """Tell whether a row may be ticked; every one may, unless a list knows better."""
        del row
        return True

    def is_offered(self, row: T) -> bool:
        """Tell whether a row is ticked until the agent says otherwise."""
        del row
        return True

    def is_ticked(self, row: T) -> bool:
        """Tell whether a row's box is ticked."""
        return self.has_box(row) and self.is_offered(row) != (_key(row) in self._moved)

    def ticked(self) -> list[T]:
        """Give the rows whose box is ticked, in the order shown."""
        return [row for row in self.rows if self.is_ticked(row)]

    def tick(self, row: T, *, ticked: bool) -> None:
        """Tick a row, or leave it out."""
        self._tick((row,), ticked=ticked)

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every box shown, or none."""
        self._tick(self.rows, ticked=ticked)

    def show(self, rows: Sequence[T]) -> None:
        """Replace every row; a box that was moved stays so."""
        super().show(rows)
        self.ticked_changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._boxed(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == BOX and self._boxed(index):
            return Qt.CheckState.Checked if self.is_ticked(self.row_at(index)) else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != BOX or not index.isValid():
            return False
        self.tick(self.row_at(index), ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _boxed(self, index: Index) -> bool:
        return index.isValid() and index.column() == 0 and self.has_box(self.row_at(index))

    def _tick(self, rows: Sequence[T], *, ticked: bool) -> None:
        moved = {_key(row) for row in rows if self.has_box(row) and self.is_ticked(row) != ticked}
        if moved:
            self._moved ^= moved
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [BOX])
            self.ticked_changed.emit()


class TickDelegate(RowDelegate):
    """Gives a box its room beside the words of its cell."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> Any:
        size = super().sizeHint(option, index)
        if index.data(BOX) is not None:
            size.setWidth(size.width() + em(1.2))
        return size


class TickView(TableView[T], Generic[T]):
    """The view of such a list: Space ticks the current row, wherever the cursor is on it."""

    ticked_changed = Signal()

    def __init__(self, columns: Sequence[Column[T]], *, name: str, empty: str, saved_as: str = "") -> None:
        super().__init__(columns, name=name, empty=empty, saved_as=saved_as)
        self.setItemDelegate(TickDelegate(self))

    def make_model(self, columns: Sequence[Column[T]]) -> RowTable[T]:
        self.ticks = self.make_ticks(columns)
        self.ticks.ticked_changed.connect(self.ticked_changed)
        return self.ticks

    def make_ticks(self, columns: Sequence[Column[T]]) -> TickTable[T]:
        """Make the model of the boxes; a list that offers some rows only has its own."""
        return TickTable(columns, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.chosen()
        if event.key() == Qt.Key.Key_Space and row is not None:
            self.ticks.tick(row, ticked=not self.ticks.is_ticked(row))
        else:
            super().keyPressEvent(event)


def _key(row: Any) -> Hashable:
    key: Hashable = row.id
    return key
