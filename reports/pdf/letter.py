"""A letter of the régie: window envelope, paragraphs, a table that goes over pages, boxes that stay whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.pdf.letterhead import (
    LEFT,
    RIGHT,
    WINDOW_LEFT,
    RegieDocument,
    draw_addressee,
    draw_folds,
    draw_foot,
    draw_letterhead,
    draw_recall,
)
from reports.pdf.page import (
    A4_PORTRAIT,
    ACCENT,
    HAIR,
    MM,
    NOTE,
    SMALL,
    STRONG,
    TITLE,
    ZEBRA,
    Metadata,
    Paper,
    Style,
    fit,
    wrap,
)
from reports.pdf.typeface import BOLD, REGULAR
from resources import french

WIDTH = RIGHT - LEFT
FIRST_TOP, NEXT_TOP, BOTTOM = 100 * MM, 24 * MM, 279 * MM
BODY = Style(REGULAR, 10, 14)
CELL = Style(REGULAR, 9, 12)
HEAD_CELL = Style(BOLD, 8.5, 11, ACCENT)
TOTAL = Style(BOLD, 11, 14, ACCENT)
PADDING, ROW_HEIGHT, HEAD_HEIGHT, TOTAL_HEIGHT = 2.5 * MM, 16.5, 18, 24


@dataclass(frozen=True, slots=True)
class Head:
    """What begins a letter: who writes, to whom, when, about what, and the lines of its summary."""

    regie: RegieDocument
    addressee: tuple[str, ...]
    made_on: date
    title: str
    subject: str
    summary: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the letter's table: its head, its share of the width in millimetres, its side."""

    head: str
    width: float
    to_right: bool = False


