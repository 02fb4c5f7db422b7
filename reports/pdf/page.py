"""A sheet of paper under the pen: measures from its top left corner, one scale of type, tags for screen readers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFDictionary,
    PDFDocument,
    PDFPage,
    PDFResourceDictionary,
    PDFStream,
    PDFZCompress,
    ViewerPreferencesPDFDictionary,
)

from reports.pdf.tags import Element, Tree
from reports.pdf.typeface import BOLD, REGULAR, Typeface, advance, octets, runs, typeface
from resources import french

MM = 72 / 25.4
A4_PORTRAIT = (210 * MM, 297 * MM)
A4_LANDSCAPE = (297 * MM, 210 * MM)
PDF_VERSION = (1, 7)
PAGE_KEYS = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]

INK, MUTED, ACCENT, WHITE = "0.11 0.14 0.18", "0.34 0.38 0.43", "0.10 0.29 0.45", "1 1 1"
HAIR, TINT, ZEBRA, GHOST = "0.78 0.82 0.86", "0.925 0.945 0.965", "0.965 0.973 0.98", "0.91 0.92 0.93"

euros = lru_cache(maxsize=8192)(french.euros)
number = lru_cache(maxsize=2048)(french.number)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: its face, its body and the distance to the next line, its colour."""

    face: str = REGULAR
    size: float = 9
    leading: float = 12
    colour: str = INK


TITLE = Style(BOLD, 16, 20, ACCENT)
HEADING = Style(BOLD, 10.5, 13.5)
TEXT = Style()
STRONG = Style(BOLD)
SMALL = Style(REGULAR, 8, 10.5)
NOTE = Style(REGULAR, 7.5, 9.6, MUTED)
NOTE_STRONG = Style(BOLD, 7.5, 9.6, MUTED)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a viewer shows of a document before its first page."""

    title: str
    author: str
    subject: str
    made_on: date


@lru_cache(maxsize=8192)
def wrap(text: str, style: Style, width: float) -> tuple[str, ...]:
    """Cut a text into lines that fit, at its spaces and never at a no-break one."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if advance(longer, style.face) * style.size <= width:
            current = longer
            continue
        if current:
            lines.append(current)
        *whole, current = _hyphenless(word, style, width)
        lines += whole
    return (*lines, current)


def _hyphenless(word: str, style: Style, width: float) -> list[str]:
    """Cut a word that is longer than a line, which only codes and addresses are."""
    pieces = [""]
    for character in word:
        if pieces[-1] and advance(pieces[-1] + character, style.face) * style.size > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


@lru_cache(maxsize=8192)
def fit(text: str, style: Style, width: float, smallest: float = 0.7) -> tuple[str, Style]:
    """Keep a text on one line: smaller at first, then shortened by « … »."""
    natural = advance(text, style.face) * style.size
    if natural <= width:
        return text, style
    size = max(style.size * width / natural, style.size * smallest)
    style = replace(style, size=size)
    while text and advance(text, style.face) * size > width:
        text = text.rstrip("…")[:-1].rstrip() + "…" if len(text) > 1 else ""
    return text, style


def wrap_smaller(text: str, style: Style, width: float, height: float) -> tuple[tuple[str, ...], Style]:
    """Set a text in a box, smaller rather than cut; a line may end after a hyphen."""
    for scale in (1, 0.92, 0.84, 0.76, 0.68, 0.6):
        smaller = replace(style, size=style.size * scale, leading=style.leading * scale)
        words = text.replace("-", "- ").split(" ")
        if any(advance(word, style.face) * smaller.size > width for word in words):
            continue
        lines = tuple(line.replace("- ", "-") for line in wrap(" ".join(words), smaller, width))
        if len(lines) * smaller.leading <= height:
            return lines, smaller
    line, smaller = fit(text, style, width, 0.6)
    return (line,), smaller


