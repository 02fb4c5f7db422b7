"""What the window has to say, above the screen and out of the way."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import button, icon_button
from ui.shell.theme import STATE_ICONS, State, em, theme

LEAVES_AFTER_MS = 8_000
AT_MOST = 3
STAYS = frozenset({State.REFUSED, State.LATE, State.WAITING})
BANNER_ICONS = STATE_ICONS | {State.LATE: "warning", State.REFUSED: "warning", State.WAITING: "warning"}


class Banner(QFrame):
    """One sentence in the colours of a state; it may be retried, and closed."""

    def __init__(self, sentence: str, state: State, retry: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.sentence, self.state = sentence, state
        self.setProperty("state", state.value)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon = PlainLabel()
        told = PlainLabel(sentence)
        told.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(0.8), em(0.3), em(0.4), em(0.3))
        row.setSpacing(em(0.6))
        row.addWidget(self._icon)
        row.addWidget(told, 1)
        self.retry = button("&Réessayer", lambda: self._again(retry), icon="refresh")
        self.retry.setVisible(retry is not None)
        self.close_button = icon_button("cross", "Fermer ce message", self.leave)
        row.addWidget(self.retry)
        row.addWidget(self.close_button)
        theme().changed.connect(self._draw)
        self._draw()
        if state not in STAYS:
            QTimer.singleShot(LEAVES_AFTER_MS, self, self._leave_unless_read)

    def leave(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()

    def _leave_unless_read(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            QTimer.singleShot(LEAVES_AFTER_MS, self, self._leave_unless_read)
        else:
            self.leave()

    def _again(self, retry: Callable[[], None] | None) -> None:
        self.leave()
        if retry is not None:
            retry()

    def _draw(self) -> None:
        ink = theme().ink(self.state)
        self._icon.setPixmap(pixmap(BANNER_ICONS[self.state], ink, em(1.15), self.devicePixelRatioF()))


class Banners(QWidget):
    """The few newest sentences, the last on top; the same one is never said twice."""

    def __init__(self, after: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._after = after  # Tab comes here from there
        self.setAccessibleName("Messages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(em(1.2), 0, em(1.2), 0)
        self._column.setSpacing(em(0.3))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_sentence(
        self, sentence: str, state: State = State.INFO, retry: Callable[[], None] | None = None
    ) -> Banner:
        """Say a sentence; refusals and failures stay until closed."""
        for old in self.banners():
            if old.sentence == sentence or (state not in STAYS and old.state not in STAYS):
                old.leave()
        for old in self.banners()[AT_MOST - 1 :]:
            old.leave()
        banner = Banner(sentence, state, retry)
        self._column.insertWidget(0, banner)
        banner.installEventFilter(self)
        QWidget.setTabOrder(self._after, banner.retry)
        QWidget.setTabOrder(banner.retry, banner.close_button)
        self.show()
        banner.show()
        QAccessible.updateAccessibility(QAccessibleEvent(banner, QAccessible.Event.Alert))
        return banner

    def banners(self) -> list[Banner]:
        """Give what is being said, the newest first."""
        items = (self._column.itemAt(at) for at in range(self._column.count()))
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, Banner) and not widget.isHidden()]

    def clear(self) -> None:
        """Take back what was said of a screen that is left."""
        for banner in self.banners():
            banner.leave()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and isinstance(watched, Banner) and not self.banners():
            self.hide()
        return False
