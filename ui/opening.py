"""The first picture, and behind it the opening of the data folder."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QProgressBar, QVBoxLayout, QWidget

from backoffice.errors import RefusedByRule, Unavailable
from ui.common.errors import trouble_of
from ui.common.icons import icon, pixmap
from ui.common.label import PlainLabel
from ui.common.parts import button, heading, primary_button, row_of
from ui.common.tasks import Tasks
from ui.shell.application import leave_when_asked, make_application, run
from ui.shell.theme import em, theme

if TYPE_CHECKING:
    from backoffice.commune import CommuneRow
    from backoffice.office import Office
    from backoffice.permissions import Agent

UNAVAILABLE = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """An open data folder: the office, who works at this desk, and for which commune."""

    office: "Office"
    agent: "Agent"
    commune: "CommuneRow | None"


class Opening(QWidget):
    """Says that the folder is being opened; if it cannot be, says why, and tries again when asked."""

    def __init__(self, folder: Path | None, tasks: Tasks, open_folder: Callable[[Path | None], Opened]) -> None:
        super().__init__()
        self._folder, self._tasks, self._open_folder = folder, tasks, open_folder
        self._loop = QEventLoop()
        self.opened: Opened | None = None
        self.setWindowTitle("Marelle")
        self.setWindowIcon(icon("logo", "accent_ink"))
        mark = PlainLabel()
        mark.setPixmap(pixmap("logo", theme().colour("accent_ink"), em(4), self.devicePixelRatioF()))
        self._told = PlainLabel()
        self._told.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Ouverture en cours")
        self.retry = primary_button("Réessayer", self._try)
        self.leave = button("Quitter", self.close)
        self._buttons = row_of(PlainLabel(), self.leave, self.retry, stretch_after=0)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(2), em(2), em(2), em(1.5))
        column.setSpacing(em(0.8))
        column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(heading("Marelle", level=1), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._told)
        column.addWidget(self._bar)
        column.addWidget(self._buttons)
        self.setFixedWidth(em(30))

    def wait(self) -> Opened | None:
        """Show until the folder is open; None if the agent gave up."""
        self.show()
        self._loop.exec()
        return self.opened

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell("Ouverture du dossier…", busy=True)
        QTimer.singleShot(0, self, self._try)  # painted first

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._loop.quit()

    def _try(self) -> None:
        self._tell("Ouverture du dossier…", busy=True)
        self._tasks.outside(self, lambda: self._open_folder(self._folder), self._done, self._failed)

    def _done(self, opened: Opened) -> None:
        self.opened = opened
        self._loop.quit()

    def _failed(self, error: Exception) -> None:
        told = trouble_of(error).sentence
        if not isinstance(error, RefusedByRule | Unavailable | OSError):
            told = f"{told} Le journal en garde le détail."
        self._tell(told, busy=False)
        self.retry.setFocus()

    def _tell(self, sentence: str, *, busy: bool) -> None:
        self._told.setText(sentence)
        self._told.setAlignment(Qt.AlignmentFlag.AlignHCenter if busy else Qt.AlignmentFlag.AlignLeft)
        self._bar.setVisible(busy)
        self._buttons.setVisible(not busy)
        self.adjustSize()


def open_folder(folder: Path | None) -> Opened:
    """Open a data folder, the platform's if none is given; the heavy imports are made here, while the first picture is already seen.

    Raises:
        Unavailable: the folder cannot be opened; the sentence says why.
    """
    from backoffice.commune import read_commune  # noqa: PLC0415 see above
    from backoffice.folders import default_folder  # noqa: PLC0415 see above
    from backoffice.office import Office  # noqa: PLC0415 see above

    office = Office(folder or default_folder())
    return Opened(office, office.agent(), office.read(read_commune))


def open_desktop(data: Path | None) -> int:
    """Open a data folder and its window; give the exit code when it closes."""
    app = make_application(sys.argv[:1])
    leave_when_asked(app)
    app.setQuitOnLastWindowClosed(False)
    tasks = Tasks(app)
    opening = Opening(data, tasks, open_folder)
    opened = opening.wait()
    if opened is None:
        tasks.drain()
        return UNAVAILABLE
    return _work(app, tasks, opening, opened)


def _work(app: QApplication, tasks: Tasks, opening: Opening, opened: Opened) -> int:
    from ui.desk import Desk  # noqa: PLC0415 what it needs was loaded behind the first picture

    desk = Desk(opened.office, opened.agent, opened.commune, tasks)
    QTimer.singleShot(0, opening, opening.deleteLater)
    app.setQuitOnLastWindowClosed(True)
    desk.start()
    try:
        return run(app, desk.window, tasks)
    finally:
        desk.close()
