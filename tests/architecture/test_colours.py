"""A colour is written in one place, so that both schemes stay readable."""

import re

from tests.architecture.house import ROOT, files, place

HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9a-zA-Z_-])")
THEME = ROOT / "ui" / "shell" / "theme.py"
NAMED = re.compile(r"QColor\(\s*[\"'0-9]|Qt\.GlobalColor\.(?!transparent)|rgba?\(\s*[0-9]")


def test_only_the_theme_writes_a_colour() -> None:
    sheets = sorted((ROOT / "ui").rglob("*.qss"))
    assert sheets
    assert not [
        f"{place(path)}:{number} {line.strip()}"
        for path in [*files("ui"), *sheets]
        if path != THEME
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if HEX.search(line) or NAMED.search(line)
    ]


def test_icons_take_the_colour_of_the_text() -> None:
    icons = sorted((ROOT / "resources" / "icons").glob("*.svg"))
    assert icons
    assert not [place(path) for path in icons if HEX.search(path.read_text(encoding="utf-8"))]


def test_the_guard_itself_sees_a_colour() -> None:
    assert HEX.search("color: #1b2032;")
    assert HEX.search('"#fff"')
    assert NAMED.search("QColor(255, 0, 0)")
    assert not HEX.search("#navigation { } #header { } #town")
