"""The week's grid: a child a line, a unit of a day a column, and how each cell looks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from backoffice.bookings.lists import PlanCell, PlanCount, PlanDay, PlanRow, PlanUnit, WeekPlan
from backoffice.sync.contract import CellState
from resources.french import NARROW, day_and_month, plural, short_date, short_day, until_text
from ui.common.grid import HEAD, Head, Label, Mark, draw_mark, hatch
from ui.common.label import plain_tip
from ui.common.table import NOWHERE
from ui.shell.theme import State, em, theme

Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 11)  # the Place of a cell


class Kind(Enum):
    """What a cell of the grid says."""

    FREE = auto()
    BOOKED = auto()
    ASKED = auto()  # a booking that the régie must decide
    LEAVING = auto()  # a cancellation that the régie must decide
    PRESENT = auto()
    ABSENT = auto()
    LISTED = auto()  # on the waiting list
    OFFERED = auto()  # a place is held, until the family answers
    CLOSED = auto()
    OUT = auto()  # not enrolled that day


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of cell in words, in a letter, in a shape and in the colours of a state."""

    words: str
    letters: str
    mark: Mark
    state: State | None = None


LOOKS = {
    Kind.FREE: Look("Libre", "", Mark.NONE),
    Kind.BOOKED: Look("Réservé", "R", Mark.FULL, State.ACCEPTED),
    Kind.ASKED: Look("Demandé", "D", Mark.HALF, State.WAITING),
    Kind.LEAVING: Look("À annuler", "An", Mark.HALF, State.WAITING),
    Kind.PRESENT: Look("Présent", "P", Mark.CHECK, State.INFO),
    Kind.ABSENT: Look("Absent", "A", Mark.CROSS, State.LATE),
    Kind.LISTED: Look("En liste", "L", Mark.RING, State.WAITING),
    Kind.OFFERED: Look("Proposé", "Pr", Mark.RING, State.ACCEPTED),
    Kind.CLOSED: Look("Fermé", "", Mark.HATCH),
    Kind.OUT: Look("Non inscrit", "–", Mark.NONE),
}
SPOKEN = LOOKS | {
    Kind.ASKED: Look("réservation demandée, en attente", "D", Mark.HALF, State.WAITING),
    Kind.LEAVING: Look("annulation demandée, en attente", "An", Mark.HALF, State.WAITING),
}
KINDS = {
    CellState.BOOKED: Kind.BOOKED,
    CellState.LISTED: Kind.LISTED,
    CellState.OFFERED: Kind.OFFERED,
    CellState.PRESENT: Kind.PRESENT,
    CellState.ABSENT: Kind.ABSENT,
}
MOST_PICTURES = 200
LEGEND = (Kind.BOOKED, Kind.ASKED, Kind.LISTED, Kind.OFFERED, Kind.PRESENT, Kind.ABSENT, Kind.CLOSED)


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A unit of a day; no unit when the day is closed."""

    day: PlanDay
    unit: PlanUnit | None

    @property
    def words(self) -> str:
        """Name it: jeudi 26 novembre, Repas."""
        named = day_and_month(self.day.day)
        return f"{named}, {self.unit.name}" if self.unit else named


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of the grid."""

    row: PlanRow
    column: PlanColumn
    cell: PlanCell | None
    kind: Kind

    @property
    def key(self) -> tuple[int, date] | None:
        """Its unit and day; None on a closed day."""
        return (self.column.unit.id, self.column.day.day) if self.column.unit else None

    @property
    def look(self) -> Look:
        """How it is drawn: a child on the list shows its rank."""
        look = LOOKS[self.kind]
        if self.kind is Kind.LISTED and self.cell is not None and self.cell.rank is not None:
            return replace(look, words=f"Liste {self.cell.rank}", letters=f"L{self.cell.rank}")
        return look

    @property
    def said(self) -> str:
        """Say its state."""
        if self.cell is not None and self.kind is Kind.LISTED:
            return f"sur liste d'attente, rang {self.cell.rank}"
        if self.cell is not None and self.kind is Kind.OFFERED and self.cell.until is not None:
            return f"place proposée à la famille, jusqu'au {until_text(self.cell.until)}"
        return SPOKEN[self.kind].words.lower()

    @property
    def words(self) -> str:
        """Say it in full."""
        said = self.said
        why = f" ({self.column.day.closed})" if self.column.day.closed else ""
        return f"{self.row.child}, {self.column.words}{NARROW}: {said}{why}"


