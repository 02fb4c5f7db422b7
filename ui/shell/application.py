"""The Qt application: French, dressed, and never failing in silence."""

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSettings, Qt, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from ui.common.errors import Trouble, trouble_of
from ui.common.tasks import Tasks
from ui.shell.theme import theme
from ui.shell.window import MainWindow, saved_scheme

LISTEN_MS = 250
ORGANISATION, NAME = "Marelle", "marelle"
log = logging.getLogger(__name__)


class Failures(QObject):
    """Hears every exception that nobody caught, on whatever thread, and tells it once in the GUI thread."""

    found = Signal(object)  # Trouble

    def install(self) -> None:
        """Take the place of Python's own hooks."""
        sys.excepthook = self._heard
        threading.excepthook = lambda told: self._heard(told.exc_type, told.exc_value, told.exc_traceback)

    def tell_to(self, window: MainWindow) -> None:
        """Show them in a window from now on."""
        self.found.connect(window.show_trouble, Qt.ConnectionType.QueuedConnection)

    def _heard(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        log.critical("nobody caught %s", kind.__name__, exc_info=(kind, error, trace))
        trouble: Trouble = trouble_of(error)
        self.found.emit(trouble)


def make_application(argv: Sequence[str], settings_folder: Path | None = None) -> QApplication:
    """Make the application; its settings are a file of `settings_folder`, losable at any time."""
    known = QApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication(list(argv))
    app.setOrganizationName(ORGANISATION)
    app.setApplicationName(NAME)
    app.setApplicationDisplayName("Marelle")
    app.setDesktopFileName(NAME)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    if settings_folder is not None:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(settings_folder))
    speak_french(app)
    theme().install(app, saved_scheme())
    return app


def speak_french(app: QApplication) -> None:
    """Give Qt's own words, dates and numbers in French."""
    QLocale.setDefault(QLocale(QLocale.Language.French, QLocale.Country.France))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_fr", folder):
        app.installTranslator(translator)
    else:
        log.warning("Qt's French translation is missing from %s", folder)


def leave_when_asked(app: QApplication) -> None:
    """Close the windows on SIGTERM and Ctrl+C; Python only hears them between two steps of its own, so it takes some."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, app, app.closeAllWindows)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    waking = QTimer(app, interval=LISTEN_MS)
    waking.timeout.connect(lambda: None)
    waking.start()


def run(app: QApplication, window: MainWindow, tasks: Tasks) -> int:
    """Show the window until it is closed, then let every write finish."""
    failures = Failures(app)
    failures.install()
    failures.tell_to(window)
    window.show()
    code = app.exec()
    if not tasks.drain():
        log.error("some work was still running at exit")
    return code
