"""Every page in every state, at every size, with JavaScript and without: axe finds nothing, nothing overflows."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from backoffice.portal.app import create_app
from models.engine import sqlite_url
from tests.browser.states import Visit, World, addresses
from tests.browser.visits import PHONE, known, opened
from tests.browser.worlds import WORLDS
from tests.factories import lay_empty
from tests.portal.conftest import Person
from tests.portal.published import settings

UNDRAWN = {  # they answer with a file, a part of a page, or lead elsewhere whatever is sent
    ("GET", "bookings.now"),
    ("GET", "documentation.download"),
    ("GET", "feed.ics"),
    ("GET", "invoices.pdf"),
    ("GET", "invoices.paper"),
    ("GET", "answers.state"),
    ("GET", "payment.state"),
    ("GET", "payfip.notify"),
    ("POST", "payfip.notify"),
    ("GET", "payfip.back"),
    ("POST", "payfip.back"),
    ("POST", "access.sign_out"),
    ("POST", "access.sign_out_others"),
    ("POST", "access.sign_out_one"),
    ("POST", "feed.revoke"),
}


def test_every_page_and_every_form_has_a_state_here(tmp_path: Path):
    lay_empty(tmp_path / "portail.db", "portal")
    app = create_app(settings(sqlite_url(tmp_path / "portail.db")))
    app.extensions["marelle"].store.close()
    asked = app.url_map.bind("")
    drawn = {
        (method, asked.match(path, method=method)[0])
        for world in WORLDS
        for method, path in addresses(world.states)
        if path not in {"/nulle-part", "/deconnexion"}
    }
    pages = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not rule.endpoint.startswith("sync.")
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert drawn == pages - UNDRAWN
    assert pages >= UNDRAWN


@pytest.mark.thorough
@pytest.mark.browser
@pytest.mark.timeout(600)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name.replace(" ", "-"))
def test_axe_finds_nothing_and_all_fits(browser: Browser, tmp_path: Path, world: World, *, script: bool):
    portal = world.portal(tmp_path)
    person = Person(portal.app)
    if world.inside:
        assert person.open_account().status_code == 303
    ids = world.lay(portal, person) or {}
    context, page = opened(browser, portal)
    if world.inside:
        known(context, portal, person)
    visit = Visit(page, portal, person, script=script)
    found = []
    for number, state in enumerate(world.states):
        if state.script in {None, script}:
            found += visit.faults(state, ids)
            if folder := os.environ.get("MARELLE_PICTURES"):  # to be looked at
                name = re.sub("[^a-z0-9]+", "-", f"{world.name}-{number}-{state.path}".lower())
                page.set_viewport_size(PHONE)
                page.screenshot(path=f"{folder}/{name}-{'script' if script else 'plain'}.png", full_page=True)
    context.close()
    portal.close()
    assert not found, "\n" + "\n".join(found)
