"""« Caisse » with its real database, its threads, its mouse and its keyboard."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.treasury.deposit import waiting
from backoffice.treasury.lists import closings, deposits, remittances
from backoffice.treasury.periods import closed_until
from models.office.structure import Regie
from models.vocabulary import ClosingKind, Role
from tests.factories import AGENT, TODAY, Town
from tests.ui.at_desk import OffGui, nameless
from tests.unit.treasury.books import CASH, CHEQUE, TRANSFER, Books
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks
from ui.common.ticks import BOX, TickTable
from ui.treasury.dialogs import DepositDialog
from ui.treasury.screen import CLOSED, JOURNAL, PAID_OVER, TreasuryScreen, treasury_screen
from ui.treasury.table import WAITING

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def books(office: Office, town: Town) -> Books:
    return Books(office, town)


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, agent: Agent = AGENT) -> TreasuryScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = treasury_screen(office, agent, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1180, 660)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.holdings.till.money.text() != "—" and screen.paid_over.found is not None)
    return screen


def dialog(qtbot: QtBot, screen: QWidget, kind: type[D]) -> D:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in screen.findChildren(kind)))
    return next(one for one in screen.findChildren(kind) if one.isVisible())


def box_of(screen: TreasuryScreen, row: int) -> QPoint:
    """Find the box of a row, on its left."""
    rect = screen.waiting.table.visualRect(screen.waiting.table.ticks.index(row, 0))
    return QPoint(rect.left() + rect.height() // 2, rect.center().y())


def ticked(screen: TreasuryScreen) -> list[int]:
    return [row.amount_cents for row in screen.waiting.table.ticks.ticked()]


def test_the_cheques_ticked_go_on_a_slip_that_is_shown(
    qtbot: QtBot, office: Office, books: Books, tasks: Tasks
) -> None:
    for cents in (1000, 2000, 3000):
        books.receive(cents, CHEQUE, on=TODAY)
    said: list[str] = []
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.said.connect(lambda sentence, _state: said.append(sentence))
        qtbot.waitUntil(lambda: ticked(screen) == [1000, 2000, 3000])
        assert "3 cochés" in screen.waiting.told.text()
        qtbot.mouseClick(screen.waiting.table.viewport(), LEFT, pos=box_of(screen, 1))
        assert ticked(screen) == [1000, 3000]
        qtbot.mouseClick(screen.waiting.make_button, LEFT)
        form = dialog(qtbot, screen, DepositDialog)
        qtbot.mouseClick(form.submit, LEFT)
        preview = dialog(qtbot, screen, PdfPreview)
        assert "Bordereau de remise B-ENF-2026-000001" in preview.windowTitle()
        preview.reject()
        qtbot.waitUntil(lambda: ticked(screen) == [])
        assert tasks.drain()
    assert said == ["Bordereau B-ENF-2026-000001\u202f: 2 paiements, 40,00\u202f€."]
    (slip,) = office.read(deposits, books.town.regie_id, TODAY, TODAY)
    assert (slip.count, slip.amount_cents) == (2, 4000)
    assert screen.holdings.account.money.text() == "40,00\u202f€"
    # the cheque left out stays so: what the agent unticked is not ticked behind her back
    qtbot.mouseClick(screen.waiting.all_button, LEFT)
    assert ticked(screen) == [2000]


def test_space_ticks_and_the_buttons_tick_all(qtbot: QtBot, office: Office, books: Books, tasks: Tasks) -> None:
    for cents in (1000, 2000):
        books.receive(cents, CHEQUE, on=TODAY)
    screen = opened(qtbot, office, tasks)
    qtbot.waitUntil(lambda: len(ticked(screen)) == 2)
    screen.enter()
    screen.waiting.table.choose_first()
    qtbot.keyClick(screen.waiting.table, Qt.Key.Key_Space)
    assert ticked(screen) == [2000]
    qtbot.keyClick(screen.waiting.table, Qt.Key.Key_Space)
    assert ticked(screen) == [1000, 2000]
    qtbot.mouseClick(screen.waiting.none_button, LEFT)
    assert ticked(screen) == []
    assert not screen.waiting.make_button.isEnabled()


def test_cash_that_does_not_add_up_is_refused_in_the_dialog(
    qtbot: QtBot, office: Office, books: Books, tasks: Tasks
) -> None:
    books.receive(2500, CASH, on=TODAY)
    screen = opened(qtbot, office, tasks)
    qtbot.waitUntil(lambda: ticked(screen) == [2500])
    qtbot.mouseClick(screen.waiting.make_button, LEFT)
    form = dialog(qtbot, screen, DepositDialog)
    form.counts[2000].selectAll()
    qtbot.keyClicks(form.counts[2000].lineEdit(), "1")
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "comptés font 20,00" in form.fault.sentence())
    form.counts[500].setValue(1)
    qtbot.mouseClick(form.submit, LEFT)
    dialog(qtbot, screen, PdfPreview).reject()
    assert office.read(deposits, books.town.regie_id, TODAY, TODAY)[0].amount_cents == 2500


def test_a_day_is_closed_once_its_sums_are_confirmed(qtbot: QtBot, office: Office, books: Books, tasks: Tasks) -> None:
    books.receive(2500, TRANSFER, on=TODAY)
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(CLOSED)
    qtbot.mouseClick(screen.closed.day_button, LEFT)
    asked = dialog(qtbot, screen, Confirmation)
    shown = " ".join(label.text() for label in asked.findChildren(QWidget) if hasattr(label, "text"))
    assert "25,00" in shown
    assert "Plus rien ne pourra être encaissé aujourd'hui" in shown
    qtbot.mouseClick(asked.confirm, LEFT)
    dialog(qtbot, screen, PdfPreview).reject()
    qtbot.waitUntil(lambda: len(screen.closed.table.model_of_rows.rows) == 1)
    qtbot.waitUntil(lambda: "24 novembre 2026" in screen.closed.told.text())
    assert office.read(closed_until, books.town.regie_id) == TODAY
    screen.closed.table.choose_first()
    qtbot.mouseClick(screen.closed.show_button, LEFT)
    assert "Arrêté de caisse du 24/11/2026" in dialog(qtbot, screen, PdfPreview).windowTitle()


def test_a_month_that_is_not_over_is_refused_in_a_sentence(
    qtbot: QtBot, office: Office, books: Books, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    troubles: list[object] = []
    screen.troubled.connect(troubles.append)
    screen.tabs.setCurrentIndex(CLOSED)
    screen.closed.month.show_month(TODAY)
    qtbot.mouseClick(screen.closed.month_button, LEFT)
    qtbot.waitUntil(lambda: len(troubles) == 1)
    assert "n'est pas terminé" in troubles[0].sentence
    screen.closed.month.step(-1)
    qtbot.mouseClick(screen.closed.month_button, LEFT)
    qtbot.mouseClick(dialog(qtbot, screen, Confirmation).confirm, LEFT)
    dialog(qtbot, screen, PdfPreview).reject()
    (row,) = office.read(closings, books.town.regie_id)
    assert (row.kind, row.day) == (ClosingKind.MONTH, date(2026, 10, 31))


def test_what_is_on_the_account_is_paid_over(qtbot: QtBot, office: Office, books: Books, tasks: Tasks) -> None:
    meals = books.invoice(3000)
    books.receive(3500, TRANSFER, (meals, 3000), on=TODAY)
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(PAID_OVER)
    qtbot.waitUntil(screen.paid_over.make_button.isEnabled)
    assert [line.cents for line in screen.paid_over.products.model_of_rows.rows] == [3000, 500]
    qtbot.mouseClick(screen.paid_over.make_button, LEFT)
    qtbot.mouseClick(dialog(qtbot, screen, Confirmation).confirm, LEFT)
    assert "État de versement V-ENF-2026-000001" in dialog(qtbot, screen, PdfPreview).windowTitle()
    qtbot.waitUntil(lambda: not screen.paid_over.make_button.isEnabled())
    assert [row.amount_cents for row in office.read(remittances, books.town.regie_id)] == [3500]


def test_the_day_book_is_shown_and_exported(
    qtbot: QtBot, office: Office, books: Books, tasks: Tasks, tmp_path: Path
) -> None:
    books.receive(1234, on=date(2026, 10, 30))
    books.receive(1000, on=TODAY)
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(JOURNAL)
    rows = screen.journal.table.model_of_rows
    qtbot.waitUntil(lambda: [row.till_cents for row in rows.rows] == [2234])
    screen.journal.first.setDate(screen.journal.first.date().addDays(-10))
    qtbot.waitUntil(lambda: [row.till_cents for row in rows.rows] == [1234, 2234])
    qtbot.mouseClick(screen.journal.export_button, LEFT)
    asked = dialog(qtbot, screen, QFileDialog)
    asked.setDirectory(str(tmp_path))
    asked.accept()
    (file,) = tmp_path.glob("journal-de-caisse-*.xlsx")
    sheet = load_workbook(BytesIO(file.read_bytes())).active
    amounts = [cell for (cell,) in sheet.iter_rows(min_col=7, max_col=7, min_row=6, values_only=True) if cell]
    assert amounts[:2] == [12.34, 22.34]


def test_a_till_above_its_ceiling_is_told(qtbot: QtBot, office: Office, books: Books, tasks: Tasks) -> None:
    def lower(work: object) -> None:
        work.session.get_one(Regie, books.town.regie_id).cash_ceiling_cents = 500

    office.write(lower, AGENT)
    books.receive(501, on=TODAY)
    counts: list[int] = []
    screen = opened(qtbot, office, tasks)
    screen.counted.connect(counts.append)
    assert "au-delà du plafond de 5,00" in screen.warnings.sentences[0]
    assert screen.warnings.isVisible()
    books.deposit(CASH, on=TODAY)
    qtbot.waitUntil(lambda: not screen.warnings.isVisible())
    assert counts[-1] == 0


def test_without_the_role_the_till_is_only_read(qtbot: QtBot, office: Office, books: Books, tasks: Tasks) -> None:
    books.receive(500, TRANSFER, on=TODAY)
    books.receive(500, CHEQUE, on=TODAY)
    screen = opened(qtbot, office, tasks, agent=Agent("x", "Inès", frozenset({Role.AGENT}), "P"))
    qtbot.waitUntil(lambda: ticked(screen) == [500])
    assert screen.role.isVisible()
    buttons = (screen.waiting.make_button, screen.closed.day_button, screen.paid_over.make_button)
    assert not any(made.isEnabled() for made in buttons)


def test_everything_reached_by_the_keyboard_has_a_name(
    qtbot: QtBot, office: Office, books: Books, tasks: Tasks
) -> None:
    books.receive(500, CHEQUE, on=TODAY)
    screen = opened(qtbot, office, tasks)
    for page in range(4):
        screen.tabs.setCurrentIndex(page)
        assert nameless(screen) == []


def test_the_ticked_rows_keep_qt_s_own_rules(qtmodeltester: ModelTester, office: Office, books: Books) -> None:
    books.receive(500, CHEQUE)
    table: TickTable = TickTable(WAITING)
    qtmodeltester.check(table)
    table.show(office.read(waiting, books.town.regie_id))
    box = table.index(0, 0)
    assert table.setData(box, Qt.CheckState.Unchecked, BOX)
    assert not table.setData(box, "autre chose")
    assert (table.ticked(), box.data(BOX)) == ([], Qt.CheckState.Unchecked)
