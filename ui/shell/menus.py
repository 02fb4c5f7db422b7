"""The menu bar, filled from the table of actions."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from ui.common.icons import dress
from ui.shell.actions import ACTIONS, ActionSpec, Menu
from ui.shell.theme import Scheme


class Menus:
    """The window's actions, each in its menu; those of the screens are enabled when the screen offers them."""

    def __init__(
        self, window: QMainWindow, own: Mapping[str, Callable[[], object]], offered: Callable[[str], None]
    ) -> None:
        self.actions: dict[str, QAction] = {}
        self._menus: dict[Menu, QMenu] = {menu: window.menuBar().addMenu(menu.value) for menu in Menu}
        self._schemes = QActionGroup(window)
        for spec in ACTIONS:
            perform = partial(offered, spec.code) if spec.of_screen else own[spec.code]
            self._add(window, spec, perform)
        self._first_of_view = self._menus[Menu.VIEW].actions()[0]

    def add_screen(self, action: QAction) -> None:
        """Add a screen at the top of the View menu."""
        self._menus[Menu.VIEW].insertAction(self._first_of_view, action)

    def enable(self, codes: set[str]) -> None:
        """Enable, of the actions that screens offer, these ones."""
        for spec in ACTIONS:
            if spec.of_screen:
                self.actions[spec.code].setEnabled(spec.code in codes)

    def check_scheme(self, scheme: Scheme) -> None:
        """Tick the colours in force."""
        self.actions[f"scheme_{scheme.value}"].setChecked(True)

    def _add(self, window: QMainWindow, spec: ActionSpec, perform: Callable[[], object]) -> None:
        menu = self._menus[spec.menu]
        if spec.apart:
            menu.addSeparator()
        action = QAction(spec.text, window)
        action.setShortcut(spec.sequence())
        action.setEnabled(not spec.of_screen)
        if spec.tip:
            action.setToolTip(spec.tip)
        if spec.icon:
            dress(action, spec.icon)
        if spec.code.startswith("scheme_"):
            action.setCheckable(True)
            self._schemes.addAction(action)
        action.triggered.connect(lambda *_: perform())
        menu.addAction(action)
        self.actions[spec.code] = action
