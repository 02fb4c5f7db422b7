"""The letters of the régie, read back: the reminder, the tax certificate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from reports.pdf.certificate import CertificateDocument, CertifiedChild, render_certificate
from reports.pdf.letterhead import RegieDocument
from reports.pdf.page import A4_PORTRAIT, MM
from reports.pdf.reminder import RemindedInvoice, ReminderDocument, render_reminder
from resources import french

REGIE = RegieDocument(
    "Commune de Contrexéville", "21880114000018", "Régie des services à l'enfance",
    ("Place de la Mairie", "88140 Contrexéville"), "03 29 00 00 00", "regie@contrexeville.example",
)  # fmt: skip
INVOICE = RemindedInvoice("CANTINE-2026-000017", "Restauration scolaire", date(2026, 10, 1), date(2026, 12, 3), 7055)
REMINDER = ReminderDocument(
    regie=REGIE,
    title="Deuxième relance",
    made_on=date(2027, 1, 8),
    family_number="1042",
    addressee=("Mme Éloïse ÉVRARD-LŒW", "12 rue de la Source", "88140 Contrexéville"),
    paragraphs=("Malgré notre rappel, 70,55 € restent à payer.", "Merci."),
    invoices=(INVOICE,),
    how_to_pay=("Espèces ou chèque.",),
    whom_to_call=("Régie, 03 29 00 00 00.",),
)
CERTIFICATE = CertificateDocument(
    regie=REGIE,
    year=2026,
    edition=1,
    until=date(2026, 12, 31),
    made_on=date(2027, 1, 11),
    family_number="1042",
    payer_name="Éloïse Évrard-Lœw",
    payer_address=("12 rue de la Source", "88140 Contrexéville"),
    children=(
        CertifiedChild("Léa Évrard", date(2022, 5, 1), 2250),
        CertifiedChild("Noé Évrard", date(2024, 2, 3), 100),
    ),
    signed_by="Dominique Régie",
)
LONG = replace(REMINDER, invoices=(INVOICE,) * 60)
PAPERS = {
    "reminder": render_reminder(REMINDER),
    "long": render_reminder(LONG),
    "certificate": render_certificate(CERTIFICATE),
}


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content), strict=True).pages)


def elements(node: Any) -> Iterator[tuple[str, Any]]:
    for kid in node["/K"]:
        if not isinstance(kid, int):
            found = kid.get_object()
            yield found["/S"], found
            yield from elements(found)


def test_the_reminder_says_what_is_owed_and_how_to_pay() -> None:
    text = text_of(PAPERS["reminder"])
    for fact in (
        "Deuxième relance", "Mme Éloïse ÉVRARD-LŒW", "vendredi 8 janvier 2027", "CANTINE-2026-000017", "octobre 2026",
        "03/12/2026", french.euros(7055), "Total à payer", "Comment payer", "Espèces ou chèque.", "Page 1/1",
    ):  # fmt: skip
        assert fact in text


def test_the_certificate_says_who_paid_what_for_whom() -> None:
    text = text_of(PAPERS["certificate"]).replace("\n", " ")
    for fact in (
        "Attestation de frais de garde, année 2026", "Éloïse Évrard-Lœw", "Léa Évrard", "01/05/2022",
        french.euros(2250), french.euros(2350), "SIRET 218\u202f801\u202f140\u202f00018", "du 1er janvier au 31 décembre 2026",
        "ni les repas", "Article 200 quater B", "Dominique Régie",
    ):  # fmt: skip
        assert fact in text
    assert "annule et remplace" not in text
    again = text_of(render_certificate(replace(CERTIFICATE, edition=2))).replace("\n", " ")
    assert "Cette édition annule et remplace" in again


@pytest.mark.parametrize("content", PAPERS.values(), ids=PAPERS)
def test_a_screen_reader_knows_the_letter(content: bytes) -> None:
    reader = PdfReader(BytesIO(content), strict=True)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    found = list(elements(root["/StructTreeRoot"]))
    kinds = [kind for kind, _ in found]
    assert kinds.count("/H1") == kinds.count("/Table") == 1
    assert kinds.index("/H1") < kinds.index("/Table")
    for kind, element in found:
        if kind == "/TR":
            cells = [cell.get_object() for cell in element["/K"]]
            assert cells[0]["/S"] == "/TH"
            assert cells[0]["/A"]["/Scope"] in {"/Row", "/Column"}


def test_a_long_reminder_names_its_columns_on_each_page_of_its_table() -> None:
    reader = PdfReader(BytesIO(PAPERS["long"]), strict=True)
    pages = len(reader.pages)
    assert pages == 3
    for rank, page in enumerate(reader.pages, start=1):
        said = page.extract_text()
        assert f"Page {rank}/{pages}" in said
        assert said.count("Facture n°") == ("CANTINE-2026-000017" in said)
    text = text_of(PAPERS["long"])
    assert text.count("CANTINE-2026-000017") == 60
    assert french.euros(60 * 7055) in text


def test_the_payer_stands_in_the_window_of_the_envelope() -> None:
    for content in (PAPERS["reminder"], PAPERS["certificate"]):
        found: list[tuple[float, float]] = []

        def keep(
            text: str, _m: object, place: list[float], *_: object, found: list[tuple[float, float]] = found
        ) -> None:
            if text.strip() == "12 rue de la Source":
                found.append((place[4] / MM, (A4_PORTRAIT[1] - place[5]) / MM))

        PdfReader(BytesIO(content)).pages[0].extract_text(visitor_text=keep)
        ((x, y),) = found
        assert 100 < x < 190
        assert 45 < y < 90


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_reminder(REMINDER) == PAPERS["reminder"]
    assert render_certificate(CERTIFICATE) == PAPERS["certificate"]
