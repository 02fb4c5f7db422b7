"""What the Help menu shows: shortcuts, diagnostic, about."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QFormLayout, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from resources.french import NARROW
from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import button, heading, hint
from ui.shell.actions import ACTIONS, SCREEN_SHORTCUT, Menu
from ui.shell.identity import Identity
from ui.shell.theme import em, theme

LISTS = (
    ("Flèches", "se déplacer dans une liste"),
    ("Entrée", "ouvrir la ligne choisie"),
    ("Ctrl+C", "copier les lignes choisies vers un tableur"),
    ("Tab", "aller au champ suivant"),
    ("Échap", "fermer la fenêtre ouverte, effacer la recherche"),
    ("Ctrl+PgSuiv", "passer à l'écran suivant"),
    ("Ctrl+PgPréc", "revenir à l'écran précédent"),
)


class _HelpDialog(QDialog):
    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout()
        self._close = button("Fermer", self.accept)
        self._close.setDefault(True)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.8))
        column.addWidget(heading(title))
        column.addLayout(self.body)
        column.addStretch(1)
        column.addLayout(self._row)

    def add_button(self, made: QPushButton) -> None:
        self._row.insertWidget(self._row.count() - 1, made)


class ShortcutsDialog(_HelpDialog):
    """Every shortcut, menu by menu."""

    def __init__(self, screens: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__("Raccourcis clavier", parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(2))
        grid.setVerticalSpacing(em(0.9))
        ranked = [(SCREEN_SHORTCUT.format(rank=rank), title) for rank, title in enumerate(screens, start=1)]
        parts = [("Écrans", ranked[:9]), ("Partout", list(LISTS))]
        parts += [(menu.value, _shortcuts_of(menu)) for menu in Menu]
        for at, (title, lines) in enumerate((title, lines) for title, lines in parts if lines):
            grid.addLayout(_part(title, lines), at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)


class DiagnosticDialog(_HelpDialog):
    """Where the files are and what runs: the first thing a support call asks."""

    def __init__(self, identity: Identity, portal: str, parent: QWidget | None = None) -> None:
        super().__init__("Diagnostic", parent)
        self._identity = identity
        lines = {
            "Dossier des données": str(identity.data_folder),
            "Dossier des journaux": str(identity.log_folder),
            "Portail": portal,
            **identity.versions,
        }
        self._text = "\n".join(f"{name}{NARROW}: {value}" for name, value in lines.items())
        form = QFormLayout()
        form.setHorizontalSpacing(em(1))
        for name, value in lines.items():
            shown = PlainLabel(value)
            shown.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            shown.setAccessibleName(f"{name}{NARROW}: {value}")
            form.addRow(PlainLabel(name), shown)
        self.body.addLayout(form)
        self.body.addWidget(hint("Ces renseignements ne contiennent aucune donnée des familles."))
        self.copy = button("&Copier", self._copy, icon="document")
        self.add_button(self.copy)
        self.add_button(button("Ouvrir les &journaux", self._open_logs))
        self.setMinimumWidth(em(32))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.copy.setText("Copié")

    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._identity.log_folder)))


class AboutDialog(_HelpDialog):
    """What Marelle is, and under which licence."""

    def __init__(self, identity: Identity, parent: QWidget | None = None) -> None:
        super().__init__("À propos de Marelle", parent)
        mark = PlainLabel()
        mark.setPixmap(pixmap("logo", theme().colour("accent_ink"), em(4), self.devicePixelRatioF()))
        version = identity.versions.get("Marelle", "")
        self.body.addWidget(mark)
        self.body.addWidget(heading(f"Marelle {version}".strip(), level=3))
        self.body.addWidget(PlainLabel(f"Régie des services à l'enfance de {identity.town}"))
        self.body.addWidget(
            hint(
                f"Logiciel libre sous licence AGPL-3.0 ou ultérieure{NARROW}: chacun peut l'utiliser, l'étudier et l'améliorer."
            )
        )
        self.setMinimumWidth(em(24))


def _shortcuts_of(menu: Menu) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    return [
        (spec.sequence().toString(native), spec.text.replace("&", "").rstrip("…"))
        for spec in ACTIONS
        if spec.menu is menu and not spec.sequence().isEmpty()
    ]


def _part(title: str, lines: Sequence[tuple[str, str]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(em(0.3))
    column.addWidget(heading(title.replace("&", ""), level=3))
    form = QFormLayout()
    form.setHorizontalSpacing(em(1))
    form.setVerticalSpacing(em(0.25))
    for keys, text in lines:
        shown = PlainLabel(keys)
        shown.setProperty("look", "key")
        form.addRow(shown, PlainLabel(text))
    column.addLayout(form)
    return column
