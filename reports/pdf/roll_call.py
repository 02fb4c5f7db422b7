"""The roll call: one group, one day, on paper that is written on standing up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reports.pdf.badges import BADGES, Badge
from reports.pdf.badges import HEIGHT as BADGE_HEIGHT
from reports.pdf.page import (
    A4_LANDSCAPE,
    ACCENT,
    HAIR,
    INK,
    MM,
    MUTED,
    NOTE,
    NOTE_STRONG,
    STRONG,
    TITLE,
    WHITE,
    ZEBRA,
    Metadata,
    Paper,
    Style,
    fit,
    wrap_smaller,
)
from reports.pdf.tags import Element
from reports.pdf.typeface import BOLD, REGULAR, advance
from resources import french
from resources.french import NARROW

LEFT, RIGHT = 10 * MM, 287 * MM
TOP = 26.5 * MM
HEAD_HEIGHT = 30
ROW_HEIGHT = 7.2 * MM
BOTTOM = 193 * MM
CLOSING_HEIGHT = 19 * MM
ROWS_A_PAGE = int((BOTTOM - TOP - HEAD_HEIGHT) / ROW_HEIGHT)
ROWS_ON_LAST_PAGE = int((BOTTOM - TOP - HEAD_HEIGHT - CLOSING_HEIGHT) / ROW_HEIGHT)
BLANK_ROWS = 3
BOX = 4 * MM
INSET = 1.3 * MM

NAME = Style(BOLD, 9, 11)
FIRST_NAME = Style(REGULAR, 9, 11)
SMALL_CELL = Style(REGULAR, 8, 10)
DIET_NAME = Style(REGULAR, 6.6, 8, INK)
PLACE = Style(REGULAR, 9.5, 12, INK)
UNEXPECTED = Style(REGULAR, 8, 10, MUTED)
DAY = Style(BOLD, 11.5, 14, ACCENT)


@dataclass(frozen=True, slots=True)
class RollCallRow:
    """A child expected that day; `expected` follows the units of the document."""

    number: int
    last_name: str
    first_name: str
    age: int
    class_name: str
    expected: tuple[bool, ...]
    has_pai: bool = False
    has_allergy: bool = False
    diet: str = ""
    leaves_alone: bool = False
    has_forbidden_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallDocument:
    """A group's day: who is expected, for what, and what to watch."""

    commune: str
    facility: str
    activity: str
    group: str
    day: date
    units: tuple[str, ...]
    rows: tuple[RollCallRow, ...]
    expected_count: int
    under_six_count: int


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    left: float
    right: float
    unit: int | None = None

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def render_roll_call(documents: Sequence[RollCallDocument]) -> bytes:
    """Print the roll calls of a day, each group on its own sheets.

    Raises:
        ValueError: there is no group to print.
    """
    if not documents:
        raise ValueError("Aucun groupe à imprimer.")
    paper = Paper(A4_LANDSCAPE, _metadata(documents))
    for document in documents:
        _draw_document(document, paper)
    return paper.to_bytes()


def _metadata(documents: Sequence[RollCallDocument]) -> Metadata:
    first = documents[0]
    groups = french.listed(document.group for document in documents)
    return Metadata(
        title=f"Feuille d'appel — {french.long_date(first.day)}",
        author=f"{first.commune} — {first.facility}",
        subject=f"{first.activity}, {groups}",
        made_on=first.day,
    )


def _draw_document(document: RollCallDocument, paper: Paper) -> None:
    columns = tuple(_columns(document.units))
    pages = _pages(document)
    table = paper.tag("Table")
    for rank, rows in enumerate(pages, start=1):
        _draw_title(document, paper, repeated=rank > 1)
        y = TOP
        if rows:
            y = _draw_table(paper, table, columns, rows, repeated=rank > 1)
        if rank == len(pages):
            _draw_closing(document, paper, y + 4 * MM)
        _draw_foot(paper, document, rank, len(pages))
        paper.end_page()


def _pages(document: RollCallDocument) -> list[list[RollCallRow | None]]:
    """Share the rows out, with blank ones for children whom nobody expected; the signature never stands alone."""
    rows: list[RollCallRow | None] = [*document.rows, *[None] * BLANK_ROWS]
    pages = []
    while len(rows) > ROWS_ON_LAST_PAGE:
        taken = min(ROWS_A_PAGE, len(rows) - BLANK_ROWS - 1)
        pages.append(rows[:taken])
        rows = rows[taken:]
    return [*pages, rows]


