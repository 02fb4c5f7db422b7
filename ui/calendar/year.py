"""The school year at a glance: a month a column, a day a cell, walked with the arrows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from backoffice.calendar.days import YearDay
from resources.french import capital, month_name
from ui.calendar.table import LOOKS, Edge, Look
from ui.common.grid import ENTER, Index
from ui.common.parts import hint
from ui.common.pickers import month_after
from ui.common.table import NOWHERE
from ui.shell.theme import State, em, theme

DAY = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 13)  # the YearDay of a cell
MONTHS, DAYS = 12, 31
LEAST_ROW_EM, LEAST_COLUMN_EM, HEAD_EM = 0.82, 2.7, 1.6
SUNDAY = 6
DOWN, UP = QAbstractItemView.CursorAction.MoveDown, QAbstractItemView.CursorAction.MoveUp
SIDEWAYS = {QAbstractItemView.CursorAction.MoveLeft: -1, QAbstractItemView.CursorAction.MoveRight: 1}


class YearTable(QAbstractTableModel):
    """Twelve months side by side, from September."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._days: dict[tuple[int, int], YearDay] = {}
        self._first = date.min

    def show(self, days: Sequence[YearDay]) -> None:
        """Replace every day; they begin on a first of the month."""
        self.beginResetModel()
        self._first = days[0].day if days else date.min
        self._days = {self._spot(day.day): day for day in days}
        self.endResetModel()

    def day_at(self, index: Index) -> YearDay | None:
        """Give the day of a cell; the 31 June is none."""
        return self._days.get((index.row(), index.column()))

    def index_of(self, day: date) -> QModelIndex:
        """Find a day's cell."""
        spot = self._spot(day)
        return self.index(*spot) if spot in self._days else QModelIndex()

    def last_row(self, column: int) -> int:
        """Find the last day of a month."""
        return max((row for row, at in self._days if at == column), default=0)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or not self._days else DAYS

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or not self._days else MONTHS

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.day_at(index) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        day = self.day_at(index)
        if day is None:
            return None
        if role == DAY:
            return day
        if role == Qt.ItemDataRole.DisplayRole:
            return str(day.day.day)
        return day.words if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole} else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not self._days:
            return None
        month = month_after(self._first, section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return capital(format_date(month, "MMM", locale="fr"))
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return month_name(month)
        return None

    def _spot(self, day: date) -> tuple[int, int]:
        return day.day - 1, (day.year - self._first.year) * 12 + day.month - self._first.month


class YearView(QTableView):
    """The year to walk in: arrows go from day to day and from month to month, Enter opens a day."""

    day_chosen = Signal(object)  # date
    day_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = YearTable(self)
        self.setModel(self.table)
        self.setItemDelegate(DayDelegate(self))
        self.setAccessibleName("Année scolaire, jour par jour")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.today = date.min
        self.verticalHeader().hide()
        for heads in (self.verticalHeader(), self.horizontalHeader()):
            heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            heads.setMinimumSectionSize(1)
            heads.setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(em(HEAD_EM))
        self.horizontalHeader().setStyleSheet("QHeaderView::section { padding: 0; }")
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumWidth(em(LEAST_COLUMN_EM) * MONTHS)
        self.selectionModel().currentChanged.connect(self._chosen)
        self.doubleClicked.connect(self._opened)
        self.table.modelReset.connect(self.share)
        theme().changed.connect(self.viewport().update)

    def show_days(self, days: Sequence[YearDay], today: date) -> None:
        """Show a year; the current day stays if it is of it."""
        self.today = today
        held = self.table.day_at(self.currentIndex())
        blocked = self.selectionModel().blockSignals(True)
        self.table.show(days)
        self.selectionModel().blockSignals(blocked)
        if held is not None:
            self.choose(held.day)

    def choose(self, day: date) -> None:
        """Make a day the current one."""
        if (index := self.table.index_of(day)).isValid():
            self.setCurrentIndex(index)

    def chosen(self) -> date | None:
        """Give the current day."""
        day = self.table.day_at(self.currentIndex())
        return day.day if day else None

    def share(self) -> None:
        """Share the room between the months, and between the days."""
        if not self.table.rowCount():
            return
        wide, rest = divmod(max(em(LEAST_COLUMN_EM) * MONTHS, self.viewport().width()), MONTHS)
        for column in range(MONTHS):
            self.setColumnWidth(column, wide + (column < rest))
        high, rest = divmod(max(em(LEAST_ROW_EM) * DAYS, self.viewport().height()), DAYS)
        for row in range(DAYS):
            self.setRowHeight(row, high + (row < rest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self._opened(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Figures search nothing here."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go on to the next month after the last day; stay in the month when it is shorter."""
        here = self.currentIndex()
        row, column = here.row(), here.column()
        if action is DOWN and row >= self.table.last_row(column) and column + 1 < MONTHS:
            return self.table.index(0, column + 1)
        if action is UP and row == 0 and column > 0:
            return self.table.index(self.table.last_row(column - 1), column - 1)
        if action in SIDEWAYS:
            column = min(max(column + SIDEWAYS[action], 0), MONTHS - 1)
            return self.table.index(min(row, self.table.last_row(column)), column)
        return super().moveCursor(action, modifiers)

    def _chosen(self, index: QModelIndex) -> None:
        if (day := self.table.day_at(index)) is not None:
            self.day_chosen.emit(day.day)

    def _opened(self, index: QModelIndex) -> None:
        if (day := self.table.day_at(index)) is not None:
            self.day_opened.emit(day.day)


class DayDelegate(QStyledItemDelegate):
    """Draws a day: its weekday, its number, its letter, and what opens or closes on its left side."""

    def __init__(self, view: YearView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        day = index.data(DAY)
        if not isinstance(day, YearDay):
            return
        painter.save()
        if (least := self._view.rowHeight(DAYS - 1)) < painter.fontMetrics().height():
            small = QFont(painter.font())
            small.setPixelSize(least - em(0.2))
            painter.setFont(small)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        _draw_day(painter, option.rect, day, today=day.day == self._view.today, current=current)
        painter.restore()


class Legend(QWidget):
    """What each letter and each mark of the year says."""

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(em(0.4))
        grid.setVerticalSpacing(em(0.15))
        lines: list[tuple[Look, Edge | None]] = [(look, None) for look in LOOKS.values()]
        lines += [(Look("Fermeture", ""), Edge.CLOSED), (Look("Ouverture", ""), Edge.OPEN)]
        high = -(-len(lines) // columns)
        for at, (look, edge) in enumerate(lines):
            column, row = divmod(at, high)
            grid.addWidget(_Swatch(look, edge), row, 2 * column)
            words = hint(look.words)
            words.setWordWrap(False)
            grid.addWidget(words, row, 2 * column + 1)
        grid.setColumnStretch(2 * columns, 1)


class _Swatch(QWidget):
    """One kind of day, drawn as in the year."""

    def __init__(self, look: Look, edge: Edge | None) -> None:
        super().__init__()
        self._look, self._edge = look, edge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(em(1.5), em(1.1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect().adjusted(0, 0, -1, -1)
        painter.fillRect(box, _paper(self._look))
        painter.setPen(theme().colour("border"))
        painter.drawRect(box)
        if self._edge is not None:
            _draw_edge(painter, box, self._edge)
        _write(painter, box, self._look.letter, self._look, bold=True)
        painter.end()


def _draw_day(painter: QPainter, box: QRect, day: YearDay, *, today: bool, current: bool) -> None:
    look = LOOKS[day.nature]
    painter.fillRect(box, _paper(look))
    painter.setPen(theme().colour("border"))
    painter.drawLine(box.topRight(), box.bottomRight())
    if day.day.weekday() == SUNDAY:
        painter.drawLine(box.bottomLeft(), box.bottomRight())
    if day.closures or day.openings:
        _draw_edge(painter, box, Edge.CLOSED if day.closures else Edge.OPEN)
    room = box.adjusted(em(0.35), 0, -em(0.3), 0)
    number = f"{format_date(day.day, 'EEEEE', locale='fr')} {day.day.day}"
    _write(painter, room, number, look, side=Qt.AlignmentFlag.AlignLeft, bold=today)
    _write(painter, room, look.letter, look, side=Qt.AlignmentFlag.AlignRight, bold=True)
    if today or current:
        painter.setPen(QPen(theme().colour("accent_ink" if current else "outline"), 2))
        painter.drawRect(box.adjusted(1, 1, -2, -2))


def _draw_edge(painter: QPainter, box: QRect, edge: Edge) -> None:
    """Draw the left side of a day: a bar where places are closed, dots where they open by exception."""
    wide = max(3, em(0.18))
    state = State.LATE if edge is Edge.CLOSED else State.ACCEPTED
    pen = QPen(theme().ink(state), wide)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if edge is Edge.OPEN:
        pen.setDashPattern([1, 1])
    painter.setPen(pen)
    left = box.left() + wide // 2
    painter.drawLine(left, box.top(), left, box.bottom() + 1)


def _paper(look: Look) -> QColor:
    if look.state is not None:
        return theme().paper(look.state)
    return theme().colour("hover" if look.quiet else "surface")


def _write(
    painter: QPainter,
    box: QRect,
    text: str,
    look: Look,
    *,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    bold: bool = False,
) -> None:
    font = QFont(painter.font())
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(theme().ink(look.state) if look.state else theme().colour("muted" if look.quiet else "ink"))
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)
