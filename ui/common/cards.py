"""Lists whose lines are small cards: a title, what it is about, and a state on the right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.common.icons import icon, state_icon
from ui.common.listing import TableView
from ui.common.table import ROW
from ui.shell.theme import State, em, theme

T = TypeVar("T")
CENTRE = Qt.AlignmentFlag.AlignVCenter
HIGH, SIDE = 3.6, 0.95


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows: two lines of text, an icon before, a pill after the title."""

    title: str
    detail: str
    icon: str
    mark: str = ""
    state: State = State.NEUTRAL


class CardDelegate(QStyledItemDelegate, Generic[T]):
    """Draws a row as a card of two lines."""

    def __init__(self, face: Callable[[T], Face], parent: QWidget) -> None:
        super().__init__(parent)
        self._face = face

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(em(12), em(HIGH))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._draw(painter, option.rect, self._face(index.data(ROW)), selected=selected)
        painter.restore()

    @staticmethod
    def _draw(painter: QPainter, box: QRect, face: Face, *, selected: bool) -> None:
        ink, muted = ("soft_ink", "soft_ink") if selected else ("ink", "muted")
        room = box.adjusted(em(0.7), em(0.4), -em(0.6), -em(0.4))
        side, half = em(SIDE), room.height() // 2
        drawn = QRect(room.left(), room.top() + (half - side) // 2, side, side)
        icon(face.icon, "accent_ink" if selected else "muted").paint(painter, drawn)
        text = room.adjusted(side + em(0.55), 0, 0, 0)
        first, second = text.adjusted(0, 0, 0, half - room.height()), text.adjusted(0, half, 0, 0)
        wide = _draw_mark(painter, first, face) if face.mark else 0
        strong = QFont(painter.font())
        strong.setBold(True)
        for words, font, place, colour in (
            (face.title, strong, first.adjusted(0, 0, -wide, 0), ink),
            (face.detail, painter.font(), second, muted),
        ):
            painter.setFont(font)
            painter.setPen(theme().colour(colour))
            painter.drawText(place, CENTRE, _fitted(words, font, place.width()))


def as_cards(table: TableView[T], face: Callable[[T], Face]) -> None:
    """Turn a list of one column into a list of cards."""
    table.setItemDelegate(CardDelegate(face, table))
    table.horizontalHeader().hide()
    table.setSortingEnabled(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().setDefaultSectionSize(em(HIGH))


def _draw_mark(painter: QPainter, line: QRect, face: Face) -> int:
    """Draw the pill at the end of the first line, and give the room that it takes."""
    side, gap, high = em(0.8), em(0.35), em(1.35)
    wide = QFontMetrics(painter.font()).horizontalAdvance(face.mark) + side + 3 * gap
    pill = QRect(line.right() - wide, line.center().y() - high // 2, wide, high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().paper(face.state))
    painter.drawRoundedRect(pill, high / 2, high / 2)
    state_icon(face.state).paint(painter, QRect(pill.left() + gap, pill.center().y() - side // 2 + 1, side, side))
    painter.setPen(theme().ink(face.state))
    painter.drawText(pill.adjusted(2 * gap + side, 0, 0, 0), CENTRE, face.mark)
    return wide + em(0.5)


def _fitted(text: str, font: QFont, width: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
