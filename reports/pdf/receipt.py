"""The numbered receipt of a payment, and the counter-entry that reverses one: half a sheet, wider than high."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.pdf.letterhead import HEAD_FEET, RegieDocument, draw_foot, draw_letterhead
from reports.pdf.page import (
    ACCENT,
    HAIR,
    HEADING,
    INK,
    MM,
    MUTED,
    NOTE,
    SMALL,
    STRONG,
    TEXT,
    TITLE,
    ZEBRA,
    Metadata,
    Paper,
    Style,
    euros,
    fit,
    wrap,
)
from reports.pdf.typeface import BOLD, REGULAR
from resources import french
from resources.french import NARROW

A5_LANDSCAPE = (210 * MM, 148 * MM)
LEFT, RIGHT = 14 * MM, 196 * MM
BOX_TOP, BOX_HEIGHT = 47 * MM, 25 * MM
TABLE_TOP, NEXT_TOP = 81 * MM, 22 * MM
BOTTOM = 124 * MM
ROW = 15
INSET = 4 * MM
PERIOD_LEFT, SERVICE_LEFT = 128 * MM, 62 * MM
LABEL = Style(REGULAR, 7.5, 11, MUTED)
PAYER = Style(BOLD, 12, 15, INK)
AMOUNT = Style(BOLD, 22, 26, ACCENT)
NUMBER = Style(BOLD, 11, 14, INK)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What went to an invoice; negative on a counter-entry, which opens it again."""

    invoice: str
    service: str
    month: date
    cents: int


@dataclass(frozen=True, slots=True)
class ReversedReceipt:
    """The receipt that a counter-entry reverses, and why."""

    number: str
    received_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """All that a receipt says."""

    regie: RegieDocument
    number: str
    received_on: date
    recorded_at: datetime
    recorded_by: str
    payer: str
    family_number: str
    means: str
    details: tuple[str, ...]
    amount_cents: int
    lines: Sequence[ReceiptLine]
    credit_cents: int = 0
    reverses: ReversedReceipt | None = None

    @property
    def title(self) -> str:
        """Name the paper."""
        return "Contre-écriture" if self.reverses else "Quittance"


def render_receipt(document: ReceiptDocument) -> bytes:
    """Lay a receipt out as a PDF; the same document gives the same bytes."""
    paper = Paper(A5_LANDSCAPE, _metadata(document))
    pages = _pages(document)
    _draw_head(document, paper)
    _draw_box(document, paper)
    table = paper.tag("Table")
    for rank, lines in enumerate(pages, start=1):
        y = TABLE_TOP if rank == 1 else NEXT_TOP
        if rank > 1:
            with paper.ornament():
                paper.text(LEFT, 15 * MM, f"{document.title} n°\xa0{document.number}", HEADING)
        if lines:
            with table:
                y = _draw_lines(document, paper, y, lines, again=rank > 1)
        if rank == len(pages):
            _draw_closing(document, paper, y + 6 * MM if lines else TABLE_TOP)
        draw_foot(paper, LEFT, RIGHT, document.regie.contact, page=(rank, len(pages)))
        paper.end_page()
    return paper.to_bytes()


def _metadata(document: ReceiptDocument) -> Metadata:
    return Metadata(
        title=f"{document.title} n°\xa0{document.number}",
        author=document.regie.full_name,
        subject=f"{euros(document.amount_cents)}, {document.payer}, famille n°\xa0{document.family_number}",
        made_on=document.received_on,
    )


def _pages(document: ReceiptDocument) -> list[Sequence[ReceiptLine]]:
    """Share the lines out between pages, the last one keeping room for what closes the receipt."""
    pages: list[Sequence[ReceiptLine]] = []
    left = list(document.lines)
    closing = sum(len(wrap(sentence, SMALL, RIGHT - LEFT)) * SMALL.leading + 3 for sentence in _sentences(document))
    top: float = TABLE_TOP
    while True:
        room = int((BOTTOM - top - ROW) / ROW)
        last = int((BOTTOM - top - ROW - 6 * MM - closing) / ROW)
        if len(left) <= last or not left:
            return [*pages, left]
        taken = min(room, len(left) - 1)
        pages.append(left[:taken])
        left, top = left[taken:], NEXT_TOP


def _draw_head(document: ReceiptDocument, paper: Paper) -> None:
    draw_letterhead(paper, LEFT, document.regie, 95 * MM)
    with paper.tag("H1"):
        paper.text_right(RIGHT, HEAD_FEET + 2, document.title, TITLE)
    with paper.tag("P"):
        paper.text_right(RIGHT, HEAD_FEET + 19, f"n°\xa0{document.number}", NUMBER)
        paper.text_right(RIGHT, HEAD_FEET + 33, french.long_date(document.received_on), TEXT)


