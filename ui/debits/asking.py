"""A screen that asks one thing at a time: a form that stays until it is saved, a confirmation."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from backoffice.errors import RefusedByRule
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.screen import Screen
from ui.debits.dialogs import faults_of
from ui.shell.theme import em


class AskingScreen(Screen):
    """Holds the form that is open, and says in it what was refused."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._form: FormDialog | None = None

    def close_form(self) -> None:
        if self._form is not None:
            self._form.accept()

    def refuse_form(self, error: Exception) -> None:
        faults = faults_of(error)
        if self._form is None or not isinstance(error, RefusedByRule):
            if self._form is not None:
                self._form.show_busy(False)
            self.report(error)
        elif faults and set(faults) <= set(self._form.form.fields):
            self._form.refuse("", faults)
        else:
            self._form.refuse(str(error))

    def _open(self, form: FormDialog) -> None:
        self._form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.finished.connect(self._form_closed)
        form.open()

    def _form_closed(self) -> None:
        self._form = None

    def _confirm(self, asked: Confirmation, act: Callable[[], None]) -> None:
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setMinimumWidth(em(30))
        asked.accepted.connect(act)
        asked.open()
