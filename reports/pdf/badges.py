"""The pictograms of a roll call: each has its own shape and its own letters, so that it reads without colour."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.pdf.page import INK, WHITE, Paper, Style
from reports.pdf.typeface import BOLD, advance

HEIGHT = 10.5
LETTERS = Style(BOLD, 6.8, 8, INK)
LETTERS_ON_INK = Style(BOLD, 6.8, 8, WHITE)

Point = tuple[float, float]
Outline = Callable[[float, float, float], list[Point]]


def _rectangle(x: float, y: float, x2: float) -> list[Point]:
    return [(x, y), (x2, y), (x2, y + HEIGHT), (x, y + HEIGHT)]


def _octagon(x: float, y: float, x2: float) -> list[Point]:
    cut, end = HEIGHT * 0.3, y + HEIGHT
    upper = [(x, y + cut), (x + cut, y), (x2 - cut, y), (x2, y + cut)]
    return [*upper, (x2, end - cut), (x2 - cut, end), (x + cut, end), (x, end - cut)]


def _lozenge(x: float, y: float, x2: float) -> list[Point]:
    half, point = HEIGHT / 2, HEIGHT * 0.36
    return [
        (x, y + half),
        (x + point, y),
        (x2 - point, y),
        (x2, y + half),
        (x2 - point, y + HEIGHT),
        (x + point, y + HEIGHT),
    ]


def _arrow(x: float, y: float, x2: float) -> list[Point]:
    point = HEIGHT * 0.5
    return [(x, y), (x2 - point, y), (x2, y + HEIGHT / 2), (x2 - point, y + HEIGHT), (x, y + HEIGHT)]


def _plate(x: float, y: float, x2: float) -> list[Point]:
    """Round both ends, as a plate seen from above."""
    bulge = HEIGHT * 0.28
    steps = ((0.0, 0.0), (0.62, 0.12), (0.93, 0.32), (1.0, 0.5), (0.93, 0.68), (0.62, 0.88), (0.0, 1.0))
    right = [(x2 - bulge + bulge * across, y + HEIGHT * down) for across, down in steps]
    left = [(x + bulge - bulge * across, y + HEIGHT * down) for across, down in reversed(steps)]
    return right + left


@dataclass(frozen=True, slots=True)
class Badge:
    """A pictogram: its letters, its shape, what the legend says of it."""

    letters: str
    meaning: str
    outline: Outline
    filled: bool = False
    margin: float = 4.5

    @property
    def width(self) -> float:
        return advance(self.letters, BOLD) * LETTERS.size + 2 * self.margin

    def draw(self, paper: Paper, x: float, y: float) -> float:
        """Draw the badge from its top left corner, and give the place of the next one."""
        end = x + self.width
        paper.polygon(self.outline(x, y, end), filled=self.filled)
        style = LETTERS_ON_INK if self.filled else LETTERS
        paper.text(x + self.margin, y + HEIGHT / 2 + LETTERS.size * 0.36, self.letters, style)
        return end + 3


PAI = Badge("PAI", "projet d'accueil individualisé", _rectangle, filled=True)
ALLERGY = Badge("ALL", "allergie", _lozenge, margin=5.5)
DIET = Badge("RÉG", "régime alimentaire", _plate)
ALONE = Badge("SEUL", "part seul(e)", _arrow, margin=5.2)
FORBIDDEN = Badge("STOP", "une personne n'est pas autorisée à venir chercher l'enfant", _octagon, filled=True, margin=5)
BADGES = (PAI, ALLERGY, DIET, ALONE, FORBIDDEN)
