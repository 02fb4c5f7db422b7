"""Asking for an enrolment in a real Chromium: by the keyboard alone, without JavaScript, and by axe."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import Portal, entered, faults
from tests.portal.offered import LATE, SUMMER, offered_views
from tests.portal.published import LEA

pytestmark = pytest.mark.browser
ASK = f"/inscriptions/demander/{LEA}/{SUMMER}"
PAGES = ("/inscriptions", f"/inscriptions/demander/{LEA}", ASK, f"/inscriptions/demander/{LEA}/{LATE}")


@pytest.fixture
def portal(tmp_path: Path):
    made = Portal(tmp_path)
    made.publish(*offered_views(asked=True))
    yield made
    made.close()


def test_an_enrolment_is_asked_for_by_the_keyboard_alone(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    page.goto("/inscriptions")
    page.get_by_role("link", name="Demander une inscription pour Léa").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"demander/{LEA}$"))
    page.get_by_role("link", name=re.compile("^Demander.*Centre de loisirs")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(ASK))
    page.get_by_label("Un mot à la régie").focus()
    page.keyboard.type("Merci")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Envoyer la demande")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/demandes/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Centre de loisirs d'été")
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_date_that_cannot_be_is_said_beside_it_and_what_was_typed_stays(
    browser: Browser, portal: Portal, script: bool
):
    context, page = entered(browser, portal, java_script_enabled=script)
    page.goto(ASK)
    page.get_by_label(re.compile("^Premier jour")).fill("2027-08-31")
    page.get_by_label("Un mot à la régie").fill("Bonjour")
    page.get_by_role("button", name="Envoyer la demande").click()
    day = page.get_by_label(re.compile("^Premier jour"))
    expect(day).to_have_value("2027-08-31")
    expect(day).to_have_accessible_description(re.compile("entre le 05/07/2027 et le 30/07/2027"))
    expect(page.get_by_label("Un mot à la régie")).to_have_value("Bonjour")
    context.close()


@pytest.mark.thorough
def test_axe_finds_nothing_and_nothing_overflows_at_any_width(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)
    for path in PAGES:
        page.goto(path)
        assert faults(page) == [], path
    context.close()
