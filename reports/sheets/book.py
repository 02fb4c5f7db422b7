"""A workbook that opens well in a French town hall: real dates and numbers, plain styles, no text that runs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

Value = str | int | Decimal | date | time | None
Kind = Literal["text", "date", "time", "age", "hours", "count", "money"]

FORMATS: dict[Kind, str] = {
    "text": "@",
    "date": "dd/mm/yyyy",
    "time": "hh:mm",
    "age": "0",
    "hours": "#,##0.00",
    "count": "#,##0",
    "money": '#,##0.00"\u202f€"',
}
CENTRED: tuple[Kind, ...] = ("date", "time", "age")
RUNNING = ("=", "+", "-", "@", "\t", "\r", "\n")
ILLEGAL_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
A4 = 9

INK, ACCENT, TINT, HAIR = "1C242E", "1A4A73", "ECF1F6", "C7D1DB"
BODY_FONT = Font(name="Calibri", size=10, color=INK)
BOLD_FONT = Font(name="Calibri", size=10, bold=True, color=INK)
TITLE_FONT = Font(name="Calibri", size=15, bold=True, color=ACCENT)
NOTE_FONT = Font(name="Calibri", size=10, color="576069")
HEAD_FILL = PatternFill("solid", fgColor=TINT)
UNDER_ROW = Border(bottom=Side(style="hair", color=HAIR))
UNDER_HEAD = Border(bottom=Side(style="medium", color=ACCENT))
OVER_TOTAL = Border(top=Side(style="medium", color=ACCENT))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its head, its width in characters, what it holds."""

    head: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum that the spreadsheet does itself; the only text that runs."""

    text: str
    shown_as: str = ""


class _Still(ZipFile):
    """An archive whose members all bear the same hour, so that the same workbook gives the same bytes."""

    def __init__(self, target: BytesIO, hour: datetime) -> None:
        super().__init__(target, "w", ZIP_DEFLATED)
        self._hour = (hour.year, hour.month, hour.day, hour.hour, hour.minute, hour.second)

    def writestr(self, member: str | ZipInfo, data: Any, *_: Any) -> None:
        info = ZipInfo(member if isinstance(member, str) else member.filename, self._hour)
        info.compress_type = ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        self.writestr(str(arcname), Path(filename).read_bytes())


class Sheet:
    """A sheet being written from the top: titles, heads, rows, a total; it reads and prints well by itself."""

    def __init__(self, workbook: Workbook, title: str, columns: Sequence[Column], notes: Sequence[str]) -> None:
        self.columns = columns
        self._sheet: Any = workbook.create_sheet(title)
        self._head_row = len(notes) + 2
        self.first_row = self._head_row + 1
        self.last_row = self._head_row
        self._cells = [self._cell(column, BODY_FONT, UNDER_ROW) for column in columns]
        self._quoted = [self._cell(column, BODY_FONT, UNDER_ROW) for column in columns]
        for cell in self._quoted:
            cell.quotePrefix = True
        self._set_page()
        self._write_notes(notes)
        self._write_heads()

    def add(self, values: Sequence[Value]) -> None:
        """Write one row; a text that looks like a formula stays a text."""
        self._sheet.append([self._filled(rank, value) for rank, value in enumerate(values)])
        self.last_row += 1

    def total(self, values: Sequence[Value | Formula]) -> None:
        """Close the rows with their total, and let the heads filter them."""
        cells = []
        for column, value in zip(self.columns, values, strict=True):
            cell = self._cell(column, BOLD_FONT, OVER_TOTAL)
            cell.fill = HEAD_FILL
            if isinstance(value, Formula):
                cell.value = value.text
                cell.number_format = value.shown_as or cell.number_format
            else:
                _put(cell, value)
            cells.append(cell)
        self._sheet.append(cells)
        self._sheet.auto_filter.ref = f"A{self._head_row}:{get_column_letter(len(self.columns))}{self.last_row}"

    def note(self, words: str) -> None:
        """Add a remark under the total."""
        self._sheet.append([])
        cell = Cell(self._sheet, 1, 1)
        cell.font = NOTE_FONT
        _put(cell, words)
        self._sheet.append([cell])

    def sum(self, rank: int) -> Formula | int:
        """Give the sum of a column's rows; nothing to add up is zero."""
        return Formula(f"=SUM({self.span(rank)})") if self.last_row >= self.first_row else 0

    def count(self, rank: int, word: str, shown_as: str) -> Formula | int:
        """Count the rows that bear a word."""
        if self.last_row < self.first_row:
            return 0
        return Formula(f'=COUNTIF({self.span(rank)},"{word}")', shown_as)

    def span(self, rank: int) -> str:
        """Name the rows of a column: L5:L240."""
        letter = get_column_letter(rank + 1)
        return f"{letter}{self.first_row}:{letter}{self.last_row}"

    def _filled(self, rank: int, value: Value) -> Cell:
        cell = (self._quoted if isinstance(value, str) and value.startswith(RUNNING) else self._cells)[rank]
        _put(cell, value)
        return cell

    def _cell(self, column: Column, font: Font, border: Border) -> Cell:
        cell = Cell(self._sheet, 1, 1)
        cell.font, cell.border, cell.number_format = font, border, FORMATS[column.kind]
        across = "left" if column.kind == "text" else "center" if column.kind in CENTRED else "right"
        cell.alignment = Alignment(horizontal=across, vertical="center")
        return cell

    def _write_notes(self, notes: Sequence[str]) -> None:
        for rank, words in enumerate(notes):
            cell = Cell(self._sheet, 1, 1)
            cell.font = NOTE_FONT if rank else TITLE_FONT
            _put(cell, words)
            self._sheet.append([cell])
        self._sheet.append([])

    def _write_heads(self) -> None:
        cells = []
        for column in self.columns:
            cell = self._cell(column, BOLD_FONT, UNDER_HEAD)
            cell.fill, cell.number_format = HEAD_FILL, "@"
            cell.alignment = Alignment(horizontal=cell.alignment.horizontal, vertical="center", wrap_text=True)
            _put(cell, column.head)
            cells.append(cell)
        self._sheet.append(cells)

    def _set_page(self) -> None:
        sheet = self._sheet
        for rank, column in enumerate(self.columns, start=1):
            sheet.column_dimensions[get_column_letter(rank)].width = column.width
        sheet.row_dimensions[1].height = 24
        sheet.row_dimensions[self._head_row].height = 32
        sheet.freeze_panes = f"A{self.first_row}"
        sheet.print_title_rows = f"{self._head_row}:{self._head_row}"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "Page &P/&N"


