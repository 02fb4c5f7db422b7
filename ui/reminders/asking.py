"""What the screen of reminders opens before it acts: dialogs, confirmations, progress, papers and files."""

from collections.abc import Callable
from pathlib import Path

from backoffice.errors import RefusedByRule
from resources.french import NARROW
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation, FormDialog, ProgressDialog
from ui.common.pdf_preview import PdfPreview
from ui.common.saving import ask_where
from ui.common.screen import Screen
from ui.shell.theme import State, em


class AskingScreen(Screen):
    """A screen that asks one thing at a time, and keeps what was typed until it is done."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._dialog: FormDialog | None = None
        self._progress: ProgressDialog | None = None

    def dialog_done(self) -> None:
        """Close the dialog: what it asked is done."""
        if self._dialog is not None:
            self._dialog.accept()
            self._dialog = None

    def dialog_refused(self, error: Exception) -> None:
        """Say in the dialog why it was not done."""
        if self._dialog is not None and isinstance(error, RefusedByRule):
            self._dialog.refuse(str(error))
            return
        if self._dialog is not None:
            self._dialog.show_busy(False)
        self.report(error)

    def begin_progress(self, title: str) -> None:
        """Show that a long work begins."""
        self._progress = ProgressDialog(title, self)
        self._progress.cancel_asked.connect(self.cancel_work)
        self._progress.open()

    def show_progress(self, done: int, total: int, label: str) -> None:
        """Show how far it is."""
        if self._progress is not None:
            self._progress.show_progress(done, total, label)

    def end_progress(self) -> None:
        """Show that it has ended."""
        if self._progress is not None:
            self._progress.accept()
            self._progress = None

    def cancel_work(self) -> None:
        """Ask the long work to stop."""

    def show_pdf(self, title: str, content: bytes, name: str) -> None:
        """Show a paper, to read or print it."""
        PdfPreview(title, content, name, self).open()

    def save_file(self, title: str, content: bytes, name: str) -> None:
        """Ask where to keep a file."""
        ask_where(self, title, name, lambda path: self._save(path, content))

    def open_form(self, dialog: FormDialog, submitted: Callable[[], None]) -> None:
        """Open a form; it stays until its presenter says that it is done."""
        self._dialog = dialog
        dialog.submitted.connect(submitted)
        dialog.open()

    def confirm(
        self, title: str, sentence: str, verb: str, agreed: Callable[[], None], *, danger: bool = False
    ) -> None:
        """Ask before doing."""
        dialog = Confirmation(title, sentence, verb, danger=danger, parent=self)
        dialog.setMinimumWidth(em(32))
        dialog.accepted.connect(agreed)
        dialog.open()

    def _save(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            self.report(error, retry=lambda: self._save(path, content), unsaved=path.name)
        else:
            self.say(f"Enregistré{NARROW}: {path}", State.ACCEPTED)
