"""The view of a list: chosen and opened by keyboard, copied to a sheet, and saying when it is empty."""

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.common.icons import icon, state_icon
from ui.common.table import STATE, Column, RowTable
from ui.common.widths import ColumnWidths
from ui.shell.theme import State, em, theme

T = TypeVar("T")
FORMULA_SIGNS = ("=", "+", "-", "@")
LOADING, EMPTY_ICON = "Chargement…", "inbox"


class TableView(QTableView, Generic[T]):
    """A list of rows.

    `row_chosen` gives the current row (or None) each time it changes; `row_opened` the row on which
    the agent pressed Enter or double-clicked. Refreshing keeps the current row, known by its `key`.
    """

    row_chosen = Signal(object)
    row_opened = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        name: str,
        empty: str,
        key: Callable[[T], Hashable] = attrgetter("id"),
        saved_as: str = "",
        multiple: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model_of_rows: RowTable[T] = self.make_model(columns)
        self._empty, self._key = empty, key
        self._loading = self._quiet = False
        self.setAccessibleName(name)
        self.setModel(self.model_of_rows)
        self._set_up(multiple=multiple)
        self._widths = ColumnWidths(self, self.model_of_rows.columns, saved_as)
        self.selectionModel().currentRowChanged.connect(self._chosen)
        self.doubleClicked.connect(self._opened)

    def make_model(self, columns: Sequence[Column[T]]) -> RowTable[T]:
        """Make the model of the rows; a list whose rows are ticked has its own."""
        return RowTable(columns, self)

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show these rows; the current one stays so if it is still there."""
        held = self.chosen()
        self._loading, self._quiet = False, True
        place = self.verticalScrollBar().value()
        self.model_of_rows.show(rows)
        self._widths.size()
        found = held is not None and self._go_to(self._key(held))
        self._quiet = False
        self.verticalScrollBar().setValue(place)
        self._describe()
        if found or held is not None:
            self.row_chosen.emit(self.chosen())

    def show_loading(self) -> None:
        """Say that rows are coming, if there are none to look at meanwhile."""
        self._loading = True
        self._describe()

    def say_when_empty(self, sentence: str) -> None:
        """Change what an empty list says, for instance when a search finds nothing."""
        self._empty = sentence
        self._describe()

    def chosen(self) -> T | None:
        """Give the current row."""
        index = self.currentIndex()
        return self.model_of_rows.row_at(index) if index.isValid() else None

    def with_chosen(self, act: Callable[[T], object]) -> None:
        """Do something with the current row, if there is one."""
        if (row := self.chosen()) is not None:
            act(row)

    def chosen_rows(self) -> list[T]:
        """Give the selected rows, in the order shown."""
        return [self.model_of_rows.row_at(index) for index in sorted(self.selectionModel().selectedRows())]

    def choose(self, key: Hashable) -> bool:
        """Make the row of this key the current one; False if it is not there."""
        return self._go_to(key)

    def choose_first(self) -> None:
        """Make the first row the current one, if there is any."""
        if self.model_of_rows.rowCount():
            self._go_to_line(0)

    def as_text(self) -> str:
        """Write the selection as a sheet takes it: tabs between cells, and no cell that runs as a formula."""
        rows = sorted(self.selectionModel().selectedRows())
        columns = self.model_of_rows.columns
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(_cell(column, self.model_of_rows.row_at(index)) for column in columns) for index in rows]
        return "\n".join(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & ~_KEYPAD:
            self._opened(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widths.lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model_of_rows.rowCount():
            return
        painter = QPainter(self.viewport())
        room = self.viewport().rect().adjusted(em(1), em(1), -em(1), -em(1))
        side = em(2.2)
        drawn = QRect(room.center().x() - side // 2, room.center().y() - side - em(0.6), side, side)
        words = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(theme().colour("muted"))
        if drawn.top() < room.top() - em(0.5):  # a short list has room for the words alone
            painter.drawText(self.viewport().rect(), words | Qt.AlignmentFlag.AlignVCenter, self._when_empty())
        else:
            icon(EMPTY_ICON, "border").paint(painter, drawn)
            below = room.adjusted(0, room.height() // 2, 0, 0)
            painter.drawText(below, words | Qt.AlignmentFlag.AlignTop, self._when_empty())
        painter.end()

    def _set_up(self, *, multiple: bool) -> None:
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if multiple else modes.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RowDelegate(self))
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        lines = self.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(em(1.95))
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.setMinimumSectionSize(em(2))
        self.setSortingEnabled(True)

    def _go_to(self, key: Hashable) -> bool:
        for at, row in enumerate(self.model_of_rows.rows):
            if self._key(row) == key:
                self._go_to_line(at)
                return True
        return False

    def _go_to_line(self, at: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        index = self.model_of_rows.index(at, max(self.currentIndex().column(), 0))
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _chosen(self) -> None:
        if not self._quiet:
            self.row_chosen.emit(self.chosen())

    def _opened(self, index: QModelIndex | QPersistentModelIndex) -> None:
        if index.isValid():
            self.row_opened.emit(self.model_of_rows.row_at(index))

    def _when_empty(self) -> str:
        return LOADING if self._loading else self._empty

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self.model_of_rows.rowCount() else self._when_empty())
        self.viewport().update()


class RowDelegate(QStyledItemDelegate):
    """Draws a cell that has a state as a pill: its icon, its words, its two colours."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        state = index.data(STATE)
        if state is None:
            super().paint(painter, option, index)
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        text, blank.text = blank.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        _draw_pill(painter, option, State(state), text)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> Any:
        size = super().sizeHint(option, index)
        if index.data(STATE) is not None:
            size.setWidth(size.width() + em(1.3))
        return size


def _draw_pill(painter: QPainter, option: QStyleOptionViewItem, state: State, text: str) -> None:
    metrics, high, side, gap = option.fontMetrics, em(1.35), em(0.8), em(0.35)
    box: QRect = option.rect
    wide = min(metrics.horizontalAdvance(text) + side + 3 * gap, box.width() - 2 * gap)
    pill = QRect(box.left() + gap, box.center().y() - high // 2 + 1, wide, high)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().paper(state))
    painter.drawRoundedRect(pill, high / 2, high / 2)
    state_icon(state).paint(painter, QRect(pill.left() + gap, pill.center().y() - side // 2 + 1, side, side))
    painter.setPen(theme().ink(state))
    room = pill.adjusted(2 * gap + side, 0, -gap // 2, 0)
    painter.drawText(
        room,
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()),
    )
    painter.restore()


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _cell(column: Column[Any], row: Any) -> str:
    text = " ".join(column.text(column.value(row)).split())
    return f"'{text}" if not column.number and text.startswith(FORMULA_SIGNS) else text
