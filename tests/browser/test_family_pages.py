"""Ma famille and Mes demandes in a real Chromium: people added and taken away, requests taken back, with and without script."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backoffice.sync.contract import AnswerLine, View, ViewKind
from tests.browser.visits import DESKTOP, Portal, action_id, entered, faults
from tests.portal.motion import COMING, LEAVING, family_in_motion, request
from tests.portal.published import ASKED, CLAIRE, FAMILY, JEANNE, LEA, TOM, view

pytestmark = pytest.mark.browser

DONE = ASKED[:-1] + "8"
CHILD, CONTACT, AWAY = (
    "/famille/ajouter/enfant",
    f"/famille/enfant/{TOM}/ajouter/contact",
    f"/famille/personne/{JEANNE}/retirer",
)
PAGES = (
    "/famille",
    f"/famille/responsable/{CLAIRE}",
    f"/famille/enfant/{LEA}",
    CHILD,
    CONTACT,
    AWAY,
    "/demandes",
    "/demandes?etat=attente",
    "/demandes?etat=repondues",
    f"/demandes/{ASKED}",
    f"/demandes/{DONE}",
)
SMALL = """[...document.querySelectorAll('main a.button, main a.touch, main button, main select, .tabs a,'
    + 'main input:not([type=hidden])')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


def in_motion() -> list[View]:
    """Publish what waits, what is answered, and a request of two lines."""
    lines = tuple(
        AnswerLine(text=f"{label} de Claire Martin", wished=wished, verdict="waiting", why="La régie vérifie.", key=key)
        for key, label, wished in (("city", "Ville", "Vittel"), ("street", "Adresse", "5 rue du Lac"))
    )
    refused = AnswerLine(text="Prénom", wished="Zoé", verdict="refused", why="Justificatif manquant.", key="first_name")
    done = request(
        "person", "refused", title="Nouvel enfant\u202f: Zoé Martin", lines=(refused,), reason="Justificatif manquant",
        note="Merci d'envoyer le livret de famille.\nÀ bientôt.",
    )  # fmt: skip
    return [
        view(ViewKind.FAMILY, "", FAMILY, family_in_motion()),
        view(ViewKind.REQUEST, ASKED, FAMILY, request(lines=lines)),
        view(ViewKind.REQUEST, DONE, FAMILY, done),
        *(view(ViewKind.REQUEST, key, FAMILY, request("person", title="Personne")) for key in (COMING, LEAVING)),
    ]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    portal.publish(*in_motion())
    yield portal
    portal.close()


@pytest.mark.thorough
def test_axe_finds_nothing_nothing_overflows_and_a_finger_finds_its_way(browser: Browser, portal: Portal):
    context, page = entered(browser, portal)

    def check(name: str) -> None:
        assert faults(page, SMALL) == [], name
        if folder := os.environ.get("MARELLE_PICTURES"):  # to be looked at
            page.screenshot(path=f"{folder}/{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=True)

    for path in PAGES:
        page.goto(path)
        check(path)
    page.goto(CHILD)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Rien n'a encore été enregistré")).to_be_visible()
    check("troubles")
    page.goto(f"/demandes/{ASKED}")
    page.get_by_role("button", name="Tout retirer").click()
    expect(page.get_by_text("Retrait en cours").first).to_be_visible()
    check("leaving")
    context.close()


def add_contact(page: Page) -> None:
    """Ask for somebody to call, a mistake made first."""
    page.goto("/famille")
    page.get_by_role("link", name="Ajouter un contact à prévenir pour Tom Martin").click()
    page.get_by_label(re.compile("Prénom et nom")).fill("Inès Faure")
    page.get_by_label(re.compile("Lien avec l'enfant")).fill("voisine")
    page.get_by_label(re.compile("Téléphone")).fill("0611")
    page.get_by_role("button", name="Enregistrer").click()
    number = page.get_by_label(re.compile("Téléphone"))
    expect(number).to_have_accessible_description(re.compile("dix chiffres"))
    expect(page.get_by_label(re.compile("Prénom et nom"))).to_have_value("Inès Faure")
    number.fill("06 11 22 33 44")
    page.get_by_role("button", name="Enregistrer").click()


def look_again(page: Page, *, script: bool) -> None:
    """Ask for the page again, which a script does by itself."""
    if not script:
        page.get_by_role("link", name="Actualiser").click()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "plain"])
def test_a_contact_is_added_then_taken_back_and_the_page_tells_how_far_it_is(
    browser: Browser, portal: Portal, script: bool
):
    context, page = entered(browser, portal, java_script_enabled=script)
    add_contact(page)
    asked = action_id(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Nouveau contact pour Tom Martin"))
    line = AnswerLine(text="Prénom et nom", wished="Inès Faure", verdict="waiting", why="La régie vérifie.", key="name")
    portal.publish(view(ViewKind.REQUEST, asked, FAMILY, request("person", lines=(line,))))
    look_again(page, script=script)
    expect(page.get_by_text("En attente de la régie").first).to_be_visible()
    page.get_by_role("button", name="Retirer cette demande").click()
    expect(page.get_by_text("Retrait en cours").first).to_be_visible()
    gone = line.model_copy(update={"verdict": "withdrawn", "why": "Retirée par vous."})
    portal.publish(view(ViewKind.REQUEST, asked, FAMILY, request("person", "withdrawn", lines=(gone,))))
    look_again(page, script=script)
    expect(page.get_by_text("Retiré par vous").first).to_be_visible()
    context.close()


def test_with_the_keyboard_alone_a_field_that_waits_is_taken_back(browser: Browser, portal: Portal):
    context, page = entered(browser, portal, viewport=DESKTOP)
    page.goto(f"/famille/responsable/{CLAIRE}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "keys":
            break
    page.keyboard.press("Enter")
    assert action_id(page) == ASKED
    expect(page.get_by_text("Retrait en cours")).to_have_count(1)
    context.close()
