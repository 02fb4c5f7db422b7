"""A choice that is filled from the office, and filled again only when it changed."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox

from ui.shell.theme import em


class ChoiceBox(QComboBox):
    """A drop-down list known by a name; filling it tells nobody, only the agent's choice does."""

    def __init__(self, name: str, wide: float) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumWidth(em(wide))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._lines: list[tuple[str, Any]] = []

    def fill(self, lines: Sequence[tuple[str, Any]], chosen: Any) -> None:
        """Offer these lines (words, code), with one chosen."""
        self.blockSignals(True)
        if list(lines) != self._lines:
            self._lines = list(lines)
            self.clear()
            for words, code in lines:
                self.addItem(words, code)
        self.choose(chosen)
        self.blockSignals(False)

    def choose(self, chosen: Any) -> None:
        """Make a line the current one by its code, without telling."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(max(self.findData(chosen), 0) if self.count() else -1)
        self.blockSignals(blocked)
