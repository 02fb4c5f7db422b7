"""The shape of the widgets: a style sheet written from named colours and from the height of a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QFontMetrics

SHEET = Path(__file__).with_name("marelle.qss")
MARKS = {
    "down": ("muted", "m5.500 9 6.500 6.500L18.500 9", 2.5),
    "up": ("muted", "M5.500 15 12 8.500l6.500 6.500", 2.5),
    "left": ("muted", "m14.500 5.500-6.500 6.500 6.500 6.500", 2.5),
    "right": ("muted", "m9.500 5.500 6.500 6.500-6.500 6.500", 2.5),
    "check": ("on_accent", "m5 12.600 4.600 4.600L19.300 7.300", 3.2),
    "partial": ("on_accent", "M5.500 12h13", 3.2),
    "radio": ("on_accent", "M12 11.500v1", 8.0),
}


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths in pixels, all counted from the font: nothing is fixed when the screen grows."""

    em: int

    @classmethod
    def of(cls, metrics: QFontMetrics) -> "Measures":
        """Measure with a font."""
        return cls(metrics.height())

    def names(self) -> dict[str, str]:
        """Give each length its name in the sheet."""
        steps = {
            "hair": 0.06,
            "xs": 0.15,
            "s": 0.28,
            "m": 0.42,
            "l": 0.65,
            "xl": 0.95,
            "radius": 0.38,
            "card": 0.6,
            "box": 0.95,
            "bar": 0.62,
            "grip": 1.6,
            "field": 1.45,
            "arrow": 1.5,
            "glyph": 0.75,
            "cell": 0.6,
        }
        return {name: f"{max(1, round(self.em * step))}px" for name, step in steps.items()}


@cache
def _folder() -> QTemporaryDir:
    return QTemporaryDir()


def marks(colours: Mapping[str, str]) -> dict[str, str]:
    """Draw the small marks that a style sheet can only take from files; give their paths."""
    paths = {}
    for name, (role, line, width) in MARKS.items():
        colour = colours[role]
        path = Path(_folder().path()) / f"{name}-{colour.removeprefix('#')}.svg"
        if not path.exists():
            path.write_text(
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" '
                f'stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">'
                f'<path d="{line}"/></svg>',
                encoding="utf-8",
            )
        paths[f"mark_{name}"] = path.as_posix()
    return paths


def stylesheet(colours: Mapping[str, str], measures: Measures) -> str:
    """Write the sheet of the whole application from colours by name."""
    return Template(SHEET.read_text(encoding="utf-8")).substitute(colours, **measures.names(), **marks(colours))
