"""Who is around a child, written from its card by real clicks."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from backoffice.families.around import Around, add_around, edit_around
from backoffice.families.file import PickupRow, family_file
from backoffice.office import Office
from tests.factories import AGENT, COLLEAGUE, TODAY, Town
from tests.ui.at_desk import OffGui, nameless
from tests.ui.families.test_screen import LEFT, opened, words
from ui.common.forms import REQUIRED
from ui.common.tasks import Tasks
from ui.families.around import BARRED, AroundDialog, RemoveDialog
from ui.families.people import ChildCard
from ui.families.screen import FamiliesScreen

pytestmark = pytest.mark.window
JEANNE = Around("Jeanne Roux", "grand-mère", "06 11 22 33 44", allowed=True, contact=False)


def card(screen: FamiliesScreen, town: Town) -> ChildCard:
    assert screen.panel.household is not None
    return next(one for one in screen.panel.household.findChildren(ChildCard) if one.row.id == town.home.child_id)


def pressed(qtbot: QtBot, screen: FamiliesScreen, town: Town, name: str) -> AroundDialog:
    buttons = card(screen, town).findChildren(QPushButton)
    qtbot.mouseClick(next(one for one in buttons if one.accessibleName() == name), LEFT)
    form = screen.around.form
    assert isinstance(form, AroundDialog)
    return form


def around(office: Office, town: Town) -> tuple[PickupRow, ...]:
    children = office.read(family_file, town.home.family_id, TODAY).children
    return next(one for one in children if one.id == town.home.child_id).pickup


def test_somebody_is_added_corrected_and_taken_away_in_the_file(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        form = pressed(qtbot, screen, town, "Ajouter une personne pour Léa Martin")
        assert nameless(form) == []
        assert not form.remove.isVisible()
        qtbot.mouseClick(form.submit, LEFT)
        assert form.form.fields["name"].fault.sentence() == REQUIRED
        form.name.setText("Jeanne Roux")
        form.relation.setText("grand-mère")
        form.phone.setText("12")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: bool(form.form.fields["phone"].fault.sentence()))
        form.phone.setText("06 11 22 33 44")
        qtbot.mouseClick(form.submit, LEFT)
        said = "Jeanne Roux (grand-mère, 06 11 22 33 44)\u202f: peut venir chercher l'enfant."
        qtbot.waitUntil(lambda: said in words(card(screen, town)))
        form = pressed(qtbot, screen, town, "Modifier Jeanne Roux")
        form.role.setCurrentIndex(form.role.findData(BARRED))
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "ne doit pas venir chercher l'enfant" in words(card(screen, town)))
        form = pressed(qtbot, screen, town, "Modifier Jeanne Roux")
        qtbot.mouseClick(form.remove, LEFT)
        asked = form.findChild(RemoveDialog)
        assert asked is not None
        asked.accept()
        qtbot.waitUntil(lambda: "Jeanne Roux" not in words(card(screen, town)))
        assert screen.around.form is None
        assert tasks.drain()
    assert around(office, town) == ()


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    office.write(add_around, AGENT, town.home.family_id, town.home.child_id, JEANNE)
    screen = opened(qtbot, office, tasks)
    form = pressed(qtbot, screen, town, "Modifier Jeanne Roux")
    [seen] = around(office, town)
    office.write(edit_around, COLLEAGUE, seen, replace(JEANNE, phone="06 55 55 55 55"))
    form.relation.setText("tante")
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "entre-temps" in form.fault.sentence())
    assert form.relation.text() == "tante"
    assert tasks.drain()
    assert [(one.relation, one.phone) for one in around(office, town)] == [("grand-mère", "06 55 55 55 55")]