class Letter:
    """A letter being written from the top; it goes to a further page by itself."""

    def __init__(self, head: Head, pages: int) -> None:
        self._head, self._pages = head, pages
        city = head.regie.address[-1] if head.regie.address else head.regie.commune
        about = Metadata(f"{head.title} — {city}", head.regie.full_name, head.subject, head.made_on)
        self._paper = Paper(A4_PORTRAIT, about)
        self._y = FIRST_TOP
        self.rank = 1
        self._draw_head()

    def paragraph(self, words: str, style: Style = BODY, *, after: float = 6) -> None:
        """Write a paragraph; a long one is not cut between two pages."""
        height = len(wrap(words, style, WIDTH)) * style.leading
        self._room(height)
        self._paper.paragraph(LEFT, self._y + style.size, words, style, width=WIDTH)
        self._y += height + after

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], total: tuple[str, str]) -> None:
        """Write a table and its total, its head again on each page."""
        edges = _edges(columns)
        self._room(HEAD_HEIGHT + ROW_HEIGHT + TOTAL_HEIGHT)
        table = self._paper.tag("Table")
        with table:
            self._draw_table_head(columns, edges)
        for at, row in enumerate(rows):
            needed = ROW_HEIGHT + (TOTAL_HEIGHT if at == len(rows) - 1 else 0)
            if self._room(needed):
                with self._paper.ornament():
                    self._draw_table_head(columns, edges)
            with table:
                self._draw_row(columns, edges, row, shaded=bool(at % 2))
        with table:
            self._draw_total(total, span=len(columns) - 1)

    def box(self, title: str, sentences: Sequence[str]) -> None:
        """Frame a title and its sentences, whole on one page."""
        inside = WIDTH - 2 * PADDING
        height = 28 + sum(len(wrap(one, SMALL, inside)) * SMALL.leading + 2 for one in sentences)
        self._room(height)
        top = self._y
        self._paper.frame(LEFT, top, WIDTH, height, weight=0.6, colour=HAIR)
        with self._paper.tag("H2"):
            self._paper.text(LEFT + PADDING, top + 15, *fit(title, STRONG, inside))
        y = top + 30
        for sentence in sentences:
            y = self._paper.paragraph(LEFT + PADDING, y, sentence, SMALL, width=inside) + 2
        self._y = top + height + 10

    def space(self, height: float) -> None:
        """Leave some room."""
        self._y += height

    def signature(self, lines: Sequence[str]) -> None:
        """Sign on the right."""
        self._room(len(lines) * BODY.leading + 6)
        with self._paper.tag("P"):
            self._paper.lines(WINDOW_LEFT, self._y + 12, lines, BODY)
        self._y += len(lines) * BODY.leading + 12

    def to_bytes(self) -> bytes:
        """Close the letter."""
        self._end_page()
        return self._paper.to_bytes()

    def _room(self, height: float) -> bool:
        """Go to the next page when what comes does not fit; tell whether it did."""
        if self._y + height <= BOTTOM or self._y <= NEXT_TOP:
            return False
        self._end_page()
        self.rank += 1
        draw_recall(self._paper, LEFT, RIGHT, self._head.title, " · ".join(self._head.addressee[:1]))
        self._y = NEXT_TOP
        return True

    def _end_page(self) -> None:
        draw_foot(self._paper, LEFT, RIGHT, self._head.regie.contact, page=(self.rank, max(self._pages, self.rank)))
        self._paper.end_page()

    def _draw_head(self) -> None:
        head, paper = self._head, self._paper
        draw_folds(paper)
        draw_letterhead(paper, LEFT, head.regie, WINDOW_LEFT - LEFT - 6 * MM)
        draw_addressee(paper, head.addressee)
        y = 54 * MM
        for label, value in head.summary:
            with paper.tag("P"):
                paper.text(LEFT, y, label, NOTE)
                paper.text(LEFT + 30 * MM, y, *fit(value, replace(SMALL, face=BOLD), 56 * MM))
            y += 12
        with paper.tag("H1"):
            paper.text(LEFT, 90 * MM, *fit(head.title, TITLE, WIDTH, 0.6))
        paper.rule(LEFT, 93 * MM, RIGHT, weight=0.9, colour=ACCENT)

    def _draw_table_head(self, columns: Sequence[Column], edges: Sequence[tuple[float, float]]) -> None:
        with self._paper.tag("TR"):
            for column, edge in zip(columns, edges, strict=True):
                with self._paper.tag("TH", scope="Column"):
                    self._draw_cell(column, edge, column.head, HEAD_CELL, 12)
        self._y += HEAD_HEIGHT
        self._paper.rule(LEFT, self._y - 2, RIGHT, weight=0.9, colour=ACCENT)

    def _draw_row(
        self, columns: Sequence[Column], edges: Sequence[tuple[float, float]], row: Sequence[str], *, shaded: bool
    ) -> None:
        if shaded:
            self._paper.fill(LEFT, self._y - 1, WIDTH, ROW_HEIGHT, ZEBRA)
        with self._paper.tag("TR"):
            for at, (column, edge, words) in enumerate(zip(columns, edges, row, strict=True)):
                with self._paper.tag("TD") if at else self._paper.tag("TH", scope="Row"):
                    self._draw_cell(column, edge, words, CELL, 11)
        self._y += ROW_HEIGHT

    def _draw_cell(self, column: Column, edge: tuple[float, float], words: str, style: Style, drop: float) -> None:
        left, right = edge
        shown, fitted = fit(words, style, right - left)
        if column.to_right:
            self._paper.text_right(right, self._y + drop, shown, fitted)
        else:
            self._paper.text(left, self._y + drop, shown, fitted)

    def _draw_total(self, total: tuple[str, str], span: int) -> None:
        self._paper.rule(LEFT, self._y + 1, RIGHT, weight=0.9, colour=ACCENT)
        with self._paper.tag("TR"):
            with self._paper.tag("TH", scope="Row", span=span):
                self._paper.text(LEFT + PADDING, self._y + 17, total[0], TOTAL)
            with self._paper.tag("TD"):
                self._paper.text_right(RIGHT - PADDING, self._y + 17, total[1], TOTAL)
        self._y += TOTAL_HEIGHT


def written(head: Head, write: Callable[[Letter], None]) -> bytes:
    """Write a letter, and once more when it needs further pages, so that each says how many there are."""
    pages = 1
    while True:
        letter = Letter(head, pages)
        write(letter)
        if letter.rank == pages:
            return letter.to_bytes()
        pages = letter.rank


def summary_of(made_on: date, *pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Give the lines above the title: the date, then what the letter is about."""
    return (("Date", french.long_date(made_on)), *(pair for pair in pairs if pair[1]))


def _edges(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Share the width out between the columns."""
    scale = WIDTH / sum(column.width for column in columns)
    edges, x = [], LEFT
    for column in columns:
        end = x + column.width * scale
        edges.append((x + PADDING, end - PADDING))
        x = end
    return edges
