"""The billing screen opened on a real office, for tests that press its buttons."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from backoffice.office import Office
from tests.factories import AGENT
from ui.billing.screen import BillingScreen, billing_screen
from ui.common.changes import Changes
from ui.common.tasks import Tasks

LEFT = Qt.MouseButton.LeftButton
D = TypeVar("D", bound=QDialog)


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, rows: int) -> BillingScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = billing_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: count(screen) == rows and screen.service.count() == 3)
    return screen


def count(screen: BillingScreen) -> int:
    return screen.lists.invoices.model_of_rows.rowCount()


def dialog_of(screen: QWidget, kind: type[D]) -> D:
    return next(dialog for dialog in screen.findChildren(kind) if dialog.isVisible())


def opens(screen: QWidget, kind: type[QDialog]) -> bool:
    return any(dialog.isVisible() for dialog in screen.findChildren(kind))
