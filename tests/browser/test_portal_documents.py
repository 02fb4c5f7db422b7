"""Sending a document from a phone in a real Chromium: photos in order, without JavaScript, with mistakes; and axe."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backoffice.portal.uploads import take_out
from backoffice.sync.contract import DocumentSent, DocumentsView, PublicationView, ViewKind
from models.portal import OutboxAction
from tests.browser.visits import PHONE, Portal, entered, faults
from tests.papers import a_pdf, a_picture
from tests.portal.published import FAMILY, LEA, NOW, pdf, structure, view
from tests.portal.test_documents import INSURANCE, SEALER, TAXES, line

pytestmark = pytest.mark.browser
PAGE = f"/documents/{INSURANCE}/enfant/{LEA}"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = Portal(tmp_path)
    lines = (
        line("Avis d'imposition", TAXES, blocks="le tarif au quotient familial"),
        line("Assurance scolaire", INSURANCE, "refused", LEA, reason="La photo est illisible."),
        line("Vaccins", 64, "expired", LEA, valid_until=date(2026, 9, 30)),
        line("Sortie", 65, "received", LEA, received_at=NOW - timedelta(hours=1), request_id="0198c1f0"),
        line("Fiche sanitaire", 66, "provided", LEA, valid_until=date(2027, 8, 31), mandatory=False),
    )
    made.publish(
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"upload_key": SEALER.public_key})),
        view(ViewKind.DOCUMENTS, "", FAMILY, DocumentsView(lines=lines)),
    )
    for number, (name, to_return) in enumerate([("Fiche sanitaire", True), ("Menus de décembre", False)], start=1):
        shown = PublicationView(
            name=name,
            words="À remplir chaque année",
            to_return=to_return,
            position=number,
            size=250_000,
            published_at=NOW,
        )
        made.publish(view(ViewKind.PUBLICATION, number, 0, shown, file=pdf(name)))
    yield made
    made.close()


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    """Give three photos of a document."""
    paths = [tmp_path / f"page-{number}.jpg" for number in (1, 2, 3)]
    for path in paths:
        path.write_bytes(a_picture(size=(90, 120)))
    return paths


def sent(portal: Portal) -> list[DocumentSent]:
    store = portal.server.app.extensions["marelle"].store
    rows = store.read(lambda work: work.session.query(OutboxAction).filter_by(kind="document").all())
    return [DocumentSent.model_validate(row.payload) for row in rows]


def names(page: Page) -> list[str]:
    return [text.partition(" (")[0] for text in page.locator(".picked span").all_inner_texts()]


def test_pages_are_chosen_one_after_another_put_in_order_and_sent(
    browser: Browser, portal: Portal, pages: list[Path]
) -> None:
    context, page = entered(browser, portal, viewport=PHONE)
    page.goto(PAGE)
    page.get_by_label("Fichier ou photo").set_input_files(pages[:2])
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Ajouter une page").click()
    chooser.value.set_files(pages[2])
    assert names(page) == ["page-1.jpg", "page-2.jpg", "page-3.jpg"]
    page.get_by_role("button", name="Monter page-3.jpg").press("Enter")
    page.get_by_role("button", name="Retirer page-1.jpg").click()
    assert names(page) == ["page-3.jpg", "page-2.jpg"]
    page.get_by_role("button", name="Envoyer à la régie").click()
    page.wait_for_url("**/demandes/*")
    [document] = sent(portal)
    assert document.pages == 2
    store = portal.server.app.extensions["marelle"].store
    assert SEALER.open_letter(store.read(take_out, str(document.upload))).startswith(b"%PDF")
    page.goto("/documents")
    expect(page.get_by_text("Envoyé, en cours d'enregistrement")).to_be_visible()
    context.close()


def test_without_javascript_each_field_takes_a_page(browser: Browser, portal: Portal, pages: list[Path]) -> None:
    context, page = entered(browser, portal, viewport=PHONE, java_script_enabled=False)
    page.goto(PAGE)
    fields = page.locator("input[type=file]")
    for at, path in enumerate(pages):
        fields.nth(at).set_input_files(path)
    page.get_by_role("button", name="Envoyer à la régie").click()
    page.wait_for_url("**/demandes/*")
    assert [document.pages for document in sent(portal)] == [3]
    context.close()


def test_a_file_too_heavy_is_told_before_it_leaves(browser: Browser, portal: Portal, tmp_path: Path) -> None:
    heavy = tmp_path / "film.mp4"
    heavy.write_bytes(bytes(13_000_000))
    context, page = entered(browser, portal, viewport=PHONE)
    page.goto(PAGE)
    page.get_by_label("Fichier ou photo").set_input_files(heavy)
    expect(page.locator("[data-over]")).to_contain_text("film.mp4 pèse 13 Mo")
    page.get_by_role("button", name="Envoyer à la régie").click()
    assert page.url.endswith(PAGE)
    assert sent(portal) == []
    context.close()


@pytest.mark.thorough
def test_axe_finds_nothing_and_nothing_overflows(browser: Browser, portal: Portal, tmp_path: Path) -> None:
    context, page = entered(browser, portal)
    for path in ("/documents", f"/documents/65/enfant/{LEA}", "/documentation"):
        page.goto(path)
        assert faults(page) == [], path
    bad, good = tmp_path / "une-photo-au-nom-vraiment-tres-long-prise-par-un-telephone.jpg", tmp_path / "page.pdf"
    bad.write_bytes(b"<html>")
    good.write_bytes(a_pdf())
    page.goto(PAGE)
    page.get_by_label("Fichier ou photo").set_input_files([good, bad])
    assert faults(page) == []
    page.get_by_role("button", name="Envoyer à la régie").click()
    expect(page.locator("#page-trouble")).to_contain_text("n'est ni un PDF")
    assert faults(page) == []
    context.close()


def test_a_published_file_is_kept_not_opened(browser: Browser, portal: Portal) -> None:
    context, page = entered(browser, portal, viewport=PHONE)
    page.goto("/documentation")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger Menus de décembre").click()
    assert download.value.suggested_filename == "facture-Menus-de-d-cembre.pdf"
    context.close()
