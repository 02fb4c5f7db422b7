"""The screen of reminders, by real clicks."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update

from backoffice.billing.lists import InvoiceRow
from backoffice.errors import Cancelled
from backoffice.office import Office
from backoffice.reminders.levels import DEFAULTS, levels_of, save_levels
from backoffice.reminders.lists import reminders_made, unpaid
from models.office.billing import Invoice, InvoiceLine
from models.office.families import Child
from models.office.reminders import WriteOff
from models.vocabulary import InvoiceStatus, Section
from tests.factories import AGENT, Town
from tests.ui.at_desk import OffGui, nameless
from tests.unit.reminders.test_remind import pay
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks
from ui.reminders.bundle import bundle
from ui.reminders.dialogs import LevelsDialog, StopDialog, WriteOffDialog
from ui.reminders.screen import CERTIFICATES, CLAIMS, MADE, RemindersScreen, reminders_screen

D = TypeVar("D", bound=QDialog)
LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.window


def opened(qtbot: QtBot, office: Office, tasks: Tasks, rows: int = 1) -> RemindersScreen:
    screen = reminders_screen(office, AGENT, tasks, Changes())
    qtbot.addWidget(screen)
    screen.resize(1180, 660)
    screen.show()
    qtbot.waitUntil(lambda: screen.unpaid.table.model_of_rows.rowCount() == rows and bool(screen.plan.text()))
    return screen


def child_of(qtbot: QtBot, screen: RemindersScreen, kind: type[D]) -> D:
    """Wait for a dialog of the screen."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in screen.findChildren(kind)))
    return next(one for one in screen.findChildren(kind) if one.isVisible())