def kind_of(row: PlanRow, column: PlanColumn, cell: PlanCell | None) -> Kind:
    """Sort a cell."""
    if cell is not None and cell.state is CellState.WAITING:
        return Kind.LEAVING if cell.wished == "free" else Kind.ASKED
    if cell is not None and cell.state in KINDS:
        return KINDS[cell.state]
    if column.unit is None or column.day.closed:
        return Kind.CLOSED
    return Kind.FREE if row.starts <= column.day.day <= row.ends else Kind.OUT


def announced(place: Place, today: date) -> bool:
    """Tell whether a cell is an absence to come, that a late cancellation announced: the régie may go back on it."""
    return place.kind is Kind.ABSENT and place.column.day.day > today


def columns_of(plan: WeekPlan) -> tuple[PlanColumn, ...]:
    """Lay the week out: the days from Monday to Friday, and the week-end when something is open."""
    columns: list[PlanColumn] = []
    for day in plan.days:
        used = any(key_day == day.day and count.asked for (_, key_day), count in plan.counts.items())
        if day.closed and not used:
            columns += [PlanColumn(day, None)] if day.day.weekday() < 5 else []
        else:
            columns += [PlanColumn(day, unit) for unit in plan.units]
    return tuple(columns)


class PlanTable(QAbstractTableModel):
    """Shows a week's plan; its lines may be fewer than the plan's, when the agent searches."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan: WeekPlan | None = None
        self.rows: Sequence[PlanRow] = ()
        self.columns: tuple[PlanColumn, ...] = ()
        self._today: date | None = None

    def show(self, plan: WeekPlan, rows: Sequence[PlanRow], today: date) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.plan, self.rows, self.columns, self._today = plan, rows, columns_of(plan), today
        self.endResetModel()

    def place(self, index: Index) -> Place | None:
        """Give the cell behind an index."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        cell = row.cells.get((column.unit.id, column.day.day)) if column.unit else None
        return Place(row, column, cell, kind_of(row, column, cell))

    def waited(self, place: Place) -> bool:
        """Tell whether somebody is on the list of a cell's day."""
        count = self.plan.counts.get(place.key) if self.plan is not None and place.key is not None else None
        return count is not None and bool(count.listed + count.offered)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place = self.place(index)
        if place is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return place.look.words
            case Qt.ItemDataRole.AccessibleTextRole:
                return place.words
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(_tip(place))
            case _ if role == CELL:
                return place
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return self._line_head(section, role) if section < len(self.rows) else None
        if section >= len(self.columns):
            return None
        column = self.columns[section]
        head = self._head(column)
        if role == HEAD:
            return head
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            hours = f" ({column.unit.hours})" if column.unit else ""
            why = [part for part in (head.note, column.day.closed) if part]
            return f"{column.words}{hours}{NARROW}: {', '.join(why)}"
        return None

    def _line_head(self, section: int, role: int) -> Any:
        row = self.rows[section]
        if role == HEAD:
            return Label(row.child, row.class_name or plural(row.age, "an"))
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            told = ", ".join(part for part in (row.child, plural(row.age, "an"), row.class_name, row.group) if part)
            return told if role == Qt.ItemDataRole.DisplayRole else plain_tip(told)
        return None

    def _head(self, column: PlanColumn) -> Head:
        day = column.day
        strong = day.day == self._today
        if column.unit is None or self.plan is None:
            return Head(short_day(day.day), "Fermé", strong=strong)
        count = self.plan.counts.get((column.unit.id, day.day))
        if count is None:
            return Head(short_day(day.day), column.unit.name, strong=strong)
        if column.day.closed:  # since: what was booked is still there, and the families must know
            note = f"Fermé · {count.booked}"
            return Head(short_day(day.day), column.unit.name, note, "Fermé", State.LATE, strong=strong)
        return _counted(Head(short_day(day.day), column.unit.name, strong=strong), count)


