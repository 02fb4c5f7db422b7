"""A month of invoices is made in minutes: laying out costs no more than writing the same words by hand."""

import time
from dataclasses import replace
from io import BytesIO
from itertools import count

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reports.pdf.invoice import render_invoice
from reports.pdf.page import Paper
from resources import FOLDER
from tests.reports.samples import INVOICE


def best_rate(make) -> float:
    """Give the documents made in a second of this processor, at best of a few tries."""
    make()
    rates = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(20):
            make()
        rates.append(20 / (time.process_time() - start))
    return max(rates)


def test_an_invoice_is_laid_out_as_fast_as_its_words_are_written(monkeypatch) -> None:
    written = []
    write = Paper.text

    def listen(paper, x, y, words, *style) -> None:
        written.append((x, paper.height - y, words))
        write(paper, x, y, words, *style)

    with monkeypatch.context() as patch:
        patch.setattr(Paper, "text", listen)
        render_invoice(INVOICE)
    pdfmetrics.registerFont(TTFont("Plain", str(FOLDER / "fonts" / "NotoSans-Regular.ttf")))

    def by_hand() -> None:
        canvas = Canvas(BytesIO(), invariant=1, pageCompression=1)
        for x, y, words in written:
            canvas.setFont("Plain", 9)
            canvas.drawString(x, y, words)
        canvas.save()

    numbers = count()
    laid_out = best_rate(lambda: render_invoice(replace(INVOICE, number=f"2026-PERI-{next(numbers):06}")))
    assert laid_out > 0.7 * best_rate(by_hand)
