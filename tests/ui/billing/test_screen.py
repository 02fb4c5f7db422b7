"""The billing screen with its real database, its threads, its mouse and its keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.billing.lists import invoice_file, invoices_of
from backoffice.office import Office
from models.vocabulary import InvoiceStatus, PaymentMeans
from tests.factories import Town, another_child, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.ui.at_desk import OffGui, nameless
from tests.ui.billing.on_screen import LEFT, count, dialog_of, opened, opens
from ui.billing.lines_tree import explanation
from ui.billing.table import invoice_columns
from ui.common.dialogs import Confirmation
from ui.common.pdf_preview import PdfPreview
from ui.common.table import RowTable
from ui.common.tasks import Tasks
from ui.payments.dialogs import PaymentDialog

pytestmark = pytest.mark.window


def test_a_month_is_closed_by_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=0)
        qtbot.mouseClick(screen.prepare_button, LEFT)
        qtbot.waitUntil(lambda: count(screen) == 1)
        qtbot.mouseClick(screen.issue_button, LEFT)
        qtbot.waitUntil(lambda: opens(screen, Confirmation))
        qtbot.mouseClick(dialog_of(screen, Confirmation).confirm, LEFT)
        qtbot.waitUntil(lambda: screen.lists.invoices.model_of_rows.rows[0].has_pdf)
    (row,) = office.read(invoices_of, OCTOBER)
    assert (row.status, row.number) == (InvoiceStatus.ISSUED, "CANTINE-2026-000001")


def test_a_payment_is_received_by_keyboard(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    row = an_issued_invoice(office, town, meals=2)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=1)
        screen.setFocus()
        qtbot.keyClick(screen.lists.invoices, Qt.Key.Key_Down)
        screen.lists.invoices.choose_first()
        qtbot.waitUntil(screen.detail.can_pay)
        screen.abilities()["accept"]()
        qtbot.waitUntil(lambda: opens(screen, PaymentDialog))
        dialog = dialog_of(screen, PaymentDialog)
        fields = dialog.fields
        assert fields.amount.text() == "8,30"
        fields.means.setCurrentIndex(fields.means.findData(PaymentMeans.CHEQUE.value))
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        faults = {code: field.fault.sentence() for code, field in dialog.form.fields.items()}
        assert faults["reference"] == "Notez le numéro du chèque."
        assert faults["bank"] == "Notez la banque du chèque."
        qtbot.keyClicks(fields.reference, "1234567")
        qtbot.keyClicks(fields.bank, "Banque du Vair")
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(dialog.receipt.isVisible)
        assert dialog.close_button.text() == "Fermer"
        dialog.reject()
        qtbot.waitUntil(lambda: not screen.detail.can_pay())
    file = office.read(invoice_file, row.id)
    assert [payment.reference for payment in file.payments] == ["1234567"]


def test_every_cent_is_explained(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    brother = another_child(office, town, town.home.family_id)
    for child in (town.home.child_id, brother):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:3])
    screen = opened(qtbot, office, tasks, rows=0)
    qtbot.mouseClick(screen.prepare_button, LEFT)
    qtbot.waitUntil(lambda: count(screen) == 1)
    screen.lists.invoices.choose_first()
    qtbot.waitUntil(lambda: screen.detail.file is not None)
    tree = screen.detail.tree
    groups = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    assert [group.text(0) for group in groups if group] == ["Léa Martin — Repas", "Noé Martin — Repas"]
    assert screen.detail.how.text().startswith("QF de 801 à 1")
    assert screen.detail.file is not None
    told = explanation(screen.detail.file.lines[0])
    assert "3 × 4,15" in told
    assert "Jours du mois" in told


def test_an_alert_opens_the_place_to_mend_it(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    stranger = another_family(office, town, "Zola", quotient=None)
    seen(office, stranger.child_id, town.meal_id, SCHOOL_DAYS[0])
    screen = opened(qtbot, office, tasks, rows=0)
    alerts = screen.lists.alerts
    qtbot.waitUntil(lambda: alerts.model_of_rows.rowCount() == 2)
    screen.lists.setCurrentIndex(1)
    visits: list[tuple[str, object]] = []
    screen.visit_asked.connect(lambda code, wanted: visits.append((code, wanted)))
    for line in range(2):
        alerts.setCurrentIndex(alerts.model_of_rows.index(line, 0))
        qtbot.mouseClick(screen.lists.mend, LEFT)
    assert visits == [
        ("attendance", (town.canteen_id, SCHOOL_DAYS[0], stranger.child_id)),
        ("families", (stranger.family_id, "income", SCHOOL_DAYS[0])),
    ]


def test_a_paper_is_previewed_and_kept(qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    screen = opened(qtbot, office, tasks, rows=0)
    qtbot.mouseClick(screen.prepare_button, LEFT)
    qtbot.waitUntil(lambda: count(screen) == 1)
    screen.lists.invoices.choose_first()
    qtbot.waitUntil(lambda: screen.detail.file is not None)
    qtbot.mouseClick(screen.detail.preview_button, LEFT)
    qtbot.waitUntil(lambda: opens(screen, PdfPreview))
    dialog_of(screen, PdfPreview).reject()
    qtbot.mouseClick(screen.detail.save_button, LEFT)
    qtbot.waitUntil(lambda: opens(screen, QFileDialog))
    asked = dialog_of(screen, QFileDialog)
    asked.setDirectory(str(tmp_path))
    asked.accept()
    (kept,) = tmp_path.glob("brouillon-*.pdf")
    assert kept.read_bytes().startswith(b"%PDF")


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_issued_invoice(office, town, meals=1)
    screen = opened(qtbot, office, tasks, rows=1)
    screen.lists.invoices.choose_first()
    qtbot.waitUntil(screen.detail.can_pay)
    assert nameless(screen) == []
    screen.lists.setCurrentIndex(1)
    assert nameless(screen) == []


def test_the_list_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    table: RowTable[object] = RowTable(invoice_columns(office.today))
    table.show(office.read(invoices_of, OCTOBER))
    qtmodeltester.check(table)
