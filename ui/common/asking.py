"""A screen that asks one thing at a time: a form that stays until it is done, a confirmation."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt

from ui.common.changes import Changes
from ui.common.dialogs import Confirmation, FormDialog, refused_in
from ui.common.papers import PaperScreen


class AskingScreen(PaperScreen):
    """Holds the form that is open, and says in it what was refused."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._form: FormDialog | None = None

    def close_form(self) -> None:
        """Close the form: what it asked is done."""
        if self._form is not None:
            self._form.accept()

    def refuse_form(self, error: Exception) -> None:
        """Say in the form why it was not done, else on the screen."""
        if not refused_in(self._form, error, self.faults_of(error)):
            self.report(error)

    def faults_of(self, error: Exception) -> Mapping[str, str]:
        """Give what goes under a field, where an error knows its field."""
        del error
        return {}

    def _open(self, form: FormDialog) -> None:
        self._form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.finished.connect(self._form_closed)
        form.open()

    def _form_closed(self) -> None:
        self._form = None

    def _confirm(self, asked: Confirmation, act: Callable[[], None]) -> None:
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(act)
        asked.open()
