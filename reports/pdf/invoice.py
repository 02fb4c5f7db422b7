"""The invoice that a family receives, and the credit note that corrects one: one sheet that folds for a window envelope."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.pdf.invoice_closing import (
    COUPON_TOP,
    DUE_BIG,
    INSET,
    LABEL,
    Block,
    closing_of,
    draw_coupon,
    draw_pair,
    due_label,
)
from reports.pdf.invoice_document import CreditedInvoice, DebitNotice, InvoiceDocument, InvoiceLineDocument
from reports.pdf.invoice_table import Row, draw_head, draw_rows, paginate, rows_of
from reports.pdf.letterhead import (
    HEAD_FEET,
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
from reports.pdf.page import A4_PORTRAIT, ACCENT, HEADING, MM, TITLE, Metadata, Paper, Style, euros, fit
from reports.pdf.typeface import REGULAR
from resources import french

__all__ = [
    "CreditedInvoice",
    "DebitNotice",
    "InvoiceDocument",
    "InvoiceLineDocument",
    "RegieDocument",
    "render_invoice",
]

HEAD_HEIGHT = 14
FIRST_TOP, NEXT_TOP = 91 * MM, 20 * MM
BOTTOM = 281 * MM
COUPON_BOTTOM = COUPON_TOP - 3 * MM
SUMMARY_TOP, SUMMARY_WIDTH = 46 * MM, 80 * MM
PERIOD = Style(REGULAR, 10, 13, ACCENT)


@dataclass(slots=True)
class _Page:
    """What a page holds: some rows of the table, and what follows them."""

    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def render_invoice(document: InvoiceDocument) -> bytes:
    """Lay an invoice out as a PDF; the same document gives the same bytes."""
    paper = Paper(A4_PORTRAIT, _metadata(document))
    pages = _plan(document)
    if document.is_draft:
        paper.watermark("BROUILLON — sans valeur")
    _draw_first_page_head(document, paper)
    table = paper.tag("Table")
    for rank, page in enumerate(pages, start=1):
        if rank > 1:
            if document.is_draft:
                paper.watermark("BROUILLON — sans valeur")
            draw_recall(
                paper, LEFT, RIGHT, document.name, f"{document.payer_name} · famille n° {document.family_number}"
            )
        y = _top(rank)
        if page.rows:
            with table:
                y = _draw_table(paper, y, page.rows, again=rank > 1)
        for block in page.blocks:
            block.draw(paper, y)
            y += block.height
        if rank == len(pages) and document.awaits_payment:
            draw_coupon(document, paper)
        draw_foot(paper, LEFT, RIGHT, document.regie.contact, page=(rank, len(pages)))
        paper.end_page()
    return paper.to_bytes()


def _metadata(document: InvoiceDocument) -> Metadata:
    month = french.month_name(document.period_month)
    return Metadata(
        title=f"{document.name} — {document.service}, {month}",
        author=document.regie.full_name,
        subject=f"{document.service}, {month}, famille n° {document.family_number}",
        made_on=document.issue_date,
    )


def _top(rank: int) -> float:
    return FIRST_TOP if rank == 1 else NEXT_TOP


def _plan(document: InvoiceDocument) -> list[_Page]:
    """Share the invoice out between its pages before anything is drawn, so that each can say how many there are."""
    bottom = COUPON_BOTTOM if document.awaits_payment else BOTTOM
    blocks = closing_of(document)
    first, others = (BOTTOM - top - HEAD_HEIGHT for top in (FIRST_TOP, NEXT_TOP))
    tail = min(sum(block.height for block in blocks) + BOTTOM - bottom, others - 40 * MM)
    pages = [_Page(rows) for rows in paginate(rows_of(document.lines), first, others, tail)]
    y = _top(len(pages)) + sum(row.height for row in pages[-1].rows) + HEAD_HEIGHT
    for rank, block in enumerate(blocks, start=1):
        if y + block.height > (bottom if rank == len(blocks) else BOTTOM):
            pages.append(_Page())
            y = NEXT_TOP
        pages[-1].blocks.append(block)
        y += block.height
    return pages


def _draw_table(paper: Paper, y: float, rows: list[Row], *, again: bool) -> float:
    if again:
        with paper.ornament():
            y = draw_head(paper, y)
    else:
        y = draw_head(paper, y)
    return draw_rows(paper, y + 1, rows)


def _draw_first_page_head(document: InvoiceDocument, paper: Paper) -> None:
    draw_folds(paper)
    draw_letterhead(paper, LEFT, document.regie, WINDOW_LEFT - LEFT - 6 * MM)
    _draw_title(document, paper)
    draw_addressee(paper, (document.payer_name, *document.payer_address))
    _draw_summary(document, paper)


def _draw_title(document: InvoiceDocument, paper: Paper) -> None:
    width = RIGHT - WINDOW_LEFT
    apart = document.is_complement and document.number
    lines = (document.kind, f"n°\N{NO-BREAK SPACE}{document.number}") if apart else (document.name,)
    y = HEAD_FEET + 1
    with paper.tag("H1"):
        for line in lines:
            paper.text(WINDOW_LEFT, y, *fit(line, TITLE, width, 0.5))
            y += TITLE.leading
    with paper.tag("P"):
        paper.text(WINDOW_LEFT, y - 2, *fit(document.service, HEADING, width))
        paper.text(WINDOW_LEFT, y + 12, french.month_name(document.period_month), PERIOD)


def _summary(document: InvoiceDocument) -> Iterator[tuple[str, str]]:
    kind = "Avoir" if document.credited else "Facture"
    yield f"{kind} n°", document.number or "à venir"
    yield "Date d'émission", french.short_date(document.issue_date)
    yield "Période", french.month_name(document.period_month)
    yield "Famille n°", document.family_number
    if document.debit:
        yield "Prélèvement le", french.short_date(document.debit.debit_date)
    elif document.due_date and document.due_cents > 0 and not document.credited:
        yield "Échéance", french.short_date(document.due_date)


def _draw_summary(document: InvoiceDocument, paper: Paper) -> None:
    pairs = list(_summary(document))
    height = len(pairs) * LABEL.leading + 40
    paper.fill(LEFT, SUMMARY_TOP, SUMMARY_WIDTH, height)
    y = SUMMARY_TOP + 14
    for pair in pairs:
        draw_pair(paper, LEFT + INSET, LEFT + 34 * MM, y, pair, width=SUMMARY_WIDTH - 37 * MM)
        y += LABEL.leading
    paper.rule(LEFT + INSET, y - 6, LEFT + SUMMARY_WIDTH - INSET, colour=ACCENT)
    with paper.tag("P"):
        paper.text(LEFT + INSET, y + 13, due_label(document), LABEL)
        paper.text_right(LEFT + SUMMARY_WIDTH - INSET, y + 15, euros(document.due_cents), DUE_BIG)
