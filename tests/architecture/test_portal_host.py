"""A portal host has neither Qt nor the desktop's libraries, and the portal starts there."""

import subprocess
import sys
import tomllib

import pytest

from tests.architecture.house import ROOT

DESKTOP = ["PySide6", "shiboken6", "reportlab", "openpyxl", "httpx", "nacl", "pypdfium2", "holidays", "stdnum"]
HOUSE = ["ui", "reports", "models.office", "backoffice.office", "backoffice.commands"]
BARE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == absent or name.startswith(absent + ".") for absent in sys.argv[1:]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import backoffice.portal.app, backoffice.portal.serve", DESKTOP + HOUSE),
        ("import main, backoffice.commands, backoffice.portal_host", [*DESKTOP, *HOUSE[:3], "backoffice.office"]),
    ],
    ids=["its pages", "its command"],
)
def test_the_portal_starts_without_the_desktop(program: str, absent: list[str]) -> None:
    command = [sys.executable, "-c", BARE + program, *absent]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not done.returncode, done.stderr


def test_the_desktop_group_is_what_a_portal_host_leaves_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = " ".join(project["project"]["dependencies"])
    assert not [name for name in ("pyside6", "reportlab", "openpyxl", "httpx", "pynacl") if name in base]
    assert project["tool"]["uv"]["default-groups"] == ["desktop"]