def _columns(units: Sequence[str]) -> Iterator[_Column]:
    unit_width = 13 if len(units) < 5 else max(9, 66 / len(units))
    free = (RIGHT - LEFT) / MM - 8 - 12 - 16 - 2 * 16 - 44 - unit_width * len(units)
    shares: list[tuple[str, float, int | None]] = [
        ("N°", 8, None),
        ("Nom", free * 0.27, None),
        ("Prénom", free * 0.21, None),
        ("Âge", 12, None),
        ("Classe", 16, None),
        *((unit, unit_width, rank) for rank, unit in enumerate(units)),
        ("Arrivée", 16, None),
        ("Départ", 16, None),
        ("Repris par", free * 0.28, None),
        ("Signature", free * 0.24, None),
        ("Repères", 44, None),
    ]
    x = LEFT
    for head, width, unit in shares:
        yield _Column(head, x, x + width * MM, unit)
        x += width * MM


def _draw_title(document: RollCallDocument, paper: Paper, *, repeated: bool) -> None:
    if repeated:
        with paper.ornament():
            _write_title(document, paper)
    else:
        with paper.tag("H1"):
            _write_title(document, paper)


def _write_title(document: RollCallDocument, paper: Paper) -> None:
    middle = LEFT + 62 * MM
    paper.text(LEFT, 15 * MM, "Feuille d'appel", TITLE)
    paper.text(LEFT, 21.5 * MM, *fit(document.commune, PLACE, 58 * MM))
    paper.text(middle, 14.5 * MM, *fit(f"{document.activity} — {document.group}", STRONG, 125 * MM))
    paper.text(middle, 21.5 * MM, *fit(document.facility, PLACE, 125 * MM))
    paper.text_right(RIGHT, 15 * MM, french.long_date(document.day), DAY)
    paper.text_right(RIGHT, 21.5 * MM, _expected(document), PLACE)


def _expected(document: RollCallDocument) -> str:
    count = document.expected_count
    expected = french.plural(count, "enfant attendu", "enfants attendus")
    if not document.under_six_count:
        return expected
    return f"{expected}, dont {french.number(document.under_six_count)} de moins de 6{NARROW}ans"


def _draw_table(
    paper: Paper, table: Element, columns: Sequence[_Column], rows: Sequence[RollCallRow | None], *, repeated: bool
) -> float:
    with table:
        if repeated:
            with paper.ornament():
                _draw_heads(paper, columns)
        else:
            _draw_heads(paper, columns)
        y = TOP + HEAD_HEIGHT
        for rank, row in enumerate(rows):
            if rank % 2:
                paper.fill(LEFT, y, RIGHT - LEFT, ROW_HEIGHT, ZEBRA)
            with paper.tag("TR"):
                _draw_row(paper, columns, row, y)
            y += ROW_HEIGHT
    for rank in range(1, len(rows)):
        paper.rule(LEFT, TOP + HEAD_HEIGHT + rank * ROW_HEIGHT, RIGHT, weight=0.4)
    for column in columns[1:]:
        paper.column_rule(column.left, TOP, y, weight=0.4)
    paper.frame(LEFT, TOP, RIGHT - LEFT, y - TOP, weight=0.8)
    return y


def _draw_heads(paper: Paper, columns: Sequence[_Column]) -> None:
    paper.fill(LEFT, TOP, RIGHT - LEFT, HEAD_HEIGHT)
    with paper.tag("TR"):
        for column in columns:
            with paper.tag("TH", scope="Column"):
                _draw_head(paper, column)
    paper.rule(LEFT, TOP + HEAD_HEIGHT, RIGHT, weight=0.9, colour=INK)


def _draw_head(paper: Paper, column: _Column) -> None:
    width = column.width - INSET
    lines, style = wrap_smaller(column.head, NOTE_STRONG, width, HEAD_HEIGHT - 0.5)
    feet = TOP + HEAD_HEIGHT / 2 + style.size * 0.36 - (len(lines) - 1) * style.leading / 2
    for line in lines:
        if column.unit is None:
            paper.text(column.left + INSET, feet, line, style)
        else:
            paper.text_centred(column.middle, feet, line, style)
        feet += style.leading


