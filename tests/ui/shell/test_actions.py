"""One table for every shortcut."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from tests.ui.shell.fakes import Built
from ui.shell.actions import ACTIONS, SCREEN_SHORTCUT, Menu

pytestmark = pytest.mark.window


def test_no_shortcut_and_no_code_is_taken_twice(qapp: object) -> None:
    keys = [spec.sequence().toString() for spec in ACTIONS if not spec.sequence().isEmpty()]
    keys += [QKeySequence(SCREEN_SHORTCUT.format(rank=rank)).toString() for rank in range(1, 10)]
    keys += [QKeySequence(text).toString() for text in ("Ctrl+PgUp", "Ctrl+PgDown")]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert [code for code, times in Counter(spec.code for spec in ACTIONS).items() if times > 1] == []


def test_no_mnemonic_is_taken_twice_in_a_menu() -> None:
    for menu in Menu:
        letters = [mnemonic(spec.text) for spec in ACTIONS if spec.menu is menu]
        assert "" not in letters
        assert [letter for letter, times in Counter(letters).items() if times > 1] == [], menu
    assert max(Counter(mnemonic(menu.value) for menu in Menu).values()) == 1


def mnemonic(text: str) -> str:
    return text.partition("&")[2][:1].casefold()


def test_every_action_is_reached_by_a_menu(qtbot: object) -> None:
    built = Built()
    qtbot.addWidget(built.window)  # type: ignore[attr-defined]  # pytest-qt's bot
    reached = [action for top in built.window.menuBar().actions() for action in top.menu().actions()]
    assert {spec.code for spec in ACTIONS} == set(built.window.menus.actions)
    assert all(action in reached for action in built.window.menus.actions.values())
    titles = [action.text() for action in reached]
    assert "&1  À traiter" in titles
