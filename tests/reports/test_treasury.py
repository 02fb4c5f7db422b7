"""The papers of the books, read back: slips, closings, statements, the day book."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.pdf.closing import Amounts, ClosingDocument, ProductLine, ReceiptsLine, render_closing
from reports.pdf.deposit import DepositDocument, DepositedLine, render_deposit
from reports.pdf.letterhead import RegieDocument
from reports.sheets.treasury import DayBookDocument, DayBookRow, render_day_book

DAY = date(2026, 11, 3)
REGIE = RegieDocument(
    "Contrexéville", "21880114300015", "Régie de l'enfance", ("1 place de la Mairie", "88140 Contrexéville")
)
NOTHING = Amounts(0, 0, 0, 0, 0)


def slip(cheques: int) -> DepositDocument:
    lines = tuple(
        DepositedLine(f"Q-ENF-2026-{rank:06}", DAY, f"Payeur-{rank:03}", "Crédit vosgien", f"C{rank:07}", 100 + rank)
        for rank in range(1, cheques + 1)
    )
    return DepositDocument(
        regie=REGIE,
        title="Bordereau de remise de chèques",
        number="B-ENF-2026-000001",
        made_on=DAY,
        made_by="Claire Aubry",
        account_ending="2325",
        reference_head="N° du chèque",
        with_bank=True,
        counted_as=("chèque", "chèques"),
        lines=lines,
        notes_and_coins=(),
        amount_cents=sum(line.cents for line in lines),
    )


def closing(**changes: object) -> ClosingDocument:
    document = ClosingDocument(
        regie=REGIE,
        title="Arrêté de caisse du mois de novembre 2026",
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        made_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
        made_by="Claire Aubry",
        digest="a" * 64,
        opening=NOTHING,
        closing=replace(NOTHING, till_cents=500, receipts_cents=500),
        values=(),
        receipts=(ReceiptsLine("Espèces", 2, 700, 1, 200),),
        receipt_numbers=("Q-ENF-2026-000001", "Q-ENF-2026-000003"),
        products=(ProductLine("7067", "R1", "Restauration scolaire", 450),),
        unallocated_cents=50,
        receipts_cents=500,
        deposits=(),
        remittances=(),
        invoices=(),
        credit_notes=(),
    )
    return replace(document, **changes)


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content), strict=True)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


@pytest.mark.parametrize("cheques", [1, 33, 34, 35, 36, 37, 38, 39, 40, 90])
def test_no_cheque_is_lost_between_two_pages_and_the_total_is_never_alone(cheques: int) -> None:
    pages = [page.extract_text() for page in read(render_deposit(slip(cheques))).pages]
    for rank in range(1, cheques + 1):
        assert sum(text.count(f"Payeur-{rank:03}") for text in pages) == 1
    with_total = next(text for text in reversed(pages) if f"{cheques} chèque" in text and "Payeur" in text)
    assert f"Payeur-{cheques:03}" in with_total
    assert all(f"Page {rank}/{len(pages)}" in text for rank, text in enumerate(pages, start=1))
    assert sum("Date et signature" in text for text in pages) == 1
    assert all("N° du chèque" in text for text in pages if "Payeur" in text)


def test_the_same_paper_gives_the_same_bytes_and_speaks_french() -> None:
    content = render_closing(closing())
    assert content == render_closing(closing())
    reader = read(content)
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    assert reader.metadata.title == "Arrêté de caisse du mois de novembre 2026"
    assert reader.metadata.author == "Contrexéville — Régie de l'enfance"
    assert reader.trailer["/Root"]["/StructTreeRoot"]


def test_a_closing_tells_its_sums_and_what_there_is_none_of() -> None:
    text = text_of(render_closing(closing()))
    for fact in (
        "Encaissements nets",
        "5,00\u202f€",
        "-2,00\u202f€",
        "Au 31/10/2026",
        "Au 30/11/2026",
        "Trop-perçus",
        "R1",
        "a" * 64,
    ):
        assert fact in text
    for nothing in ("Aucune remise", "Aucun versement", "Aucune facture émise", "Aucun avoir émis"):
        assert nothing in text
    assert "Valeurs en main à la clôture" not in text


def test_the_day_book_holds_real_numbers_and_no_formula_of_a_family() -> None:
    row = DayBookRow(DAY, "Encaissement", "Q-ENF-2026-000001", "Espèces", "=1+1", 1234, (1234, 0, 0))
    document = DayBookDocument(
        commune="Contrexéville", regie="Régie", first=DAY, last=DAY, opening=(0, 0, 0), rows=(row,),
        made_at=datetime(2026, 11, 3, 9, tzinfo=UTC),
    )  # fmt: skip
    content = render_day_book(document)
    assert content == render_day_book(document)
    sheet = load_workbook(BytesIO(content)).active
    found = next(cells for cells in sheet.iter_rows() if cells[4].value == "=1+1")
    assert (found[4].data_type, found[0].value.date(), found[5].value, found[6].value) == ("s", DAY, 12.34, 12.34)
    assert "€" in found[5].number_format
