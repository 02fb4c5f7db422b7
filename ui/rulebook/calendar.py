"""The month as a calendar: a day a cell, with its price and until when it can be booked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from backoffice.rulebook.bench import BenchDay, BenchMonth
from backoffice.rulebook.file.words import Operation, Weekday
from ui.common.grid import HEAD, GridView, Head, Mark, draw_mark, hatch
from ui.common.table import NOWHERE
from ui.rulebook.words import price_text, spoken, told, until_short
from ui.shell.theme import State, em, theme

Index = QModelIndex | QPersistentModelIndex
DAY = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 12)  # the BenchDay of a cell
TODAY = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 13)  # whether it is today
WEEK = 7
LOWEST_EM = 2.3
WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
SMALL = 0.85
CLOSED = "Fermé"
Moves = QAbstractItemView.CursorAction
STEPS = {
    Moves.MoveLeft: -1,
    Moves.MovePrevious: -1,
    Moves.MoveRight: 1,
    Moves.MoveNext: 1,
    Moves.MoveUp: -WEEK,
    Moves.MoveDown: WEEK,
}
ENDS = {Moves.MoveHome: 0, Moves.MovePageUp: 0, Moves.MoveEnd: -1, Moves.MovePageDown: -1}


class MonthTable(QAbstractTableModel):
    """Shows the days of a month, a week a line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.days: Sequence[BenchDay] = ()
        self.today: date | None = None

    def show(self, month: BenchMonth | None, today: date | None = None) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.today = today
        self.days = month.days if month else ()
        self.endResetModel()

    def index_of(self, day: date) -> QModelIndex:
        """Find the cell of a day of the month."""
        at = (day - self.days[0].day).days if self.days else -1
        if not 0 <= at < len(self.days):
            return QModelIndex()
        line, column = divmod(at + self._blank(), WEEK)
        return self.index(line, column)

    def day_at(self, index: Index) -> BenchDay | None:
        """Give the day of a cell; None outside the month."""
        if not index.isValid():
            return None
        at = index.row() * WEEK + index.column() - self._blank()
        return self.days[at] if 0 <= at < len(self.days) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else -(-(len(self.days) + self._blank()) // WEEK)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else WEEK

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.day_at(index) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        day = self.day_at(index)
        if day is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return str(day.day.day)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return f"Aujourd'hui, {spoken(day)}" if day.day == self.today else spoken(day)
            case _ if role == DAY:
                return day
            case _ if role == TODAY:
                return day.day == self.today
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        name = list(Weekday)[section].value.capitalize()
        match role:
            case _ if role == HEAD:
                return Head(name, "")
            case Qt.ItemDataRole.DisplayRole:
                return name
        return None

    def _blank(self) -> int:
        return self.days[0].day.weekday() if self.days else 0


class MonthView(GridView):
    """The calendar: arrows go from day to day across the weeks, a click or a move chooses."""

    def __init__(self) -> None:
        super().__init__("Calendrier du mois", "Aucune activité.", lines=1)
        self.table = MonthTable(self)
        self.setModel(self.table)
        self.setItemDelegate(DayDelegate(self))
        self.watch()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heads = self.horizontalHeader()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.modelReset.connect(self.share_height)

    def show_month(self, month: BenchMonth | None, chosen: date | None, today: date | None = None) -> None:
        """Show a month, on the day held or on the first that is open."""
        self.table.show(month, today)
        self.setAccessibleDescription("")
        index = self.table.index_of(chosen) if chosen else QModelIndex()
        if not index.isValid() and self.table.days:
            first = next((day for day in self.table.days if not day.closed), self.table.days[0])
            index = self.table.index_of(first.day)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def chosen(self) -> BenchDay | None:
        """Give the current day."""
        return self.table.day_at(self.currentIndex())

    def moveCursor(self, action: Moves, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        day = self.chosen()
        if day is None or not self.table.days:
            return super().moveCursor(action, modifiers)
        if action in ENDS:
            return self.table.index_of(self.table.days[ENDS[action]].day)
        there = self.table.index_of(day.day + timedelta(days=STEPS.get(action, 0)))
        return there if there.isValid() else self.currentIndex()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_height()

    def share_height(self) -> None:
        """Give each week its share of the height."""
        weeks = self.table.rowCount()
        for line in range(weeks):
            self.setRowHeight(line, max(em(LOWEST_EM), self.viewport().height() // weeks))


class DayDelegate(QStyledItemDelegate):
    """Draws a day: its number, its price, then its limit or what is wrong; hatched when closed."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        day, box = index.data(DAY), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setFont(option.font)
        painter.fillRect(box, theme().colour("soft" if chosen else "surface"))
        if isinstance(day, BenchDay):
            _draw_day(painter, box, day, chosen=chosen, today=bool(index.data(TODAY)))
        painter.setPen(theme().colour("border"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme().colour("accent_ink"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.restore()


def _draw_day(painter: QPainter, box: QRect, day: BenchDay, *, chosen: bool, today: bool) -> None:
    ink, muted = (theme().colour("soft_ink"),) * 2 if chosen else (theme().colour("ink"), theme().colour("muted"))
    if day.closed and not chosen:
        hatch(painter, box)
    high = em(0.95)
    room = box.adjusted(em(0.4), em(0.2), -em(0.35), -em(0.2))
    first = QRect(room.left(), room.top(), room.width(), high)
    last = QRect(room.left(), room.bottom() - high + 1, room.width(), high)
    small, strong = QFont(painter.font()), QFont(painter.font())
    small.setPointSizeF(small.pointSizeF() * SMALL)
    strong.setBold(True)
    number = QFont(strong)
    number.setUnderline(today)
    _write(
        painter,
        first,
        str(day.day.day),
        number,
        theme().colour("accent_ink") if today else muted if day.closed else ink,
    )
    if day.closed:
        _write_closed(painter, room.adjusted(0, high, 0, 0), day.closed, small, muted)
        return
    priced = day.quote is not None and bool(day.quote.lines)
    beside = first.adjusted(QFontMetrics(strong).horizontalAdvance("00") + em(0.2), 0, 0, 0)
    _write(painter, beside, price_text(day), strong if priced else small, ink, right=True)
    if (booking := day.strictest(Operation.BOOK)) is None:
        return
    words = told(booking)
    tint = theme().colour("soft_ink") if chosen else theme().ink(words.state)
    if last.top() - first.bottom() >= high:  # three lines fit
        _write_marked(painter, last.translated(0, -high), (words.short,), small, (words.mark, tint))
        _write(painter, last, until_short(booking), small, muted)
    else:
        limit = until_short(booking)
        said = (limit, limit.partition(",")[0]) if words.state is State.ACCEPTED else (words.short,)
        _write_marked(painter, last, said, small, (words.mark, tint))


def _write_marked(painter: QPainter, box: QRect, texts: Sequence[str], font: QFont, look: tuple[Mark, QColor]) -> None:
    """Write words after the shape that says them too: the first text that fits, or the last."""
    mark, tint = look
    side = em(0.55)
    draw_mark(painter, QRect(box.left(), box.center().y() - side // 2 + 1, side, side), mark, tint)
    room, metrics = box.adjusted(side + em(0.25), 0, 0, 0), QFontMetrics(font)
    text = next((text for text in texts if metrics.horizontalAdvance(text) <= room.width()), texts[-1])
    _write(painter, room, text, font, tint)


def _write_closed(painter: QPainter, box: QRect, why: str, font: QFont, ink: QColor) -> None:
    """Write why a day is closed, if the cell has room for it; else that it is."""
    wanted = QFontMetrics(font).boundingRect(box, int(WRAPPED), why)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, WRAPPED, why if box.contains(wanted) else CLOSED)


def _write(painter: QPainter, box: QRect, text: str, font: QFont, ink: QColor, *, right: bool = False) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, fitted)
