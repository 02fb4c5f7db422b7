"""A page of a screen that has several: what it has to say, the screen says."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.common.over import OverScreen
from ui.common.screen import Screen
from ui.shell.theme import em


class Pane(OverScreen, QWidget):
    """Fills a tab; add widgets to `column`."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, em(0.6), 0, 0)
        self.column.setSpacing(em(0.5))
