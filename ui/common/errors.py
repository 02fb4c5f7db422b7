"""Three surfaces for what goes wrong: a rule's sentence, the world's banner, a bug's one dialog."""

import platform
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import PySide6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from backoffice.errors import Cancelled, RefusedByRule, Unavailable
from resources.french import NARROW
from ui.common.label import PlainLabel
from ui.common.parts import heading

ROOT = Path(__file__).resolve().parents[2]


class Surface(Enum):
    """Where an error is told."""

    QUIET = auto()  # the agent stopped the work herself
    RULE = auto()  # a sentence
    WORLD = auto()  # a banner with « Réessayer »
    BUG = auto()  # one dialog


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error, sorted: what to say, where, and what may be tried again."""

    error: BaseException
    surface: Surface
    sentence: str
    retry: Callable[[], None] | None = None
    unsaved: str = ""


def trouble_of(error: BaseException, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> Trouble:
    """Sort an error by who can do something about it; `unsaved` names what was not kept."""
    match error:
        case Cancelled():
            return Trouble(error, Surface.QUIET, f"Arrêté à votre demande{NARROW}: rien n'a été changé.")
        case RefusedByRule():
            return Trouble(error, Surface.RULE, str(error), unsaved=unsaved)
        case Unavailable():
            return Trouble(error, Surface.WORLD, str(error), retry, unsaved)
        case PermissionError():
            return Trouble(error, Surface.WORLD, _locked(error), retry, unsaved)
        case OSError():
            return Trouble(error, Surface.WORLD, _unwritten(error), retry, unsaved)
    return Trouble(error, Surface.BUG, "Une erreur imprévue est survenue.", unsaved=unsaved)


def report_text(error: BaseException) -> str:
    """Write what a developer needs, without any value: no name of a family ever leaves by this road."""
    lines = [
        f"Marelle, Python {platform.python_version()}, Qt {PySide6.__version__}, {platform.system()} {platform.release()}"
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__qualname__)
        lines += [f"  {_place(frame)}" for frame in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


class BugDialog(QDialog):
    """Tells that something failed inside: what was not saved, the report to copy, where the log is."""

    def __init__(self, trouble: Trouble, log_folder: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Erreur imprévue")
        self.told = PlainLabel(_told(trouble, log_folder))
        self.told.setWordWrap(True)
        self.report = QPlainTextEdit(report_text(trouble.error), readOnly=True)
        self.report.setAccessibleName("Rapport technique")
        self.report.setTabChangesFocus(True)
        buttons = QDialogButtonBox()
        self.copy = QPushButton("&Copier le rapport")
        close = QPushButton("&Fermer")
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        self.copy.clicked.connect(self._copy)
        close.clicked.connect(self.reject)
        close.setDefault(True)
        column = QVBoxLayout(self)
        for widget in (heading("Une erreur imprévue est survenue", level=2), self.told, self.report, buttons):
            column.addWidget(widget)
        width = self.fontMetrics().averageCharWidth()
        self.resize(90 * width, 60 * width)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy.setText("Rapport copié")


def _told(trouble: Trouble, log_folder: Path | None) -> str:
    lost = f"N'a pas été enregistré{NARROW}: {trouble.unsaved}." if trouble.unsaved else ""
    advice = f"Le rapport ci-dessous ne contient aucune donnée personnelle{NARROW}: copiez-le pour le transmettre au support."
    log = f"Le détail est dans le journal{NARROW}: {log_folder}." if log_folder else ""
    return "\n".join(part for part in (lost or "Ce qui était déjà enregistré le reste.", advice, log) if part)


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) and ".venv" not in path.parts else path.name
    return f"{shown}:{frame.lineno} {frame.name}"


def _locked(error: PermissionError) -> str:
    name = Path(str(error.filename)).name if error.filename else "ce fichier"
    return f"Impossible d'écrire {name}{NARROW}: fermez-le s'il est ouvert dans un autre programme, puis réessayez."


def _unwritten(error: OSError) -> str:
    reason = error.strerror or "le système ne répond pas"
    return f"Le fichier ou le réseau n'a pas répondu ({reason}). Réessayez{NARROW}; rien n'a été perdu."
