"""Accepting an enrolment that a family asks for, in « À traiter »."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.enrolments.groups import edit_group
from backoffice.enrolments.openings import edit_opening
from backoffice.office import Office
from models.vocabulary import RequestStatus
from tests.enrolments import DAY, ENDS, STARTS, a_draft, answer, asks, enrolments, opened, wednesdays
from tests.factories import AGENT
from tests.ui.at_desk import OffGui, nameless
from tests.ui.requests.test_screen import opened as shown
from ui.common.tasks import Tasks
from ui.requests.dialogs import ChangedDialog
from ui.requests.enrolment_dialog import EnrolmentDialog
from ui.requests.screen import RequestsScreen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def dialog(qtbot: QtBot, screen: RequestsScreen) -> EnrolmentDialog:
    qtbot.mouseClick(screen.panel.accept, LEFT)
    found = next(one for one in screen.findChildren(EnrolmentDialog) if one.isVisible())
    assert nameless(found) == []
    return found


def test_the_group_of_the_age_is_proposed_and_accepted(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    request = asks(office, place.home, opened(office, place).id)
    with OffGui(office):
        screen = shown(qtbot, office, tasks, rows=1)
        form = dialog(qtbot, screen)
        assert form.without is None
        assert "Grands, de 6 à 11" in form.seat.group.currentText()
        assert "20 places par jour, 0 enfant inscrit" in form.seat.group.currentText().replace("\xa0", " ")
        assert form.seat.dates == (STARTS, ENDS)
        qtbot.keyClicks(form.words, "Bienvenue.")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
        assert tasks.drain()
    file = answer(office, request)
    assert (file.row.status, file.note) == (RequestStatus.ACCEPTED, "Bienvenue.")
    (made,) = enrolments(office, place.home.child_id, place.activity_id)
    assert made.age_group_id == place.tall_id


def test_a_missing_document_is_done_without_only_when_it_is_ticked(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    request = asks(office, place.home, opened(office, place, documents=frozenset({place.insurance_id})).id)
    screen = shown(qtbot, office, tasks, rows=1)
    form = dialog(qtbot, screen)
    qtbot.mouseClick(form.submit, LEFT)
    assert "Assurance scolaire" in form.form.fields["without"].fault.sentence()
    assert form.without is not None
    form.without.setChecked(True)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: answer(office, request).row.status is RequestStatus.ACCEPTED)


def test_a_group_must_be_chosen_where_none_is_for_this_age(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    asks(office, place.home, opened(office, place, age_from=None, age_to=None).id, starts=STARTS)
    office.write(edit_group, AGENT, place.tall_id, capacity=20, age_from=8, age_to=11)
    screen = shown(qtbot, office, tasks, rows=1)
    form = dialog(qtbot, screen)
    assert form.seat.group_id is None
    qtbot.mouseClick(form.submit, LEFT)
    assert form.form.fields["group"].fault.sentence() != ""
    form.seat.group.setCurrentIndex(1)
    assert form.is_complete()


def test_an_opening_that_changed_since_is_compared_before_it_is_accepted(
    qtbot: QtBot, office: Office, tasks: Tasks
) -> None:
    place = wednesdays(office)
    row = opened(office, place)
    request = asks(office, place.home, row.id)
    office.write(edit_opening, AGENT, row.id, a_draft(place, ends=ENDS - DAY), version=row.version)
    screen = shown(qtbot, office, tasks, rows=1)
    form = dialog(qtbot, screen)
    assert form.seat.dates == (STARTS, ENDS - DAY)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: bool(screen.findChildren(ChangedDialog)))
    (changed,) = screen.findChildren(ChangedDialog)
    qtbot.mouseClick(changed.confirm, LEFT)
    qtbot.waitUntil(lambda: answer(office, request).row.status is RequestStatus.ACCEPTED)
    (made,) = enrolments(office, place.home.child_id, place.activity_id)
    assert made.ends == ENDS - DAY
