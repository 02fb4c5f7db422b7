"""Words on a screen: what a family types is shown as it is, never read as HTML."""

from html import escape

from PySide6.QtGui import Qt  # the whole of it: QtCore has no mightBeRichText
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label that shows its text as it is: Qt's own guesses whether it is HTML, links and pictures included."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def plain_tip(text: str) -> str:
    """Give a tooltip that shows a text as it is: tooltips too guess, and know no other way to be told."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if Qt.mightBeRichText(text) else text
