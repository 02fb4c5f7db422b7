"""What the tests of the portal's pages share: a portal that listens, somebody signed in, and a page judged at every width."""

import re
import threading
from datetime import timedelta
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backoffice.portal.app import create_app
from backoffice.portal.serve import Server
from backoffice.portal.settings import PortalSettings
from backoffice.sync.contract import AnswerLine, RequestView, View, ViewKind, week_of
from models.engine import sqlite_url
from tests.engines import compile_once, wait_for_no_disk
from tests.factories import lay_empty
from tests.portal.conftest import PAGES, Office, Person
from tests.portal.published import (
    CANTEEN,
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

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1280, "height": 800}
SMALLEST = {"width": 320, "height": 640}  # also a 640-pixel screen at 200 %
SIZES = (DESKTOP, TABLET, SMALLEST, PHONE)
RULED = DAYS[0] + timedelta(days=7)
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
JUDGE = """options => axe.run(document, options)
    .then((found) => found.violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)].join(' ')))"""


class Portal:
    """A portal that really listens, and the office that publishes to it."""

    def __init__(self, folder: Path) -> None:
        file = folder / "portail.db"
        file.write_bytes(_published())
        self.listen(settings(sqlite_url(file)))

    def listen(self, told: PortalSettings) -> None:
        """Answer, on a free port, until closed."""
        self.server = Server(told)
        self.app = self.server.app
        self.app.jinja_env.bytecode_cache = PAGES
        engine = self.app.extensions["marelle"].store.engine
        compile_once(engine)
        wait_for_no_disk(engine)
        self.address = self.server.address
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()

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


@cache
def _published() -> bytes:
    """Publish the small commune, and a week under rules, once in a run."""
    commune, cells = everything(), [cell(CANTEEN, RULED + timedelta(days=n)) for n in (3, 4)]
    ruled = (  # after the commune: what is newer is shown
        view(ViewKind.ACTIVITY_WEEK, f"1:{week_of(RULED)}", 0, canteen_under_rules(RULED)),
        view(ViewKind.WEEK, f"{LEA}:{week_of(RULED)}", FAMILY, week(monday=RULED, cells=cells)),
    )
    with TemporaryDirectory() as folder:
        file = Path(folder, "portail.db")
        lay_empty(file, "portal")
        app = create_app(settings(sqlite_url(file)))
        Office(app).publish(*commune, *ruled)
        app.extensions["marelle"].store.close()  # the last to leave brings the journal into the file
        return file.read_bytes()


def opened(browser: Browser, portal: Portal, **options: Any) -> tuple[BrowserContext, Page]:
    """Open a window on a phone, in front of the door."""
    context = browser.new_context(base_url=portal.address, locale="fr-FR", **({"viewport": PHONE} | options))
    context.set_default_timeout(10_000)
    return context, context.new_page()


def entered(browser: Browser, portal: Portal, **options: Any) -> tuple[BrowserContext, Page]:
    """Open a window for a mother who is inside already: her account was opened without a window."""
    context, page = opened(browser, portal, **options)
    claire = Person(portal.app)
    assert claire.open_account().status_code == 303
    known(context, portal, claire)
    return context, page


def known(context: BrowserContext, portal: Portal, person: Person) -> None:
    """Give a browser the cookies of somebody who is inside."""
    kept = person.client._cookies.values()
    context.add_cookies([{"name": one.key, "value": one.value, "url": portal.address} for one in kept])


def open_account(page: Page) -> None:
    """Open an account as a mother does, by the link of her e-mail."""
    page.goto("/bienvenue/premier-lien")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même, une seconde fois").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer et entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")


def action_id(page: Page) -> str:
    """Wait for the page of what was asked, and give its id."""
    page.wait_for_url(re.compile("/demandes/"))
    return page.url.rpartition("/")[2]


def violations(page: Page) -> list[str]:
    """List what axe finds in the page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE_SCRIPT}\n;0")
    return [str(one) for one in page.evaluate(JUDGE, OPTIONS)]


def faults(page: Page, small: str = "[]") -> list[str]:
    """List what axe finds on a phone, what overflows or is too small to touch at every width (`worlds` look further)."""
    found = list[str]()
    for size in SIZES:
        page.set_viewport_size(size)
        found += ["too wide"] if page.evaluate(TOO_WIDE) else []
        found += page.evaluate(small)
        if size is PHONE:
            found += violations(page)
    return found
