"""The documents of a family's file: what was brought is written down, what was sent is read."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.documents.lists import documents_of
from backoffice.office import Office
from backoffice.requests.accept import accept
from backoffice.scans.scan import scan
from models.vocabulary import DocumentState
from tests.factories import AGENT, TODAY, Town
from tests.papers import a_picture
from tests.ui.at_desk import OffGui, nameless
from tests.ui.documents import asked, sends
from tests.ui.families.test_screen import opened
from ui.common.forms import REQUIRED
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks
from ui.families.documents_desk import NO_REASON, RecordDialog
from ui.families.screen import FamiliesScreen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open documents in this process: another one has its own test."""
    monkeypatch.setattr("backoffice.documents.desk.scan_apart", scan)


def documents_tab(qtbot: QtBot, office: Office, tasks: Tasks) -> FamiliesScreen:
    screen = opened(qtbot, office, tasks)
    screen.panel.tabs.setCurrentWidget(screen.panel.documents)
    qtbot.waitUntil(lambda: screen.panel.documents.table.model_of_rows.rowCount() == 2)
    return screen


def form_of(screen: FamiliesScreen) -> RecordDialog:
    assert isinstance(screen.documents.form, RecordDialog)
    return screen.documents.form


def test_a_document_brought_is_written_down_with_its_scan(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path
) -> None:
    asked(office)
    wrong, right = tmp_path / "page 1.jpg", tmp_path / "page 2.jpg"
    wrong.write_bytes(b"<html>")
    right.write_bytes(a_picture(size=(60, 80)))
    with OffGui(office):
        screen = documents_tab(qtbot, office, tasks)
        page = screen.panel.documents
        page.table.selectionModel().clear()
        qtbot.mouseClick(page.record, LEFT)
        qtbot.waitUntil(lambda: screen.documents.form is not None)
        form = form_of(screen)
        assert nameless(form) == []
        qtbot.mouseClick(form.submit, LEFT)
        assert form.form.fields["document"].fault.sentence() == REQUIRED
        form.document.setCurrentIndex(form.document.findText("Assurance scolaire, Léa"))
        assert form.last.day == date(2027, 11, 24)
        form.files.show_paths([right, wrong])
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "n'est ni un PDF" in form.fault.sentence())
        form.files.show_paths([right])
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.documents.form is None)
        assert tasks.drain()
    row = office.read(documents_of, town.home.family_id, TODAY)[-1]
    assert (row.name, row.state, bool(row.file_id)) == ("Assurance scolaire", DocumentState.PROVIDED, True)


def test_a_document_refused_at_the_desk_needs_a_reason(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    asked(office)
    screen = documents_tab(qtbot, office, tasks)
    screen.panel.documents.table.choose_first()
    qtbot.mouseClick(screen.panel.documents.record, LEFT)
    qtbot.waitUntil(lambda: screen.documents.form is not None)
    form = form_of(screen)
    form.answer.setCurrentIndex(1)
    assert form.last.until.isHidden() or not form.last.until.isVisible()
    qtbot.mouseClick(form.submit, LEFT)
    assert form.form.fields["reason"].fault.sentence() == NO_REASON
    qtbot.keyClicks(form.reason, "Illisible.")
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: screen.documents.form is None)
    assert tasks.drain()
    rows = office.read(documents_of, town.home.family_id, TODAY)
    assert [row.reason for row in rows if row.state is DocumentState.REFUSED] == ["Illisible."]


def test_what_was_sent_is_read_and_what_waits_is_gone_to(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    request = sends(office, town, asked(office)[0])
    screen = documents_tab(qtbot, office, tasks)
    page = screen.panel.documents
    page.table.choose(next((row.kind_id, row.child_id) for row in page.table.model_of_rows.rows if row.request_id))
    with qtbot.waitSignal(screen.visit_asked) as visit:
        qtbot.mouseClick(page.decide, LEFT)
    assert visit.args == ["requests", request]
    office.write(accept, AGENT, request)
    qtbot.waitUntil(lambda: not page.decide.isEnabled())
    qtbot.mouseClick(page.open, LEFT)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in screen.findChildren(PdfPreview)))
    assert tasks.drain()
