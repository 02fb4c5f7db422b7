"""Contact, passwords, devices, data and legal pages in a real Chromium: by keyboard alone, small, with and without script."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import Portal, entered, faults, open_account, opened
from tests.portal.published import PASSWORD

pytestmark = pytest.mark.browser

PAGES = ("/", "/contact", "/mot-de-passe", "/accessibilite", "/mentions-legales", "/vos-donnees", "/vos-donnees/copie")
SMALL = """[...document.querySelectorAll('main a.button, main a.touch, main button, footer a')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    yield portal
    portal.close()


@pytest.mark.thorough
def test_nothing_is_too_wide_too_small_or_unreadable(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    for path in PAGES:
        page.goto(path)
        assert not faults(page, SMALL), path
    page.goto("/mot-de-passe")
    page.get_by_label("Nouveau mot de passe").fill("Contrexeville88!")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("trop facile à deviner")).to_be_visible()
    expect(page.get_by_label("Nouveau mot de passe")).to_have_accessible_description(re.compile("votre commune"))
    assert not faults(page, SMALL)
    page.goto("/contact")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_label("Votre message")).to_have_accessible_description(re.compile("Écrivez votre message"))
    assert not faults(page, SMALL)
    context.close()


def test_a_mother_writes_to_the_regie_with_the_keyboard_alone(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto("/contact")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Votre message")).to_be_focused()
    page.keyboard.type("Bonjour, Lea sera absente.")
    expect(page.get_by_text("encore 3\u202f974")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre message est enregistré")).to_be_visible()
    expect(page.get_by_text("En route vers la régie")).to_be_visible()
    context.close()


def test_without_script_one_writes_sends_a_device_away_and_takes_a_copy(browser: Browser, portal: Portal):
    context, page = opened(browser, portal, java_script_enabled=False)
    open_account(page)
    page.goto("/contact")
    page.get_by_label("Votre message").fill("Bonjour")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre message est enregistré")).to_be_visible()
    other, elsewhere = opened(browser, portal)
    elsewhere.goto("/connexion")
    elsewhere.get_by_label("Adresse e-mail").fill("claire.martin@exemple.fr")
    elsewhere.get_by_label("Mot de passe").fill(PASSWORD)
    elsewhere.get_by_role("button", name="Se connecter").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    page.goto("/mot-de-passe")
    page.get_by_role("button", name=re.compile("^Déconnecter Chrome")).click()
    expect(page.get_by_text("Cet appareil est déconnecté")).to_be_visible()
    elsewhere.goto("/famille")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.goto("/vos-donnees")
    page.get_by_role("link", name="Recevoir une copie de mes données").click()
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger").click()
    assert download.value.suggested_filename == "mes-donnees-espace-famille.zip"
    other.close()
    context.close()
