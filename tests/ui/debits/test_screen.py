"""The debits' screen with its real database, its threads, its mouse and its keyboard."""

from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.debits.candidates import candidates
from backoffice.debits.lists import bank_files, mandates, runs
from backoffice.debits.mandates import suspend_mandate
from backoffice.office import Office
from models.vocabulary import DebitSequence, DebitState, InvoiceStatus, MandateState
from tests.factories import AGENT, Town, another_family
from tests.ui.at_desk import OffGui, nameless
from tests.unit.debits.books import (
    DEBIT_ON,
    FAMILY_IBAN,
    MASKED,
    a_mandate,
    an_announced_invoice,
    at,
    camt_054,
    pain_002,
    plain,
    presented,
    settled,
    the_debits,
    the_invoice,
    the_mandate,
)
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks
from ui.common.ticks import BOX
from ui.debits.dialogs import MandateDialog, RejectDialog, SignDialog, StopDialog
from ui.debits.screen import DUE, MANDATES, REJECTIONS, RUNS, DebitsScreen, debits_screen
from ui.debits.table import CANDIDATES
from ui.debits.ticks import CandidateTable

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
D = TypeVar("D", bound=QDialog)
ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def opened(qtbot: QtBot, office: Office, tasks: Tasks, tab: int = MANDATES) -> DebitsScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = debits_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    screen.tabs.setCurrentIndex(tab)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.regie.count() == 1)
    return screen


def press(qtbot: QtBot, pressed: QPushButton) -> None:
    assert pressed.isEnabled()
    qtbot.mouseClick(pressed, LEFT)


def dialog_of(qtbot: QtBot, screen: QWidget, kind: type[D]) -> D:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in screen.findChildren(kind)))
    return next(dialog for dialog in screen.findChildren(kind) if dialog.isVisible())


def test_a_mandate_is_entered_printed_and_signed(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        page = screen.mandates
        press(qtbot, page.new)
        dialog = dialog_of(qtbot, screen, MandateDialog)
        qtbot.waitUntil(dialog.search.hasFocus)
        qtbot.keyClicks(dialog.search, "martin")
        qtbot.waitUntil(lambda: dialog.holder.text() == "Camille Martin")
        qtbot.keyClicks(dialog.iban, FAMILY_IBAN[:-1] + "7")
        qtbot.keyClick(dialog, ENTER, CTRL)
        qtbot.waitUntil(lambda: "clé de cet IBAN est fausse" in dialog.form.fields["iban"].fault.sentence())
        assert nameless(dialog) == []
        dialog.iban.setText(FAMILY_IBAN)
        press(qtbot, dialog.submit)
        qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 1)
        page.table.choose_first()
        assert MASKED in page.told.text()
        press(qtbot, page.form)
        dialog_of(qtbot, screen, PdfPreview).reject()
        press(qtbot, page.sign)
        signing = dialog_of(qtbot, screen, SignDialog)
        press(qtbot, signing.submit)
        assert signing.form.fields["place"].fault.sentence()
        qtbot.keyClicks(signing.place, "Vittel")
        press(qtbot, signing.submit)
        qtbot.waitUntil(page.suspend.isEnabled)
    (row,) = office.read(mandates, office.sealer, town.regie_id)
    assert (row.state, row.signed_on) == (MandateState.ACTIVE, office.today())


