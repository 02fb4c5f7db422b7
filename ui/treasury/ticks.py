"""A list whose rows are ticked: all of them, unless the agent says otherwise."""

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
        self._unticked: set[Hashable] = set()

    def ticked(self) -> list[T]:
        """Give the rows whose box is ticked, in the order shown."""
        return [row for row in self.rows if _key(row) not in self._unticked]

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every box, or none."""
        self._unticked = set() if ticked else {_key(row) for row in self.rows}
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [BOX])
        self.ticked_changed.emit()

    def show(self, rows: Sequence[T]) -> None:
        """Replace every row; a box that was left empty stays so."""
        super().show(rows)
        self.ticked_changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == BOX and index.isValid() and index.column() == 0:
            ticked = _key(self.row_at(index)) not in self._unticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != BOX or not index.isValid():
            return False
        key = _key(self.row_at(index))
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._unticked.discard(key)
        else:
            self._unticked.add(key)
        self.dataChanged.emit(index, index, [BOX])
        self.ticked_changed.emit()
        return True


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
        self.ticks: TickTable[T] = TickTable(columns, self)
        self.ticks.ticked_changed.connect(self.ticked_changed)
        return self.ticks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            box = index.siblingAtColumn(0)
            ticked = box.data(BOX) == Qt.CheckState.Checked
            self.ticks.setData(box, Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked, BOX)
        else:
            super().keyPressEvent(event)


def _key(row: Any) -> Hashable:
    key: Hashable = row.id
    return key