class Paper:
    """A PDF being written, page after page; measures are points from the top left corner."""

    def __init__(self, size: tuple[float, float], about: Metadata) -> None:
        self.width, self.height = size
        self.tree = Tree()
        self.pages = 0
        self._document = _new_document(about)
        self._names: dict[Typeface, str] = {}
        self._colour = self._font = ""
        self._begin()

    def text(self, x: float, y: float, words: str, style: Style = TEXT) -> None:
        """Write one line from `x`, its feet on `y`."""
        if not words:
            return
        colour = "" if style.colour == self._colour else f"{style.colour} rg "
        self._colour = style.colour
        mark = self.tree.mark(self._page, self._marked)
        shown = self._show(words, style)
        self._ops.append(f"{mark} {colour}BT 1 0 0 1 {x:.2f} {self.height - y:.2f} Tm {shown} ET EMC")

    def text_right(self, x: float, y: float, words: str, style: Style = TEXT) -> None:
        """Write one line that ends at `x`."""
        self.text(x - advance(words, style.face) * style.size, y, words, style)

    def text_centred(self, x: float, y: float, words: str, style: Style = TEXT) -> None:
        """Write one line around `x`."""
        self.text(x - advance(words, style.face) * style.size / 2, y, words, style)

    def lines(self, x: float, y: float, lines: Sequence[str], style: Style = TEXT) -> float:
        """Write lines one under the other, and give the feet of the one that would follow."""
        for line in lines:
            self.text(x, y, line, style)
            y += style.leading
        return y

    def paragraph(self, x: float, y: float, words: str, style: Style = TEXT, *, width: float) -> float:
        """Write a paragraph, tagged as one."""
        with self.tag("P"):
            return self.lines(x, y, wrap(words, style, width), style)

    def tag(self, kind: str, *, scope: str = "", span: int = 1) -> Element:
        """Say what the texts written inside the `with` are: H1, P, Table, TR, TH, TD."""
        return self.tree.element(kind, scope=scope, span=span)

    @contextmanager
    def ornament(self) -> Iterator[None]:
        """Keep what is repeated on each page out of what a screen reader says."""
        kept, self.tree.open = self.tree.open, [self.tree.root]
        yield
        self.tree.open = kept

    def rule(self, x: float, y: float, x2: float, *, weight: float = 0.5, colour: str = HAIR) -> None:
        """Draw a horizontal line."""
        self.draw(f"{colour} RG {weight} w {x:.2f} {self.height - y:.2f} m {x2:.2f} {self.height - y:.2f} l S")

    def column_rule(self, x: float, y: float, y2: float, *, weight: float = 0.5, colour: str = HAIR) -> None:
        """Draw a vertical line."""
        self.draw(f"{colour} RG {weight} w {x:.2f} {self.height - y:.2f} m {x:.2f} {self.height - y2:.2f} l S")

    def dashes(self, x: float, y: float, x2: float) -> None:
        """Draw the line that scissors follow."""
        self.draw("[4 3] 0 d")
        self.rule(x, y, x2, weight=0.7, colour=MUTED)
        self.draw("[] 0 d")

    def fill(self, x: float, y: float, width: float, height: float, colour: str = TINT) -> None:
        """Fill a rectangle whose top left corner is given."""
        self._colour = colour
        self.draw(f"{colour} rg {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re f")

    def frame(self, x: float, y: float, width: float, height: float, *, weight: float = 0.7, colour: str = INK) -> None:
        """Draw the four sides of a rectangle."""
        box = f"{x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re S"
        self.draw(f"{colour} RG {weight} w {box}")

    def polygon(self, points: Sequence[tuple[float, float]], *, filled: bool, weight: float = 0.8) -> None:
        """Draw a closed shape in ink, full or hollow."""
        path = " l ".join(f"{x:.2f} {self.height - y:.2f}" for x, y in points).replace(" l ", " m ", 1)
        self._colour = INK if filled else self._colour
        self.draw(f"{INK} rg {path} l f" if filled else f"{INK} RG {weight} w {path} l s")

    def watermark(self, words: str) -> None:
        """Write large, light and aslant, under what comes next."""
        length = (self.width**2 + self.height**2) ** 0.5
        size = min(64, 0.78 * length / advance(words, BOLD))
        cosine, sine = self.width / length, self.height / length
        half, drop = advance(words, BOLD) * size / 2, size * 0.35
        x = self.width / 2 - half * cosine + drop * sine
        y = self.height / 2 - half * sine - drop * cosine
        matrix = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} Tm"
        shown = self._show(words, Style(BOLD, size, size))
        self._ops.append(f"/Artifact BMC q {GHOST} rg BT {matrix} {shown} ET Q EMC")
        self._font = ""

    def draw(self, operators: str) -> None:
        """Add a drawing, which is an ornament."""
        self._ops.append(f"/Artifact BMC {operators} EMC")

    def end_page(self) -> None:
        """Keep the page and take the next one."""
        page = self._page
        page.Contents = PDFStream(content="\n".join(self._ops).encode("ascii"), filters=[PDFZCompress])
        page.StructParents = self.tree.close_page(self._marked)
        self._document.addPage(page)
        self.pages += 1
        self._begin()

    def to_bytes(self) -> bytes:
        """Close the document."""
        self.tree.register(self._document)
        written: bytes = self._document.GetPDFData(None)
        return written

    def _begin(self) -> None:
        self._page = _new_page(self.width, self.height)
        self._ops: list[str] = []
        self._marked: list[Element] = []
        self._colour = self._font = ""

    def _show(self, words: str, style: Style) -> str:
        face = typeface(style.face)
        if face.usual.issuperset(words):
            return f"{self._select(self._name(face), style.size)}({words.translate(face.octets)}) Tj"
        shown = []
        for font, part in runs(words, face):
            name = self._name(font)
            for rank, codes in font.splitString(part, self._document):
                inner = f"{name.rpartition('+')[0]}+{rank}"
                shown.append(f"{self._select(inner, style.size)}({octets(codes)}) Tj")
        return " ".join(shown)

    def _select(self, name: str, size: float) -> str:
        font = f"{name} {size:g} Tf "
        if font == self._font:
            return ""
        self._font = font
        return font

    def _name(self, font: Typeface) -> str:
        if font not in self._names:
            self._names[font] = font.join(self._document)
        return self._names[font]


def _new_document(about: Metadata) -> Any:
    document: Any = PDFDocument(compression=1, invariant=1, lang="fr-FR", pdfVersion=PDF_VERSION)
    document.setTitle(about.title)
    document.setAuthor(about.author)
    document.setSubject(about.subject)
    document.setCreator("Marelle")
    document.setDateFormatter(lambda *_: f"D:{about.made_on:%Y%m%d}000000Z")
    document.Catalog.ViewerPreferences = ViewerPreferencesPDFDictionary({"DisplayDocTitle": "true"})
    document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
    return document


def _new_page(width: float, height: float) -> Any:
    page: Any = PDFPage()
    page.__NoDefault__ = PAGE_KEYS
    page.Tabs = "/S"
    page.pagewidth, page.pageheight = round(width, 2), round(height, 2)
    page.Resources = PDFResourceDictionary()
    page.Resources.basicFonts()
    return page
