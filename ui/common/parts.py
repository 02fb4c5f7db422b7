"""Small pieces every screen is made of: titles, cards, state pills, buttons."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from resources.french import euros
from ui.common.icons import dress, pixmap, square
from ui.common.label import PlainLabel
from ui.shell.theme import STATE_ICONS, State, em, theme


def heading(text: str, level: int = 2) -> QLabel:
    """Make a title; level 1 is a screen's, 2 a part's, 3 a group's."""
    return _label(text, f"h{level}")


def hint(text: str = "") -> QLabel:
    """Make a line of help, in the muted colour, on as many lines as it takes."""
    label = _label(text, "hint")
    label.setWordWrap(True)
    return label


def figure(text: str = "") -> QLabel:
    """Make a big number."""
    return _label(text, "figure")


def primary_button(text: str, pressed: Callable[[], object] | None = None, icon: str | None = None) -> QPushButton:
    """Make the one button of a screen that does what the agent came for."""
    made = button(text, pressed, look="primary")
    if icon:
        dress(made, icon, "on_accent")
    return made


def button(
    text: str, pressed: Callable[[], object] | None = None, *, icon: str | None = None, look: str = ""
) -> QPushButton:
    """Make a button; `look` is "", "primary", "danger" or "quiet"."""
    made = QPushButton(text)
    made.setProperty("look", look)
    made.setIconSize(square(1.0))
    if icon and look != "primary":
        dress(made, icon, "refused_ink" if look == "danger" else "ink")
    if pressed is not None:
        made.clicked.connect(lambda *_: pressed())
    return made


def icon_button(icon: str, name: str, pressed: Callable[[], object] | None = None) -> QToolButton:
    """Make a button that shows only an icon: its name is its tool tip and what a screen reader says."""
    made = QToolButton()
    made.setProperty("look", "quiet")
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setIconSize(square(1.1))
    dress(made, icon)
    if pressed is not None:
        made.clicked.connect(lambda *_: pressed())
    return made


class Card(QFrame):
    """A rounded sheet that groups what belongs together; add widgets to `column`."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(em(0.9), em(0.8), em(0.9), em(0.9))
        self.column.setSpacing(em(0.5))
        if title:
            self.column.addWidget(heading(title, level=3))


class FigureCard(Card):
    """A caption, what it counts, and the money."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.column.setContentsMargins(em(0.8), em(0.35), em(0.8), em(0.4))
        self.column.setSpacing(0)
        self.counted, self._caption = hint(caption), caption
        self.counted.setWordWrap(False)
        self.money = heading("—", 2)
        self.column.addWidget(self.counted)
        self.column.addWidget(self.money)

    def show_figure(self, count: str, cents: int) -> None:
        """Write them."""
        self.counted.setText(f"{self._caption} · {count}" if count else self._caption)
        self.money.setText(euros(cents))


class Page(QWidget):
    """A page of tabs, filled from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, em(0.6), 0, 0)
        self.column.setSpacing(em(0.6))


class StatePill(QFrame):
    """A state in its colours, with its icon and its words."""

    def __init__(self, text: str = "", state: State = State.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._text = PlainLabel(), PlainLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(em(0.4), em(0.12), em(0.5), em(0.12))
        row.setSpacing(em(0.3))
        row.addWidget(self._icon)
        row.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._draw)
        self.show_state(text, state)

    def show_state(self, text: str, state: State) -> None:
        """Say something else."""
        self._state = state
        self._text.setText(text)
        self.setProperty("state", state.value)
        repolish(self)
        self._draw()

    def text(self) -> str:
        return self._text.text()

    def _draw(self) -> None:
        ink = theme().ink(self._state)
        self._icon.setPixmap(pixmap(STATE_ICONS[self._state], ink, em(0.9), self.devicePixelRatioF()))


def scrolling(widget: QWidget) -> QScrollArea:
    """Let what may be taller than the window scroll, without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    widget.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area


def line() -> QFrame:
    """Make a thin horizontal separation."""
    made = QFrame()
    made.setProperty("look", "line")
    made.setFixedHeight(em(0.06))
    return made


def row_of(*widgets: QWidget, stretch_after: int | None = None, parent: QWidget | None = None) -> QWidget:
    """Put widgets side by side; the free room goes after the one numbered `stretch_after`."""
    box = QWidget(parent)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(em(0.5))
    for at, widget in enumerate(widgets):
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        if at == stretch_after:
            row.addStretch(1)
    return box


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property it reads has changed."""
    for one in (widget, *widget.findChildren(QWidget)):
        one.style().unpolish(one)
        one.style().polish(one)


def _label(text: str, look: str) -> QLabel:
    label = PlainLabel(text)
    label.setProperty("look", look)
    return label


class Notice(QFrame):
    """Sentences in the colours of a state, with its icon."""

    def __init__(self, sentences: list[str], state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("state", state.value)
        self._state, self._mark = state, PlainLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(em(0.7), em(0.5), em(0.7), em(0.5))
        row.setSpacing(em(0.6))
        column = QVBoxLayout()
        for sentence in sentences:
            told = PlainLabel(sentence)
            told.setWordWrap(True)
            column.addWidget(told)
        row.addWidget(self._mark)
        row.addLayout(column, 1)
        theme().changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        name = "warning" if self._state in {State.LATE, State.REFUSED} else STATE_ICONS[self._state]
        self._mark.setPixmap(pixmap(name, theme().ink(self._state), em(1.1), self.devicePixelRatioF()))


def beside(left: Sequence[QWidget], right: QWidget, widths: tuple[float, float]) -> QSplitter:
    """Put a list, under what chooses it, beside the file that it opens; widths in em, the least that both keep is fixed."""
    column_of = QWidget()
    column = QVBoxLayout(column_of)
    column.setContentsMargins(0, 0, em(0.3), 0)
    column.setSpacing(em(0.5))
    for widget in left:
        column.addWidget(widget, int(widget is left[-1]))
    both = QSplitter()
    both.setChildrenCollapsible(False)
    both.setHandleWidth(em(0.5))
    for widget, share in ((column_of, 2), (right, 3)):
        both.addWidget(widget)
        both.setStretchFactor(both.count() - 1, share)
    column_of.setMinimumWidth(em(16))
    right.setMinimumWidth(em(25))
    both.setSizes([em(width) for width in widths])
    return both
