"""Enrolling a child and ending an enrolment from the family's file, by real clicks."""

from datetime import date

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from backoffice.office import Office
from models.vocabulary import BookingState
from tests.enrolments import STARTS, enrolments, wednesdays
from tests.factories import NEXT_MONDAY, THURSDAY, booked
from tests.ui.at_desk import OffGui, nameless
from tests.ui.families.test_screen import LEFT, opened
from tests.unit.enrolments.test_enrol import states
from ui.common.forms import REQUIRED
from ui.common.tasks import Tasks
from ui.families.enrol_dialog import EndDialog, EnrolDialog
from ui.families.screen import FamiliesScreen

pytestmark = pytest.mark.window


def enrolments_tab(qtbot: QtBot, office: Office, tasks: Tasks) -> FamiliesScreen:
    screen = opened(qtbot, office, tasks)
    screen.panel.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: screen.panel.enrolments.model_of_rows.rowCount() > 0)
    return screen


def qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def test_a_child_is_enrolled_in_the_group_of_its_age(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    with OffGui(office):
        screen = enrolments_tab(qtbot, office, tasks)
        qtbot.mouseClick(screen.panel.enrol, LEFT)
        qtbot.waitUntil(lambda: isinstance(screen.enrolling.form, EnrolDialog))
        form = screen.enrolling.form
        assert isinstance(form, EnrolDialog)
        assert nameless(form) == []
        qtbot.mouseClick(form.submit, LEFT)
        assert form.form.fields["activity"].fault.sentence() == REQUIRED
        form.activity.setCurrentIndex(form.activity.findText("Accueil du mercredi"))
        assert form.seat.group.currentText().startswith("Grands, de 6 à 11")
        form.seat.starts.setDate(qt(STARTS))
        form.seat.ends.setDate(qt(date(2027, 1, 1)))
        qtbot.mouseClick(form.submit, LEFT)
        assert "avant le premier" in form.form.fields["ends"].fault.sentence()
        form.seat.ends.setDate(qt(date(2027, 7, 3)))
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.panel.enrolments.model_of_rows.rowCount() == 3)
        assert screen.enrolling.form is None
        assert tasks.drain()
    (made,) = enrolments(office, place.home.child_id, place.activity_id)
    assert (made.age_group_id, made.starts) == (place.tall_id, STARTS)


def test_a_child_enrolled_already_is_said_so_in_the_form(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    wednesdays(office)
    screen = enrolments_tab(qtbot, office, tasks)
    qtbot.mouseClick(screen.panel.enrol, LEFT)
    qtbot.waitUntil(lambda: screen.enrolling.form is not None)
    form = screen.enrolling.form
    assert isinstance(form, EnrolDialog)
    form.activity.setCurrentIndex(form.activity.findText("Restauration scolaire"))
    assert form.seat.group_id is not None
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "a déjà une inscription" in form.form.fields["starts"].fault.sentence())
    assert form.submit.isEnabled()


def test_an_enrolment_is_ended_once_the_agent_has_said_what_becomes_of_the_bookings(
    qtbot: QtBot, office: Office, tasks: Tasks
) -> None:
    place = wednesdays(office)
    booked(office, place.home.child_id, place.town.meal_id, THURSDAY, NEXT_MONDAY)
    with OffGui(office):
        screen = enrolments_tab(qtbot, office, tasks)
        table = screen.panel.enrolments
        row = next(one for one in table.model_of_rows.rows if one.activity_id == place.town.canteen_id)
        table.choose(row.id)
        qtbot.mouseClick(screen.panel.end, LEFT)
        form = screen.enrolling.form
        assert isinstance(form, EndDialog)
        assert nameless(form) == []
        form.last.setDate(qt(row.ends))
        qtbot.mouseClick(form.submit, LEFT)
        assert "se termine déjà" in form.form.fields["last"].fault.sentence()
        form.last.setDate(qt(THURSDAY))
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "encore 1 réservation" in form.form.fields["cancel"].fault.sentence())
        form.cancel.setChecked(True)
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.enrolling.form is None)
        assert tasks.drain()
    assert states(office, place.home.child_id)[NEXT_MONDAY] is BookingState.CANCELLED
    assert enrolments(office, place.home.child_id, place.town.canteen_id)[0].ends == THURSDAY
