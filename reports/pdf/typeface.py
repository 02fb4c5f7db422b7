"""The house's typeface: read once, its French letters cut and packed once for every document."""

import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from threading import Lock
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFTrueTypeFont
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFace, makeToUnicodeCMap

from resources import FOLDER

REGULAR, BOLD = "Regular", "Bold"
ASCII = "".join(map(chr, range(32, 127)))
ACCENTED = "àâäçéèêëîïôöùûüÿœæñÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑ"
SIGNS = "«»’‘“”–—…•·€°²×÷½¼¾§\N{NARROW NO-BREAK SPACE}"
FIRST_SIGN = 128  # ASCII keeps its own codes
SYMBOLIC = 4  # the only flag of a subset: its codes are its own
BACKSLASHED = "\\()"


class _Widths(dict[str, float]):
    """The advance of each character for a body of one point."""

    def __init__(self, font: TTFont) -> None:
        super().__init__((chr(code), width / 1000) for code, width in font.face.charWidths.items())
        self._default: float = font.face.defaultWidth / 1000

    def __missing__(self, character: str) -> float:
        return self._default


@dataclass(frozen=True, slots=True)
class _Cut:
    """A subset ready to embed: its packed program and map, its widths as they are printed."""

    length: int
    program: bytes
    unicode_map: bytes
    widths: bytes


class _LightFace(TTFontFace):
    """A face without what a PDF viewer never reads: the names, and the instructions for coarse screens."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._ttf_data: bytes
        for table in ("name", "fpgm", "prep", "cvt "):
            self.table.pop(table, None)
        outlines: bytes = self.get_table("glyf")  # type: ignore[no-untyped-call]  # untyped in reportlab
        bare = [_without_instructions(outlines[start:end]) for start, end in pairwise(self.glyphPos)]
        self.glyphPos = list(accumulate(map(len, bare), initial=0))
        self.table["glyf"]["offset"] = len(self._ttf_data)
        self.table["glyf"]["length"] = self.glyphPos[-1]
        self._ttf_data += b"".join(bare)


def _without_instructions(outline: bytes) -> bytes:
    """Empty the instructions of a simple outline, and leave a composed one as it is."""
    contours = int.from_bytes(outline[:2], "big", signed=True)
    if contours <= 0:
        return outline
    start = 10 + 2 * contours
    end = start + 2 + int.from_bytes(outline[start : start + 2], "big")
    points = outline[end:]
    bare = outline[:start] + b"\0\0" + points
    return bare + bytes(len(bare) % 2)


class Typeface(TTFont):
    """A font whose first subset is always the same letters, so that it is prepared once.

    Rarer letters (Łukasz, Nguyễn) go to further subsets, cut for the document that needs them.
    """

    def __init__(self, name: str, path: str, letters: str) -> None:
        super().__init__(name, path, shapable=False)
        self.face = _LightFace(path)
        self.advances = _Widths(self)
        known = self.face.charToGlyph
        others = [ord(letter) for letter in letters if ord(letter) >= FIRST_SIGN and ord(letter) in known]
        self._codes = {0: 0} | {ord(letter): ord(letter) for letter in ASCII}
        self._codes |= {code: FIRST_SIGN + rank for rank, code in enumerate(others)}
        self._first = [*[0] * 32, *range(32, FIRST_SIGN), *others]
        self.usual = frozenset(map(chr, self._codes)) | {"\N{NO-BREAK SPACE}"}
        self.octets = {code: _octet(place) for code, place in self._codes.items()}
        self.octets[0xA0] = " "
        self._lock = Lock()
        self._cut = lru_cache(maxsize=32)(self._cut_anew)

    def inks(self, character: str) -> bool:
        """Say whether the font draws this character."""
        return ord(character) in self.face.charToGlyph

    def join(self, document: Any) -> str:
        """Enter a document, and give the name that its pages call the first subset by."""
        state: Any = TTFont.State(asciiReadable=True, ttf=self)
        state.assignments = dict(self._codes)
        state.subsets = [list(self._first)]
        state.nextCode = 256
        self.state[document] = state
        return self.getSubsetInternalName(0, document)

    def addObjects(self, document: Any) -> None:
        """Embed the subsets that a document used."""
        state = self.state.pop(document)
        for rank, subset in enumerate(state.subsets):
            internal = f"{state.internalName}+{rank}"
            font = self._font_object(document, rank, tuple(subset))
            font.Name = internal
            document.Reference(font, internal)
            document.idToObject["BasicFonts"].dict[internal] = font

    def _font_object(self, document: Any, rank: int, subset: tuple[int, ...]) -> Any:
        base = self._base_name(rank)
        with self._lock:
            cut = self._cut(base, subset)
        font: Any = PDFTrueTypeFont()
        font.BaseFont, font.FirstChar, font.LastChar, font.Widths = base, 0, len(subset) - 1, cut.widths
        font.ToUnicode = document.Reference(_packed_stream(cut.unicode_map))
        font.FontDescriptor = document.Reference(self._descriptor(document, base, cut))
        return font

    def _descriptor(self, document: Any, base: str, cut: _Cut) -> PDFDictionary:
        program = _packed_stream(cut.program)
        program.dictionary["Length1"] = cut.length
        face = self.face
        return PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": PDFName(base),
                "Flags": SYMBOLIC,
                "FontBBox": PDFArray(face.bbox),
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.capHeight,
                "ItalicAngle": face.italicAngle,
                "StemV": face.stemV,
                "MissingWidth": face.defaultWidth,
                "FontFile2": document.Reference(program),
            }
        )

    def _base_name(self, rank: int) -> str:
        return f"{SUBSETN(rank).decode()}+{self.face.name.decode()}"

    def _cut_anew(self, base: str, subset: tuple[int, ...]) -> _Cut:
        program = self.face.makeSubset(list(subset))
        widths = " ".join(f"{1000 * self.advances[chr(code)]:.0f}" for code in subset)
        unicode_map = makeToUnicodeCMap(base, list(subset)).encode("ascii")
        return _Cut(len(program), zlib.compress(program, 9), zlib.compress(unicode_map, 9), f"[{widths}]".encode())


@cache
def typeface(style: str) -> Typeface:
    """Give the house's font in one style, read once."""
    return Typeface(f"Marelle-{style}", str(FOLDER / "fonts" / f"NotoSans-{style}.ttf"), ACCENTED + SIGNS)


