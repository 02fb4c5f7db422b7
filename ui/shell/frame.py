"""What surrounds a screen: navigation, title, banners, and the sign that work is under way."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from ui.common.label import PlainLabel
from ui.shell.banners import Banners
from ui.shell.navigation import Navigation
from ui.shell.theme import em

BUSY_AFTER_MS = 300


class Frame(QWidget):
    """The navigation on the left; on the right a title, what there is to say, and the screen."""

    def __init__(self, navigation: Navigation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel()
        self.title.setObjectName("screenTitle")
        self.banners = Banners(navigation.list)
        self.stack = QStackedWidget()
        header = QWidget()
        header.setObjectName("header")
        titled = QHBoxLayout(header)
        titled.setContentsMargins(em(1.2), em(0.9), em(1.2), em(0.7))
        titled.addWidget(self.title, 1)
        column = QVBoxLayout()
        column.setSpacing(em(0.3))
        for widget in (header, self.banners):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(navigation)
        across.addLayout(column, 1)


class Working(QProgressBar):
    """Moves while some screen waits for an answer that lasts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy: set[str] = set()
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.setAccessibleName("Travail en cours")
        self.setFixedWidth(em(6))
        self.hide()
        self._timer = QTimer(self, interval=BUSY_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self.show)

    def show_busy(self, code: str, busy: bool) -> None:  # noqa: FBT001  a signal's value
        """Say that a screen waits, or waits no more."""
        (self._busy.add if busy else self._busy.discard)(code)
        if not self._busy:
            self._timer.stop()
            self.hide()
        elif not self._timer.isActive() and self.isHidden():
            self._timer.start()
