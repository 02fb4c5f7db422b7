"""What a family types is shown as it is, on every screen."""

import pytest
from PySide6.QtGui import Qt, QTextDocument

from tests.architecture.house import files, nodes, nothing, place
from ui.common.label import PlainLabel, plain_tip
from ui.common.parts import Notice
from ui.shell.theme import State

TYPED = '<img src="file:///etc/hostname"> <b>Urgent</b>'


def test_a_label_never_reads_html(qtbot) -> None:
    label = PlainLabel(TYPED)
    qtbot.addWidget(label)
    assert (label.textFormat(), label.text()) == (Qt.TextFormat.PlainText, TYPED)
    notice = Notice([TYPED], State.INFO)
    qtbot.addWidget(notice)
    assert {one.textFormat() for one in notice.findChildren(PlainLabel)} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("text", [TYPED, "Léa & Tom\n<i>ici</i>", "quotient < 800", "simple"])
def test_a_tooltip_says_what_was_typed(qtbot, text: str) -> None:
    tip, shown = plain_tip(text), QTextDocument()
    if Qt.mightBeRichText(tip):
        shown.setHtml(tip)
    else:
        shown.setPlainText(tip)
    assert shown.toPlainText() == text


def test_every_screen_uses_such_labels() -> None:
    from ast import Call, Name

    nothing(
        place(path, node)
        for path in files("ui")
        if path.name != "label.py"
        for node in nodes(path)
        if isinstance(node, Call) and isinstance(node.func, Name) and node.func.id == "QLabel"
    )
