"""« À traiter » with its real database, its threads, its mouse and its keyboard."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.office import Office
from backoffice.requests.file import request_file
from models.office.families import Guardian
from models.vocabulary import RequestStatus
from resources.french import NARROW
from tests.factories import AGENT, COLLEAGUE, NOW, Town, another_family
from tests.letterbox import new_fields
from tests.ui.at_desk import OffGui, asks, asks_late_cancellation, asks_late_morning, asks_to_move, nameless
from ui.common.changes import Changes
from ui.common.tasks import Tasks
from ui.requests.dialogs import ChangedDialog, ProofDialog
from ui.requests.screen import RequestsScreen, requests_screen
from ui.requests.table import ItemTable, age_of, decided_face, finding_of, item_columns, waiting_face
from ui.shell.theme import State

pytestmark = pytest.mark.window
A, R = Qt.Key.Key_A, Qt.Key.Key_R
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, rows: int) -> RequestsScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = requests_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == rows)
    screen.setFocus()
    if rows:
        qtbot.waitUntil(lambda: screen.panel.file is not None)
    return screen


def waits_for(screen: RequestsScreen, request_id: object) -> bool:
    return screen.panel.file is not None and screen.panel.file.row.id == request_id


def test_a_click_accepts_and_the_next_is_open(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    newest = asks_to_move(office, town.home)
    oldest = asks_to_move(office, another_family(office, town), hours_ago=30)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=2)
        said: list[str] = []
        screen.said.connect(lambda sentence, _state: said.append(sentence))
        with qtbot.waitSignal(screen.counted, check_params_cb=lambda count: count == 1):
            qtbot.mouseClick(screen.panel.accept, LEFT)
        qtbot.waitUntil(lambda: waits_for(screen, newest))
        assert said == ["Adresse de Camille Petit — demande acceptée. La famille est prévenue."]
        assert tasks.drain()
    assert office.read(request_file, oldest).row.status is RequestStatus.ACCEPTED


def test_a_morning_is_answered_from_the_keyboard(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    third = asks_late_morning(office, town, town.home)
    second = asks_to_move(office, another_family(office, town), hours_ago=30)
    first = asks_to_move(office, another_family(office, town, "Évrard"), hours_ago=150)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=3)
        qtbot.waitUntil(lambda: waits_for(screen, first))
        qtbot.keyClick(screen.table, A)
        qtbot.waitUntil(lambda: waits_for(screen, second))
        assert screen.table.hasFocus()

        qtbot.keyClick(screen.table, R)
        qtbot.waitUntil(lambda: screen._reason is not None)
        dialog = screen._reason
        assert dialog is not None
        control = dialog.form.fields["reason"].control
        control.setFocus()
        qtbot.keyClick(control, Qt.Key.Key_Down)
        qtbot.keyClick(control, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: waits_for(screen, third))
        assert screen.focusWidget() is screen.table
        screen.activateWindow()  # as a window manager does once the dialog is gone
        qtbot.waitUntil(screen.table.hasFocus)

        qtbot.keyClick(screen.table, A)
        qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
        assert tasks.drain()
    statuses = [office.read(request_file, request_id).row.status for request_id in (first, second, third)]
    assert statuses == [RequestStatus.ACCEPTED, RequestStatus.REFUSED, RequestStatus.ACCEPTED]


def test_fields_are_ticked_with_the_space_bar(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    wishes = new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac"), city=("Contrexéville", "Vittel"))
    request_id = asks(office, town.home, wishes)
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert screen.panel.items.hasFocus()
    qtbot.keyClick(screen.panel.items, Qt.Key.Key_Space)
    assert screen.panel.accept.text() == "Accepter le champ coché (A)"
    qtbot.keyClick(screen.panel.items, A)
    qtbot.waitUntil(lambda: not screen.panel.items.items.waiting()[1:])
    file = office.read(request_file, request_id)
    assert [item.verdict for item in file.items] == ["waiting", "accepted"]


def test_three_values_are_shown_before_a_colleague_is_overwritten(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    request_id = asks_to_move(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    version = office.read(lambda session: session.get_one(Guardian, town.home.guardian_id).version)
    office.write(
        edit_person, COLLEAGUE, Subject.GUARDIAN, town.home.guardian_id, {"street": "9 quai du Vair"}, version=version
    )
    qtbot.keyClick(screen.table, A)
    qtbot.waitUntil(lambda: screen.findChild(ChangedDialog) is not None)
    dialog = screen.findChild(ChangedDialog)
    assert dialog is not None
    shown = [dialog.table.model_of_rows.index(0, at).data() for at in range(1, 5)]
    assert shown == ["3 rue des Tilleuls", "9 quai du Vair", "5 rue du Lac", "Modifié depuis"]
    qtbot.mouseClick(dialog.confirm, LEFT)
    qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
    assert office.read(request_file, request_id).row.status is RequestStatus.ACCEPTED


def test_the_proof_is_asked_in_a_dialog_and_read_with_the_answer(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    request_id = asks_late_cancellation(office, town, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    assert "absence justifiée" in screen.panel.detail._facts.text()
    qtbot.keyClick(screen.table, A)
    qtbot.waitUntil(lambda: screen.findChild(ProofDialog) is not None)
    dialog = screen.findChild(ProofDialog)
    assert dialog is not None
    assert nameless(dialog) == []
    qtbot.mouseClick(dialog.submit, LEFT)
    assert dialog.form.fields["note"].fault.sentence(), "a proof is named"
    qtbot.keyClicks(dialog.form.fields["note"].control, "Certificat")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
    assert office.read(request_file, request_id).row.status is RequestStatus.ACCEPTED


def test_a_cell_says_its_limit_its_price_and_its_places(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    asks_late_morning(office, town, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    told = screen.panel.detail._facts.text()
    assert "Limite" in told
    assert "trop tard" in told
    assert f"1,45{NARROW}€" in told
    assert "24 places libres sur 24" in told
    assert not screen.panel.detail._steps.isVisible()
    qtbot.mouseClick(screen.panel.detail.explain, LEFT)
    assert screen.panel.detail._steps.isVisible()
    assert "2026-1" in screen.panel.detail._steps.text()


def test_the_family_is_one_click_away(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    asks_to_move(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.mouseClick(screen.panel.family, LEFT)
    assert asked.args == ["families", town.home.family_id]


def test_an_empty_list_says_so(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks, rows=0)
    qtbot.waitUntil(lambda: "Tout est traité" in screen.panel._blank.text())
    assert screen.table.accessibleDescription() == "Aucune demande en attente."
    assert "accept" not in screen.abilities()


def test_what_was_answered_is_read_again(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    request_id = asks_to_move(office, town.home)
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.keyClick(screen.table, A)
    qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
    qtbot.mouseClick(screen.shelves, LEFT, pos=QPoint(screen.shelves.tabRect(1).center()))
    qtbot.waitUntil(lambda: waits_for(screen, request_id))
    assert "par Claire Aubry" in screen.panel.answer._told.text()
    assert not screen.panel.accept.isVisible()


def test_a_screen_reader_names_all_that_the_keyboard_reaches(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    asks_to_move(office, town.home)
    assert nameless(opened(qtbot, office, tasks, rows=1)) == []


def test_days_late_are_written(office: Office, town: Town) -> None:
    assert age_of(NOW - timedelta(days=5), NOW) == ("En retard, 5 jours", State.LATE)
    assert age_of(NOW - timedelta(days=4), NOW) == ("4 jours", State.NEUTRAL)
    assert age_of(NOW - timedelta(hours=20), NOW) == ("hier", State.NEUTRAL)
    assert age_of(NOW, NOW) == ("à 9\xa0h", State.NEUTRAL)


def test_the_models_hold_to_what_qt_asks(qtmodeltester, qtbot: QtBot, office: Office, town: Town) -> None:
    wishes = new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac"), city=("Contrexéville", "Vittel"))
    file = office.read(request_file, asks(office, town.home, wishes))
    table = ItemTable(item_columns(lambda item: item.text, lambda item: finding_of(item, file.row.received_at)))
    table.renew(may_tick=True, anew=True)
    table.show(file.items)
    qtmodeltester.check(table)
    assert table.setData(table.index(0, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert [item.key for item in table.ticked()] == ["city"]
    assert waiting_face(file.row, NOW).title == decided_face(file.row).title == "Martin"
