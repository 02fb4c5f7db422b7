"""The portal in a real Chromium: a mother's phone, with and without JavaScript, and every page for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from backoffice.sync.contract import week_of
from tests.browser.visits import (
    DESKTOP,
    RULED,
    Portal,
    action_id,
    entered,
    faults,
    open_account,
    opened,
    violations,
)
from tests.portal.published import CANTEEN, CLAIRE, DAYS, LEA, WEEK

pytestmark = pytest.mark.browser

WEEK_PAGE = f"/reservations/{LEA}/{WEEK}"
RULED_PAGE = f"/reservations/{LEA}/{week_of(RULED)}"
PRIVATE = (
    "/",
    "/famille",
    f"/famille/responsable/{CLAIRE}",
    f"/famille/enfant/{LEA}",
    "/inscriptions",
    "/reservations",
    WEEK_PAGE,
    RULED_PAGE,
    f"/reservations/{LEA}/2026-W50",
    "/factures",
    "/factures?voir=soldees",
    "/documents",
    "/demandes",
    "/historique",
    "/historique?periode=mois",
    "/contact",
    "/mot-de-passe",
    "/nulle-part",
)
SMALL = """[...document.querySelectorAll(
    'header a, header button, main a.button, main a.tile, main a.card, main button, main select, .tabs a, .cell.open,'
    + 'main input:not([type=hidden], [type=checkbox], .hidden)')]
    .filter((one) => one.checkVisibility() && !one.matches('.skip'))
    .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 120))"""
PUBLIC = ("/connexion", "/connexion?fin=1", "/lien", "/bienvenue/premier-lien", "/bienvenue/perdu", "/contact")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    yield portal
    portal.close()


def thursday_canteen(page: Page) -> Locator:
    return page.get_by_role("checkbox", name=re.compile("^Repas jeudi 26 novembre"))


def test_on_a_phone_a_mother_books_thursday_and_reads_the_answer(browser: Browser, portal: Portal):
    context, page = opened(browser, portal, has_touch=True, is_mobile=True)
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_account(page)
    page.get_by_role("link", name=re.compile("Mes réservations")).tap()
    page.get_by_role("link", name=re.compile("^Léa")).tap()
    expect(page.get_by_text("Rien n'est envoyé avant")).to_be_visible()
    thursday_canteen(page).tap()
    expect(page.get_by_text(re.compile("1 changement à enregistrer.*4,55"))).to_be_in_viewport()
    page.get_by_role("button", name="Enregistrer").tap()
    asked = action_id(page)
    expect(page.get_by_text("Enregistré le mardi 24 novembre à 9 h 30. Confirmation dans un instant.")).to_be_visible()
    page.evaluate("window.still = true")
    portal.answer(asked)
    expect(page.get_by_text("Accepté").first).to_be_visible()
    assert page.evaluate("window.still")  # the answer came by itself, the page was not loaded again
    page.get_by_role("link", name="Revenir au planning").tap()
    expect(thursday_canteen(page)).to_be_checked()
    page.get_by_role("link", name="Menu").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    assert complaints == []
    context.close()


def test_what_being_late_costs_is_counted_before_it_is_sent(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto(RULED_PAGE)
    page.get_by_role("checkbox", name=re.compile("^Repas mercredi 2 décembre")).check()
    expect(
        page.get_by_text(re.compile(r"1 changement à enregistrer.*\+6,55.*\(majoré de 2,00.*par unité\)"))
    ).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Repas jeudi 3 décembre")).uncheck()  # billed: it takes nothing off
    expect(
        page.get_by_text(re.compile(r"2 changements à enregistrer.*\+6,55.*l'absence reste facturée"))
    ).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    action_id(page)
    expect(page.get_by_text(re.compile("Réserver \\(majoré de 2,00"))).to_be_visible()
    context.close()


def test_the_same_without_javascript(browser: Browser, portal: Portal):
    context, page = entered(browser, portal, java_script_enabled=False)
    page.goto(WEEK_PAGE)
    thursday_canteen(page).check()
    expect(page.get_by_text("À réserver").locator("visible=true")).to_have_count(1)
    page.get_by_role("button", name="Enregistrer").click()
    asked = action_id(page)
    expect(page.get_by_text("Confirmation dans un instant")).to_be_visible()
    portal.answer(asked)
    page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text("Accepté").first).to_be_visible()
    context.close()


def test_a_phone_number_is_changed_and_a_mistake_is_told_beside_the_field(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto("/famille")
    page.get_by_role("link", name="Voir et modifier la fiche de Claire Martin").click()
    number = page.get_by_label(re.compile("Téléphone portable"))
    number.fill("0611")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Un numéro de téléphone français a dix chiffres")).to_be_visible()
    expect(number).to_have_value("0611")
    expect(number).to_have_accessible_description(re.compile("dix chiffres"))
    assert violations(page) == []
    number.fill("06.11.22.33.44")
    page.get_by_role("button", name="Enregistrer").click()
    action_id(page)
    expect(page.get_by_text("06 11 22 33 44")).to_be_visible()
    context.close()


def test_leaving_with_unsaved_changes_asks_first(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto(WEEK_PAGE)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    thursday_canteen(page).check()
    page.get_by_role("link", name="Menu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    assert asked == ["beforeunload"]
    context.close()


def test_with_the_keyboard_alone_a_cell_is_booked(browser: Browser, portal: Portal):
    context, page = entered(browser, portal, viewport=DESKTOP)
    page.goto(WEEK_PAGE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == f"{CANTEEN}:{DAYS[3]}":
            break
    page.keyboard.press("Space")
    expect(thursday_canteen(page)).to_be_checked()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    action_id(page)
    context.close()


def test_on_every_page_axe_finds_nothing_nothing_overflows_and_all_comes_from_here(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def check(path: str, small: str = SMALL) -> None:
        page.goto(path)
        assert faults(page, small) == [], path

    for path in PUBLIC:
        check(path, "[]")
    open_account(page)
    page.goto(WEEK_PAGE)
    thursday_canteen(page).check()
    page.get_by_role("button", name="Enregistrer").click()
    wished = action_id(page)
    for path in (*PRIVATE, f"/demandes/{wished}"):
        check(path)
    portal.answer(wished)
    check(f"/demandes/{wished}")
    assert [url for url in asked if not url.startswith(portal.address)] == []
    context.close()


def test_an_invoice_is_downloaded_as_a_file(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto("/factures")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger le PDF de la facture 2026-000101").click()
    assert waiting.value.suggested_filename == "facture-2026-000101.pdf"
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    context.close()
