"""« Documents demandés » and « Documentation », by real clicks."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.documents.kinds import asked_kinds
from backoffice.documents.publications import publications, publish_file, read_given
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from tests.factories import AGENT, Town
from tests.papers import a_pdf
from tests.ui.at_desk import OffGui, nameless
from tests.ui.documents import asked
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.forms import REQUIRED
from ui.common.pdf_preview import PdfPreview
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.portal.documentation_pane import NO_FILE, PublicationDialog, documentation_pane
from ui.portal.documents_pane import KindDialog, documents_pane

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, office: Office, tasks: Tasks, build: Callable[..., Any], agent: Agent = AGENT) -> Any:
    changes = Changes(tasks)
    screen = Screen(changes)
    pane = build(screen, BoundLanes(tasks, screen, changes), office, agent)
    screen.column.addWidget(pane)
    qtbot.addWidget(screen)
    pane.shell = screen  # kept alive as long as the page
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    pane.refresh()
    assert tasks.drain()
    return pane


def rows(pane: Any) -> list[str]:
    return [row.name for row in pane.table.model_of_rows.rows]


def confirm(qtbot: QtBot, pane: Any) -> None:
    asking = next(one for one in pane.findChildren(Confirmation) if one.isVisible())
    asking.accept()


def test_documents_asked_are_added_moved_and_retired(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    asked(office)
    with OffGui(office):
        pane = shown(qtbot, office, tasks, documents_pane)
        qtbot.waitUntil(lambda: len(rows(pane)) == 2)
        qtbot.mouseClick(pane.new, LEFT)
        form = pane.form
        assert isinstance(form, KindDialog)
        assert nameless(form) == []
        qtbot.mouseClick(form.submit, LEFT)
        assert form.form.fields["name"].fault.sentence() == REQUIRED
        qtbot.keyClicks(form.name, "assurance scolaire")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "déjà demandé" in form.form.fields["name"].fault.sentence())
        form.name.setText("Vaccins")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: len(rows(pane)) == 3)
        pane.table.choose(pane.table.model_of_rows.rows[2].id)
        qtbot.mouseClick(pane.up, LEFT)
        qtbot.waitUntil(lambda: rows(pane)[1] == "Vaccins")
        qtbot.mouseClick(pane.retire, LEFT)
        confirm(qtbot, pane)
        qtbot.waitUntil(lambda: len(rows(pane)) == 2)
        assert tasks.drain()
    assert len(office.read(asked_kinds)) == 2


def test_whoever_is_no_administrator_only_reads_what_is_asked(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    asked(office)
    pane = shown(qtbot, office, tasks, documents_pane, Agent("a", "Ana", frozenset({Role.AGENT}), "POSTE"))
    qtbot.waitUntil(lambda: len(rows(pane)) == 2)
    pane.table.choose_first()
    assert not pane.new.isEnabled()
    assert not pane.edit.isEnabled()


def test_a_file_is_published_replaced_and_withdrawn(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path
) -> None:
    bad, good = tmp_path / "menus.exe", tmp_path / "menus.pdf"
    bad.write_bytes(b"MZ")
    good.write_bytes(a_pdf())
    office.write(publish_file, AGENT, name="Règlement", words="", to_return=False, file=read_given("r.pdf", a_pdf()))
    with OffGui(office):
        pane = shown(qtbot, office, tasks, documentation_pane)
        qtbot.waitUntil(lambda: rows(pane) == ["Règlement"])
        qtbot.mouseClick(pane.new, LEFT)
        form = pane.form
        assert isinstance(form, PublicationDialog)
        assert nameless(form) == []
        form.name.setText("Menus")
        qtbot.mouseClick(form.submit, LEFT)
        assert form.form.fields["file"].fault.sentence() == NO_FILE
        form.file.show_paths([bad])
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "n'est ni un PDF" in form.form.fields["file"].fault.sentence())
        form.file.show_paths([good])
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: rows(pane) == ["Règlement", "Menus"])
        pane.table.choose_first()
        qtbot.mouseClick(pane.open, LEFT)
        qtbot.waitUntil(lambda: any(one.isVisible() for one in pane.findChildren(PdfPreview)))
        next(one for one in pane.findChildren(PdfPreview) if one.isVisible()).reject()
        qtbot.mouseClick(pane.withdraw, LEFT)
        confirm(qtbot, pane)
        qtbot.waitUntil(lambda: rows(pane) == ["Menus"])
        assert tasks.drain()
    assert [row.name for row in office.read(publications)] == ["Menus"]
