"""The papers of the régie's books: who writes, what it is, a sum, tables that go on from page to page, signatures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from reports.pdf.letterhead import HEAD_FEET, LEFT, RIGHT, RegieDocument, draw_foot, draw_letterhead, draw_recall
from reports.pdf.page import (
    A4_PORTRAIT,
    ACCENT,
    HAIR,
    HEADING,
    INK,
    MM,
    MUTED,
    NOTE,
    NOTE_STRONG,
    SMALL,
    TITLE,
    ZEBRA,
    Metadata,
    Paper,
    Style,
    euros,
    fit,
    wrap,
)
from reports.pdf.tags import Element
from reports.pdf.typeface import BOLD, REGULAR

FACTS_LEFT = 112 * MM
TITLE_TOP = 48 * MM
NEXT_TOP = 21 * MM
BOTTOM = 280 * MM
GAP = 2.4 * MM
INSET = 3 * MM
CELL = Style(REGULAR, 8.5, 10.6)
TOTAL = Style(BOLD, 8.8, 11)
FACT = Style(BOLD, 8.5, 12.5, INK)
LABEL = Style(REGULAR, 7.5, 12.5, MUTED)
AMOUNT = Style(BOLD, 17, 20, ACCENT)
PADDING, HEAD_HEIGHT, BAND_HEIGHT, SIGNATURE_HEIGHT = 4.6, 15.0, 27.0, 30 * MM


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in millimetres (they add up to 174), the side that it leans on."""

    head: str
    width: float
    to_right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a title; `empty` is said when there is none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPaper:
    """A paper of the books, in reading order."""

    regie: RegieDocument
    title: str
    subject: str
    made_on: date
    facts: tuple[tuple[str, str], ...]
    amount: tuple[str, int]  # what it is, and cents
    tables: tuple[Table, ...]
    mentions: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut: its height, how it is drawn, and whether it stays with the next one."""

    height: float
    draw: Callable[[Paper, float], None]
    table: Element | None = None
    head: "_Piece | None" = None  # drawn again when a page begins with this row
    joined: bool = False


def render_ledger(document: LedgerPaper) -> bytes:
    """Lay a paper of the books out as a PDF; the same document gives the same bytes."""
    paper = Paper(A4_PORTRAIT, _metadata(document))
    lines = wrap(document.title, TITLE, RIGHT - LEFT)
    top = TITLE_TOP + len(lines) * TITLE.leading + BAND_HEIGHT + 5 * MM
    _draw_head(document, paper, lines)
    pages = _paginate(list(_pieces(document, paper)), top)
    for rank, page in enumerate(pages, start=1):
        y = top if rank == 1 else NEXT_TOP
        if rank > 1:
            draw_recall(paper, LEFT, RIGHT, document.title, document.regie.name)
        for piece in page:
            _draw(paper, piece, y)
            y += piece.height
        draw_foot(paper, LEFT, RIGHT, document.regie.contact, page=(rank, len(pages)))
        paper.end_page()
    return paper.to_bytes()


def _metadata(document: LedgerPaper) -> Metadata:
    author = document.regie.full_name
    return Metadata(title=document.title, author=author, subject=document.subject, made_on=document.made_on)


def _draw(paper: Paper, piece: _Piece, y: float) -> None:
    if piece.table is None:
        piece.draw(paper, y)
        return
    with piece.table:
        piece.draw(paper, y)


def _draw_head(document: LedgerPaper, paper: Paper, lines: Sequence[str]) -> None:
    draw_letterhead(paper, LEFT, document.regie, FACTS_LEFT - LEFT - 6 * MM)
    y = HEAD_FEET
    for label, value in document.facts:
        with paper.tag("P"):
            paper.text(FACTS_LEFT, y, label, LABEL)
            paper.text(FACTS_LEFT + 27 * MM, y, *fit(value, FACT, RIGHT - FACTS_LEFT - 27 * MM))
        y += FACT.leading
    with paper.tag("H1"):
        y = paper.lines(LEFT, TITLE_TOP + 4, lines, TITLE)
    label, cents = document.amount
    top = y - TITLE.leading + 8
    paper.fill(LEFT, top, RIGHT - LEFT, BAND_HEIGHT)
    with paper.tag("P"):
        paper.text(LEFT + INSET, top + 17, label, HEADING)
        paper.text_right(RIGHT - INSET, top + 19.5, euros(cents), AMOUNT)


def _paginate(pieces: Sequence[_Piece], top: float) -> list[list[_Piece]]:
    """Share pieces out between pages; those that are joined stay with the next one, a table says its heads again."""
    pages: list[list[_Piece]] = [[]]
    y = top
    for block in _blocks(pieces):
        height = sum(piece.height for piece in block)
        if y + height > BOTTOM and pages[-1]:
            pages.append([])
            y = NEXT_TOP
            if (head := block[0].head) is not None:
                pages[-1].append(head)
                y += head.height
        pages[-1] += block
        y += height
    return pages


def _blocks(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    block: list[_Piece] = []
    for piece in pieces:
        block.append(piece)
        if not piece.joined:
            yield block
            block = []
    if block:
        yield block


def _pieces(document: LedgerPaper, paper: Paper) -> Iterator[_Piece]:
    for table in document.tables:
        yield from _table_pieces(table, paper)
    for mention in document.mentions:
        lines = wrap(mention, SMALL, RIGHT - LEFT)
        yield _Piece(len(lines) * SMALL.leading + 4, partial(_draw_mention, mention))
    if document.signatures:
        yield _Piece(SIGNATURE_HEIGHT + 5 * MM, partial(_draw_signatures, document.signatures))


def _table_pieces(table: Table, paper: Paper) -> Iterator[_Piece]:
    yield _Piece(19, partial(_draw_title, table.title), joined=True)
    if not table.rows:
        yield _Piece(SMALL.leading + 9, partial(_draw_note, table.empty))
        return
    element = paper.tag("Table")
    again = _Piece(HEAD_HEIGHT, partial(_draw_heads, table.columns, again=True), element)
    yield _Piece(HEAD_HEIGHT, partial(_draw_heads, table.columns, again=False), element, joined=True)
    rows = [_row(table.columns, row, CELL) for row in table.rows]
    for rank, (height, draw) in enumerate(rows):
        last = rank == len(rows) - 1
        shaded = partial(_draw_shaded, draw, height) if rank % 2 else draw
        yield _Piece(height, shaded, element, again, joined=last and bool(table.total))
    if table.total:
        height, draw = _row(table.columns, table.total, TOTAL)
        yield _Piece(height + 1, partial(_draw_total, draw, height), element, again, joined=bool(table.note))
    if table.note:
        lines = wrap(table.note, NOTE, RIGHT - LEFT)
        yield _Piece(len(lines) * NOTE.leading + 3, partial(_draw_note, table.note))
    yield _Piece(7, lambda _paper, _y: None)


def _row(columns: Sequence[Column], texts: Sequence[str], style: Style) -> tuple[float, Callable[[Paper, float], None]]:
    cells = [wrap(text, style, column.width * MM - GAP) for column, text in zip(columns, texts, strict=True)]
    height = max(len(lines) for lines in cells) * style.leading + PADDING
    return height, partial(_draw_cells, columns, cells, style)


def _draw_cells(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], style: Style, paper: Paper, y: float
) -> None:
    with paper.tag("TR"):
        for rank, (column, left, lines) in enumerate(zip(columns, _lefts(columns), cells, strict=True)):
            with paper.tag("TD" if rank else "TH", scope="" if rank else "Row"):
                feet = y + style.leading
                for line in lines:
                    _write(paper, column, (left, feet), line, style)
                    feet += style.leading


def _draw_shaded(draw: Callable[[Paper, float], None], height: float, paper: Paper, y: float) -> None:
    paper.fill(LEFT, y, RIGHT - LEFT, height, ZEBRA)
    draw(paper, y)


def _draw_total(draw: Callable[[Paper, float], None], height: float, paper: Paper, y: float) -> None:
    paper.rule(LEFT, y + 0.5, RIGHT, weight=0.9, colour=ACCENT)
    paper.fill(LEFT, y + 1, RIGHT - LEFT, height)
    draw(paper, y + 0.6)


def _draw_heads(columns: Sequence[Column], paper: Paper, y: float, *, again: bool) -> None:
    if again:
        with paper.ornament():
            _write_heads(columns, paper, y)
    else:
        _write_heads(columns, paper, y)
    paper.rule(LEFT, y + HEAD_HEIGHT - 1, RIGHT, weight=0.9, colour=INK)


def _write_heads(columns: Sequence[Column], paper: Paper, y: float) -> None:
    with paper.tag("TR"):
        for column, left in zip(columns, _lefts(columns), strict=True):
            with paper.tag("TH", scope="Column"):
                head = fit(column.head, NOTE_STRONG, column.width * MM - GAP)
                _write(paper, column, (left, y + 9.5), *head)


def _write(paper: Paper, column: Column, place: tuple[float, float], words: str, style: Style) -> None:
    left, feet = place
    if column.to_right:
        paper.text_right(left + column.width * MM - GAP / 2, feet, words, style)
    else:
        paper.text(left + GAP / 2, feet, words, style)


def _lefts(columns: Sequence[Column]) -> list[float]:
    lefts, x = [], LEFT
    for column in columns:
        lefts.append(x)
        x += column.width * MM
    return lefts


def _draw_title(title: str, paper: Paper, y: float) -> None:
    with paper.tag("H2"):
        paper.text(LEFT, y + 12, *fit(title, replace(HEADING, colour=ACCENT), RIGHT - LEFT))


def _draw_note(words: str, paper: Paper, y: float) -> None:
    paper.paragraph(LEFT + GAP / 2, y + NOTE.leading, words, NOTE, width=RIGHT - LEFT - GAP)


def _draw_mention(words: str, paper: Paper, y: float) -> None:
    paper.paragraph(LEFT, y + SMALL.leading, words, SMALL, width=RIGHT - LEFT)


def _draw_signatures(titles: Sequence[str], paper: Paper, y: float) -> None:
    """Draw a box for each hand that signs, side by side."""
    top, gap = y + 4 * MM, 6 * MM
    width = (RIGHT - LEFT - gap * (len(titles) - 1)) / len(titles)
    for rank, title in enumerate(titles):
        x = LEFT + rank * (width + gap)
        paper.frame(x, top, width, SIGNATURE_HEIGHT, weight=0.6, colour=HAIR)
        with paper.tag("P"):
            paper.text(x + INSET, top + 13, *fit(title, NOTE_STRONG, width - 2 * INSET))
            paper.text(x + INSET, top + 24, "Date et signature", NOTE)
