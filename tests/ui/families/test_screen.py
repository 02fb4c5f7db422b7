"""« Familles » with its real database, its threads, its mouse and its keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.families.file import family_file
from backoffice.families.lists import families
from backoffice.office import Office
from models.office.families import Guardian
from resources.french import NARROW
from tests.factories import AGENT, COLLEAGUE, TODAY, Town, another_family
from tests.ui.at_desk import OffGui, asks_to_move, nameless
from tests.ui.families.test_presenter import ailing
from ui.common.changes import Changes
from ui.common.table import RowTable
from ui.common.tasks import Tasks
from ui.families.dialogs import InviteDialog, PersonDialog
from ui.families.people import ChildCard, GuardianCard
from ui.families.screen import FamiliesScreen, families_screen
from ui.families.table import DOCUMENT_COLUMNS, ENROLMENT_COLUMNS, FAMILY_COLUMNS, family_face
from ui.shell.theme import State

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, office: Office, tasks: Tasks) -> FamiliesScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = families_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.panel.household is not None)
    screen.setFocus()
    return screen


def words(widget: object) -> str:
    assert hasattr(widget, "findChildren")
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def guardian_card(screen: FamiliesScreen) -> GuardianCard:
    assert screen.panel.household is not None
    card = screen.panel.household.findChild(GuardianCard)
    assert card is not None
    return card


def line_of(form: PersonDialog, name: str) -> QLineEdit:
    control = form.form.fields[name].control
    assert isinstance(control, QLineEdit)
    return control


def mobile(office: Office, town: Town) -> str | None:
    return office.read(lambda session: session.get_one(Guardian, town.home.guardian_id).mobile)


def test_a_phone_number_is_corrected_with_the_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(guardian_card(screen).edit, LEFT)
        form = screen._form
        assert form is not None
        field = line_of(form, "mobile")
        field.clear()
        qtbot.keyClicks(field, "06 55")
        qtbot.mouseClick(form.submit, LEFT)
        assert "dix chiffres" in form.form.fields["mobile"].fault.sentence()
        qtbot.keyClicks(field, " 44 33 22")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "06 55 44 33 22" in words(guardian_card(screen)))
        assert screen._form is None
        assert tasks.drain()
    assert mobile(office, town) == "06 55 44 33 22"


def test_a_family_is_found_and_corrected_from_the_keyboard(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    another_family(office, town, "Évrard")
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.abilities()["find"]()
        qtbot.keyClicks(screen.search, "martin")
        qtbot.keyClick(screen.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 1)
        assert screen.table.hasFocus()
        qtbot.keyClick(screen.table, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: screen.panel._name.text() == "Famille Martin")
        qtbot.waitUntil(lambda: "edit" in screen.abilities())
        screen.abilities()["edit"]()
        form = screen._form
        assert form is not None
        field = form.form.fields["work_phone"].control
        qtbot.keyClicks(field, "0329080000")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "03 29 08 00 00" in words(guardian_card(screen)))
        assert tasks.drain()


def test_a_colleague_s_correction_is_seen_beside_one_s_own(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(guardian_card(screen).edit, LEFT)
    form = screen._form
    assert form is not None
    line_of(form, "mobile").setText("06 22 22 22 22")
    theirs = {"mobile": "06 11 11 11 11", "street": "9 quai du Vair"}
    person = form.person
    office.write(edit_person, COLLEAGUE, Subject.GUARDIAN, person.id, theirs, version=person.version)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: form.fault.sentence() != "")
    assert f"Un collègue a écrit{NARROW}: 06 11 11 11 11" in form.form.fields["mobile"].fault.sentence()
    assert line_of(form, "street").text() == "9 quai du Vair"
    assert form.changes() == {"mobile": "06 22 22 22 22"}
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: mobile(office, town) == "06 22 22 22 22")


def test_an_invitation_says_to_whom_and_for_how_long(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(guardian_card(screen).invite, LEFT)
    dialog = screen.findChild(InviteDialog)
    assert dialog is not None
    assert "camille.martin@exemple.fr" in words(dialog)
    assert "Lien valable 48\xa0h" in words(dialog)
    qtbot.mouseClick(dialog.confirm, LEFT)
    qtbot.waitUntil(lambda: "Invitation envoyée" in words(guardian_card(screen)))
    assert guardian_card(screen).invite.text() == "Renvoyer l'invitation"


def test_the_file_shows_what_waits_and_what_is_missing(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    asks_to_move(office, town.home)
    ailing(office, town.home.child_id)
    screen = opened(qtbot, office, tasks)
    assert f"Souhaite{NARROW}: 5 rue du Lac" in words(guardian_card(screen))
    assert "1 demande à traiter" in words(screen.panel)
    assert screen.panel.household is not None
    child = screen.panel.household.findChild(ChildCard)
    assert child is not None
    assert "PAI" in words(child)
    assert f"Allergie{NARROW}: arachide" in words(child)
    screen.panel.tabs.setCurrentWidget(screen.panel.requests)
    screen.panel.requests.choose_first()
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.keyClick(screen.panel.requests, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[0] == "requests"


def test_a_refresh_keeps_the_keyboard_where_it_is(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    before = guardian_card(screen)
    before.invite.setFocus()
    asks_to_move(office, town.home)
    qtbot.waitUntil(lambda: "1 demande à traiter" in words(screen.panel))
    qtbot.waitUntil(guardian_card(screen).invite.hasFocus)


def test_an_empty_search_says_so(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.keyClicks(screen.search, "zzz")
    qtbot.waitUntil(lambda: "ne correspond" in screen.table.accessibleDescription())
    assert screen.count.text() == "0 famille trouvée"


def test_a_screen_reader_names_all_that_the_keyboard_reaches(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    for at in range(screen.panel.tabs.count()):
        screen.panel.tabs.setCurrentIndex(at)
        assert nameless(screen) == []


def test_the_models_hold_to_what_qt_asks(qtmodeltester, qtbot: QtBot, office: Office, town: Town) -> None:
    asks_to_move(office, town.home)
    rows = office.read(families)
    table = RowTable(FAMILY_COLUMNS)
    table.show(rows)
    qtmodeltester.check(table)
    face = family_face(rows[0])
    assert (face.title, face.mark, face.state) == ("Martin", "1 demande", State.WAITING)
    file = office.read(family_file, town.home.family_id, TODAY)
    enrolments, documents = RowTable(ENROLMENT_COLUMNS), RowTable(DOCUMENT_COLUMNS)
    enrolments.show(file.enrolments)
    documents.show(file.documents)
    qtmodeltester.check(enrolments)
    qtmodeltester.check(documents)
    assert enrolments.index(0, 1).data() == "Restauration scolaire"
