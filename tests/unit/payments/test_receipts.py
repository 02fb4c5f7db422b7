"""The receipt that the family takes away."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from backoffice.errors import RefusedByRule
from backoffice.payments.receipts import receipt_pdf
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from models.office.billing import Letterhead
from models.office.structure import Regie
from models.office.treasury import Paper
from tests.factories import AGENT
from tests.unit.payments.household import CHEQUE, Owed


def text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u202f", " ").replace("\xa0", " ").split())


def test_a_receipt_says_who_paid_what_and_how(owed: Owed) -> None:
    report = owed.pay(5000, keep_excess=True, **CHEQUE)
    content = owed.office.write(receipt_pdf, AGENT, report.payment_id)
    told = text(content)
    for fact in (
        "Quittance", "n° Q-ENF-2026-000001", "mardi 3 novembre 2026", "Camille Martin", "FMARTIN", "50,00 €", "Chèque",
        "n° 0001234, Crédit vosgien", "CANTINE-2026-000001", "41,50 €", "PERI-2026-000001", "5,80 €",
        "Reste à votre crédit : 2,70 €", "par Claire Aubry", "Régie des services à l'enfance", "SIRET",
    ):  # fmt: skip
        assert fact in told
    catalog = PdfReader(BytesIO(content)).trailer["/Root"]
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("fr-FR", True)
    assert PdfReader(BytesIO(content)).metadata.title == "Quittance n°\xa0Q-ENF-2026-000001"


def test_a_receipt_printed_again_is_the_same_whatever_happened_since(owed: Owed) -> None:
    report = owed.pay(5000, keep_excess=True)
    first = owed.office.write(receipt_pdf, AGENT, report.payment_id)
    owed.office.clock.move(hours=1)
    owed.office.write(lambda work: work.session.execute(update(Regie).values(name="Autre régie")), AGENT)
    owed.office.write(reverse, AGENT, report.payment_id, reason="x")
    assert owed.office.write(receipt_pdf, AGENT, report.payment_id) == first


def test_a_receipt_first_printed_late_says_what_was_so_on_its_day(owed: Owed) -> None:
    first = owed.pay(1000, shares=[], keep_excess=True)
    owed.office.clock.move(hours=1)
    owed.office.write(lambda work: work.session.execute(update(Regie).values(name="Autre régie")), AGENT)
    owed.office.write(use_credit, AGENT, owed.town.regie_id, owed.town.home.family_id)
    told = text(owed.office.write(receipt_pdf, AGENT, first.payment_id))
    assert "Reste à votre crédit : 10,00 €" in told
    assert "CANTINE-2026-000001" not in told
    assert "Autre régie" not in told


def test_a_counter_entry_names_what_it_reverses_and_why(owed: Owed) -> None:
    paid = owed.pay(4730)
    owed.office.clock.move(hours=1)
    entry = owed.office.write(reverse, AGENT, paid.payment_id, reason="Chèque rejeté par la banque.")
    told = text(owed.office.write(receipt_pdf, AGENT, entry.payment_id))
    for fact in (
        "Contre-écriture", "-47,30 €", "annule la quittance n° Q-ENF-2026-000001 du mardi 3 novembre 2026",
        "Motif : Chèque rejeté par la banque.", "Facture rouverte", "-41,50 €",
    ):  # fmt: skip
        assert fact in told


def test_a_receipt_touched_behind_the_software_is_not_shown(owed: Owed) -> None:
    paid = owed.pay(100)
    owed.office.write(receipt_pdf, AGENT, paid.payment_id)
    owed.office.write(lambda work: work.session.execute(update(Paper).values(content=b"%PDF-faux")), AGENT)
    with pytest.raises(RefusedByRule, match="modifié en dehors de Marelle"):
        owed.office.write(receipt_pdf, AGENT, paid.payment_id)


def test_a_frozen_letterhead_is_enough(owed: Owed) -> None:
    paid = owed.pay(100)
    heads = owed.office.read(lambda session: session.query(Letterhead).count())
    assert heads == 3, "one a service, and the régie's own"
    assert owed.office.write(receipt_pdf, AGENT, paid.payment_id).startswith(b"%PDF")
