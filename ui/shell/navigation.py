"""The left column: the screens, how much waits in each, and who works here."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from resources.french import number
from ui.common.icons import icon, pixmap
from ui.common.label import PlainLabel
from ui.shell.identity import Identity
from ui.shell.theme import em, theme

CODE = Qt.ItemDataRole.UserRole
ICON = Qt.ItemDataRole(CODE + 1)
BADGE = Qt.ItemDataRole(CODE + 2)
HIGH, SIDE = 2.4, 1.15


@dataclass(frozen=True, slots=True)
class Entry:
    """One screen in the column."""

    code: str
    title: str
    icon: str
    tip: str = ""


class Navigation(QFrame):
    """Chooses a screen; arrows move, each move shows."""

    chosen = Signal(str)
    entered = Signal()  # Enter: the keyboard goes to the screen

    def __init__(self, entries: list[Entry], identity: Identity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setFixedWidth(em(13.5))
        self.list = QListWidget()
        self.list.setObjectName("navigationList")
        self.list.setAccessibleName("Écrans")
        self.list.setItemDelegate(NavigationDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setCursor(Qt.CursorShape.PointingHandCursor)
        for entry in entries:
            self._add(entry)
        self.list.currentItemChanged.connect(self._moved)
        self.list.activated.connect(lambda *_: self.entered.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(em(0.6), em(0.9), em(0.6), em(0.8))
        column.setSpacing(em(0.9))
        column.addLayout(self._brand(identity))
        column.addWidget(self.list, 1)
        column.addLayout(_agent(identity))
        theme().changed.connect(self._draw_mark)

    def select(self, code: str) -> None:
        """Mark a screen as the current one."""
        if (item := self._item(code)) is not None:
            self.list.setCurrentItem(item)

    def show_badge(self, code: str, count: int) -> None:
        """Write how much waits in a screen; nothing for zero."""
        if (item := self._item(code)) is not None:
            item.setData(BADGE, count)
            title = item.text()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {number(count)} en attente" if count else title)

    def badge(self, code: str) -> int:
        """Give how much waits in a screen."""
        item = self._item(code)
        return int(item.data(BADGE) or 0) if item is not None else 0

    def _add(self, entry: Entry) -> None:
        item = QListWidgetItem(entry.title)
        item.setData(CODE, entry.code)
        item.setData(ICON, entry.icon)
        item.setToolTip(entry.tip)
        self.list.addItem(item)

    def _brand(self, identity: Identity) -> QHBoxLayout:
        self._mark = PlainLabel()
        name, town = PlainLabel("Marelle"), PlainLabel(f"Régie de {identity.town}")
        name.setObjectName("brand")
        town.setObjectName("town")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(town)
        row = QHBoxLayout()
        row.setContentsMargins(em(0.4), 0, 0, 0)
        row.setSpacing(em(0.55))
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        self._draw_mark()
        return row

    def _draw_mark(self) -> None:
        self._mark.setPixmap(pixmap("logo", theme().colour("accent_ink"), em(2.2), self.devicePixelRatioF()))

    def _item(self, code: str) -> QListWidgetItem | None:
        items = (self.list.item(at) for at in range(self.list.count()))
        return next((item for item in items if item.data(CODE) == code), None)

    def _moved(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(CODE))


class NavigationDelegate(QStyledItemDelegate):
    """Draws an icon, a name, and how much waits."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002  Qt's signature
        return QSize(em(8), em(HIGH))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme()
        flags = QStyle.StateFlag
        current, hovered = bool(option.state & flags.State_Selected), bool(option.state & flags.State_MouseOver)
        focused = current and bool(option.state & flags.State_HasFocus)
        room: QRect = option.rect.adjusted(1, em(0.1), -1, -em(0.1))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("accent_ink"), 2) if focused else Qt.PenStyle.NoPen)
        if current or hovered:
            painter.setBrush(look.colour("soft" if current else "hover"))
            painter.drawRoundedRect(room, em(0.4), em(0.4))
        side = em(SIDE)
        at = QRect(room.left() + em(0.6), room.center().y() - side // 2, side, side)
        icon(index.data(ICON), "accent_ink" if current else "muted").paint(painter, at)
        font = QFont(option.font)
        font.setBold(current)
        painter.setFont(font)
        painter.setPen(look.colour("soft_ink" if current else "ink"))
        words = room.adjusted(side + em(1.2), 0, -em(0.5) - self._badge(painter, room, index), 0)
        title = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()

    @staticmethod
    def _badge(painter: QPainter, room: QRect, index: QModelIndex | QPersistentModelIndex) -> int:
        if not (count := index.data(BADGE)):
            return 0
        text, high = number(count), em(1.2)
        wide = max(high, painter.fontMetrics().horizontalAdvance(text) + em(0.6))
        pill = QRect(room.right() - em(0.5) - wide, room.center().y() - high // 2 + 1, wide, high)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent"))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        painter.setPen(theme().colour("on_accent"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
        return wide


def _agent(identity: Identity) -> QHBoxLayout:
    initials, name, role = (
        PlainLabel(identity.initials),
        PlainLabel(identity.agent_name),
        PlainLabel(identity.agent_role),
    )
    initials.setObjectName("initials")
    initials.setFixedSize(em(1.9), em(1.9))
    initials.setAlignment(Qt.AlignmentFlag.AlignCenter)
    name.setObjectName("agentName")
    role.setObjectName("agentRole")
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(name)
    words.addWidget(role)
    row = QHBoxLayout()
    row.setContentsMargins(em(0.4), 0, 0, 0)
    row.setSpacing(em(0.55))
    row.addWidget(initials)
    row.addLayout(words, 1)
    return row
