"""Small pieces that the cards of a file share."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import StatePill, row_of
from ui.shell.theme import State, em, theme

SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class Mark(StatePill):
    """A pill whose icon says what it is about."""

    def __init__(self, text: str, state: State, about: str) -> None:
        self._about = about
        super().__init__(text, state)

    def _draw(self) -> None:
        self._icon.setPixmap(pixmap(self._about, theme().ink(self._state), em(0.9), self.devicePixelRatioF()))


def sentence(text: str) -> QLabel:
    """Write a few words that wrap, and that can be copied."""
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(SELECTABLE)
    return label


def beside(told: QWidget, act: QWidget) -> QWidget:
    """Put a button beside what it changes, which takes the room."""
    box = row_of(told, act)
    layout = box.layout()
    assert isinstance(layout, QBoxLayout), "a row is one"
    layout.setStretchFactor(told, 1)
    return box
