"""The drawn icons, in the colours of the theme."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol
from weakref import ref

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.shell.theme import STATE_ICONS, State, em, theme

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
SIZES = (16, 20, 24, 32, 40, 48, 64, 96)


class Dressed(Protocol):
    """What carries an icon: an action, a button."""

    def setIcon(self, icon: QIcon, /) -> None: ...


@cache
def _drawing(name: str) -> bytes:
    return (FOLDER / f"{name}.svg").read_bytes()


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """Draw an icon in one colour, `size` pixels wide on the screen's own scale."""
    drawing = _drawing(name).replace(b"currentColor", colour.name().encode())
    real = round(size * ratio)
    image = QPixmap(real, real)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, real, real))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def _icon(name: str, normal: str, disabled: str, selected: str) -> QIcon:
    icon = QIcon()
    for size in SIZES:
        for colour, mode in (
            (normal, QIcon.Mode.Normal),
            (disabled, QIcon.Mode.Disabled),
            (selected, QIcon.Mode.Selected),
        ):
            icon.addPixmap(pixmap(name, QColor(colour), size), mode)
    return icon


def icon(name: str, colour: str = "ink") -> QIcon:
    """Give an icon in a colour of the theme; `dress` instead where it stays on screen."""
    named = theme().colours.names()
    return _icon(name, named[colour], named["outline"], named[colour])


def state_icon(state: State) -> QIcon:
    """Give the icon of a state, in its colour."""
    ink = theme().colours.states[state][0]
    return _icon(STATE_ICONS[state], ink, ink, ink)


def dress(target: Dressed, name: str, colour: str = "ink") -> None:
    """Give `target` an icon, and give it again when the theme changes."""
    _keep_dressed(target, lambda: icon(name, colour))


def dress_state(target: Dressed, state: State) -> None:
    """Give `target` the icon of a state, and give it again when the theme changes."""
    _keep_dressed(target, lambda: state_icon(state))


def square(size: float = 1.3) -> QSize:
    """Give an icon's size counted in letters."""
    return QSize(em(size), em(size))


def _keep_dressed(target: Dressed, make: Callable[[], QIcon]) -> None:
    look, kept = theme(), ref(target)

    def again() -> None:
        worn = kept()
        if isinstance(worn, QObject) and shiboken6.isValid(worn):
            worn.setIcon(make())
        else:
            look.changed.disconnect(again)

    look.changed.connect(again)
    again()
