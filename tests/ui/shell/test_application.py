"""The application: French, and never failing in silence."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from ui.common.errors import Surface, Trouble
from ui.shell.application import Failures

pytestmark = pytest.mark.window
LATE = ("sqlalchemy", "alembic", "reportlab", "openpyxl", "httpx", "flask", "keyring", "pydantic", "backoffice.office")


def test_qt_speaks_french(qtbot: QtBot) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text() == "Annuler"
    assert QLocale().toString(1234.5, "f", 2).startswith("1\u202f234,5")
    assert QLocale().monthName(11) == "novembre"


def test_settings_live_where_they_were_told(qapp: QApplication, tmp_path: Path) -> None:
    assert Path(QSettings().fileName()).is_relative_to(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_caught_is_logged_and_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    failures, told = Failures(), []
    failures.found.connect(told.append)
    failures.install()

    def fail() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.CRITICAL):
        worker = threading.Thread(target=fail)
        worker.start()
        worker.join()
        sys.excepthook(ValueError, ValueError("x"), None)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert all(isinstance(trouble, Trouble) and trouble.surface is Surface.BUG for trouble in told)
    assert {type(trouble.error) for trouble in told} == {ZeroDivisionError, ValueError}
    assert [record.message for record in caplog.records] == [
        "nobody caught ZeroDivisionError",
        "nobody caught ValueError",
    ]


def test_the_window_is_shown_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys, ui.shell.application, ui.shell.window, ui.common.dialogs, ui.common.listing\n"
        f"print(sorted(set({LATE!r}) & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "[]"
