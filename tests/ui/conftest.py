"""Windows offscreen, dressed as the agents see them, with settings nobody keeps."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let pass the one thing that only the offscreen platform complains of."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture(autouse=True)
def dressed(qapp: object, tmp_path: Path) -> Iterator[None]:
    """Give each test the real theme and an empty settings file."""
    from PySide6.QtCore import QSettings

    from ui.shell.application import make_application

    make_application([], tmp_path / "settings")
    QSettings().clear()
    yield
    QSettings().clear()
