"""« Planning » on the desktop, by clicks: how far families see."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.sync.horizon import TO_YEAR_END, USUAL
from backoffice.sync.set_horizon import reach, set_horizon
from models.vocabulary import Role
from tests.factories import AGENT, TODAY, Town
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.portal.horizon_pane import HorizonPane, horizon_pane

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, office: Office, tasks: Tasks, agent: Agent = AGENT) -> HorizonPane:
    changes = Changes(tasks)
    screen = Screen(changes)
    pane = horizon_pane(screen, BoundLanes(tasks, screen, changes), office, agent)
    screen.column.addWidget(pane)
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.refresh = pane.refresh
    pane.screen_kept = screen
    pane.heard = []
    screen.said.connect(lambda sentence, _: pane.heard.append(sentence))
    screen.troubled.connect(lambda trouble: pane.heard.append(trouble.sentence))
    pane.refresh()
    qtbot.waitUntil(lambda: bool(pane.told.text()))
    return pane


def decided(office: Office) -> int:
    return office.read(reach, TODAY).weeks_ahead


def pick(qtbot: QtBot, pane: HorizonPane, letter: str) -> None:
    """Choose as the keyboard does, by the first letter."""
    pane.choice.setFocus()
    qtbot.keyClicks(pane.choice, letter)


def test_the_whole_school_year_is_opened_to_families(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    with OffGui(office):
        pane = opened(qtbot, office, tasks)
        assert pane.choice.currentText() == "8 semaines d'avance"
        assert pane.told.text() == "Aujourd'hui, elles voient jusqu'au dimanche 24 janvier 2027."
        assert not pane.save.isEnabled()
        assert not nameless(pane)
        pick(qtbot, pane, "l")
        assert pane.told.text() == "Aujourd'hui, elles verraient jusqu'au dimanche 5 septembre 2027."
        qtbot.mouseClick(pane.save, LEFT)
        qtbot.waitUntil(lambda: bool(pane.heard))
        assert tasks.drain()
    assert decided(office) == TO_YEAR_END
    assert "jusqu'au dimanche 5 septembre 2027" in pane.heard[0]
    assert pane.told.text() == "Aujourd'hui, elles voient jusqu'au dimanche 5 septembre 2027."
    assert not pane.save.isEnabled()


def test_a_choice_is_given_back_before_it_is_saved(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks)
    pick(qtbot, pane, "4")
    pane.refresh()  # something else changed meanwhile: the choice stays
    assert tasks.drain()
    assert pane.choice.currentText() == "4 semaines d'avance"
    qtbot.keyClick(pane.choice, Qt.Key.Key_End)  # farther than the school holidays that its calendar has
    assert pane.told.text().startswith(
        "Aujourd'hui, elles verraient jusqu'au dimanche 5 septembre 2027. Le calendrier n'a pas"
    )
    qtbot.mouseClick(pane.restore, LEFT)
    assert pane.choice.currentText() == "8 semaines d'avance"
    assert not pane.save.isEnabled()
    assert tasks.drain()
    assert decided(office) == USUAL


def test_a_colleague_s_decision_is_read_before_it_is_changed(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks)
    pick(qtbot, pane, "3")
    office.write(set_horizon, AGENT, 52, seen=USUAL)
    qtbot.mouseClick(pane.save, LEFT)
    qtbot.waitUntil(lambda: bool(pane.heard) and pane.choice.currentText() == "un an d'avance")
    assert "modifié entre-temps" in pane.heard[0]
    assert decided(office) == 52
    assert tasks.drain()


def test_what_is_chosen_while_the_first_choice_is_saved_stays_to_be_saved(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
):
    pane = opened(qtbot, office, tasks)
    pick(qtbot, pane, "3")
    with OffGui(office):
        qtbot.mouseClick(pane.save, LEFT)
        qtbot.mouseClick(pane.save, LEFT)  # once is enough
        qtbot.keyClick(pane.choice, Qt.Key.Key_Home)
        qtbot.waitUntil(lambda: bool(pane.heard))
        assert tasks.drain()
    assert [heard.partition("\u202f")[0] for heard in pane.heard] == ["Enregistré"]
    assert decided(office) == 13
    assert pane.choice.currentText() == "4 semaines d'avance"
    assert pane.told.text().startswith("Aujourd'hui, elles verraient")
    assert pane.save.isEnabled()


def test_those_who_may_not_decide_read(qtbot: QtBot, office: Office, town: Town, tasks: Tasks):
    pane = opened(qtbot, office, tasks, Agent("elise", "Élise Roy", frozenset({Role.AGENT}), "ACCUEIL-1"))
    assert not pane.choice.isEnabled()
    assert pane.look_only.isVisible()
    assert tasks.drain()