@cache
def symbols() -> Typeface:
    """Give the font that draws what the house's lacks (≤, ≥, −): reportlab carries it."""
    return Typeface("Marelle-Symbols", "Vera.ttf", "≤≥−")


def runs(text: str, face: Typeface) -> list[tuple[Typeface, str]]:
    """Part a text between the font that it is set in and the font of symbols."""
    parts: list[tuple[Typeface, str]] = []
    for character in unicodedata.normalize("NFC", text):
        font = symbols() if not face.inks(character) and symbols().inks(character) else face
        if parts and parts[-1][0] is font:
            parts[-1] = (font, parts[-1][1] + character)
        else:
            parts.append((font, character))
    return parts


@lru_cache(maxsize=8192)
def advance(text: str, style: str) -> float:
    """Give the width of a text for a body of one point."""
    face = typeface(style)
    if face.usual.issuperset(text):
        return sum(map(face.advances.__getitem__, text))
    return sum(sum(map(font.advances.__getitem__, part)) for font, part in runs(text, face))


def _octet(place: int) -> str:
    if place < 32 or place > 126:
        return f"\\{place:03o}"
    return f"\\{chr(place)}" if chr(place) in BACKSLASHED else chr(place)


def octets(codes: bytes) -> str:
    """Write the codes of a subset as the inside of a PDF string."""
    return "".join(map(_octet, codes))


def _packed_stream(content: bytes) -> PDFStream:
    return PDFStream(PDFDictionary({"Filter": "/FlateDecode"}), content)