def test_relancer_maintenant_asks_then_reminds(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        assert "J+8, J+21, J+35" in screen.plan.text()
        assert not screen.unpaid.remind_button.isEnabled()
        screen.unpaid.table.choose_first()
        assert screen.unpaid.invoices.model_of_rows.rowCount() == 1
        qtbot.mouseClick(screen.unpaid.remind_button, LEFT)
        asked = child_of(qtbot, screen, Confirmation)
        said: list[str] = []
        screen.said.connect(lambda sentence, _: said.append(sentence))
        qtbot.mouseClick(asked.confirm, LEFT)
        qtbot.waitUntil(lambda: bool(said))
        assert said[0].startswith("1 foyer relancé")
    (row,) = office.read(reminders_made, town.regie_id)
    assert row.rank == 3


def test_a_household_that_may_not_be_reminded_is_told_why(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    office.write(save_levels, AGENT, town.regie_id, ())
    screen = opened(qtbot, office, tasks)
    said: list[str] = []
    screen.said.connect(lambda sentence, _: said.append(sentence))
    screen.unpaid.table.choose_first()
    qtbot.mouseClick(screen.unpaid.remind_button, LEFT)
    qtbot.waitUntil(lambda: bool(said))
    assert "aucun niveau" in said[0]


def test_suspending_and_resuming(qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.unpaid.table.choose_first()
    qtbot.mouseClick(screen.unpaid.stop_button, LEFT)
    dialog = child_of(qtbot, screen, StopDialog)
    assert nameless(dialog) == []
    qtbot.mouseClick(dialog.submit, LEFT)
    assert dialog.form.fields["reason"].fault.sentence() == "Dites pourquoi."
    qtbot.keyClicks(dialog.reason, "Litige")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: office.read(unpaid, town.regie_id, office.today())[0].stop is not None)
    qtbot.waitUntil(lambda: screen.unpaid.stop_button.text() == "&Reprendre les relances")
    qtbot.mouseClick(screen.unpaid.stop_button, LEFT)
    qtbot.waitUntil(lambda: office.read(unpaid, town.regie_id, office.today())[0].stop is None)


def test_an_invoice_is_written_off_with_its_reason(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    screen.unpaid.table.choose_first()
    screen.unpaid.invoices.choose_first()
    qtbot.mouseClick(screen.unpaid.write_off_button, LEFT)
    dialog = child_of(qtbot, screen, WriteOffDialog)
    qtbot.keyClicks(dialog.reason, "Insolvable")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: screen.unpaid.table.model_of_rows.rowCount() == 0)
    assert office.read(lambda session: session.scalar(select(WriteOff.reason))) == "Insolvable"


def test_what_was_paid_meanwhile_is_not_written_off(
    qtbot: QtBot, office: Office, invoice: InvoiceRow, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    screen.unpaid.table.choose_first()
    screen.unpaid.invoices.choose_first()
    qtbot.mouseClick(screen.unpaid.write_off_button, LEFT)
    dialog = child_of(qtbot, screen, WriteOffDialog)
    qtbot.keyClicks(dialog.reason, "Insolvable")
    pay(office, invoice, 7055)
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: "Il ne reste rien" in dialog.fault.sentence())
    assert dialog.isVisible()
    assert dialog.reason.toPlainText() == "Insolvable"


def test_stopping_the_certificates_keeps_those_made(
    qtbot: QtBot, office: Office, invoice: InvoiceRow, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise Cancelled

    monkeypatch.setattr("ui.reminders.claims_presenter.make_certificates", stopped)
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(CERTIFICATES)
    said: list[str] = []
    screen.said.connect(lambda sentence, _: said.append(sentence))
    qtbot.mouseClick(screen.certificates.make_button, LEFT)
    qtbot.waitUntil(lambda: bool(said))
    assert "déjà préparées sont gardées" in said[0]


def test_a_search_keeps_the_households_that_it_finds(
    qtbot: QtBot, office: Office, invoice: InvoiceRow, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.keyClicks(screen.unpaid.search, "camille")
    qtbot.keyClick(screen.unpaid.search, Qt.Key.Key_Return)
    assert screen.unpaid.table.model_of_rows.rowCount() == 1
    qtbot.keyClicks(screen.unpaid.search, "x")
    qtbot.keyClick(screen.unpaid.search, Qt.Key.Key_Return)
    assert screen.unpaid.table.model_of_rows.rowCount() == 0


def test_the_levels_are_changed_and_their_faults_told(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.levels_button, LEFT)
    dialog = child_of(qtbot, screen, LevelsDialog)
    assert nameless(dialog) == []
    assert dialog.levels() == DEFAULTS
    qtbot.mouseClick(dialog.add_button, LEFT)
    page = dialog._pages()[3]
    assert page.days.value() == 49
    page.text.setPlainText("Payez {somme}.")
    dialog.pages.setCurrentIndex(0)
    qtbot.mouseClick(dialog.submit, LEFT)
    assert dialog.pages.currentIndex() == 3
    assert "{somme}" in page.form.fields["text"].fault.sentence()
    qtbot.mouseClick(dialog.remove_button, LEFT)
    dialog._pages()[0].days.setValue(10)
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: office.read(levels_of, town.regie_id)[0].days_late == 10)


def test_letters_are_shown_again(qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen._presenter.remind([town.home.family_id])
    screen.tabs.setCurrentIndex(MADE)
    qtbot.waitUntil(lambda: screen.made.table.model_of_rows.rowCount() == 1)
    screen.made.table.choose_first()
    qtbot.mouseClick(screen.made.show_button, LEFT)
    preview = child_of(qtbot, screen, PdfPreview)
    assert "Relance de Martin" in preview.windowTitle()


def test_handing_over_asks_then_keeps_the_list(qtbot: QtBot, office: Office, invoice: InvoiceRow, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(CLAIMS)
    qtbot.waitUntil(lambda: screen.claims.table.model_of_rows.rowCount() == 1)
    qtbot.mouseClick(screen.claims.hand_button, LEFT)
    asked = child_of(qtbot, screen, Confirmation)
    qtbot.mouseClick(asked.confirm, LEFT)
    chooser = child_of(qtbot, screen, QFileDialog)
    chooser.reject()
    qtbot.waitUntil(lambda: screen.claims.lists.model_of_rows.rowCount() == 1)
    qtbot.waitUntil(lambda: screen.claims.table.model_of_rows.rowCount() == 0)
    assert screen.claims.claimed.model_of_rows.rowCount() == 1
    status = office.read(lambda session: session.get_one(Invoice, invoice.id).status)
    assert status is InvoiceStatus.HANDED_OVER
    screen.claims.claimed.choose_first()
    qtbot.mouseClick(screen.claims.write_off_button, LEFT)
    dialog = child_of(qtbot, screen, WriteOffDialog)
    dialog.reason.setPlainText("Le Trésor le dit")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: screen.claims.claimed.model_of_rows.rowCount() == 0)


@pytest.mark.usefixtures("town", "invoice")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_project_is_exported(qtbot: QtBot, office: Office, tasks: Tasks, tmp_path: Path, kind: str) -> None:
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(CLAIMS)
    qtbot.waitUntil(screen.claims.export.isEnabled)
    screen.claims.export.menu().actions()[kind == "csv"].trigger()
    chooser = child_of(qtbot, screen, QFileDialog)
    chooser.setDirectory(str(tmp_path))
    chooser.accept()
    (kept,) = tmp_path.glob(f"a-titrer-*.{kind}")
    assert kept.read_bytes()[:2] == (b"PK" if kind == "xlsx" else b"\xef\xbb")


def test_the_certificates_of_a_year_are_prepared_and_shown(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    office.write(lambda work: work.session.execute(update(Child).values(birth_date=date(2022, 5, 1))), AGENT)
    office.write(lambda work: work.session.execute(update(InvoiceLine).values(section=Section.CARE)), AGENT)
    pay(office, invoice, 7055)
    screen = opened(qtbot, office, tasks, rows=0)
    screen.tabs.setCurrentIndex(CERTIFICATES)
    qtbot.waitUntil(lambda: screen.certificates.year.count() == 2)
    screen.certificates.year.setCurrentIndex(0)
    assert screen.certificates.year.currentData() == 2027
    qtbot.mouseClick(screen.certificates.make_button, LEFT)
    qtbot.waitUntil(lambda: screen.certificates.table.model_of_rows.rowCount() == 1)
    screen.certificates.table.choose_first()
    qtbot.mouseClick(screen.certificates.show_button, LEFT)
    assert "Attestation de Martin" in child_of(qtbot, screen, PdfPreview).windowTitle()


def test_everything_the_keyboard_reaches_has_a_name(
    qtbot: QtBot, office: Office, town: Town, invoice: InvoiceRow, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    for page in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(page)
        assert nameless(screen) == []


def test_several_letters_make_one_document() -> None:
    pages = []
    for wide in (300, 400):
        with pypdfium2.PdfDocument.new() as made:
            made.new_page(wide, 500)
            target = BytesIO()
            made.save(target)
        pages.append(target.getvalue())
    assert bundle(pages[:1]) == pages[0]
    with pypdfium2.PdfDocument(bundle(pages)) as whole:
        assert [round(page.get_width()) for page in whole] == [300, 400]
