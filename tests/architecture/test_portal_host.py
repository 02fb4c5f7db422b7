"""A portal host has neither Qt nor the desktop's libraries, and the portal starts there."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.house import ROOMS, ROOT, files, nodes, nothing, place

DESKTOP = ["PySide6", "shiboken6", "reportlab", "openpyxl", "httpx", "pypdfium2", "holidays", "stdnum"]
HOUSE = ["ui", "reports", "models.office", "backoffice.office", "backoffice.commands"]
KNOWN = ["backoffice.portal", "backoffice.sync.contract", "models.portal", "resources"]
KNOWN += ["backoffice.payfip"]  # the Treasury's web service, which knows no more of the house
KNOWN += ["backoffice.errors", "backoffice.iban"]  # a sentence for people; an account read as typed
KNOWN += ["backoffice.scans"]  # documents by their content, for the office too
KNOWN += ["models.base", "models.engine", "models.migrate", "models.sequences", "models.upsert"]  # of no table
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


def test_the_portal_knows_the_contract_and_its_own_tables_only() -> None:
    imported = {
        (place(path, node), module)
        for path in files("backoffice/portal")
        for node in nodes(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."])
        if module.partition(".")[0] in {*ROOMS, "."}
    }
    nothing(f"{where} {name}" for where, name in imported if not re.match(rf"({'|'.join(KNOWN)})(\.|$)", name))


def test_the_desktop_group_is_what_a_portal_host_leaves_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = " ".join(project["project"]["dependencies"])
    assert not [name for name in ("pyside6", "reportlab", "openpyxl", "httpx") if name in base]
    assert project["tool"]["uv"]["default-groups"] == ["desktop"]
