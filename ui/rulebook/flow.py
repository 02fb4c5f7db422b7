"""Fields side by side, that go on to the next line when the window is narrow."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from ui.shell.theme import em

GAP_EM, LINE_EM = 0.5, 0.4


class FlowLayout(QLayout):
    """Fills lines from left to right; what is hidden takes no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = list(self._lines(width))
        return sum(_height(line) for line in lines) + em(LINE_EM) * max(len(lines) - 1, 0)

    def minimumSize(self) -> QSize:
        wide = max((item.minimumSize().width() for item in self._items if not item.isEmpty()), default=0)
        return QSize(wide, 0)

    def sizeHint(self) -> QSize:
        items = [item for item in self._items if not item.isEmpty()]
        wide = sum(item.sizeHint().width() for item in items) + em(GAP_EM) * max(len(items) - 1, 0)
        return QSize(wide, _height(items))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        top = rect.top()
        for line in self._lines(rect.width()):
            left, high = rect.left(), _height(line)
            for item in line:
                size = item.sizeHint()
                item.setGeometry(QRect(QPoint(left, top + (high - size.height()) // 2), size))
                left += size.width() + em(GAP_EM)
            top += high + em(LINE_EM)

    def _lines(self, width: int) -> Iterator[list[QLayoutItem]]:
        line: list[QLayoutItem] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if line and used + wide > width:
                yield line
                line, used = [], 0
            line.append(item)
            used += wide + em(GAP_EM)
        if line:
            yield line


def flow_of(*widgets: QWidget) -> QWidget:
    """Put widgets in a flow."""
    box = QWidget()
    layout = FlowLayout(box)
    for widget in widgets:
        layout.addWidget(widget)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    box.setSizePolicy(policy)
    return box


def _height(line: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in line), default=0)
