"""How the portal stands, in one sentence of the status bar."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.french import NARROW, in_paris, plural
from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import icon_button
from ui.shell.theme import State, em, theme


class SyncKind(Enum):
    """What the exchange with the portal is doing."""

    NEVER = auto()
    RUNNING = auto()
    FRESH = auto()
    UNREACHABLE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class SyncState:
    """The exchange with the portal: since when, how much is left to send, and when it is tried again."""

    kind: SyncKind = SyncKind.NEVER
    at: datetime | None = None
    retry_in_s: int | None = None
    waiting: int = 0

    def sentence(self) -> str:
        """Say it to the agent."""
        left = f" — {plural(self.waiting, 'envoi')} en attente" if self.waiting else ""
        match self.kind:
            case SyncKind.RUNNING:
                return "Synchronisation…"
            case SyncKind.FRESH if self.at is not None:
                return f"Portail à jour, {in_paris(self.at):%H:%M}{left}"
            case SyncKind.UNREACHABLE:
                again = f"{NARROW}: nouvelle tentative dans {self.retry_in_s}\xa0s" if self.retry_in_s else ""
                return f"Portail injoignable{again}{left}"
            case SyncKind.REFUSED:
                return f"Le portail refuse la clé de la régie{NARROW}: voyez Aide › Diagnostic"
        return "Portail pas encore synchronisé"


LOOKS = {
    SyncKind.NEVER: ("sync", State.NEUTRAL),
    SyncKind.RUNNING: ("sync", State.INFO),
    SyncKind.FRESH: ("check", State.ACCEPTED),
    SyncKind.UNREACHABLE: ("warning", State.LATE),
    SyncKind.REFUSED: ("warning", State.REFUSED),
}


class SyncIndicator(QWidget):
    """The sentence, its icon, and the button that synchronises at once."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._sentence = PlainLabel(), PlainLabel()
        self.now = icon_button("sync", "Synchroniser maintenant (F9)", self.asked.emit)
        self.now.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F9 and the menu do it from the keyboard
        row = QHBoxLayout(self)
        row.setContentsMargins(em(0.4), 0, em(0.4), 0)
        row.setSpacing(em(0.4))
        for widget in (self._icon, self._sentence, self.now):
            row.addWidget(widget)
        theme().changed.connect(self._draw)
        self.show_state(SyncState())

    def show_state(self, state: SyncState) -> None:
        """Show how the exchange stands."""
        self._state = state
        self._sentence.setText(state.sentence())
        self.now.setEnabled(state.kind is not SyncKind.RUNNING)
        self._draw()

    def sentence(self) -> str:
        return self._sentence.text()

    def _draw(self) -> None:
        name, state = LOOKS[self._state.kind]
        self._icon.setPixmap(pixmap(name, theme().ink(state), em(1), self.devicePixelRatioF()))
