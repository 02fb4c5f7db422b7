"""Pictures of every screen, page and paper at their real size: `python -m tests.screenshots FOLDER [--only windows pages papers]`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from resources.installer import bootstrap

PARTS = ("windows", "pages", "papers")
DESKTOPS = ("1366x768", "1920x1080")
DEVICES = {"telephone": (390, 844), "tablette": (820, 1180), "ordinateur": (1280, 800)}
PAGES = {  # the pages of a screen after its first
    "billing": ("verifier", "regulariser"),
    "payments": ("journal", "en-ligne"),
    "treasury": ("journal", "arretes", "versements"),
    "debits": ("a-prelever", "remises", "rejets"),
    "reminders": ("relances", "titrer", "attestations"),
    "calendar": ("lignes", "ecoles", "ecarts"),
    "portal": ("planning", "inscriptions", "documents", "documentation", "mentions"),
    "rulebook": ("versions", "effet"),
}
SCREENS = (
    "requests", "families", "messages", "planning", "attendance", "billing", "payments", "treasury", "debits",
    "reminders", "portal", "calendar", "rulebook",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration of today, alive, and take every picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--sizes", nargs="+", choices=DESKTOPS, default=DESKTOPS, help="of the window")
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=SCREENS)
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
            windows = partial(_windows, screens=options.screens, sizes=options.sizes)
            take: dict[str, Callable[[Any, Path], None]] = {"windows": windows, "pages": _pages, "papers": _papers}
            for part in options.only:
                take[part](town, options.folder)
    return 0


def _windows(town: Any, folder: Path, *, screens: Sequence[str], sizes: Sequence[str]) -> None:
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
        for size in sizes:
            desk.window.resize(*map(int, size.split("x")))
            for code in screens:
                desk.window.open_screen(code)
                if code == "rulebook":
                    desk.window.built_screen(code).open_draft(_draft(town, folder))
                _take_screen(app, desk.window, code, folder, f"{size}-{scheme.value}")
        for code, named, ask in _dialogs():
            if code in screens:
                desk.window.open_screen(code)
                _settle(app, desk.window, code)
                ask(app, desk.window.built_screen(code), town.office)
                _take_dialog(app, folder / f"fenetre-{code}-{named}-{scheme.value}.png")
    desk.window.close()
    desk.pulse.stop()
    tasks.drain()


def _take_screen(app: Any, window: Any, code: str, folder: Path, kind: str) -> None:
    """Take a screen, then each of its pages."""
    from PySide6.QtWidgets import QTabWidget

    at = SCREENS.index(code) + 1
    _settle(app, window, code)
    _grab(window, folder / f"fenetre-{at:02}-{code}-{kind}.png")
    tabs = next((found for found in window.built_screen(code).findChildren(QTabWidget) if found.isVisible()), None)
    pages = PAGES.get(code, ())
    assert not pages or (tabs is not None and tabs.count() == 1 + len(pages)), f"{code}: a page has no name here"
    for page, named in enumerate(pages, start=1):
        tabs.setCurrentIndex(page)
        if named == "effet":
            window.built_screen(code).impact.compute.click()
        _settle(app, window, code)
        _grab(window, folder / f"fenetre-{at:02}-{code}-{named}-{kind}.png")
    if tabs is not None:
        tabs.setCurrentIndex(0)


def _dialogs() -> Iterator[tuple[str, str, Callable[..., None]]]:
    """Name the windows that open over a screen: which screen, what they are, how they are asked for."""
    from models.vocabulary import RequestKind

    def accept(kind: RequestKind, app: Any, screen: Any, _office: Any) -> None:
        asked = [row for row in screen.table.model_of_rows.rows if row.kind is kind]
        if asked:
            screen.table.choose(asked[0].id)
            _wait(app)
            screen.panel.accept.click()

    def queue(_app: Any, screen: Any, office: Any) -> None:
        from sqlalchemy import select

        from models.office.bookings import WaitingEntry

        first = select(WaitingEntry.unit_id, WaitingEntry.day).order_by(WaitingEntry.id).limit(1)
        unit_id, day = office.read(lambda session: session.execute(first).one())
        screen.waiting.presenter.open_queue(unit_id, day)

    def settings(_app: Any, screen: Any, _office: Any) -> None:
        screen.waiting.presenter.open_settings(screen.activity.currentData())

    yield "requests", "inscription", partial(accept, RequestKind.ENROLMENT)
    yield "planning", "liste-d-attente", queue
    yield "planning", "reglages-de-la-liste", settings


def _take_dialog(app: Any, file: Path) -> None:
    """Take the window that was asked for, and close it."""
    _wait(app)
    dialog = app.activeModalWidget()
    if dialog is not None:
        _grab(dialog, file)
        dialog.reject()
        _wait(app)


def _wait(app: Any) -> None:
    for _ in range(20):
        app.processEvents()
        time.sleep(0.03)


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
                    if bookings:
                        table.choose(bookings[0].id)
                    else:
                        table.choose_first()
                    break


def _pages(town: Any, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    from tests.conftest import LAUNCH
    from tests.servers import browser_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=LAUNCH)
        for device, (width, height) in DEVICES.items():
            size, kept = {"width": width, "height": height}, folder / ".session.json"
            with browser.new_context(viewport=size, locale="fr-FR", base_url=town.server.address) as context:
                page = context.new_page()
                _take_public(page, folder, device)
                _sign_in(page)
                for name, path in (_paths(town.office.today()) | _found(page)).items():
                    page.goto(path)
                    _take_page(page, folder, device, name)
                for name, gesture in _gestures(town.office.today()):
                    gesture(page)
                    _take_page(page, folder, device, name)
                context.storage_state(path=kept)
            bare = {"viewport": size, "locale": "fr-FR", "base_url": town.server.address, "storage_state": kept}
            with browser.new_context(**bare, java_script_enabled=False) as context:
                page = context.new_page()
                for name in ("semaine", "factures", "document"):
                    page.goto(_paths(town.office.today())[name])
                    _take_page(page, folder, device, f"{name}-sans-javascript")
            kept.unlink()
        browser.close()


def _take_page(page: Any, folder: Path, device: str, name: str) -> None:
    """Take a whole page: what sticks to the bottom of the screen stands at its place, below the rest."""
    page.evaluate("for (const bar of document.querySelectorAll('.save')) bar.style.position = 'static'")
    page.screenshot(path=folder / f"page-{device}-{name}.png", full_page=True)
    print(f"page-{device}-{name}.png", flush=True)


def _take_public(page: Any, folder: Path, device: str) -> None:
    public = {
        "connexion": "/connexion", "lien": "/lien", "bienvenue-perdu": "/bienvenue/perdu", "contact-sans-compte": "/contact",
        "accessibilite": "/accessibilite", "mentions-legales": "/mentions-legales",
    }  # fmt: skip
    for name, path in public.items():
        page.goto(path)
        _take_page(page, folder, device, name)


def _sign_in(page: Any) -> None:
    from backoffice.demonstration.account import SAMPLE_PASSWORD
    from backoffice.demonstration.people import SAMPLE_EMAIL

    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(SAMPLE_EMAIL)
    page.get_by_label("Mot de passe").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def _paths(today: date) -> dict[str, str]:
    """Name every page of the sample family whose address is known beforehand."""
    from backoffice.sync.contract import week_of

    week, later = week_of(today), today + timedelta(days=14)
    planning, many = "/reservations/1", f"du={later}&au={later + timedelta(days=27)}"
    return {
        "tableau-de-bord": "/", "famille": "/famille", "responsable": "/famille/responsable/1", "enfant": "/famille/enfant/1",
        "enfant-a-ajouter": "/famille/ajouter/enfant", "contact-a-ajouter": "/famille/enfant/1/ajouter/contact",
        "personne-autorisee": "/famille/enfant/1/ajouter/personne-autorisee", "inscriptions": "/inscriptions",
        "inscriptions-ouvertes": "/inscriptions/demander/2", "reservations": "/reservations", "semaine": f"{planning}/{week}",
        "semaine-suivante": f"{planning}/{week_of(later)}", "mois": f"{planning}/mois/{later:%Y-%m}",
        "repeter": f"{planning}/periode/repeter?semaine={week}", "semaine-type": f"{planning}/periode/semaine-type",
        "annuler": f"{planning}/periode/annuler", "apercu": f"{planning}/periode/annuler/apercu?{many}", "agenda": "/agenda",
        "factures": "/factures", "factures-soldees": "/factures?voir=soldees", "quittances": "/factures?voir=papiers",
        "prelevement": "/factures/prelevement", "prelevement-a-demander": "/factures/prelevement/1", "documents": "/documents",
        "document": "/documents/4/enfant/1", "documentation": "/documentation", "demandes": "/demandes",
        "historique": "/historique", "historique-paiements": "/historique?quoi=paiements&periode=mois", "contact": "/contact",
        "mot-de-passe": "/mot-de-passe", "vos-donnees": "/vos-donnees", "vos-donnees-copie": "/vos-donnees/copie",
        "introuvable": "/nulle-part",
    }  # fmt: skip


def _found(page: Any) -> dict[str, str]:
    """Name the pages that others lead to: the first request, enrolment to ask for, person to remove, and a basket."""
    found = {}
    for name, path, link in (
        ("demande", "/demandes", "main a.card"),
        ("inscription-a-demander", "/inscriptions/demander/2", "main .offers a.button"),
        ("personne-a-retirer", "/famille", "main a[href$='/retirer']"),
    ):
        page.goto(path)
        if page.locator(link).count():
            found[name] = page.locator(link).first.get_attribute("href")
    page.goto("/factures")
    ticked = [box.get_attribute("value") for box in page.locator("[data-basket] [type=checkbox]").all()]
    return found | {"paiement": "/paiement?" + "&".join(f"facture={key}" for key in ticked)}


def _gestures(today: date) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """What a family does, without sending it: boxes ticked, forms badly filled in, a link created."""
    paths = _paths(today)

    def tick(page: Any) -> None:
        page.goto(paths["semaine-suivante"])
        for box in page.locator(".cell.open input[type=checkbox]").all()[:3]:
            box.set_checked(not box.is_checked())

    def mistake(path: str, label: str, button: str, page: Any) -> None:
        page.goto(path)
        page.get_by_label(label).first.fill("06 12")
        page.get_by_role("button", name=button).click()

    def post(path: str, button: str, page: Any) -> None:
        page.goto(path)
        page.get_by_role("button", name=button).first.click()

    yield "semaine-cochee", tick
    yield "responsable-refuse", partial(mistake, paths["responsable"], "Téléphone mobile", "Enregistrer")
    yield "enfant-refuse", partial(post, paths["enfant-a-ajouter"], "Enregistrer")
    yield "mot-de-passe-refuse", partial(mistake, paths["mot-de-passe"], "Nouveau mot de passe", "Enregistrer")
    yield "prelevement-refuse", partial(mistake, paths["prelevement-a-demander"], "IBAN", "Envoyer ma demande")
    yield "document-refuse", partial(post, paths["document"], "Envoyer à la régie")
    yield "contact-refuse", partial(post, paths["contact"], "Envoyer")
    yield "agenda-nouveau", partial(post, paths["agenda"], "Créer un")


def _papers(town: Any, folder: Path) -> None:
    import pypdfium2

    from backoffice.demonstration.show import play_month

    shown = play_month(town.office)
    papers = {file.stem: file.read_bytes() for file in (*shown.invoices, shown.roll_call)}
    for name, content in (papers | _papers_of_money(town.office)).items():
        with pypdfium2.PdfDocument(content) as document:
            for at, page in enumerate(document, start=1):
                page.render(scale=1.5).to_pil().save(folder / f"papier-{name}-{at}.png")
                print(f"papier-{name}-{at}.png", flush=True)


def _papers_of_money(office: Any) -> dict[str, bytes]:
    """Give one of each paper of the régie."""
    from sqlalchemy import select

    from backoffice.certificates.make import make_certificates
    from backoffice.debits.form import mandate_form
    from backoffice.payments.receipts import receipt_pdf
    from backoffice.permissions import SYSTEM
    from models.office.billing import CarryOver, Invoice, InvoicePdf
    from models.office.debits import Mandate
    from models.office.payments import Payment
    from models.office.treasury import Paper
    from models.vocabulary import MandateState, PaperKind

    def kept(kind: PaperKind) -> bytes | None:
        return office.read(
            lambda s: s.scalar(select(Paper.content).where(Paper.kind == kind).order_by(Paper.subject_id))
        )

    def invoice(which: Any) -> bytes | None:
        return office.read(lambda s: s.scalar(select(InvoicePdf.content).join(Invoice).where(which).limit(1)))

    make_certificates(office, SYSTEM, 1, office.today().year)
    unsigned, payment = office.read(
        lambda s: (
            s.scalar(select(Mandate.id).where(Mandate.state == MandateState.UNSIGNED)),
            s.scalar(select(Payment.id).where(Payment.family_id == 1).limit(1)),
        )
    )
    found = {kind.value: kept(kind) for kind in PaperKind if kind is not PaperKind.CLAIM_LIST}
    found["mandate"] = office.read(mandate_form, office.sealer, unsigned, office.today())
    found["receipt"] = office.write(receipt_pdf, SYSTEM, payment)
    found["invoice-debit"] = invoice(Invoice.debit_on.is_not(None))
    found["invoice-carried"] = invoice(Invoice.carried)
    found["invoice-asking"] = invoice(Invoice.id.in_(select(CarryOver.into_id)))
    found["invoice-contract"] = invoice(Invoice.number.like("CRECHE-%"))
    found["invoice-aid"] = invoice(Invoice.aid_cents > 0)
    return {name: content for name, content in found.items() if content}


if __name__ == "__main__":
    bootstrap.enter("tests")
    sys.exit(main(sys.argv[1:]))