def test_a_mandate_taken_over_is_entered_whole(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.abilities()["new"]()
    dialog = dialog_of(qtbot, screen, MandateDialog)
    assert not dialog.form.fields["rum"].isVisible()
    qtbot.keyClicks(dialog.search, "martin")
    qtbot.waitUntil(lambda: dialog.place.text() == "Contrexéville")
    dialog.iban.setText(FAMILY_IBAN)
    for box in (dialog.signed, dialog.taken):
        box.click()
    dialog.rum.setText("ANCIENNE RUM")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(lambda: "Une RUM compte" in dialog.form.fields["rum"].fault.sentence())
    dialog.rum.setText("ANCIENNE-RUM")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(lambda: screen.mandates.table.model_of_rows.rowCount() == 1)
    (row,) = office.read(mandates, office.sealer, town.regie_id)
    assert (row.rum, row.state, row.last_debit_on) == ("ANCIENNE-RUM", MandateState.ACTIVE, office.today())


def test_a_mandate_is_suspended_resumed_and_revoked(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    mandate = a_mandate(office, town)
    screen = opened(qtbot, office, tasks)
    page = screen.mandates
    qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 1)
    page.table.choose_first()
    press(qtbot, page.suspend)
    dialog = dialog_of(qtbot, screen, StopDialog)
    qtbot.keyClicks(dialog.note, "voyage")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(page.resume.isVisible)
    assert "suspendu : voyage" in plain(page.told.text())
    press(qtbot, page.resume)
    qtbot.waitUntil(page.suspend.isEnabled)
    press(qtbot, page.revoke)
    dialog = dialog_of(qtbot, screen, StopDialog)
    qtbot.keyClicks(dialog.note, "depart")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(lambda: not page.revoke.isEnabled())
    assert the_mandate(office, mandate).state is MandateState.REVOKED


def test_a_run_is_prepared_by_keyboard_and_its_file_kept(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    other, third = another_family(office, town, "Petit"), another_family(office, town, "Zola")
    ids = [
        an_announced_invoice(office, town, a_mandate(office, town, home), rank=rank)
        for rank, home in enumerate((town.home, other, third), start=1)
    ]
    office.write(suspend_mandate, AGENT, the_invoice(office, ids[2]).mandate_id or 0, "voyage")
    with OffGui(office):
        screen = opened(qtbot, office, tasks, DUE)
        page = screen.due
        qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 3)
        assert page.day.day == DEBIT_ON, "the first day announced"
        assert plain(page.total.text()) == "2 factures, 83,00 €"
        page.table.choose(ids[2])
        assert "Appelez la famille Zola" in page.told.text()
        visits: list[tuple[str, object]] = []
        screen.visit_asked.connect(lambda code, wanted: visits.append((code, wanted)))
        press(qtbot, page.family)
        assert visits == [("families", third.family_id)]
        page.table.choose(ids[1])
        qtbot.keyClick(page.table, Qt.Key.Key_Space)
        assert plain(page.total.text()) == "1 facture, 41,50 €"
        screen.abilities()["accept"]()
        dialog = dialog_of(qtbot, screen, Confirmation)
        qtbot.mouseClick(dialog.confirm, LEFT)
        asked = dialog_of(qtbot, screen, QFileDialog)
        assert screen.tabs.currentIndex() == RUNS
        asked.setDirectory(str(tmp_path))
        asked.accept()
        qtbot.waitUntil((tmp_path / "P-ENF-2026-000001.xml").exists)
    assert FAMILY_IBAN in (tmp_path / "P-ENF-2026-000001.xml").read_text()
    (row,) = office.read(runs, town.regie_id)
    assert (row.count, row.amount_cents) == (1, 4150)


def test_the_last_debit_of_a_mandate_is_said_before_the_run(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    an_announced_invoice(office, town, a_mandate(office, town))
    screen = opened(qtbot, office, tasks, DUE)
    page = screen.due
    qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 1)
    page.table.choose_first()
    press(qtbot, page.last)
    qtbot.waitUntil(lambda: page.table.model_of_rows.rows[0].sequence is DebitSequence.FINAL)
    assert page.last.isChecked()
    press(qtbot, page.last)
    qtbot.waitUntil(lambda: page.table.model_of_rows.rows[0].sequence is DebitSequence.FIRST)


def test_a_day_without_banks_is_said_and_another_shows_its_own(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    an_announced_invoice(office, town, a_mandate(office, town))
    screen = opened(qtbot, office, tasks, DUE)
    page = screen.due
    qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 1)
    page.day.show_day(date(2026, 12, 5))
    qtbot.waitUntil(lambda: "lundi 7 décembre" in page.closed.text())
    page.day.show_day(date(2026, 12, 2))
    qtbot.waitUntil(lambda: page.table.model_of_rows.rowCount() == 0)
    assert not page.make.isEnabled()


def test_a_run_is_cashed_and_a_debit_rejected_from_its_list(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    presented(office, town, invoice)
    at(office, DEBIT_ON)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, RUNS)
        page = screen.runs
        qtbot.waitUntil(lambda: page.runs.model_of_rows.rowCount() == 1)
        page.runs.choose_first()
        qtbot.waitUntil(lambda: page.debits.model_of_rows.rowCount() == 1)
        press(qtbot, page.settle)
        qtbot.waitUntil(lambda: page.debits.model_of_rows.rows[0].settled)
        qtbot.waitUntil(lambda: not page.settle.isEnabled())  # the run is read after its debits
        page.debits.choose_first()
        press(qtbot, page.reject)
        dialog = dialog_of(qtbot, screen, RejectDialog)
        dialog.other.setText("a4")
        press(qtbot, dialog.submit)
        assert "Quatre lettres" in dialog.form.fields["other"].fault.sentence()
        dialog.other.clear()
        dialog.code.setCurrentIndex(dialog.code.findData("AC04"))
        press(qtbot, dialog.submit)
        qtbot.waitUntil(lambda: screen.rejections.table.model_of_rows.rowCount() == 1)
    assert the_invoice(office, invoice).status is InvoiceStatus.ISSUED
    assert the_debits(office)[0].reject_code == "AC04"


def test_a_file_of_the_bank_is_read_once(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    settled(office, presented(office, town, an_announced_invoice(office, town, a_mandate(office, town))))
    file = tmp_path / "rejets.xml"
    file.write_bytes(pain_002("P-ENF-2026-000001", ("CANTINE-2026-000001", "AM04", "41.50")))
    with OffGui(office):
        screen = opened(qtbot, office, tasks, REJECTIONS)
        troubles: list[str] = []
        screen.troubled.connect(lambda trouble: troubles.append(trouble.sentence))
        for _ in range(2):
            press(qtbot, screen.rejections.read)
            asked = dialog_of(qtbot, screen, QFileDialog)
            asked.selectFile(str(file))
            asked.accept()
            qtbot.waitUntil(lambda: screen.rejections.files.model_of_rows.rowCount() == 1)
        qtbot.waitUntil(lambda: bool(troubles))
    assert "a déjà été lu" in troubles[0]
    assert the_debits(office)[0].state is DebitState.REJECTED


def test_a_rejection_known_already_may_be_left_alone(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    settled(office, presented(office, town, an_announced_invoice(office, town, a_mandate(office, town))))
    screen = opened(qtbot, office, tasks, REJECTIONS)
    press(qtbot, screen.rejections.reject)
    dialog = dialog_of(qtbot, screen, RejectDialog)
    qtbot.keyClicks(dialog.search, "martin")
    qtbot.waitUntil(lambda: dialog.debit.currentData() is not None)
    assert nameless(dialog) == []
    press(qtbot, dialog.submit)
    qtbot.waitUntil(lambda: screen.rejections.table.model_of_rows.rowCount() == 1)
    file = tmp_path / "avis.xml"
    file.write_bytes(camt_054(("CANTINE-2026-000001", "AM04", "41.50")))
    screen._runs.read_bank(file)
    asked = dialog_of(qtbot, screen, Confirmation)
    qtbot.mouseClick(asked.confirm, LEFT)
    qtbot.waitUntil(lambda: screen.rejections.files.model_of_rows.rowCount() == 1)
    assert [row.rejections for row in office.read(bank_files, town.regie_id)] == [0]


def test_another_screen_may_ask_for_a_family(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    for home in (town.home, another_family(office, town)):
        a_mandate(office, town, home)
    screen = opened(qtbot, office, tasks, RUNS)
    qtbot.waitUntil(lambda: screen.mandates.table.model_of_rows.rowCount() == 2)
    screen.visit("Petit")
    qtbot.waitUntil(lambda: screen.mandates.table.model_of_rows.rowCount() == 1)
    assert screen.tabs.currentIndex() == MANDATES


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_announced_invoice(office, town, a_mandate(office, town))
    screen = opened(qtbot, office, tasks)
    for tab in range(4):
        screen.tabs.setCurrentIndex(tab)
        assert nameless(screen) == []


def test_the_ticked_list_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    one_off = a_mandate(office, town, one_off=True)
    for rank in (1, 2):
        an_announced_invoice(office, town, one_off, rank=rank)
    table = CandidateTable(CANDIDATES)
    table.show(office.read(candidates, office.sealer, town.regie_id, DEBIT_ON))
    qtmodeltester.check(table)
    boxes = [table.index(line, 0).data(BOX) for line in range(2)]
    assert boxes == [Qt.CheckState.Checked, None], "what is in trouble has no box"
    assert table.setData(table.index(0, 0), Qt.CheckState.Unchecked, BOX)
    assert table.ticked() == []
    table.tick_all(ticked=True)
    assert [row.id for row in table.ticked()] == [1]


def test_a_shortcut_acts_on_its_own_page_only(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    offered = []
    for tab in range(4):
        screen.tabs.setCurrentIndex(tab)
        offered.append({"accept", "print"} & set(screen.abilities()))
    assert offered == [{"print"}, {"accept"}, set(), set()]
