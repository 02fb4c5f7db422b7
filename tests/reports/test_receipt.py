"""The receipt, read back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.pdf.letterhead import RegieDocument
from reports.pdf.receipt import ReceiptDocument, ReceiptLine, render_receipt

REGIE = RegieDocument("Contrexéville", "21880114300015", "Régie", ("1 place de la Mairie", "88140 Contrexéville"))
RECEIPT = ReceiptDocument(
    regie=REGIE, number="Q-ENF-2026-000012", received_on=date(2026, 11, 3), payer="Camille Martin",
    recorded_at=datetime(2026, 11, 3, 9, 5, tzinfo=UTC), recorded_by="Claire Aubry", family_number="F1", means="Espèces",
    details=(), amount_cents=100, lines=(),
)  # fmt: skip


def lines(count: int) -> tuple[ReceiptLine, ...]:
    return tuple(ReceiptLine(f"CANTINE-2026-{at:06}", "Cantine", date(2026, 10, 1), 100 + at) for at in range(count))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 7, 8, 20, 47])
def test_no_invoice_is_lost_between_two_pages(count: int) -> None:
    document = replace(RECEIPT, lines=lines(count), credit_cents=500)
    pages = PdfReader(BytesIO(render_receipt(document)), strict=True).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert [text.count(line.invoice) for line in document.lines] == [1] * count
    assert text.count("Enregistré le") == 1
    assert f"Page {len(pages)}/{len(pages)}" in text
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(595, 420)}


def test_it_says_in_which_year_it_was_recorded() -> None:
    text = PdfReader(BytesIO(render_receipt(RECEIPT))).pages[0].extract_text()
    assert "Enregistré le mardi 3 novembre 2026 à 10 h 05 par Claire Aubry." in " ".join(
        text.replace("\xa0", " ").split()
    )


def test_the_same_document_gives_the_same_bytes() -> None:
    document = replace(RECEIPT, lines=lines(3))
    assert render_receipt(document) == render_receipt(document)
