"""What every paper of the régie bears: who writes, the fold, the foot of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.pdf.page import ACCENT, HAIR, HEADING, INK, MM, NOTE, SMALL, Paper, Style, fit
from reports.pdf.typeface import BOLD, REGULAR
from resources.french import NARROW

LEFT, RIGHT = 18 * MM, 192 * MM  # of a sheet of A4
HEAD_FEET = 17 * MM
WINDOW_LEFT = 110 * MM  # where a French DL envelope has its window
WINDOW_FEET, WINDOW_LINES = 60 * MM, 6
ADDRESSEE = Style(REGULAR, 10.5, 13.5)
COMMUNE = Style(BOLD, 13, 17, ACCENT)
SENDER = Style(BOLD, 9.5, 12.5, INK)


@dataclass(frozen=True, slots=True)
class RegieDocument:
    """The régie that writes: its name, its commune, how to reach it."""

    commune: str
    siret: str
    name: str
    address: tuple[str, ...]
    phone: str = ""
    email: str = ""

    @property
    def full_name(self) -> str:
        """Name the régie and whose it is."""
        return f"{self.commune} — {self.name}"

    @property
    def contact(self) -> str:
        """Say in one line how to reach the régie."""
        return " · ".join(part for part in (self.name, self.phone, self.email) if part)


def draw_letterhead(paper: Paper, x: float, regie: RegieDocument, width: float) -> None:
    """Write who sends, from the top left corner."""
    y = HEAD_FEET
    with paper.tag("P"):
        paper.text(x, y, *fit(regie.commune, COMMUNE, width))
        y += COMMUNE.leading
        paper.text(x, y, *fit(regie.name, SENDER, width))
        y += SENDER.leading
        reach = " · ".join(part for part in (regie.phone, regie.email) if part)
        for line in (*regie.address, reach, siret(regie.siret)):
            if line:
                paper.text(x, y, *fit(line, NOTE, width))
                y += NOTE.leading


def siret(digits: str) -> str:
    """Write a SIRET as it is read: « SIRET 218 801 147 00012 »."""
    if not digits:
        return ""
    bare = "".join(digits.split())
    return "SIRET " + NARROW.join((bare[:3], bare[3:6], bare[6:9], bare[9:]))


def draw_addressee(paper: Paper, lines: Sequence[str]) -> None:
    """Write to whom, so that the window of the envelope shows it."""
    said = [line for line in lines if line]
    y = WINDOW_FEET - max(0, len(said) - WINDOW_LINES) * ADDRESSEE.leading
    with paper.tag("P"):
        for line in said:
            paper.text(WINDOW_LEFT, y, *fit(line, ADDRESSEE, RIGHT - WINDOW_LEFT))
            y += ADDRESSEE.leading


def draw_folds(paper: Paper) -> None:
    """Mark where a letter folds in three for a window envelope."""
    for third in (1, 2):
        paper.rule(5 * MM, paper.height * third / 3, 8 * MM, weight=0.5, colour=HAIR)


def draw_foot(paper: Paper, left: float, right: float, words: str, *, page: tuple[int, int]) -> None:
    """Write the foot of a page: whom to ask, and which page of how many."""
    y = paper.height - 9 * MM
    with paper.ornament():
        paper.rule(left, y - 11, right)
        paper.text(left, y, *fit(words, NOTE, right - left - 25 * MM))
        paper.text_right(right, y, f"Page {page[0]}/{page[1]}", NOTE)


def draw_recall(paper: Paper, left: float, right: float, start: str, end: str) -> None:
    """Recall the document at the head of a further page."""
    y = 15 * MM
    with paper.ornament():
        paper.text(left, y, *fit(start, HEADING, (right - left) * 0.6))
        paper.text_right(right, y, *fit(end, SMALL, (right - left) * 0.38))
        paper.rule(left, y + 6, right)
