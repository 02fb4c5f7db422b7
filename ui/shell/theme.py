"""Colours, sizes and the style of the windows: the only place that writes a colour."""

from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.shell.stylesheet import Measures, stylesheet

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
SYSTEM_FONT, OWN_FONT = "Segoe UI", "Noto Sans"
POINT_SIZE = 10.0


class State(StrEnum):
    """How things stand; each has two colours and an icon, and is always written in words too."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATE = "late"
    INFO = "info"
    NEUTRAL = "neutral"


STATE_ICONS = {
    State.WAITING: "clock",
    State.ACCEPTED: "check",
    State.REFUSED: "cross",
    State.LATE: "late",
    State.INFO: "info",
    State.NEUTRAL: "dot",
}


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme: `ink` is read on `paper`, each state is an (ink, paper) pair."""

    window: str  # behind everything
    panel: str  # the navigation
    surface: str  # cards, tables, fields
    hover: str
    border: str  # decoration
    outline: str  # the edge of what can be filled or pressed
    ink: str
    muted: str
    accent: str  # filled buttons
    on_accent: str
    accent_hover: str
    accent_ink: str  # links, focus, the current screen
    soft: str  # selection
    soft_ink: str
    states: dict[State, tuple[str, str]]

    def names(self) -> dict[str, str]:
        """Give every colour by its name, those of the states as waiting_ink and waiting_paper."""
        plain = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "states"}
        inks = {f"{state}_ink": ink for state, (ink, _) in self.states.items()}
        return plain | inks | {f"{state}_paper": paper for state, (_, paper) in self.states.items()}


LIGHT = Colours(
    window="#f6f7fb",
    panel="#eceff7",
    surface="#ffffff",
    hover="#f0f2f9",
    border="#dce0eb",
    outline="#858ea3",
    ink="#1b2032",
    muted="#565e75",
    accent="#3b4fc2",
    on_accent="#ffffff",
    accent_hover="#3143a8",
    accent_ink="#3447b4",
    soft="#dde3fb",
    soft_ink="#1e2c84",
    states={
        State.WAITING: ("#744800", "#fdf0d2"),
        State.ACCEPTED: ("#17603c", "#dcf3e5"),
        State.REFUSED: ("#9c2036", "#fce5e8"),
        State.LATE: ("#8a380a", "#ffe8da"),
        State.INFO: ("#17557f", "#dff0fb"),
        State.NEUTRAL: ("#4a5167", "#e9ecf3"),
    },
)
DARK = Colours(
    window="#14161e",
    panel="#101219",
    surface="#1c1f2a",
    hover="#242836",
    border="#2f3443",
    outline="#767e94",
    ink="#e9ebf4",
    muted="#a6adc0",
    accent="#5166d8",
    on_accent="#ffffff",
    accent_hover="#4559c8",
    accent_ink="#aab6ff",
    soft="#2c335c",
    soft_ink="#dce1ff",
    states={
        State.WAITING: ("#f4c76d", "#3b2f15"),
        State.ACCEPTED: ("#83d8a8", "#173627"),
        State.REFUSED: ("#ffa0ad", "#43212b"),
        State.LATE: ("#ffb489", "#40291b"),
        State.INFO: ("#90caf6", "#18334b"),
        State.NEUTRAL: ("#bdc3d4", "#2b2f3c"),
    },
)


_themes: list["Theme"] = []


class Scheme(StrEnum):
    """What the agent chose: follow the system, or one of the two."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The look in force: asked for its colours, and telling when they change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colours = LIGHT
        self._sheeted: tuple[Colours, int] | None = None

    @property
    def dark(self) -> bool:
        """Tell whether the dark scheme is in force."""
        return self.colours is DARK

    def colour(self, name: str) -> QColor:
        """Give a colour by its name in `Colours`."""
        return QColor(getattr(self.colours, name))

    def ink(self, state: State) -> QColor:
        """Give the colour in which a state is written."""
        return QColor(self.colours.states[state][0])

    def paper(self, state: State) -> QColor:
        """Give the colour behind a state."""
        return QColor(self.colours.states[state][1])

    def install(self, app: QApplication, scheme: Scheme = Scheme.SYSTEM) -> None:
        """Dress the application, and follow the system from now on."""
        app.setStyle(QStyleFactory.create("fusion"))
        app.setFont(_font())
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self.choose(scheme)

    def choose(self, scheme: Scheme) -> None:
        """Take the light or the dark scheme, or let the system say."""
        wished = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}
        QApplication.styleHints().setColorScheme(wished.get(scheme, Qt.ColorScheme.Unknown))
        forced = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}.get(scheme)
        self._dress(forced or _system_colours())

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        self._dress(DARK if scheme is Qt.ColorScheme.Dark else LIGHT)

    def _dress(self, colours: Colours) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        measures = Measures.of(QFontMetrics(app.font()))
        if self._sheeted == (colours, measures.em):
            return
        self._sheeted, self.colours = (colours, measures.em), colours
        app.setPalette(palette_of(colours))
        app.setStyleSheet(stylesheet(colours.names(), measures))
        self.changed.emit()


def theme() -> Theme:
    """Give the theme of the running application."""
    if not _themes or not shiboken6.isValid(_themes[0]):
        _themes[:] = [Theme(QApplication.instance())]
    return _themes[0]


def em(count: float = 1.0) -> int:
    """Give a length in pixels, counted in heights of the application's font."""
    return max(1, round(QFontMetrics(QApplication.font()).height() * count))


def palette_of(colours: Colours) -> QPalette:
    """Give Qt's palette for a scheme."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, name in (
        (roles.Window, colours.window),
        (roles.WindowText, colours.ink),
        (roles.Base, colours.surface),
        (roles.AlternateBase, colours.hover),
        (roles.Text, colours.ink),
        (roles.Button, colours.surface),
        (roles.ButtonText, colours.ink),
        (roles.BrightText, colours.on_accent),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.PlaceholderText, colours.muted),
        (roles.Link, colours.accent_ink),
        (roles.LinkVisited, colours.accent_ink),
        (roles.ToolTipBase, colours.ink),
        (roles.ToolTipText, colours.surface),
        (roles.Light, colours.surface),
        (roles.Midlight, colours.hover),
        (roles.Mid, colours.border),
        (roles.Dark, colours.outline),
        (roles.Shadow, colours.border),
    ):
        palette.setColor(role, QColor(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.outline))
    return palette


def contrast(ink: str | QColor, paper: str | QColor) -> float:
    """Give the WCAG contrast ratio between two colours."""
    light, dark = sorted((_luminance(QColor(ink)), _luminance(QColor(paper))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _system_colours() -> Colours:
    return DARK if QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def _font() -> QFont:
    if SYSTEM_FONT in QFontDatabase.families():
        return QFont(SYSTEM_FONT, int(POINT_SIZE))
    for file in sorted(FONTS.glob("NotoSans-*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont(OWN_FONT)
    font.setPointSizeF(POINT_SIZE)
    return font
