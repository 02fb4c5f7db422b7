"""What a screen gives the window: its refresh, what it can do now, and what it has to say."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.common.changes import Changes
from ui.common.errors import Trouble, trouble_of
from ui.shell.theme import State, em


class Screen(QWidget):
    """One subject's page.

    It refreshes when something of its `kinds` changed: at once if it is seen, else when it is shown.
    Subclasses build their widgets in `column` and give `refresh`, most often a presenter's.
    """

    kinds: frozenset[str] = frozenset()

    said = Signal(str, str)  # sentence, State
    troubled = Signal(object)  # Trouble
    counted = Signal(int)  # how many wait here: the number beside the screen's name
    visit_asked = Signal(str, object)  # another screen's code, and what to show there
    abilities_changed = Signal()
    busy_changed = Signal(bool)

    def __init__(self, changes: Changes | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True
        self._offered: dict[str, Callable[[], object]] = {}
        self._disabled: set[str] = set()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(em(1.2), em(0.2), em(1.2), em(0.9))
        self.column.setSpacing(em(0.7))
        if changes is not None:
            changes.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Read again what is shown."""

    def enter(self) -> None:
        """Take the keyboard: the focus proxy if there is one, else the first widget that takes it."""
        if self.focusProxy() is not None:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.focusNextPrevChild(True)

    def visit(self, wanted: Any) -> None:
        """Show one thing, asked by another screen: a family by its id, or a month."""

    def may_leave(self) -> bool:
        """Tell whether nothing unsaved would be lost; a screen that says no explains why."""
        return True

    def offer(self, action: str, perform: Callable[[], object], *, enabled: bool = True) -> None:
        """Answer one of the window's actions (`ui.shell.actions`) while this screen is shown."""
        self._offered[action] = perform
        self.enable(action, enabled=enabled)

    def enable(self, action: str, *, enabled: bool = True) -> None:
        """Say whether an offered action is possible now."""
        if enabled:
            self._disabled.discard(action)
        else:
            self._disabled.add(action)
        self.abilities_changed.emit()

    def abilities(self) -> Mapping[str, Callable[[], object]]:
        """Give what the screen can do now, by action."""
        return {action: perform for action, perform in self._offered.items() if action not in self._disabled}

    def say(self, sentence: str, state: State = State.INFO) -> None:
        """Tell the agent something, in a banner that leaves by itself unless it is a refusal."""
        self.said.emit(sentence, state.value)

    def report(self, error: Exception, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        """Tell an error on the surface that fits it."""
        trouble: Trouble = trouble_of(error, retry=retry, unsaved=unsaved)
        self.troubled.emit(trouble)

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        """Show that work is under way."""
        self.busy_changed.emit(busy)

    def mark_stale(self) -> None:
        """Refresh now if the screen is seen, else when it is."""
        self._stale = True
        if self.isVisible():
            self._freshen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._freshen()

    def _freshen(self) -> None:
        self._stale = False
        self.refresh()

    def _on_changed(self, kinds: frozenset[str]) -> None:
        if kinds & self.kinds:
            self.mark_stale()
