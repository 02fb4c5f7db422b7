"""A grid of cells filled by hand: its two kinds of heads, its small shapes, its keyboard."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from ui.common.icons import pixmap
from ui.common.listing import EMPTY_ICON, LOADING
from ui.shell.theme import State, em, theme

Index = QModelIndex | QPersistentModelIndex
HEAD = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 10)  # the Head of a column, the Label of a line
LINE_EM, NAME_EM, SHORT_NAME_EM = 1.8, 15.5, 12.5
MANY_COLUMNS = 10
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Mark(Enum):
    """The shape that says a state without its colour."""

    FULL = auto()
    HALF = auto()
    RING = auto()
    CHECK = auto()
    CROSS = auto()
    HATCH = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the columns of a same `group` share the first line."""

    group: str
    title: str
    note: str = ""
    short_note: str = ""  # where the note does not fit
    state: State | None = None  # of the note
    strong: bool = False  # today


@dataclass(frozen=True, slots=True)
class Label:
    """The head of a line: who, what is said of them, and pictograms (icon, State)."""

    name: str
    detail: str = ""
    icons: tuple[tuple[str, State], ...] = ()


def draw_mark(painter: QPainter, box: QRect, mark: Mark, ink: QColor) -> None:
    """Draw a shape in a square."""
    square = QRectF(box)
    pen = QPen(ink, max(1.5, square.width() / 7))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    at = square.adjusted(1, 1, -1, -1)
    match mark:
        case Mark.FULL:
            painter.setBrush(ink)
            painter.drawEllipse(at)
        case Mark.HALF:
            painter.drawEllipse(at)
            painter.setBrush(ink)
            painter.drawPie(at, 90 * 16, 180 * 16)
        case Mark.RING:
            painter.drawEllipse(at)
        case Mark.CHECK:
            painter.drawPolyline([_at(at, 0.05, 0.55), _at(at, 0.38, 0.9), _at(at, 0.95, 0.12)])
        case Mark.CROSS:
            painter.drawLine(_at(at, 0.1, 0.1), _at(at, 0.9, 0.9))
            painter.drawLine(_at(at, 0.9, 0.1), _at(at, 0.1, 0.9))
        case Mark.HATCH:
            hatch(painter, box)
    painter.restore()


def hatch(painter: QPainter, box: QRect) -> None:
    """Fill with slanted lines: closed."""
    painter.save()
    painter.setClipRect(box)
    painter.setPen(QPen(theme().colour("border"), 1))
    step = max(5, em(0.4))
    for offset in range(-box.height(), box.width(), step):
        foot = box.bottomLeft() + QPoint(offset, 0)
        painter.drawLine(foot, foot + QPoint(box.height(), -box.height()))
    painter.restore()


@lru_cache(maxsize=128)
def small_icon(name: str, rgb: int, side: int, ratio: float) -> QPixmap:
    """Draw an icon once, however many cells show it."""
    return pixmap(name, QColor(rgb), side, ratio)


