"""The invoice, read back."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from reports.pdf.invoice import CreditedInvoice, DebitNotice, InvoiceDocument, InvoiceLineDocument, render_invoice
from reports.pdf.page import A4_PORTRAIT, MM
from resources import french
from tests.reports.samples import INVOICE, lines_of

PAPERS = {
    "plain": INVOICE,
    "debit": replace(INVOICE, debit=DebitNotice(date(2026, 12, 15), "FR12ZZZ123456", "MARELLE-000042", "4321")),
    "waits": replace(
        INVOICE, lines=lines_of("Léa")[:1], total_cents=450, due_cents=0, deductions=(), waits_below_cents=500
    ),
    "takes": replace(INVOICE, carried_over=(("CANTINE-2026-000017", 415), ("2026-PERI-000098", 145)), due_cents=4000),
    "complement": replace(INVOICE, is_complement=True),
    "long": replace(INVOICE, lines=tuple(line for rank in range(9) for line in lines_of(f"Enfant {rank}"))),
}


@lru_cache(maxsize=1)  # a test reads its paper several times
def read(document: InvoiceDocument) -> PdfReader:
    return PdfReader(BytesIO(render_invoice(document)), strict=True)


def text_of(document: InvoiceDocument) -> str:
    return "\n".join(page.extract_text() for page in read(document).pages)


@lru_cache(maxsize=2)
def placed(document: InvoiceDocument, page: int = 0) -> list[tuple[float, float, str]]:
    """Give each text with its place in millimetres from the top left corner."""
    found = []

    def keep(text, _matrix, place, *_):
        if text.strip():
            found.append((place[4] / MM, (A4_PORTRAIT[1] - place[5]) / MM, text.strip()))

    read(document).pages[page].extract_text(visitor_text=keep)
    return found


def test_every_fact_of_the_invoice_is_on_paper() -> None:
    text = text_of(INVOICE)
    for fact in (
        "Facture n° 2026-PERI-000123",
        "Commune de Contrexéville",
        f"SIRET 218{french.NARROW}801{french.NARROW}140{french.NARROW}00018",
        "Mme Éloïse ÉVRARD-LŒW",
        "novembre 2026",
        "01/12/2026",
        "21/12/2026",
        "3, 5 et 10 nov.",
        "Łukasz Nguyễn",
        "1,5 h",
        "QF ≤ 800",
        "-20,00",
        "2026PERI000123",
        "Le paiement est intégral.",
        "Coupon à joindre à votre paiement",
        "Page 1/1",
    ):
        assert fact in text


def test_amounts_are_written_as_the_french_do() -> None:
    text = text_of(INVOICE)
    for cents in (150, 450, 1820, 2720, 900, 5440, 3440, 123456):
        assert french.euros(cents) in text
    assert text.count(french.euros(3440)) == 3  # the summary, the total, the coupon


def test_care_and_meals_are_apart_and_each_adds_up() -> None:
    text = text_of(INVOICE)
    assert f"Accueil sous-total {french.euros(900)}\nAccueil du matin" in text
    assert f"Repas sous-total {french.euros(1820)}\nRepas" in text
    assert f"Léa Évrard-Lœw total {french.euros(2720)}" in text
    assert text.count("sous-total") == 4
    alone = text_of(replace(INVOICE, lines=lines_of("Léa")[:2]))
    assert "sous-total" not in alone  # the child's total says it already


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_invoice(INVOICE) == render_invoice(INVOICE)
    assert render_invoice(INVOICE) != render_invoice(replace(INVOICE, number="2026-PERI-000124"))


def test_invoices_made_side_by_side_are_those_made_one_by_one() -> None:
    documents = [replace(INVOICE, number=f"2026-PERI-{rank:06}", payer_name=f"Ñandú Ğ{rank}") for rank in range(24)]
    made: dict[int, bytes] = {}

    def work(start: int) -> None:
        for rank in range(start, len(documents), 3):
            made[rank] = render_invoice(documents[rank])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[rank] for rank in range(24)] == [render_invoice(document) for document in documents]


def test_a_viewer_and_a_screen_reader_know_the_document() -> None:
    reader = read(INVOICE)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712  # a PDF boolean
    assert reader.metadata.title == "Facture n° 2026-PERI-000123 — Accueil périscolaire, novembre 2026".replace(
        "° ", "°\xa0"
    )
    assert reader.metadata.author == "Commune de Contrexéville — Régie des services à l'enfance"
    assert reader.metadata.subject == "Accueil périscolaire, novembre 2026, famille n° 1042"
    assert reader.metadata.creation_date.date() == INVOICE.issue_date


def test_the_structure_names_headings_and_cells_in_reading_order() -> None:
    reader = read(INVOICE)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # a PDF boolean
    document = root["/StructTreeRoot"]["/K"][0].get_object()
    kinds = [kid.get_object()["/S"] for kid in document["/K"]]
    assert kinds[:3] == ["/P", "/H1", "/P"]
    table = next(kid.get_object() for kid in document["/K"] if kid.get_object()["/S"] == "/Table")
    heads = [cell.get_object() for cell in table["/K"][0].get_object()["/K"]]
    assert {head["/S"] for head in heads} == {"/TH"}
    assert heads[0]["/A"]["/Scope"] == "/Column"
    content = reader.pages[0].get_contents().get_data()
    assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")
    parents = root["/StructTreeRoot"]["/ParentTree"]["/Nums"][1]
    assert len(parents) == content.count(b"BDC")


def elements(node) -> Iterator[tuple[str, Any]]:
    """Walk the structure in reading order: the kind of each element, and the element."""
    for kid in node["/K"]:
        if not isinstance(kid, int):
            found = kid.get_object()
            yield found["/S"], found
            yield from elements(found)


def structure(document: InvoiceDocument) -> list[tuple[str, Any]]:
    return list(elements(read(document).trailer["/Root"]["/StructTreeRoot"]))


@pytest.mark.parametrize("document", PAPERS.values(), ids=PAPERS)
def test_a_screen_reader_hears_one_title_then_parts_and_tables_whose_rows_are_named(document: InvoiceDocument) -> None:
    found = structure(document)
    kinds = [kind for kind, _ in found]
    assert kinds.count("/H1") == 1
    assert kinds.index("/H1") < kinds.index("/Table") < kinds.index("/H2")
    assert kinds.count("/Table") == 2  # the lines, then the totals
    for kind, element in found:
        if kind == "/Table":
            assert {row.get_object()["/S"] for row in element["/K"]} == {"/TR"}
        if kind == "/TR":
            cells = [cell.get_object() for cell in element["/K"]]
            assert cells[0]["/S"] == "/TH"
            assert cells[0]["/A"]["/Scope"] in {"/Row", "/Column"}
        if kind == "/P":
            assert element["/K"], "nothing empty is announced"


@pytest.mark.parametrize("document", PAPERS.values(), ids=PAPERS)
def test_what_is_drawn_is_read_or_is_an_ornament(document: InvoiceDocument) -> None:
    reader = read(document)
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for rank, page in enumerate(reader.pages):
        content = page.get_contents().get_data()
        assert content.count(b"BDC") == len(parents[2 * page["/StructParents"] + 1])
        assert page["/Tabs"] == "/S"
        assert page["/StructParents"] == rank
        outside = re.sub(rb"/[A-Z0-9a-z]+\s*(<<.*?>>\s*BDC|BMC).*?EMC", b"", content, flags=re.DOTALL)
        assert not outside.strip()


def test_penalties_stand_apart_and_an_exact_price_keeps_its_decimals() -> None:
    hours = InvoiceLineDocument(
        "Léa", "care", "Multi-accueil", "3, 4", Decimal("17.5"), 127, 2216, "PSU 2 enfants", "h", "1,265918\u202f€"
    )
    late = InvoiceLineDocument("Léa", "penalty", "Départ tardif", "3", Decimal(2), 500, 1000, "Départ tardif")
    text = text_of(replace(INVOICE, lines=(late, hours), total_cents=3216, due_cents=3216))
    assert "17,5 h" in text
    assert "1,265918\u202f€" in text
    assert text.index("Accueil") < text.index("Multi-accueil") < text.index("Pénalités") < text.index("Départ tardif")


def test_sixty_lines_take_pages_that_all_name_the_columns() -> None:
    children = tuple(line for rank in range(20) for line in lines_of(f"Enfant {rank}"))
    document = replace(INVOICE, lines=children)
    pages = [page.extract_text() for page in read(document).pages]
    assert len(pages) == 4
    for rank, page in enumerate(pages, start=1):
        assert f"Page {rank}/4" in page
        assert "Prix unitaire" in page
        assert "2026-PERI-000123" in page
    assert ["Coupon" in page for page in pages] == [False, False, False, True]
    assert sum(page.count("Accueil du matin") for page in pages) == 20


@pytest.mark.parametrize("lines", range(1, 40))
def test_nothing_falls_off_the_page_nor_on_the_coupon(lines: int) -> None:
    document = replace(INVOICE, lines=(lines_of("Léa Évrard-Lœw") * 14)[:lines], mentions=INVOICE.mentions * 4)
    last = len(read(document).pages) - 1
    above = [y for _, y, text in placed(document, last) if not text.startswith("Coupon")]
    coupon = next(y for _, y, text in placed(document, last) if text.startswith("Coupon"))
    mention = max(y for _, y, text in placed(document, last) if text.startswith("Voies de recours"))
    assert mention < coupon - 5
    assert max(above) < 290
    for page in range(last):
        rows = [y for _, y, text in placed(document, page) if "Page" not in text and "regie" not in text]
        assert max(rows) < 281


def test_the_payer_stands_alone_in_the_window_of_the_envelope() -> None:
    window = [(x, y, text) for x, y, text in placed(INVOICE) if x > 105 and 46 < y < 90]
    assert [text for _, _, text in window] == [INVOICE.payer_name, *INVOICE.payer_address]
    assert all(x == pytest.approx(110, abs=0.1) for x, _, _ in window)


def test_a_draft_says_that_it_is_worth_nothing() -> None:
    text = text_of(replace(INVOICE, number=None))
    assert "BROUILLON — sans valeur" in text
    assert "Aperçu de facture" in text
    assert "Coupon" not in text
    assert "BROUILLON" not in text_of(INVOICE)


def test_a_small_amount_waits_and_nothing_is_asked() -> None:
    text = text_of(PAPERS["waits"])
    below = french.euros(500)
    assert f"Montant inférieur à {below}{french.NARROW}: reporté sur votre" in text
    assert f"facture\n{french.euros(-450)}" in text
    for asked in ("Coupon", "Comment payer", "Échéance", "21/12/2026"):
        assert asked not in text


def test_small_invoices_of_before_are_asked_by_name_above_the_amount() -> None:
    text = text_of(PAPERS["takes"])
    assert "n°\xa0CANTINE-2026-000017" in text.replace("° ", "°\xa0")
    for cents in (3440, 415, 145, 4000):
        assert french.euros(cents) in text
    assert text.index("Bons CAF des Vosges") < text.index("Reste à votre charge") < text.index("CANTINE-2026-000017")
    assert text.count(french.euros(4000)) == 3


def test_what_each_kind_of_care_costs_is_recalled_under_the_total() -> None:
    text = text_of(INVOICE).replace("\n", " ")
    assert f"dont accueil {french.euros(1800)} dont repas {french.euros(3640)}" in text
    assert "dont" not in text_of(replace(INVOICE, lines=lines_of("Léa")[:2]))


def test_a_complement_is_titled_so() -> None:
    document = PAPERS["complement"]
    text = text_of(document)
    assert "Facture complémentaire\nn° 2026-PERI-000123".replace("° ", "°\xa0") in text.replace("° ", "°\xa0")
    assert read(document).metadata.title.startswith("Facture complémentaire n°")
    assert "Aperçu de facture complémentaire" in text_of(replace(document, number=None))


def test_the_share_of_a_price_is_said_beside_what_it_is_of() -> None:
    line = replace(lines_of("Léa")[2], share_percent=60, amount_cents=1092)
    assert f"Repas, part de 60{french.NARROW}%" in text_of(replace(INVOICE, lines=(line,)))


def test_the_coupon_bears_all_that_the_desk_needs() -> None:
    coupon = [text for _, y, text in placed(INVOICE) if y > 242]
    for fact in (INVOICE.number, INVOICE.family_number, INVOICE.payer_name, "21/12/2026", INVOICE.regie.name):
        assert fact in coupon
    assert french.euros(3440) in coupon


def test_a_debit_is_announced_with_what_makes_it_a_notice() -> None:
    notice = DebitNotice(date(2026, 12, 15), "FR12ZZZ123456", "MARELLE-000042", "4321")
    text = text_of(replace(INVOICE, debit=notice))
    for fact in ("mardi 15 décembre 2026", "FR12ZZZ123456", "MARELLE-000042", "4321"):
        assert fact in text
    assert "Coupon" not in text


def test_a_credit_note_names_its_invoice_and_its_reason() -> None:
    credited = CreditedInvoice("2026-PERI-000101", date(2026, 11, 2), "certificat médical reçu")
    text = text_of(replace(INVOICE, number="A-2026-000004", credited=credited))
    assert "Avoir n° A-2026-000004" in text
    assert "2026-PERI-000101" in text
    assert "certificat médical reçu." in text
    assert "Coupon" not in text


def test_a_settled_invoice_asks_for_nothing() -> None:
    text = text_of(replace(INVOICE, due_cents=0))
    assert "Cette facture est soldée." in text
    assert "Coupon" not in text


def test_a_balance_in_favour_of_the_family_is_said_so() -> None:
    assert "en votre faveur" in text_of(replace(INVOICE, previous_balance_cents=-500))
    assert "Solde" not in text_of(replace(INVOICE, previous_balance_cents=0))


def test_letters_and_signs_that_the_font_lacks_are_drawn_all_the_same() -> None:
    text = text_of(replace(INVOICE, payer_name="Zoe\N{COMBINING DIAERESIS} (Ł\\ad) − Ẹṣọ́", service="≥ 3 ans (100 %)"))
    assert "Zoë (Ł\\ad) − Ẹṣọ" in text
    assert "≥ 3 ans (100 %)" in text
