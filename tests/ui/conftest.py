"""Windows offscreen, dressed as the agents see them, with settings nobody keeps."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backoffice.office import Office
from tests.factories import NOW, Town, a_commune, an_office

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.common.tasks import Tasks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let pass the one thing that only the offscreen platform complains of."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture
def now() -> datetime:
    """Give the moment of the day: a Tuesday at nine; a subject may live at another."""
    return NOW


@pytest.fixture
def office(tmp_path: Path, now: datetime) -> Iterator[Office]:
    """Give an office on a real file."""
    opened = an_office(tmp_path, now=now)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    """Give the office the smallest commune."""
    return a_commune(office)


@pytest.fixture
def tasks(qapp: object) -> "Iterator[Tasks]":
    """Give the lanes of a window, empty again at the end."""
    from ui.common.tasks import Tasks

    made = Tasks()
    yield made
    assert made.drain()


@pytest.fixture(scope="session")
def application(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> "QApplication":
    """Give the application, dressed once for all: a style is read again for every widget there is."""
    from ui.shell.application import make_application

    return make_application([], tmp_path_factory.mktemp("settings"))


@pytest.fixture(autouse=True)
def dressed(application: "QApplication", tmp_path: Path) -> Iterator[None]:
    """Give each test the real theme and an empty settings file."""
    from PySide6.QtCore import QSettings

    from ui.shell.application import saved_scheme
    from ui.shell.theme import theme

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    QSettings().clear()
    font = application.font()
    theme().choose(saved_scheme())
    yield
    application.setFont(font)
    QSettings().clear()
