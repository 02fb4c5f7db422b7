"""A document that a family sent, in « À traiter »: shown, accepted until a day, or refused."""

from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt
from pytestqt.qtbot import QtBot

from backoffice.documents.lists import documents_of
from backoffice.office import Office
from models.vocabulary import DocumentState
from tests.factories import TODAY, Town
from tests.ui.at_desk import OffGui, nameless
from tests.ui.documents import asked, sends
from tests.ui.requests.test_screen import opened as shown
from ui.common.pdf_preview import Pages, PdfPreview
from ui.common.tasks import Tasks
from ui.requests.document_preview import AcceptDocument, DocumentBesides
from ui.requests.screen import RequestsScreen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def besides(screen: RequestsScreen) -> DocumentBesides:
    found = screen.panel.findChild(DocumentBesides)
    assert isinstance(found, DocumentBesides)
    return found


def test_a_document_is_shown_and_accepted_until_the_day_it_bears(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    sends(office, town, asked(office)[0])
    with OffGui(office):
        screen = shown(qtbot, office, tasks, rows=1)
        qtbot.waitUntil(lambda: isinstance(besides(screen).area.widget(), Pages))
        assert "2" in besides(screen).area.accessibleName()
        assert nameless(besides(screen)) == []
        qtbot.mouseClick(besides(screen).larger, LEFT)
        large = next(one for one in screen.findChildren(PdfPreview) if one.isVisible())
        qtbot.mouseClick(large.close_button, LEFT)
        qtbot.mouseClick(screen.panel.accept, LEFT)
        form = next(one for one in screen.findChildren(AcceptDocument) if one.isVisible())
        assert nameless(form) == []
        assert form.values == {"valid_until": date(2027, 11, 24)}
        form.last.until.setDate(QDate(2020, 1, 1))
        qtbot.mouseClick(form.submit, LEFT)
        assert "n'est plus valable" in form.form.fields["until"].fault.sentence()
        form.last.until.setDate(QDate(2027, 8, 31))
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
        assert tasks.drain()
    row = office.read(documents_of, town.home.family_id, TODAY)[-1]
    assert (row.state, row.valid_until) == (DocumentState.PROVIDED, date(2027, 8, 31))
