"""Colours that can be read, and icons that follow them."""

import re

import pytest
from PySide6.QtGui import QAction, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.common.icons import FOLDER, dress, dress_state, icon
from ui.common.parts import Notice, StatePill
from ui.shell.actions import ACTIONS
from ui.shell.theme import DARK, LIGHT, STATE_ICONS, Colours, Scheme, State, contrast, em, palette_of, theme

pytestmark = pytest.mark.window
SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@SCHEMES
def test_every_word_can_be_read(colours: Colours) -> None:
    pairs = [(ink, paper) for ink, paper in colours.states.values()]
    pairs += [(ink, paper) for ink in (colours.ink, colours.muted) for paper in papers(colours)]
    pairs += [(colours.accent_ink, colours.surface), (colours.accent_ink, colours.window)]
    pairs += [(colours.accent_ink, colours.soft), (colours.soft_ink, colours.soft)]
    pairs += [(colours.on_accent, colours.accent), (colours.on_accent, colours.accent_hover)]
    pairs += [(ink, paper) for ink, _ in colours.states.values() for paper in (colours.surface, colours.window)]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5} == {}


@SCHEMES
def test_the_edge_of_a_field_can_be_seen(colours: Colours) -> None:
    edges = [(colours.outline, paper) for paper in (colours.surface, colours.window)]
    edges += [(colours.accent_ink, paper) for paper in papers(colours)]
    assert {pair: round(contrast(*pair), 2) for pair in edges if contrast(*pair) < 3} == {}


def test_the_icon_of_a_notice_follows_the_theme(qtbot: QtBot) -> None:
    theme().choose(Scheme.LIGHT)
    notice = Notice(["Au-delà du plafond."], State.LATE)
    qtbot.addWidget(notice)
    light = notice._mark.pixmap().toImage()
    theme().choose(Scheme.DARK)
    assert notice._mark.pixmap().toImage() != light
    theme().choose(Scheme.LIGHT)


def papers(colours: Colours) -> tuple[str, ...]:
    return colours.window, colours.panel, colours.surface, colours.hover


def test_contrast_is_the_one_of_the_recommendation() -> None:
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("white", "white") == pytest.approx(1)


def test_the_palette_and_the_icons_follow_the_scheme(qapp: QApplication) -> None:
    action, stated, pill = QAction(), QAction(), StatePill("À traiter", State.WAITING)
    dress(action, "print")
    dress_state(stated, State.LATE)
    theme().choose(Scheme.LIGHT)
    light = [inked(action.icon()), inked(stated.icon())]
    theme().choose(Scheme.DARK)
    assert [inked(action.icon()), inked(stated.icon())] != light
    assert qapp.palette().color(QPalette.ColorRole.Window) == palette_of(DARK).color(QPalette.ColorRole.Window)
    assert pill.text() == "À traiter"
    theme().choose(Scheme.LIGHT)
    assert [inked(action.icon()), inked(stated.icon())] == light


def inked(shown: QIcon) -> set[str]:
    image = shown.pixmap(24, 24).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_every_icon_named_is_drawn_in_the_colour_of_the_text(qapp: QApplication) -> None:
    names = {spec.icon for spec in ACTIONS if spec.icon} | set(STATE_ICONS.values())
    files = {file.stem: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.svg")}
    assert names <= set(files)
    for name, drawing in files.items():
        assert "currentColor" in drawing
        assert not re.search(r"#[0-9a-fA-F]{3,6}", drawing)
        assert inked(icon(name)), name


def test_lengths_are_counted_in_letters(qtbot: QtBot) -> None:
    assert em(2) == pytest.approx(2 * em(1), abs=1)
    assert em(0) == 1