def _draw_row(paper: Paper, columns: Sequence[_Column], row: RollCallRow | None, y: float) -> None:
    texts = _texts(row) if row else {}
    for column in columns:
        with paper.tag("TH" if column.head == "Nom" else "TD", scope="Row" if column.head == "Nom" else ""):
            if column.unit is not None:
                _draw_unit(paper, column, y, expected=row is None or row.expected[column.unit], known=row is not None)
            elif column.head in texts:
                _draw_text(paper, column, y, *texts[column.head])
            elif row and column.head == "Repères":
                _draw_badges(paper, column, row, y)


def _draw_text(paper: Paper, column: _Column, y: float, text: str, style: Style) -> None:
    """Write a name on one line, or smaller on two: it is never cut short."""
    width = column.width - 2 * INSET
    lines, style = wrap_smaller(text, style, width, ROW_HEIGHT - 1.5)
    feet = y + ROW_HEIGHT / 2 + style.size * 0.36 - (len(lines) - 1) * style.leading / 2
    for line in lines:
        paper.text(column.left + INSET, feet, line, style)
        feet += style.leading


def _texts(row: RollCallRow) -> dict[str, tuple[str, Style]]:
    return {
        "N°": (str(row.number), SMALL_CELL),
        "Nom": (row.last_name, NAME),
        "Prénom": (row.first_name, FIRST_NAME),
        "Âge": (french.plural(row.age, "an"), SMALL_CELL),
        "Classe": (row.class_name, SMALL_CELL),
    }


def _draw_unit(paper: Paper, column: _Column, y: float, *, expected: bool, known: bool) -> None:
    """Draw the box to tick; fainter for a child whom nobody expected, a dash where a known child is not expected."""
    middle = y + ROW_HEIGHT / 2
    if expected:
        left, top = column.middle - BOX / 2, middle - BOX / 2
        paper.fill(left, top, BOX, BOX, WHITE)
        paper.frame(left, top, BOX, BOX, weight=0.9 if known else 0.5, colour=INK if known else MUTED)
    else:
        paper.text_centred(column.middle, middle + 3, "–", UNEXPECTED)


def _badges(row: RollCallRow) -> Iterator[Badge]:
    borne = (row.has_pai, row.has_allergy, bool(row.diet), row.leaves_alone, row.has_forbidden_person)
    return (badge for badge, shown in zip(BADGES, borne, strict=True) if shown)


def _draw_badges(paper: Paper, column: _Column, row: RollCallRow, y: float) -> None:
    x, room = column.left + INSET, column.right - INSET
    badges = list(_badges(row))
    needed = sum(badge.width + 3 for badge in badges)
    beside = room - x - needed
    below = bool(row.diet) and advance(row.diet, DIET_NAME.face) * DIET_NAME.size > beside
    top = y + 0.9 if below else y + (ROW_HEIGHT - BADGE_HEIGHT) / 2
    for badge in badges:
        x = badge.draw(paper, x, top)
    if below:
        paper.text(column.left + INSET, y + ROW_HEIGHT - 3.2, *fit(row.diet, DIET_NAME, column.width - 2 * INSET, 0.9))
    else:
        paper.text(x, y + ROW_HEIGHT / 2 + 2.4, row.diet, DIET_NAME)


def _draw_closing(document: RollCallDocument, paper: Paper, y: float) -> None:
    with paper.tag("P"):
        paper.text(LEFT, y + 10, _expected(document), STRONG)
        paper.text(LEFT, y + 26, f"Enfants présents{NARROW}:", PLACE)
    paper.rule(LEFT + 32 * MM, y + 27, LEFT + 52 * MM, weight=0.7, colour=MUTED)
    width = 88 * MM
    paper.frame(RIGHT - width, y, width, CLOSING_HEIGHT - 5 * MM, weight=0.6, colour=HAIR)
    with paper.tag("P"):
        paper.text(RIGHT - width + INSET, y + 10, "Nom et signature de la personne responsable", NOTE)


def _draw_foot(paper: Paper, document: RollCallDocument, rank: int, pages: int) -> None:
    y = 197.5 * MM
    with paper.ornament() if rank > 1 else paper.tag("P"):
        x = LEFT
        for badge in BADGES:
            x = badge.draw(paper, x, y)
            paper.text(x, y + 7.8, badge.meaning, NOTE)
            x += advance(badge.meaning, NOTE.face) * NOTE.size + 5 * MM
    with paper.ornament():
        paper.text(
            LEFT, 205.5 * MM, f"Document confidentiel{NARROW}: à ne laisser ni afficher là où le public passe.", NOTE
        )
        paper.text_right(RIGHT, 205.5 * MM, f"{document.group} — Page {rank}/{pages}", NOTE)
