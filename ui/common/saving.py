"""Files that the agent keeps or opens: where she wants them, and with her own programs."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

FOLDER_SETTING = "files/folder"
KINDS = {
    ".pdf": "Document PDF (*.pdf)",
    ".toml": "Règlement intérieur (*.toml)",
    ".xlsx": "Classeur Excel (*.xlsx)",
    ".xml": "Fichier de la banque (*.xml)",
}


def ask_where(parent: QWidget, title: str, name: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save a file; `chosen` gets the path, with its extension."""
    suffix = Path(name).suffix
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter(KINDS.get(suffix, f"*{suffix}"))
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.setDirectory(_last_folder())
    dialog.selectFile(name)

    return _open(dialog, chosen)


def ask_which(parent: QWidget, title: str, suffix: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask which file to open; `chosen` gets its path."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([KINDS[suffix], "Tous les fichiers (*)"])
    dialog.setDirectory(_last_folder())
    return _open(dialog, chosen)


def ask_files(
    parent: QWidget, title: str, kinds: str, chosen: Callable[[Sequence[Path]], None], *, several: bool = False
) -> QFileDialog:
    """Ask for files of some kinds, « Documents (*.pdf *.jpg) »; `chosen` gets their paths."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([kinds, "Tous les fichiers (*)"])
    dialog.setDirectory(_last_folder())
    return _open(dialog, lambda _first: chosen([Path(name) for name in dialog.selectedFiles()]))


def open_outside(name: str, content: bytes) -> bool:
    """Open a copy with the system's program; the copy goes away with Marelle.

    Raises:
        OSError: the copy cannot be written.
    """
    path = Path(_copies().path()) / name
    path.write_bytes(content)
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _open(dialog: QFileDialog, chosen: Callable[[Path], None]) -> QFileDialog:
    def accepted() -> None:
        path = Path(dialog.selectedFiles()[0])
        QSettings().setValue(FOLDER_SETTING, str(path.parent))
        chosen(path)

    dialog.accepted.connect(accepted)
    dialog.open()
    return dialog


def _last_folder() -> str:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    last = str(QSettings().value(FOLDER_SETTING, ""))
    return last if last and Path(last).is_dir() else documents


@cache
def _copies() -> QTemporaryDir:
    return QTemporaryDir()
