"""« Inscriptions ouvertes », by real clicks: open, correct, close, delete; a group's places and ages."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.enrolments.groups import edit_group, groups_of
from backoffice.enrolments.opening_lists import Window
from backoffice.enrolments.openings import edit_opening
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from tests.enrolments import a_draft, asks, opened, opening, wednesdays
from tests.factories import AGENT, COLLEAGUE, NOW
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.forms import REQUIRED
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.portal.openings_dialogs import GroupDialog, OpeningDialog, instant_field, instant_in
from ui.portal.openings_pane import OpeningsPane, openings_pane

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, office: Office, tasks: Tasks, agent: Agent = AGENT) -> OpeningsPane:
    changes = Changes(tasks)
    screen = Screen(changes)
    pane = openings_pane(screen, BoundLanes(tasks, screen, changes), office, agent)
    screen.column.addWidget(pane)
    qtbot.addWidget(screen)
    pane.shell = screen  # kept alive as long as the page
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    pane.refresh()
    qtbot.waitUntil(lambda: pane.groups.model_of_rows.rowCount() > 0)
    return pane


def opening_form(pane: OpeningsPane) -> OpeningDialog:
    assert isinstance(pane.form, OpeningDialog)
    return pane.form


def fault(form: OpeningDialog | GroupDialog, code: str) -> str:
    return form.form.fields[code].fault.sentence()


def confirmed(pane: OpeningsPane) -> Confirmation:
    return next(one for one in pane.findChildren(Confirmation) if one.isVisible())


def test_enrolments_are_opened_with_the_mouse(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    with OffGui(office):
        pane = shown(qtbot, office, tasks)
        qtbot.mouseClick(pane.new, LEFT)
        form = opening_form(pane)
        assert nameless(form) == []
        qtbot.mouseClick(form.submit, LEFT)
        assert fault(form, "activity") == REQUIRED
        form.activity.setCurrentIndex(form.activity.findText("Accueil du mercredi"))
        form.age_from.setValue(6)
        form.age_to.setValue(3)
        qtbot.mouseClick(form.submit, LEFT)
        assert "vient avant le premier" in fault(form, "age_to")
        form.age_to.setValue(11)
        qtbot.keyClick(form.documents.boxes[place.insurance_id], Qt.Key.Key_Space)
        qtbot.keyClicks(form.words, "Chaque mercredi.")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: pane.openings.model_of_rows.rowCount() == 1)
        assert pane.form is None
        assert tasks.drain()
    (row,) = pane.openings.model_of_rows.rows
    assert (row.draft.age_from, row.draft.age_to, row.draft.words) == (6, 11, "Chaque mercredi.")
    assert (row.documents, row.window) == (("Assurance scolaire",), Window.COMING)


def test_what_the_office_refuses_is_said_beside_its_field_and_what_was_typed_stays(
    qtbot: QtBot, office: Office, tasks: Tasks
) -> None:
    place = wednesdays(office)
    pane = shown(qtbot, office, tasks)
    qtbot.mouseClick(pane.new, LEFT)
    form = opening_form(pane)
    form.activity.setCurrentIndex(form.activity.findText("Accueil du mercredi"))
    wished = form.wished
    opened(office, place, starts=wished.starts, ends=wished.ends, opens_at=wished.opens_at, closes_at=wished.closes_at)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "déjà proposée" in fault(form, "opens"))
    assert form.wished == wished
    assert form.submit.isEnabled()


def test_the_second_agent_is_told_in_the_form(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    row = opened(office, place)
    pane = shown(qtbot, office, tasks)
    pane.openings.choose_first()
    qtbot.mouseClick(pane.edit, LEFT)
    form = opening_form(pane)
    office.write(edit_opening, COLLEAGUE, row.id, a_draft(place, words="Autrement."), version=row.version)
    form.age_to.setValue(12)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "modifiée entre-temps" in form.fault.sentence())
    assert opening(office, row.id).draft.age_to == 11


def test_an_opening_is_closed_after_a_word_of_warning(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    row = opened(office, place)
    asks(office, place.home, row.id)
    with OffGui(office):
        pane = shown(qtbot, office, tasks)
        pane.openings.choose_first()
        assert (pane.close_now.isEnabled(), pane.delete.isEnabled()) == (True, False)
        qtbot.mouseClick(pane.close_now, LEFT)
        qtbot.mouseClick(confirmed(pane).confirm, LEFT)
        qtbot.waitUntil(lambda: pane.openings.model_of_rows.rows[0].window is Window.CLOSED)
        pane.openings.choose_first()
        assert not pane.close_now.isEnabled()
        assert tasks.drain()
    assert opening(office, row.id).draft.closes_at == NOW


def test_what_nobody_asked_for_is_deleted(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    opened(office, wednesdays(office))
    pane = shown(qtbot, office, tasks)
    pane.openings.choose_first()
    qtbot.mouseClick(pane.delete, LEFT)
    qtbot.mouseClick(confirmed(pane).confirm, LEFT)
    qtbot.waitUntil(lambda: pane.openings.model_of_rows.rowCount() == 0)


def test_a_group_s_places_and_ages_are_changed(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    with OffGui(office):
        pane = shown(qtbot, office, tasks)
        assert pane.groups.choose(place.tall_id)
        qtbot.mouseClick(pane.edit_group, LEFT)
        form = pane.form
        assert isinstance(form, GroupDialog)
        assert nameless(form) == []
        form.age_to.setValue(4)
        qtbot.mouseClick(form.submit, LEFT)
        assert "vient avant" in fault(form, "age_to")
        form.age_to.setValue(form.age_to.minimum())
        form.capacity.setValue(25)
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: pane.form is None)
        assert tasks.drain()
    row = next(row for row in office.read(groups_of) if row.id == place.tall_id)
    assert (row.capacity, row.age_from, row.age_to) == (25, 6, None)


def test_a_colleague_s_group_is_not_overwritten(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    place = wednesdays(office)
    pane = shown(qtbot, office, tasks)
    pane.groups.choose(place.tall_id)
    qtbot.mouseClick(pane.edit_group, LEFT)
    form = pane.form
    assert form is not None
    office.write(edit_group, COLLEAGUE, place.tall_id, capacity=7, age_from=6, age_to=11)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "modifié entre-temps" in form.fault.sentence())


def test_who_is_no_agent_looks_only(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    opened(office, wednesdays(office))
    pane = shown(qtbot, office, tasks, Agent("luc", "Luc", frozenset({Role.DIRECTOR}), "POSTE"))
    pane.openings.choose_first()
    pane.groups.choose_first()
    acts = (pane.new, pane.edit, pane.close_now, pane.delete, pane.edit_group)
    assert not any(act.isEnabled() for act in acts)


def test_an_instant_that_nobody_touches_keeps_its_seconds(qtbot: QtBot) -> None:
    exact = NOW + timedelta(seconds=31)
    field = instant_field(exact)
    qtbot.addWidget(field)
    assert instant_in(field, exact) == exact
    field.setTime(field.time().addSecs(60))
    assert instant_in(field, exact) == NOW + timedelta(minutes=1)
