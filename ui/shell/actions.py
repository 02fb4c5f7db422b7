"""Every action of the window and its shortcut, in one table."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QKeySequence

Keys = QKeySequence.StandardKey


class Menu(Enum):
    """The menus, in order, with their mnemonics."""

    FILE = "&Fichier"
    EDIT = "É&dition"
    DECIDE = "Dé&cision"
    VIEW = "&Affichage"
    PORTAL = "&Portail"
    HELP = "A&ide"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: the window's own, or offered by the screen shown (`Screen.offer`)."""

    code: str
    menu: Menu
    text: str
    shortcut: str | QKeySequence.StandardKey | None = None
    icon: str = ""
    tip: str = ""
    apart: bool = False  # a separation above it
    of_screen: bool = True

    def sequence(self) -> QKeySequence:
        """Give the first key sequence that performs it."""
        return QKeySequence() if self.shortcut is None else QKeySequence(self.shortcut)


def _own(
    code: str,
    menu: Menu,
    text: str,
    shortcut: str | QKeySequence.StandardKey | None = None,
    icon: str = "",
    *,
    apart: bool = False,
) -> ActionSpec:
    return ActionSpec(code, menu, text, shortcut, icon, apart=apart, of_screen=False)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("new", Menu.FILE, "&Nouveau…", Keys.New, "add"),
    ActionSpec("open", Menu.FILE, "&Ouvrir…", Keys.Open, "document"),
    ActionSpec("save", Menu.FILE, "En&registrer", Keys.Save, "save"),
    ActionSpec("print", Menu.FILE, "&Imprimer…", Keys.Print, "print", apart=True),
    ActionSpec("export", Menu.FILE, "E&xporter…", "Ctrl+E", "export"),
    _own("quit", Menu.FILE, "&Quitter", "Ctrl+Q", apart=True),
    ActionSpec("find", Menu.EDIT, "&Rechercher", Keys.Find, "search"),
    ActionSpec("edit", Menu.EDIT, "&Modifier…", "F2", "edit"),
    ActionSpec("history", Menu.EDIT, "&Historique…", "Ctrl+H", "history"),
    ActionSpec("accept", Menu.DECIDE, "&Accepter", "Ctrl+Return", "check"),
    ActionSpec("refuse", Menu.DECIDE, "&Refuser…", "Ctrl+Backspace", "cross"),
    ActionSpec("ask", Menu.DECIDE, "&Demander un complément…", "Ctrl+D", "mail"),
    _own("refresh", Menu.VIEW, "&Actualiser", "F5", "refresh"),
    ActionSpec("previous", Menu.VIEW, "Période &précédente", "Alt+Left", "previous", apart=True),
    ActionSpec("next", Menu.VIEW, "Période &suivante", "Alt+Right", "next"),
    ActionSpec("today", Menu.VIEW, "Au&jourd'hui", "Alt+Home", "planning"),
    _own("scheme_system", Menu.VIEW, "Couleurs du s&ystème", apart=True),
    _own("scheme_light", Menu.VIEW, "Couleurs c&laires"),
    _own("scheme_dark", Menu.VIEW, "Couleurs s&ombres"),
    _own("sync", Menu.PORTAL, "&Synchroniser maintenant", "F9", "sync"),
    _own("portal", Menu.PORTAL, "&Voir le portail des familles", "F10", "families"),
    _own("shortcuts", Menu.HELP, "&Raccourcis clavier", "F1", "help"),
    _own("diagnostic", Menu.HELP, "&Diagnostic…", None, "info"),
    _own("about", Menu.HELP, "À &propos de Marelle", apart=True),
)

SCREEN_SHORTCUT = "Ctrl+{rank}"
