"""One read-only table model for every list of the application."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from resources.french import search_key, short_date, short_instant
from ui.common.icons import icon
from ui.common.label import plain_tip
from ui.shell.theme import State, theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

ROW = Qt.ItemDataRole.UserRole  # the whole row behind a cell
STATE = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 1)  # the State of a cell, if it has one


def plain(value: Any) -> str:
    """Write a value as lists do: nothing for None, French dates."""
    match value:
        case None:
            return ""
        case datetime():
            return short_instant(value)
        case date():
            return short_date(value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """How one attribute of a row is titled, compared and written.

    On Python 3.11 annotate the tuple of columns, never `Column[Row](…)`, which a slotted generic refuses.
    """

    title: str
    value: Callable[[T], Any]
    text: Callable[[Any], str] = plain
    number: bool = False
    state: Callable[[T], State | None] | None = None  # a pill in the colours of a state
    icon: Callable[[T], str | None] | None = None
    tip: Callable[[T], str] | None = None
    spoken: Callable[[T], str] | None = None  # what a screen reader says, where the text is too short
    order: Callable[[T], Any] | None = None  # what sorts, where the value does not
    stretch: bool = False

    def sort_key(self, row: T) -> tuple[bool, Any]:
        """Give what sorts a row: blanks first, texts as a French dictionary does."""
        value = self.order(row) if self.order else self.value(row)
        if isinstance(value, Enum):
            value = self.text(value)
        if isinstance(value, str):
            value = search_key(value) or None
        return (False, 0) if value is None else (True, value)


class RowTable(QAbstractTableModel, Generic[T]):
    """Shows frozen rows through declared columns.

    It holds values, never database objects: a row stays readable after its session is closed, on
    whatever thread it was read. Asked to sort by no column, it takes back the order it was given.
    """

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._given: Sequence[T] = ()
        self._rows: Sequence[T] = ()
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)

    @property
    def rows(self) -> Sequence[T]:
        """The rows in the order shown."""
        return self._rows

    def show(self, rows: Sequence[T]) -> None:
        """Replace every row, keeping the order that the agent asked for."""
        self.beginResetModel()
        self._given = rows
        self._rows = self._in_order()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by value, blanks first; the selection follows its rows."""
        self.layoutAboutToBeChanged.emit()
        held = [(index, self._rows[index.row()]) for index in self.persistentIndexList()]
        self._sorted = (column, order)
        self._rows = self._in_order()
        place = {id(row): at for at, row in enumerate(self._rows)} if held else {}
        self.changePersistentIndexList(
            [index for index, _ in held], [self.index(place[id(row)], index.column()) for index, row in held]
        )
        self.layoutChanged.emit()

    def row_at(self, index: Index) -> T:
        """Give the row behind a valid index."""
        return self._rows[index.row()]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one line a role
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(column.value(row))
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if column.state and (state := column.state(row)):
                return theme().ink(state)
            case Qt.ItemDataRole.DecorationRole if column.icon and (name := column.icon(row)):
                return icon(name, "muted")
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.tip(row) or "") if column.tip else None
            case Qt.ItemDataRole.AccessibleTextRole if column.spoken:
                return column.spoken(row)
            case _ if role == ROW:
                return row
            case _ if role == STATE:
                return column.state(row) if column.state else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self.columns[section].number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _in_order(self) -> Sequence[T]:
        column, order = self._sorted
        if column < 0:
            return self._given
        return sorted(self._given, key=self.columns[column].sort_key, reverse=order is Qt.SortOrder.DescendingOrder)
