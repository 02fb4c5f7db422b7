"""A window with screens that do nothing real."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QLineEdit

from ui.common.parts import button, row_of
from ui.common.screen import Screen
from ui.shell.identity import Identity
from ui.shell.window import MainWindow, ScreenSpec

IDENTITY = Identity(
    town="Contrexéville",
    agent_name="Claire Aubert-Petit",
    agent_role="Régisseuse",
    data_folder=Path("données"),
    log_folder=Path("journaux"),
    versions={"Marelle": "0.1.0"},
    demonstration=True,
)
TITLES = {"inbox": "À traiter", "families": "Familles", "planning": "Planning"}


class FakeScreen(Screen):
    """Counts what the window asks of it."""

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self.refreshed, self.visited, self.accepted, self.stays = 0, [], 0, False
        self.search = QLineEdit()
        self.search.setAccessibleName(f"Rechercher dans {title}")
        self.setFocusProxy(self.search)
        self.column.addWidget(row_of(self.search, button("Accepter")))
        self.column.addWidget(QLabel(title), 1)

    def refresh(self) -> None:
        self.refreshed += 1

    def visit(self, wanted: object) -> None:
        self.visited.append(wanted)

    def may_leave(self) -> bool:
        return not self.stays

    def accept(self) -> None:
        self.accepted += 1


class Built:
    """The window and the screens built so far."""

    def __init__(self) -> None:
        self.screens: dict[str, FakeScreen] = {}
        specs = [ScreenSpec(code, title, "inbox", self._builder(code, title)) for code, title in TITLES.items()]
        self.window = MainWindow(IDENTITY, specs)

    def _builder(self, code: str, title: str):
        def build() -> FakeScreen:
            self.screens[code] = FakeScreen(title)
            return self.screens[code]

        return build
