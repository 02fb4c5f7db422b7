"""Three surfaces for what goes wrong."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from backoffice.errors import Cancelled, RefusedByRule, StaleRecord, Unavailable
from ui.common.errors import BugDialog, Surface, report_text, trouble_of

pytestmark = pytest.mark.window


@pytest.mark.parametrize(
    ("error", "surface"),
    [
        (RefusedByRule("non"), Surface.RULE),
        (StaleRecord("modifié"), Surface.RULE),
        (Unavailable("portail"), Surface.WORLD),
        (PermissionError(13, "refusé", "dossier/liste.xlsx"), Surface.WORLD),
        (OSError(28, "disque plein"), Surface.WORLD),
        (Cancelled(), Surface.QUIET),
        (ZeroDivisionError(), Surface.BUG),
    ],
)
def test_an_error_is_told_where_somebody_can_act(error: Exception, surface: Surface) -> None:
    assert trouble_of(error).surface is surface


def test_an_open_sheet_is_named() -> None:
    assert "liste.xlsx" in trouble_of(PermissionError(13, "refusé", "dossier/liste.xlsx")).sentence


def a_bug() -> Exception:
    try:
        born()
    except KeyError as error:
        return error
    raise AssertionError


def born() -> None:
    try:
        int("Évrard, née le 01/03/2019")
    except ValueError as first:
        raise KeyError("allergie") from first


def test_the_report_says_where_and_never_who() -> None:
    report = report_text(a_bug())
    assert "KeyError" in report
    assert "ValueError" in report
    assert "tests/ui/common/test_errors.py" in report.replace("\\", "/")
    assert "Évrard" not in report
    assert "allergie" not in report


def test_the_dialog_says_what_was_not_saved(qtbot: QtBot) -> None:
    dialog = BugDialog(trouble_of(a_bug(), unsaved="la décision"), Path("journaux"))
    qtbot.addWidget(dialog)
    dialog.open()
    assert "la décision" in dialog.told.text()
    assert "journaux" in dialog.told.text()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.report.toPlainText()
