"""Invoices rendered and kept per second, beside the same words drawn raw by reportlab."""

import tempfile
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backoffice.billing.documents import documents_of
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoices_of
from backoffice.billing.render import render_missing
from reports.pdf.invoice import InvoiceDocument, render_invoice
from reports.pdf.page import Paper
from resources import FOLDER
from tests.benchmarks.big_month import OCTOBER, fill
from tests.benchmarks.figures import Figure, timed
from tests.factories import AGENT, a_commune, an_office

SAMPLE = 100
Words = list[tuple[float, float, str]]


def measure(families: int) -> list[Figure]:
    """Measure one size: the whole month's papers, stored with their SHA-256; then one core's bare drawing."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder))
        a_commune(office)
        fill(office, families)
        office.write(draft_month, AGENT, OCTOBER)
        office.write(issue_month, AGENT, OCTOBER)
        with timed() as kept:
            report = render_missing(office, AGENT)
        ids = [row.id for row in office.read(invoices_of, OCTOBER) if row.has_pdf][:SAMPLE]
        documents = list(office.read(documents_of, ids).values())
        office.close()
    render_invoice(documents[0])
    with timed() as alone:
        for document in documents:
            render_invoice(document)
    raw = len(documents) / _raw_seconds(documents)
    bare = "mêmes mots tracés bruts, un cœur"
    return [
        Figure(
            "factures PDF rendues et conservées", families, report.rendered / kept.seconds, "par seconde", raw, bare
        ),
        Figure("  rendues seulement, un cœur", families, len(documents) / alone.seconds, "par seconde", raw, bare),
    ]


def _raw_seconds(documents: list[InvoiceDocument]) -> float:
    pdfmetrics.registerFont(TTFont("Plain", str(FOLDER / "fonts" / "NotoSans-Regular.ttf")))
    words = [_words_of(document) for document in documents]
    with timed() as watch:
        for one in words:
            _draw(one)
    return watch.seconds


def _words_of(document: InvoiceDocument) -> Words:
    """Listen to what an invoice writes, and where."""
    written: Words = []
    write = Paper.text

    def listen(paper: Paper, x: float, y: float, words: str, *style: object) -> None:
        written.append((x, paper.height - y, words))
        write(paper, x, y, words, *style)

    Paper.text = listen
    try:
        render_invoice(document)
    finally:
        Paper.text = write
    return written


def _draw(words: Words) -> None:
    canvas = Canvas(BytesIO(), invariant=1, pageCompression=1)
    for x, y, text in words:
        canvas.setFont("Plain", 9)
        canvas.drawString(x, y, text)
    canvas.save()
