"""A page of a screen that has several: what it has to say, the screen says."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from backoffice.errors import RefusedByRule
from ui.common.over import Forms, OverScreen
from ui.common.screen import Screen
from ui.shell.theme import em


class Pane(OverScreen, QWidget):
    """Fills a tab; add widgets to `column`."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, em(0.6), 0, 0)
        self.column.setSpacing(em(0.5))


class FormPane(Forms, Pane):
    """A page whose rows are entered and changed in forms."""

    def refuse_form(self, error: RefusedByRule) -> None:
        """Say what is wrong beside the fields that an error names, or over them; with no form, the screen says it."""
        if self.form is None:
            self.report(error)
            return
        faults: dict[str, str] = getattr(error, "faults", {})
        self.form.refuse("" if faults else str(error), faults)
