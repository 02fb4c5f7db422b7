"""The lines of an invoice as rows: grouped by child; care, meals and penalties apart; cut between two rows, never inside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reports.pdf.invoice_document import InvoiceLineDocument, Section
from reports.pdf.letterhead import LEFT, RIGHT
from reports.pdf.page import (
    ACCENT,
    HAIR,
    INK,
    MM,
    MUTED,
    NOTE_STRONG,
    TINT,
    Paper,
    Style,
    euros,
    number,
    wrap,
)
from reports.pdf.typeface import BOLD, REGULAR
from resources.french import NARROW

Kind = Literal["child", "section", "line"]
SECTIONS: dict[Section, str] = {"care": "Accueil", "meals": "Repas", "penalty": "Pénalités"}
GAP = 2.2 * MM
PADDING = 3.8

CELL = Style(REGULAR, 8.3, 10.2)
CHILD = Style(BOLD, 9, 12)
SECTION = Style(BOLD, 8, 10, ACCENT)
LABEL = Style(REGULAR, 7.5, 10, MUTED)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, where it begins and ends, and the side that its texts lean on."""

    head: str
    left: float
    right: float
    to_right: bool = False

    @property
    def width(self) -> float:
        return self.right - self.left


def _columns() -> Iterator[Column]:
    x = LEFT
    for head, width, to_right in (
        ("Prestation", 48, False),
        ("Dates", 46, False),
        ("Tarif", 26, False),
        ("Quantité", 15, True),
        ("Prix unitaire", 20, True),
        ("Montant", 19, True),
    ):
        end = x + width * MM
        yield Column(head, x + (0 if to_right else GAP / 2), end - (GAP / 2 if to_right else GAP), to_right)
        x = end


COLUMNS = tuple(_columns())
LAST = len(COLUMNS) - 1


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of a cell, from one column to another."""

    lines: tuple[str, ...]
    style: Style
    first: int
    last: int
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what it says and how high it is. The title of a group stays with its first line."""

    child: str
    cells: tuple[Cell, ...]
    height: float
    kind: Kind


def rows_of(lines: Iterable[InvoiceLineDocument]) -> list[Row]:
    """Group lines by child then care, meals and penalties, in the order they come, each with what it adds up to."""
    children: dict[str, dict[Section, list[InvoiceLineDocument]]] = {}
    for line in lines:
        children.setdefault(line.child_name, {}).setdefault(line.section, []).append(line)
    return [row for child, sections in children.items() for row in _child_rows(child, sections)]


def _child_rows(child: str, sections: dict[Section, list[InvoiceLineDocument]]) -> Iterator[Row]:
    yield _child_row(child, _sum(line for lines in sections.values() for line in lines))
    for section, title in SECTIONS.items():
        lines = sections.get(section, [])
        if not lines:
            continue
        subtotal = _sum(lines) if len(sections) > 1 else ""
        yield _group_row(child, (title, "sous-total", subtotal), 14, SECTION, "section")
        for line in lines:
            yield _line_row(line)


def _child_row(child: str, total: str) -> Row:
    return _group_row(child, (child, "total", total), 19, CHILD, "child")


def _group_row(child: str, texts: tuple[str, str, str], height: float, style: Style, kind: Kind) -> Row:
    title, label, amount = texts
    cells = [Cell((title,), style, 0, LAST - 2, "Row")]
    if amount:
        cells += [Cell((label,), LABEL, LAST - 1, LAST - 1), Cell((amount,), replace(style, colour=INK), LAST, LAST)]
    return Row(child, tuple(cells), height, kind)


def _sum(lines: Iterable[InvoiceLineDocument]) -> str:
    return euros(sum(line.amount_cents for line in lines))


def _line_row(line: InvoiceLineDocument) -> Row:
    quantity = f"{number(line.quantity)} {line.unit}".rstrip()
    unit_price = line.unit_price or euros(line.unit_price_cents)
    share = f", part de {line.share_percent}{NARROW}%" if line.share_percent else ""
    label = f"{line.label.removesuffix(share)}{share}"  # some labels say it already
    texts = (label, line.dates, line.tariff, quantity, unit_price, euros(line.amount_cents))
    cells = tuple(
        Cell(wrap(text, CELL, column.width), CELL, rank, rank, "" if rank else "Row")
        for rank, (text, column) in enumerate(zip(texts, COLUMNS, strict=True))
    )
    height = max(len(cell.lines) for cell in cells) * CELL.leading + PADDING
    return Row(line.child_name, cells, height, "line")


def paginate(rows: Sequence[Row], first: float, others: float, tail: float) -> list[list[Row]]:
    """Share rows out between pages, keeping titles with their lines and the last lines with what closes.

    Args:
        rows: the whole table.
        first: the height that the first page gives it.
        others: the height that each further page gives it.
        tail: the height of what follows the table on its last page.
    """
    pages: list[list[Row]] = [[]]
    room = first
    blocks = _blocks(rows)
    for rank, block in enumerate(blocks, start=1):
        needed = sum(row.height for row in block) + (tail if rank == len(blocks) else 0)
        if needed > room and pages[-1]:
            pages.append([])
            room = others
            if block[0].kind != "child":
                again = _child_row(f"{block[0].child} (suite)", "")
                pages[-1].append(again)
                room -= again.height
        pages[-1] += block
        room -= sum(row.height for row in block)
    if room < tail and pages[-1]:
        pages.append([])
    return pages


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """Cut rows where a page may end."""
    blocks: list[list[Row]] = []
    joined = False
    for row in rows:
        if joined:
            blocks[-1].append(row)
        else:
            blocks.append([row])
        joined = row.kind != "line"
    return blocks


def draw_head(paper: Paper, y: float) -> float:
    """Name the columns."""
    with paper.tag("TR"):
        for column in COLUMNS:
            with paper.tag("TH", scope="Column"):
                _write(paper, column, y + 9, column.head, NOTE_STRONG)
    paper.rule(LEFT, y + 14, RIGHT, weight=0.9, colour=INK)
    return y + 14


def draw_rows(paper: Paper, y: float, rows: Sequence[Row]) -> float:
    """Draw the rows of one page, and give the height where they end."""
    for row in rows:
        if row.kind == "child":
            paper.fill(LEFT, y + 2.5, RIGHT - LEFT, row.height - 4, TINT)
        with paper.tag("TR"):
            _draw_cells(paper, y, row)
        y += row.height
        if row.kind == "line":
            paper.rule(LEFT, y, RIGHT, weight=0.4, colour=HAIR)
    return y


def _draw_cells(paper: Paper, y: float, row: Row) -> None:
    first = y + (10.6 if row.kind == "line" else row.height / 2 + 3.2)
    for cell in row.cells:
        with paper.tag("TH" if cell.scope else "TD", scope=cell.scope, span=cell.last - cell.first + 1):
            feet = first
            for line in cell.lines:
                _write(paper, COLUMNS[cell.first], feet, line, cell.style)
                feet += cell.style.leading


def _write(paper: Paper, column: Column, feet: float, words: str, style: Style) -> None:
    if column.to_right:
        paper.text_right(column.right, feet, words, style)
    else:
        paper.text(column.left, feet, words, style)