class Book:
    """A workbook and its sheets, dated by its document and not by the clock."""

    def __init__(self, title: str, author: str, made_at: datetime) -> None:
        self._made_at = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._workbook = Workbook(write_only=True)
        self._titles: set[str] = set()
        properties = self._workbook.properties
        properties.title, properties.creator, properties.language = title, author, "fr-FR"
        properties.created = properties.modified = self._made_at

    def sheet(self, title: str, columns: Sequence[Column], notes: Sequence[str]) -> Sheet:
        """Begin a sheet under a title that Excel accepts and no other sheet bears; the first note is its heading."""
        return Sheet(self._workbook, self._free_title(title), columns, notes)

    def to_bytes(self) -> bytes:
        """Close the workbook."""
        target = BytesIO()
        ExcelWriter(self._workbook, _Still(target, self._made_at)).save()
        return target.getvalue()

    def _free_title(self, wished: str) -> str:
        clean = " ".join(ILLEGAL_IN_TITLE.sub(" ", _printable(wished)).split()).strip("'") or "Groupe"
        title, rank = clean[:LONGEST_TITLE].rstrip(" '"), 1
        while title.casefold() in self._titles:
            rank += 1
            suffix = f" ({rank})"
            title = clean[: LONGEST_TITLE - len(suffix)].rstrip() + suffix
        self._titles.add(title.casefold())
        return title


def _put(cell: Cell, value: Value) -> None:
    """Set a value as what it is: a text never becomes a formula nor an error."""
    if isinstance(value, str):
        cell.value = _printable(value)
        cell.data_type = "s"
    else:
        cell.value = value


def _printable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def money(cents: int) -> Decimal:
    """Give an amount as a cell holds it: 123456 → 1234.56."""
    return Decimal(cents).scaleb(-2)


def distinct(values: Iterable[object]) -> int:
    """Count how many different values there are."""
    return len(set(values))
