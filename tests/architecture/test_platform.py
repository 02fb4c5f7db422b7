"""The Python, the Qt and the lock that we ship get along."""

import sys
import tomllib

import pytest

from tests.architecture.house import ROOT


def locked(package: str) -> list[tuple[int, ...]]:
    """List the versions of a package in the lock."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    found = [entry["version"] for entry in packages if entry["name"] == package]
    return [tuple(int(part) for part in version.split(".")) for version in found]


@pytest.mark.parametrize("package", ["pyside6-essentials", "shiboken6"])
def test_the_locked_qt_is_one_that_python_3_11_survives(package: str) -> None:
    assert locked(package)
    assert all(version < (6, 12) for version in locked(package))


@pytest.mark.window
def test_a_signal_costs_no_reference() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one `True` per emit, then aborts."""
    from PySide6.QtCore import QObject, Signal

    class Bell(QObject):
        rang = Signal()

    bell, before = Bell(), sys.getrefcount(True)
    for _ in range(100):
        bell.rang.emit()
    assert sys.getrefcount(True) > before - 50