def _draw_box(document: ReceiptDocument, paper: Paper) -> None:
    paper.fill(LEFT, BOX_TOP, RIGHT - LEFT, BOX_HEIGHT)
    paper.rule(LEFT, BOX_TOP, RIGHT, weight=0.9, colour=ACCENT)
    half = 105 * MM
    with paper.tag("P"):
        paper.text(LEFT + INSET, BOX_TOP + 15, "Au nom de" if document.reverses else "Reçu de", LABEL)
        paper.text(LEFT + INSET, BOX_TOP + 31, *fit(document.payer, PAYER, half - LEFT))
        told = f"Famille n°\xa0{document.family_number}"
        paper.text(LEFT + INSET, BOX_TOP + 45, told, SMALL)
    with paper.tag("P"):
        paper.text_right(RIGHT - INSET, BOX_TOP + 15, document.means, LABEL)
        paper.text_right(RIGHT - INSET, BOX_TOP + 38, euros(document.amount_cents), AMOUNT)
        paper.text_right(
            RIGHT - INSET, BOX_TOP + 56, *fit(", ".join(document.details), SMALL, RIGHT - half - 2 * INSET)
        )


def _draw_lines(
    document: ReceiptDocument, paper: Paper, y: float, lines: Sequence[ReceiptLine], *, again: bool
) -> float:
    if again:
        with paper.ornament():
            _draw_heads(document, paper, y)
    else:
        _draw_heads(document, paper, y)
    for at, line in enumerate(lines):
        y += ROW
        if at % 2 == 0:
            paper.fill(LEFT, y - 10.5, RIGHT - LEFT, ROW, ZEBRA)
        _draw_line(paper, y, line)
    paper.rule(LEFT, y + 5, RIGHT, colour=HAIR)
    return y + 5


def _draw_line(paper: Paper, y: float, line: ReceiptLine) -> None:
    with paper.tag("TR"):
        for x, words, width in (
            (LEFT + 1.5 * MM, line.invoice, SERVICE_LEFT - LEFT - 4 * MM),
            (SERVICE_LEFT, line.service, PERIOD_LEFT - SERVICE_LEFT - 3 * MM),
            (PERIOD_LEFT, french.month_name(line.month), 35 * MM),
        ):
            with paper.tag("TD"):
                paper.text(x, y, *fit(words, TEXT, width))
        with paper.tag("TD"):
            paper.text_right(RIGHT - 1.5 * MM, y, euros(line.cents), STRONG)


def _draw_heads(document: ReceiptDocument, paper: Paper, y: float) -> None:
    settled = "Facture rouverte" if document.reverses else "Facture réglée"
    with paper.tag("TR"):
        for x, words in ((LEFT + 1.5 * MM, settled), (SERVICE_LEFT, "Service"), (PERIOD_LEFT, "Période")):
            with paper.tag("TH", scope="Column"):
                paper.text(x, y, words, LABEL)
        with paper.tag("TH", scope="Column"):
            paper.text_right(RIGHT - 1.5 * MM, y, "Montant", LABEL)
    paper.rule(LEFT, y + 4, RIGHT, weight=0.8, colour=ACCENT)


def _sentences(document: ReceiptDocument) -> list[str]:
    told = []
    if document.reverses:
        reversed_one = document.reverses
        day, reason = french.long_date(reversed_one.received_on), reversed_one.reason.rstrip(".")
        told.append(f"Cette contre-écriture annule la quittance n°\xa0{reversed_one.number} du {day}.")
        told.append(f"Motif{NARROW}: {reason}.")
    if document.credit_cents:
        told.append(
            f"Reste à votre crédit{NARROW}: {euros(document.credit_cents)}. "
            "Cette somme paiera vos prochaines factures de la régie."
        )
    at = french.dated_instant(document.recorded_at)
    told.append(f"Enregistré le {at} par {document.recorded_by}.")
    return told


def _draw_closing(document: ReceiptDocument, paper: Paper, y: float) -> None:
    *sentences, recorded = _sentences(document)
    for sentence in sentences:
        y = paper.paragraph(LEFT, y + SMALL.size, sentence, SMALL, width=RIGHT - LEFT) - SMALL.size + 3
    paper.paragraph(LEFT, y + SMALL.size, recorded, NOTE, width=RIGHT - LEFT)