class ColumnHeads(QHeaderView):
    """Heads on two or three lines; the first is written once above the columns that share it."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._lines = lines
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(em(2))
        theme().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), em(1.25 * self._lines + 0.5))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        head = self._head(section)
        painter.fillRect(rect, theme().colour("surface"))
        if head is None:
            return
        painter.save()
        painter.setClipRect(rect)
        high, muted = em(1.25), theme().colour("muted")
        span = self._span(section, head.group)
        top = QRect(span.left(), rect.top() + em(0.2), span.width(), high)
        _write(painter, top, head.group, theme().colour("accent_ink" if head.strong else "ink"), bold=True)
        title = QRect(rect.left(), top.bottom() + 1, rect.width(), high)
        _write(painter, title, head.title, muted)
        if head.note:
            ink = theme().ink(head.state) if head.state else theme().colour("ink")
            fits = self.fontMetrics().horizontalAdvance(head.note) < rect.width() - em(0.8)
            note = head.note if fits else head.short_note or head.note
            _write(painter, title.translated(0, high), note, ink, bold=head.state is not None)
        painter.setPen(theme().colour("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if rect.left() == span.left():
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
        painter.restore()

    def _head(self, section: int) -> Head | None:
        head = self.model().headerData(section, Qt.Orientation.Horizontal, HEAD)
        return head if isinstance(head, Head) else None

    def _span(self, section: int, group: str) -> QRect:
        """Measure the columns that share the first line with this one."""

        def shares(other: int) -> bool:
            return (head := self._head(other)) is not None and head.group == group

        first = last = section
        while first > 0 and shares(first - 1):
            first -= 1
        while last + 1 < self.count() and shares(last + 1):
            last += 1
        left = self.sectionViewportPosition(first)
        right = self.sectionViewportPosition(last) + self.sectionSize(last)
        return QRect(left, 0, right - left, self.height())


class LineHeads(QHeaderView):
    """The children's names, always in sight, with what is said of them on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(em(LINE_EM))
        self.setFixedWidth(em(NAME_EM))
        theme().changed.connect(self.viewport().update)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        label = self.model().headerData(section, Qt.Orientation.Vertical, HEAD)
        current = self.parent()
        chosen = isinstance(current, QAbstractItemView) and current.currentIndex().row() == section
        painter.fillRect(rect, theme().colour("soft" if chosen else "surface"))
        if not isinstance(label, Label):
            return
        painter.save()
        room = rect.adjusted(em(0.5), 0, -em(0.4), 0)
        metrics, side = self.fontMetrics(), em(0.95)
        detail = min(metrics.horizontalAdvance(label.detail), room.width() // 3)
        right = QRect(room.right() - detail, room.top(), detail + 1, room.height())
        _write(painter, right, label.detail, theme().colour("muted"), Qt.AlignmentFlag.AlignRight)
        left = right.left() - em(0.3)
        for name, state in reversed(label.icons):
            left -= side + em(0.15)
            drawn = small_icon(name, theme().ink(state).rgb(), side, self.devicePixelRatioF())
            painter.drawPixmap(left, room.center().y() - side // 2, drawn)
        named = QRect(room.left(), room.top(), left - room.left() - em(0.2), room.height())
        ink = theme().colour("soft_ink" if chosen else "ink")
        _write(painter, named, label.name, ink, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(theme().colour("hover"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


class GridView(QTableView):
    """A grid of cells, each its own; Enter and double-click open one, arrows go everywhere."""

    cell_chosen = Signal(QModelIndex)
    cell_opened = Signal(QModelIndex)

    def __init__(self, name: str, empty: str, *, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty, self._loading = empty, True
        self.setAccessibleName(name)
        self.setHorizontalHeader(ColumnHeads(lines, self))
        self.setVerticalHeader(LineHeads(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.doubleClicked.connect(self.cell_opened)
        theme().changed.connect(self.viewport().update)

    def watch(self) -> None:
        """Follow the current cell; call it once the model is set."""
        self.selectionModel().currentChanged.connect(self._current_changed)

    def size_names(self) -> None:
        """Give the names their width: less when there are many columns to show."""
        many = self.model().columnCount() > MANY_COLUMNS and self.width() < em(80)
        self.verticalHeader().setFixedWidth(em(SHORT_NAME_EM if many else NAME_EM))

    def say_when_empty(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self._empty, self._loading = sentence, False
        self.setAccessibleDescription("" if self._filled() else sentence)
        self.viewport().update()

    def show_loading(self) -> None:
        """Say that lines are coming, if there are none to look at meanwhile."""
        self._loading = True
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self.currentIndex().isValid():
                self.cell_opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters have their own meaning in a grid."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._filled():
            return
        painter = QPainter(self.viewport())
        room = self.viewport().rect().adjusted(em(1), em(1), -em(1), -em(1))
        side = em(2.2)
        drawn = pixmap(EMPTY_ICON, theme().colour("border"), side, self.devicePixelRatioF())
        painter.drawPixmap(room.center().x() - side // 2, room.center().y() - side - em(0.6), drawn)
        painter.setPen(theme().colour("muted"))
        words = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        told = LOADING if self._loading else self._empty
        painter.drawText(room.adjusted(0, room.height() // 2, 0, 0), words, told)
        painter.end()

    def _filled(self) -> bool:
        model = self.model()
        return model is not None and model.rowCount() > 0 and model.columnCount() > 0

    def _current_changed(self, index: QModelIndex, old: QModelIndex) -> None:
        if index.row() != old.row():
            self.verticalHeader().viewport().update()
        self.cell_chosen.emit(index)


def tell_at(view: QTableView, index: Index, sentence: str) -> None:
    """Say something beside a cell."""
    box = view.visualRect(index)
    QToolTip.showText(view.viewport().mapToGlobal(box.bottomLeft()), sentence, view, box)


def _at(box: QRectF, across: float, down: float) -> QPointF:
    return QPointF(box.left() + box.width() * across, box.top() + box.height() * down)


def _write(
    painter: QPainter,
    box: QRect,
    text: str,
    ink: QColor,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    *,
    bold: bool = False,
) -> None:
    font = QFont(painter.font())
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(ink)
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, elided)
