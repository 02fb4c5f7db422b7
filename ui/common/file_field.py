"""Files to choose from the disk: their names, and a button that looks for them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ui.common.label import PlainLabel
from ui.common.parts import button
from ui.common.saving import ask_files
from ui.shell.theme import em

NONE = "Aucun fichier choisi"


class FileField(QWidget):
    """Shows which files are chosen; pages of one document may be several."""

    chosen = Signal()

    def __init__(self, title: str, kinds: str, *, several: bool = False) -> None:
        super().__init__()
        self._title, self._kinds, self._several = title, kinds, several
        self.paths: tuple[Path, ...] = ()
        self.names = PlainLabel(NONE)
        self.names.setWordWrap(True)
        self.choose = button("Choisir…", self.ask, icon="document")
        self.setFocusProxy(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.6))
        row.addWidget(self.choose)
        row.addWidget(self.names, 1)

    def ask(self) -> QFileDialog:
        """Look for files on the disk."""
        return ask_files(self, self._title, self._kinds, self.show_paths, several=self._several)

    def show_paths(self, paths: Sequence[Path]) -> None:
        """Take the files chosen, in the order of their names."""
        self.paths = tuple(sorted(paths, key=lambda path: path.name))
        self.names.setText("\n".join(path.name for path in self.paths) or NONE)
        self.chosen.emit()


def read_all(paths: Sequence[Path]) -> list[bytes]:
    """Read the files chosen; on a worker lane.

    Raises:
        OSError: one cannot be read.
    """
    return [path.read_bytes() for path in paths]
