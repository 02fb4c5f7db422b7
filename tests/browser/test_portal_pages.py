"""The portal in a real Chromium: a mother's phone, with and without JavaScript, and every page for everybody."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backoffice.portal.serve import Server
from backoffice.sync.contract import AnswerLine, RequestView, View, ViewKind, week_of
from models.engine import sqlite_url
from tests.portal.published import (
    CANTEEN,
    CLAIRE,
    DAYS,
    FAMILY,
    LEA,
    NOW,
    PASSWORD,
    SYNC_KEY,
    WEEK,
    canteen_under_rules,
    cell,
    everything,
    lea_cells,
    publication,
    settings,
    view,
    week,
)

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
SMALLEST = {"width": 320, "height": 640}  # also a 640-pixel screen at 200 %
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
WEEK_PAGE = f"/reservations/{LEA}/{WEEK}"
RULED = DAYS[0] + timedelta(days=7)
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
PUBLIC = ("/connexion", "/connexion?fin=1", "/lien", "/bienvenue/premier-lien", "/bienvenue/perdu", "/contact")


class Portal:
    """A portal that really listens, and the office that publishes to it."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(settings(sqlite_url(folder / "portail.db")))
        self.address = self.server.address
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        self.publish(*everything())
        cells = [cell(CANTEEN, RULED + timedelta(days=n)) for n in (3, 4)]
        self.publish(
            view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(RULED)}", 0, canteen_under_rules(RULED)),
            view(ViewKind.WEEK, f"{LEA}:{week_of(RULED)}", FAMILY, week(monday=RULED, cells=cells)),
        )

    def publish(self, *views: View) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port)
        headers = {"Authorization": f"Bearer {SYNC_KEY}", "Content-Type": "application/json"}
        connection.request("POST", "/sync/views", publication(views).encode(), headers)
        response = connection.getresponse()
        assert response.status == 200, response.read()
        response.read()
        connection.close()

    def answer(self, action_id: str) -> None:
        """Accept, as the office does, and publish the answer with the week."""
        line = AnswerLine(
            text="jeudi 26 novembre, repas, Léa", wished="Réserver", verdict="accepted", why="", until=NOW
        )
        body = RequestView(title="Réservations de Léa", received_at=NOW, status="accepted", lines=(line,))
        booked = week(cells=[*lea_cells(), cell(CANTEEN, DAYS[3])])
        self.publish(
            view(ViewKind.REQUEST, action_id, FAMILY, body), view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, booked)
        )

    def close(self) -> None:
        self.server.close()
        self._thread.join(5)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    yield portal
    portal.close()


def opened(browser: Browser, portal: Portal, **options: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=portal.address, locale="fr-FR", **({"viewport": PHONE} | options))
    context.set_default_timeout(10_000)
    return context, context.new_page()


def open_account(page: Page) -> None:
    page.goto("/bienvenue/premier-lien")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même, une seconde fois").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer et entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")


def action_id(page: Page) -> str:
    page.wait_for_url(re.compile("/demandes/"))
    return page.url.rpartition("/")[2]


def thursday_canteen(page: Page):
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
    context, page = opened(browser, portal)
    open_account(page)
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
    context, page = opened(browser, portal, java_script_enabled=False)
    open_account(page)
    page.goto(WEEK_PAGE)
    thursday_canteen(page).check()
    expect(page.get_by_text("À réserver").locator("visible=true")).to_have_count(1)
    page.get_by_role("button", name="Enregistrer").click()
    asked = action_id(page)
    expect(page.get_by_text("Confirmation dans un instant")).to_be_visible()
    portal.answer(asked)
    expect(page.get_by_text("Accepté").first).to_be_visible()  # the page asked again by itself
    context.close()


def test_a_phone_number_is_changed_and_a_mistake_is_told_beside_the_field(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    open_account(page)
    page.goto("/famille")
    page.get_by_role("link", name="Voir et modifier la fiche de Claire Martin").click()
    number = page.get_by_label(re.compile("Téléphone portable"))
    number.fill("0611")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Un numéro de téléphone français a dix chiffres")).to_be_visible()
    expect(number).to_have_value("0611")
    expect(number).to_have_accessible_description(re.compile("dix chiffres"))
    assert Axe().run(page, options=WCAG).violations_count == 0
    number.fill("06.11.22.33.44")
    page.get_by_role("button", name="Enregistrer").click()
    action_id(page)
    expect(page.get_by_text("06 11 22 33 44")).to_be_visible()
    context.close()


def test_leaving_with_unsaved_changes_asks_first(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    open_account(page)
    page.goto(WEEK_PAGE)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    thursday_canteen(page).check()
    page.get_by_role("link", name="Menu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    assert asked == ["beforeunload"]
    context.close()


def test_with_the_keyboard_alone_a_cell_is_booked(browser: Browser, portal: Portal):
    context, page = opened(browser, portal, viewport=DESKTOP)
    open_account(page)
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


@pytest.mark.parametrize("size", [SMALLEST, PHONE, DESKTOP], ids=["320", "phone", "desktop"])
def test_axe_finds_nothing_and_nothing_overflows_on_any_page(browser: Browser, portal: Portal, size: dict[str, int]):
    context, page = opened(browser, portal, viewport=size)
    axe = Axe()

    def check(path: str) -> None:
        page.goto(path)
        violations = axe.run(page, options=WCAG).response["violations"] if size is not SMALLEST else []
        found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path

    for path in PUBLIC:
        check(path)
    open_account(page)
    page.goto(WEEK_PAGE)
    thursday_canteen(page).check()
    page.get_by_role("button", name="Enregistrer").click()
    asked = action_id(page)
    for path in (*PRIVATE, f"/demandes/{asked}"):
        check(path)
    portal.answer(asked)
    check(f"/demandes/{asked}")
    context.close()


def test_what_a_finger_touches_is_large_enough(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    open_account(page)
    small = """[...document.querySelectorAll(
        'header a, header button, main a.button, main a.tile, main a.card, main button, main select, .tabs a, .cell.open,'
        + 'main input:not([type=hidden], [type=checkbox], .hidden)')]
        .filter((one) => one.checkVisibility() && !one.matches('.skip'))
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 120))"""
    for path in PRIVATE:
        page.goto(path)
        assert page.evaluate(small) == [], path
    context.close()


def test_nothing_is_loaded_from_elsewhere(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_account(page)
    for path in PRIVATE:
        page.goto(path)
    assert [url for url in asked if not url.startswith(portal.address)] == []
    context.close()


def test_an_invoice_is_downloaded_as_a_file(browser: Browser, portal: Portal):
    context, page = opened(browser, portal)
    open_account(page)
    page.goto("/factures")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger le PDF de la facture 2026-000101").click()
    assert waiting.value.suggested_filename == "facture-2026-000101.pdf"
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    context.close()
