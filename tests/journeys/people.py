"""The two who act in a journey: a family on its phone, and an agent at her desk, by clicks and keys alone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from ui.common.dialogs import Confirmation, FormDialog
from ui.common.pdf_preview import PdfPreview
from ui.desk import Desk
from ui.shell.window import MainWindow

PASSWORD = "Marelle-en-ville-88"
PHONE = ViewportSize(width=390, height=844)
LINK = re.compile(r"https?://\S+/bienvenue/[\w-]+")
SLOW = 40_000  # milliseconds, on a machine that does ten things at once


class FamilyPhone:
    """A family in a real browser, of a phone's size."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._context = browser.new_context(viewport=PHONE, locale="fr-FR", accept_downloads=True)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(SLOW)
        self._address = address

    def create_password(self, link: str) -> None:
        """Follow the e-mail's link, choose a password, land on the dashboard."""
        self.page.goto(link)
        self.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        self.page.get_by_label("Le même, une seconde fois").fill(PASSWORD)
        self.page.get_by_role("button", name="Enregistrer et entrer").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")

    def sign_in(self, email: str) -> None:
        """Sign out, then in again with the password."""
        self.page.get_by_role("button", name="Se déconnecter").click()
        self.page.goto(f"{self._address}/connexion")
        self.page.get_by_label("Adresse e-mail").fill(email)
        self.page.get_by_label("Mot de passe").fill(PASSWORD)
        self.page.get_by_role("button", name="Se connecter").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")

    def open(self, path: str, heading: str) -> None:
        """Open a page and read its title."""
        self.page.goto(self._address + path)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def change(self, person: str, fields: dict[str, str]) -> None:
        """Change fields of one of the family's people, and press « Enregistrer »."""
        self.open("/famille", "Ma famille")
        self.page.get_by_role("link", name=f"la fiche de {person}").click()
        for name, value in fields.items():
            self.page.locator(f'input[name="f.{name}"]').fill(value)
        self.save()

    def tick(self, child_id: int, week: str, cell: str) -> str:
        """Tick a cell ("unit:day") of a child's week, read what it says, and press « Enregistrer »."""
        self.open(f"/reservations/{child_id}/{week}", "Réservations")
        box = self.page.locator(f'input[value="{cell}"]')
        told = self.page.locator(f'[id="{box.get_attribute("aria-describedby")}"]').inner_text()
        box.check()
        self.save()
        return plain(told)

    def save(self) -> None:
        """Press « Enregistrer »."""
        self.page.get_by_role("button", name="Enregistrer").click()
        expect(self.page.locator("#answer")).to_be_visible()

    def answer(self, meanwhile: "AgentDesk") -> str:
        """Wait, without touching anything, until the page shows the answer by itself; the desk goes on working."""
        meanwhile.until(lambda: self.page.locator("[data-answered]").count())
        return plain(self.page.locator("#answer").inner_text())

    def download(self, link: str, into: Path) -> bytes:
        """Download what a link gives."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=re.compile(link)).click()
        waiting.value.save_as(into)
        return into.read_bytes()

    def text(self) -> str:
        """Read the page."""
        return plain(self.page.locator("main").inner_text())

    def close(self) -> None:
        """Put the phone away."""
        self._context.close()


class AgentDesk:
    """An agent in the real window, offscreen; she presses keys and buttons, and waits for what she sees."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.window: MainWindow = desk.window
        self.window.resize(1366, 768)
        qtbot.addWidget(self.window)
        self.window.show()
        desk.start()

    def until(self, seen: Callable[[], object]) -> None:
        """Wait until she sees it."""
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=SLOW)

    def open(self, code: str) -> QWidget:
        """Open a screen of the navigation, in the window at the front."""
        self.come_back()
        self.window.open_screen(code)
        self.until(lambda: self.window.built_screen(code) is not None)
        screen = self.window.built_screen(code)
        assert screen is not None
        return screen

    def come_back(self) -> None:
        """Bring the window to the front, as closing a dialog does on a real screen."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def press(self, button: QAbstractButton) -> None:
        """Click a button that can be pressed."""
        self.until(lambda: button.isVisible() and button.isEnabled())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def press_named(self, where: QWidget, words: str) -> None:
        """Click the button that says so."""

        def named() -> list[QAbstractButton]:
            return [b for b in where.findChildren(QAbstractButton) if words in b.text() and b.isVisible()]

        self.until(named)
        self.press(named()[0])

    def key(self, widget: QWidget, *keys: Qt.Key) -> None:
        """Press keys where the keyboard is."""
        self.come_back()
        widget.setFocus()
        self.until(widget.hasFocus)
        for key in keys:
            self.qtbot.keyClick(widget, key)

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """Wait for a dialog."""

        def shown() -> list[QDialog]:
            return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

        self.until(shown)
        return shown()[0]

    def confirm(self) -> None:
        """Read a confirmation and press its verb."""
        dialog = self.dialog(Confirmation)
        assert isinstance(dialog, Confirmation)
        self.press(dialog.confirm)

    def preview(self) -> PdfPreview:
        """Wait for the preview of a paper."""
        dialog = self.dialog(PdfPreview)
        assert isinstance(dialog, PdfPreview)
        return dialog

    def submit(self, kind: type[FormDialog]) -> None:
        """Press a form's verb, and wait until it closes."""
        dialog = self.dialog(kind)
        assert isinstance(dialog, FormDialog)
        self.press(dialog.submit)


def plain(text: str) -> str:
    """Read typographic spaces as spaces."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
