"""README says what is there."""

import re
import subprocess
import sys

import pytest

from tests.architecture.house import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_of_the_help_is_in_the_table() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "--help"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    commands = re.findall(r"^    (\w+)  +\S", done.stdout, flags=re.MULTILINE)
    assert {"demo", "portal", "sync", "bill", "export", "check"} <= set(commands)
    assert not [name for name in commands if f"`main.py {name}" not in README]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_that_a_page_points_to_is_there(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_every_room_of_the_drawing_is_there() -> None:
    drawn = re.findall(r"^(\w+)/ +\S", README, flags=re.MULTILINE)
    assert set(drawn) == {"backoffice", "models", "reports", "resources", "tests", "ui"}
    assert not [room for room in drawn if not (ROOT / room).is_dir()]


def test_the_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3, 19 November 2007" in licence
    assert len(licence.splitlines()) == 661
