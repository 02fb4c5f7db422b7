"""What stands over a screen: what it has to say, the screen says; how far a long work is, a dialog shows."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.common.dialogs import FormDialog, ProgressDialog
from ui.common.screen import Screen
from ui.shell.theme import State


class OverScreen:
    """A part of a screen with a presenter of its own; give it its `_screen`."""

    _screen: Screen

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        self._screen.show_busy(busy)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        self._screen.say(sentence, state)

    def report(self, error: Exception, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        self._screen.report(error, retry=retry, unsaved=unsaved)


class Forms(OverScreen):
    """Opens and closes forms, one at a time."""

    form: FormDialog | None = None

    def free_form(self) -> None:
        """Let it be sent again: what failed is said elsewhere."""
        if self.form is not None:
            self.form.show_busy(False)

    def close_form(self) -> None:
        """Close it: what it asked is done."""
        if self.form is not None:
            self.form.accept()

    def _open(self, form: FormDialog, save: Callable[[], object]) -> None:
        self.form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.submitted.connect(save)
        form.finished.connect(self._closed)
        form.open()

    def _closed(self) -> None:
        self.form = None


class FormsOverScreen(Forms):
    """The same, of a part that is no widget."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen


class ShowsProgress:
    """The view of a long work: a dialog from its beginning to its end."""

    _progress: ProgressDialog | None = None

    def show_progress(self, done: int, total: int, label: str) -> None:
        """Show how far it is."""
        if self._progress is not None:
            self._progress.show_progress(done, total, label)

    def end_progress(self) -> None:
        """Show that it has ended."""
        if self._progress is not None:
            self._progress.accept()
            self._progress = None

    def _open_progress(self, title: str, over: QWidget, stop: Callable[[], object]) -> None:
        self._progress = ProgressDialog(title, over)
        self._progress.cancel_asked.connect(stop)
        self._progress.open()
