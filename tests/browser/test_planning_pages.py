"""Mes réservations in a real Chromium: a month, many days at once, waiting lists, the agenda; by keyboard, without script."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backoffice.sync.contract import week_of
from tests.browser.visits import DESKTOP, Portal, action_id, entered, faults
from tests.portal.plannings import NEXT, NEXT_DAYS, answered_cells, weeks_to_come
from tests.portal.published import CANTEEN, LEA

pytestmark = pytest.mark.browser

WEEK_PAGE = f"/reservations/{LEA}/{week_of(NEXT)}"
MONTH_PAGE = f"/reservations/{LEA}/mois/2026-12"
PERIOD = f"/reservations/{LEA}/periode"
PREVIEW = f"{PERIOD}/repeter/apercu?semaine={week_of(NEXT)}&fin=semaines&nombre=2&mode=ajouter"
PAGES = (
    WEEK_PAGE,
    f"{WEEK_PAGE}?activite=1",
    MONTH_PAGE,
    f"/reservations/{LEA}/mois/2027-03",
    f"{PERIOD}/repeter?semaine={week_of(NEXT)}",
    f"{PERIOD}/semaine-type",
    f"{PERIOD}/semaine-type/apercu?du=&au=2026-01-01",
    PREVIEW,
    f"{PERIOD}/annuler/apercu?du=2026-11-30&au=2027-02-01",
    "/agenda",
)
SMALL = """[...document.querySelectorAll('main a.button, main button, main summary, main select, .cell.open, label.u, .tick,'
    + '.choice label, main input:not([type=hidden], [type=checkbox], [type=radio])')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    portal.publish(*weeks_to_come(answered_cells()))
    yield portal
    portal.close()


@pytest.mark.thorough
def test_axe_finds_nothing_nothing_overflows_and_a_finger_finds_its_way(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)

    def check(name: str) -> None:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert faults(page, SMALL) == [], name

    for path in PAGES:
        page.goto(path)
        check(path)
    page.get_by_role("button", name="Créer un lien").click()
    expect(page.get_by_role("button", name="Copier le lien")).to_be_visible()
    check("a new link")
    context.close()


def test_a_month_by_keyboard_alone(browser: Browser, portal: Portal):
    context, page = entered(browser, portal, viewport=DESKTOP)
    page.goto(MONTH_PAGE)
    page.get_by_role("button", name="Repas", exact=True).press("Enter")
    expect(page.get_by_text(re.compile(r"changements à enregistrer.*\+"))).to_be_visible()
    page.get_by_role("button", name="Repas", exact=True).press("Enter")
    expect(page.get_by_text("Rien n'est envoyé avant")).to_be_visible()
    first = page.locator(f"input[value='{CANTEEN}:2026-12-08']")
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == f"{CANTEEN}:2026-12-10"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_text(re.compile(r"1 changement à enregistrer.*\+1,50"))).to_be_visible()
    page.get_by_role("button", name="Enregistrer").focus()
    page.keyboard.press("Enter")
    action_id(page)
    context.close()


def test_an_offered_place_is_taken_and_the_list_entered_on_a_phone(browser: Browser, portal: Portal):
    context, page = entered(browser, portal, has_touch=True, is_mobile=True)
    page.goto(WEEK_PAGE)
    page.get_by_label("Prendre la place").tap()
    expect(page.get_by_text(re.compile(r"1 changement à enregistrer.*\+4,55"))).to_be_visible()
    page.locator(f"input[value='{CANTEEN}:{NEXT_DAYS[3]}']").tap()
    expect(page.get_by_text("À mettre sur la liste")).to_be_visible()
    expect(page.get_by_text(re.compile(r"2 changements à enregistrer.*\+4,55"))).to_be_visible()
    page.get_by_role("button", name="Enregistrer").tap()
    action_id(page)
    expect(page.get_by_text("Prendre la place proposée")).to_be_visible()
    expect(page.get_by_text("S'inscrire sur la liste d'attente")).to_be_visible()
    context.close()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "plain"])
def test_a_week_is_repeated_with_and_without_script(browser: Browser, portal: Portal, *, script: bool):
    context, page = entered(browser, portal, java_script_enabled=script)
    page.goto(WEEK_PAGE)
    page.get_by_text("Filtrer, répéter").click()
    page.get_by_role("link", name="Répéter cette semaine").click()
    page.get_by_label("Nombre de semaines").select_option("2")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(8)
    page.get_by_role("checkbox", name=re.compile("Repas")).first.uncheck()
    _total(page, "7 changements", script=script)
    page.get_by_role("button", name="Enregistrer").click()
    action_id(page)
    context.close()


def _total(page: Page, words: str, *, script: bool) -> None:
    if not script:
        page.get_by_role("button", name="Recalculer le total").click()
    expect(page.get_by_text(re.compile(words))).to_be_visible()


def test_a_school_year_is_read_week_by_week_and_sent_at_once(browser: Browser, portal: Portal):
    portal.publish(*weeks_to_come(weeks=40))
    context, page = entered(browser, portal)
    page.goto(f"{PERIOD}/semaine-type")
    for box in page.locator("[name=t]").all():
        box.check()
    page.get_by_label("Au", exact=True).fill("2027-07-02")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    counted = page.locator("[data-count]")
    expect(counted).to_have_text(re.compile("310 changements à enregistrer"))
    assert faults(page, SMALL) == []
    page.get_by_role("checkbox", name=re.compile("^Semaine du 7 décembre")).uncheck()
    expect(counted).to_have_text(re.compile("300 changements à enregistrer"))
    page.get_by_role("button", name="Enregistrer").click()
    action_id(page)
    expect(page.get_by_text("1 à 60 sur 300")).to_be_visible()
    context.close()