def _counted(head: Head, count: PlanCount) -> Head:
    """Say under a head how many places are taken, and how many children wait for one."""
    note = f"{count.booked + count.offered} / {count.capacity}"
    if count.listed:
        said, short = f"{note}, {count.listed} en attente", f"{note} +{count.listed}"
        return replace(head, note=said, short_note=short, state=State.REFUSED)
    if count.full:
        return replace(head, note=f"{note} complet", short_note=f"{note}{NARROW}!", state=State.REFUSED)
    return replace(head, note=note)


class PlanDelegate(QStyledItemDelegate):
    """Draws a cell: a shape and a word on the paper of its state; white when free, hatched when closed.

    Cells of one kind and one size look the same: each look is drawn once, then copied.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawn: dict[tuple[Kind, str, int, int, bool], QPixmap] = {}
        theme().changed.connect(self._drawn.clear)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place = index.data(CELL)
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if isinstance(place, Place):
            painter.drawPixmap(box.topLeft(), self._picture(option, place, chosen=chosen))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.save()
            painter.setPen(theme().colour("accent_ink"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
            painter.restore()

    def _picture(self, option: QStyleOptionViewItem, place: Place, *, chosen: bool) -> QPixmap:
        box, look = option.rect, place.look
        looks = (place.kind, look.letters, box.width(), box.height(), chosen)
        if looks not in self._drawn:
            if len(self._drawn) > MOST_PICTURES:  # the window has been resized many times
                self._drawn.clear()
            ratio = option.widget.devicePixelRatioF()
            drawn = QPixmap(box.size() * ratio)
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(theme().colour("soft" if chosen else "surface"))
            painter = QPainter(drawn)
            painter.setFont(option.font)
            _draw_cell(painter, QRect(0, 0, box.width(), box.height()), option, place.kind, look)
            painter.end()
            self._drawn[looks] = drawn
        return self._drawn[looks]


def _draw_cell(painter: QPainter, box: QRect, option: QStyleOptionViewItem, kind: Kind, look: Look) -> None:
    painter.save()
    painter.setPen(theme().colour("hover"))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    if kind is Kind.CLOSED:
        hatch(painter, box)
    elif look.state is not None:
        draw_pill(painter, box, option, look)
    elif kind is Kind.OUT:
        painter.setPen(theme().colour("muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, look.letters)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().colour("border"))
        painter.drawRoundedRect(_pill(box), em(0.3), em(0.3))
    painter.restore()


def draw_pill(painter: QPainter, box: QRect, option: QStyleOptionViewItem, look: Look) -> None:
    """Draw a state in the middle of a cell: its shape, and its words or letters as they fit."""
    assert look.state is not None
    pill, side, gap = _pill(box), em(0.6), em(0.3)
    metrics = option.fontMetrics
    room = pill.width() - side - 3 * gap
    text = look.words if metrics.horizontalAdvance(look.words) <= room else look.letters
    wide = side + gap + metrics.horizontalAdvance(text)
    left = pill.center().x() - wide // 2
    ink = theme().ink(look.state)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().paper(look.state))
    painter.drawRoundedRect(pill, em(0.3), em(0.3))
    draw_mark(painter, QRect(left, pill.center().y() - side // 2 + 1, side, side), look.mark, ink)
    painter.setPen(ink)
    written = QRect(left + side + gap, pill.top(), pill.right() - left - side - gap, pill.height())
    painter.drawText(written, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _pill(box: QRect) -> QRect:
    return box.adjusted(em(0.15), em(0.15), -em(0.15), -em(0.18))


def _tip(place: Place) -> str:
    if place.kind is Kind.OUT:
        return f"{place.row.child} est inscrit du {short_date(place.row.starts)} au {short_date(place.row.ends)}."
    return f"{place.words}."
