"""What a panel shows while nothing is chosen: a quiet picture and a sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import hint
from ui.shell.theme import em, theme


class Blank(QWidget):
    """An icon above a sentence, in the middle; without a sentence, nothing."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon, self._picture, self._sentence = icon, PlainLabel(), hint()
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (self._picture, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(2)
        theme().changed.connect(self._draw)
        self._draw()

    def say(self, sentence: str) -> None:
        """Write the sentence."""
        self._sentence.setText(sentence)
        self._picture.setVisible(bool(sentence))

    def text(self) -> str:
        """Read the sentence."""
        return self._sentence.text()

    def _draw(self) -> None:
        self._picture.setPixmap(pixmap(self._icon, theme().colour("border"), em(2.6), self.devicePixelRatioF()))
