"""A page of the rulebook's screen: what it has to say, the screen says."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.common.screen import Screen
from ui.shell.theme import State, em


class Pane(QWidget):
    """Fills a tab; add widgets to `column`."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, em(0.6), 0, 0)
        self.column.setSpacing(em(0.5))

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        self._screen.show_busy(busy)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        self._screen.say(sentence, state)

    def report(self, error: Exception, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        self._screen.report(error, retry=retry, unsaved=unsaved)
