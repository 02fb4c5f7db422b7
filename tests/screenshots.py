"""Pictures of every screen, page and paper at their real size: `python -m tests.screenshots FOLDER [--only windows pages papers]`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from resources.installer import bootstrap

PARTS = ("windows", "pages", "papers")
DESKTOPS = ((1366, 768), (1920, 1080))
DEVICES = {"telephone": (390, 844), "tablette": (820, 1180), "ordinateur": (1280, 800)}
PAGES = {
    "calendar": ("lignes", "ecoles", "ecarts"),
    "rulebook": ("versions", "effet"),
}  # the pages of a screen after its first
SCREENS = ("requests", "families", "planning", "attendance", "billing", "calendar", "rulebook")


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration of today, alive, and take every picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from backoffice.billing.bill import bill
    from backoffice.clock import previous_month
    from backoffice.demonstration.account import open_sample_account
    from backoffice.demonstration.build import build
    from backoffice.permissions import SYSTEM
    from tests.live import LiveTown

    with tempfile.TemporaryDirectory() as data:
        build(Path(data), say=print)
        with LiveTown(Path(data)) as town:
            town.synchronise()
            with town.client() as client:
                open_sample_account(town.office, client)
            town.synchronise()
            bill(town.office, SYSTEM, previous_month(town.office.today()))
            take: dict[str, Callable[[Any, Path], None]] = {"windows": _windows, "pages": _pages, "papers": _papers}
            for part in options.only:
                take[part](town, options.folder)
    return 0


def _windows(town: Any, folder: Path) -> None:
    from backoffice.commune import read_commune
    from backoffice.permissions import agent_at_desk
    from ui.common.tasks import Tasks
    from ui.desk import Desk
    from ui.shell.application import make_application
    from ui.shell.theme import Scheme, theme

    app = make_application(["marelle"], folder / ".settings")
    tasks = Tasks()
    desk = Desk(town.office, town.office.read(agent_at_desk), town.office.read(read_commune), tasks)
    desk.window.show()
    desk.start()
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().choose(scheme)
        for width, height in DESKTOPS:
            desk.window.resize(width, height)
            for at, code in enumerate(SCREENS, start=1):
                desk.window.open_screen(code)
                if code == "rulebook":
                    desk.window.built_screen(code).open_draft(_draft(town, folder))
                _settle(app, desk.window, code)
                size = f"{width}x{height}-{scheme.value}"
                _grab(desk.window, folder / f"fenetre-{at}-{code}-{size}.png")
                for page, named in enumerate(PAGES.get(code, ()), start=1):
                    desk.window.built_screen(code).tabs.setCurrentIndex(page)
                    if named == "effet":
                        desk.window.built_screen(code).impact.compute.click()
                    _settle(app, desk.window, code)
                    _grab(desk.window, folder / f"fenetre-{at}-{code}-{named}-{size}.png")
                if code in PAGES:
                    desk.window.built_screen(code).tabs.setCurrentIndex(0)
    desk.window.close()
    desk.pulse.stop()
    tasks.drain()


def _draft(town: Any, folder: Path) -> Path:
    """Write what the next school year might be: dearer meals above the first bracket, and a day more to book them."""
    from backoffice.rulebook.lists import source_of

    version, source = town.office.read(source_of, None, today=town.office.today())
    source = source.replace(version, f"{version}-projet").replace("[3.60, 4.15, 4.55]", "[3.40, 4.30, 4.90]")
    path = folder / ".brouillon.toml"
    path.write_bytes(source.replace("nombre = 2", "nombre = 3").encode())
    return path


def _grab(window: Any, file: Path) -> None:
    window.grab().save(str(file))
    print(file.name, flush=True)


def _settle(app: Any, window: Any, code: str) -> None:
    """Let a screen read what it shows; choose a row where it has a table: of the requests, one that books."""
    from models.vocabulary import RequestKind
    from ui.common.listing import TableView

    for at in range(40):
        app.processEvents()
        time.sleep(0.03)
        if at == 25:
            for table in window.built_screen(code).findChildren(TableView):
                if (
                    table.isVisible()
                    and (table.chosen() is None or code == "requests")
                    and table.model_of_rows.rowCount()
                ):
                    rows = table.model_of_rows.rows
                    bookings = [row for row in rows if getattr(row, "kind", None) is RequestKind.BOOKINGS]
                    table.choose((bookings or rows)[0].id)
                    break


def _pages(town: Any, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    from backoffice.demonstration.account import SAMPLE_PASSWORD
    from backoffice.demonstration.people import SAMPLE_EMAIL
    from backoffice.sync.contract import week_of
    from tests.conftest import LAUNCH
    from tests.servers import browser_path

    week = week_of(town.office.today())
    paths = {
        "tableau-de-bord": "/", "famille": "/famille", "responsable": "/famille/responsable/1", "enfant": "/famille/enfant/1",
        "inscriptions": "/inscriptions", "reservations": "/reservations", "semaine": f"/reservations/1/{week}",
        "factures": "/factures", "factures-soldees": "/factures?voir=soldees", "documents": "/documents",
        "demandes": "/demandes", "historique": "/historique", "contact": "/contact", "mot-de-passe": "/mot-de-passe",
        "introuvable": "/nulle-part",
    }  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=LAUNCH)
        for device, (width, height) in DEVICES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
            page = context.new_page()
            page.goto(f"{town.server.address}/connexion")
            page.screenshot(path=folder / f"page-{device}-connexion.png", full_page=True)
            page.get_by_label("Adresse e-mail").fill(SAMPLE_EMAIL)
            page.get_by_label("Mot de passe").fill(SAMPLE_PASSWORD)
            page.get_by_role("button", name="Se connecter").click()
            for name, path in paths.items():
                page.goto(town.server.address + path)
                page.screenshot(path=folder / f"page-{device}-{name}.png", full_page=True)
                print(f"page-{device}-{name}.png", flush=True)
            context.close()
        browser.close()


def _papers(town: Any, folder: Path) -> None:
    import pypdfium2

    from backoffice.demonstration.show import play_month

    shown = play_month(town.office)
    for file in (*shown.invoices, shown.roll_call):
        with pypdfium2.PdfDocument(file) as document:
            for at, page in enumerate(document, start=1):
                name = f"papier-{file.stem}-{at}.png"
                page.render(scale=1.5).to_pil().save(folder / name)
                print(name, flush=True)


if __name__ == "__main__":
    bootstrap.enter("tests")
    sys.exit(main(sys.argv[1:]))
