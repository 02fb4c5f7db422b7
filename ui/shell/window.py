"""The window: navigation on the left, one screen at a time, what there is to say above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QWidget

from resources.french import NARROW
from ui.common.errors import BugDialog, Surface, Trouble
from ui.common.icons import icon
from ui.common.label import PlainLabel
from ui.common.screen import Screen
from ui.shell.actions import SCREEN_SHORTCUT
from ui.shell.frame import Frame, Working
from ui.shell.help import AboutDialog, DiagnosticDialog, ShortcutsDialog
from ui.shell.identity import Identity
from ui.shell.menus import Menus
from ui.shell.navigation import Entry, Navigation
from ui.shell.sync_state import SyncIndicator, SyncState
from ui.shell.theme import Scheme, State, theme

SMALLEST = (1100, 700)
USUAL_SHARE = 0.85  # of the screen, until the agent has chosen a size
RANKED = 9  # screens that a digit opens; those after are reached by Ctrl+PgDown


@dataclass(frozen=True, slots=True)
class ScreenSpec:
    """A screen the window may show; `build` is called the first time it is."""

    code: str
    title: str
    icon: str
    build: Callable[[], Screen]


class MainWindow(QMainWindow):
    """Marelle's window; it knows no subject, only screens."""

    sync_asked = Signal()
    portal_asked = Signal()
    closing = Signal()

    def __init__(self, identity: Identity, screens: Sequence[ScreenSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identity = identity
        self._specs = {spec.code: spec for spec in screens}
        self._built: dict[str, Screen] = {}
        self._current = ""
        self._bug: BugDialog | None = None
        self.setWindowTitle(f"Marelle — Régie de {identity.town}")
        self.setWindowIcon(icon("logo", "accent_ink"))
        self.setMinimumSize(*SMALLEST)
        self.navigation = Navigation(self._entries(), identity)
        self.working = Working()
        self.sync = SyncIndicator()
        self._lay_out()
        self.menus = Menus(self, self._own_actions(), self._offered)
        self._bind_screens()
        self.navigation.chosen.connect(self.open_screen)
        self.navigation.entered.connect(self._enter)
        self.sync.asked.connect(self.sync_asked)
        self._restore()

    def open_screen(self, code: str) -> None:
        """Show a screen, built now if it never was; stay if something unsaved would be lost."""
        if code == self._current or code not in self._specs:
            return
        if (left := self._built.get(self._current)) is not None and not left.may_leave():
            self.navigation.select(self._current)
            return
        self._current = code
        screen = self._screen(code)
        self._title.setText(self._specs[code].title)
        self.setWindowTitle(f"{self._specs[code].title} — Marelle — Régie de {self._identity.town}")
        self.banners.clear()
        self.stack.setCurrentWidget(screen)
        self.navigation.select(code)
        self._offer()

    def visit(self, code: str, wanted: object) -> None:
        """Show one thing in a screen: a family's file from the request that waits."""
        self.open_screen(code)
        if self._current == code:
            self._built[code].visit(wanted)

    def built_screen(self, code: str) -> Screen | None:
        """Give a screen already built."""
        return self._built.get(code)

    def show_badge(self, code: str, count: int) -> None:
        """Write beside a screen's name how much waits there."""
        self.navigation.show_badge(code, count)

    def show_sync(self, state: SyncState) -> None:
        """Show how the portal stands."""
        self.sync.show_state(state)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        """Say a sentence above the screen."""
        self.banners.show_sentence(sentence, state)

    def show_trouble(self, trouble: Trouble) -> None:
        """Tell an error on the surface that fits it."""
        match trouble.surface:
            case Surface.QUIET:
                self.say(trouble.sentence)
            case Surface.RULE:
                self.banners.show_sentence(trouble.sentence, State.REFUSED)
            case Surface.WORLD:
                self.banners.show_sentence(trouble.sentence, State.LATE, trouble.retry)
            case Surface.BUG:
                self._show_bug(trouble)

    def closeEvent(self, event: QCloseEvent) -> None:
        current = self._built.get(self._current)
        if current is not None and not current.may_leave():
            event.ignore()
            return
        settings = QSettings()
        settings.setValue("window/geometry", self.saveGeometry())
        self.closing.emit()
        event.accept()

    def _entries(self) -> list[Entry]:
        return [
            Entry(spec.code, spec.title, spec.icon, spec.title + (f" ({_keys(rank)})" if rank <= RANKED else ""))
            for rank, spec in enumerate(self._specs.values(), start=1)
        ]

    def _lay_out(self) -> None:
        frame = Frame(self.navigation)
        self.banners, self.stack, self._title = frame.banners, frame.stack, frame.title
        self.setCentralWidget(frame)
        bar = self.statusBar()
        if self._identity.demonstration:
            fictitious = PlainLabel(f"Démonstration{NARROW}: tout y est fictif. {self._identity.way_in}")
            fictitious.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            fictitious.setObjectName("demonstration")
            bar.addWidget(fictitious)
        bar.setSizeGripEnabled(False)
        bar.addPermanentWidget(self.working)
        bar.addPermanentWidget(self.sync)

    def _own_actions(self) -> dict[str, Callable[[], object]]:
        return {
            "quit": self.close,
            "refresh": self._refresh,
            "scheme_system": partial(self._choose_scheme, Scheme.SYSTEM),
            "scheme_light": partial(self._choose_scheme, Scheme.LIGHT),
            "scheme_dark": partial(self._choose_scheme, Scheme.DARK),
            "sync": self.sync_asked.emit,
            "portal": self.portal_asked.emit,
            "shortcuts": lambda: ShortcutsDialog(self._titles(), self).open(),
            "diagnostic": lambda: DiagnosticDialog(self._identity, self.sync.sentence(), self).open(),
            "about": lambda: AboutDialog(self._identity, self).open(),
        }

    def _bind_screens(self) -> None:
        for rank, spec in enumerate(self._specs.values(), start=1):
            action = QAction(icon(spec.icon), f"{'&' if rank <= RANKED else ''}{rank}  {spec.title}", self)
            if rank <= RANKED:
                action.setShortcut(QKeySequence(_keys(rank)))
            action.triggered.connect(partial(self._go, spec.code))
            self.menus.add_screen(action)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), self, partial(self._step, step))

    def _go(self, code: str, *_: object) -> None:
        self.open_screen(code)
        self._enter()

    def _enter(self) -> None:
        if (screen := self._built.get(self._current)) is not None:
            screen.enter()

    def _step(self, count: int) -> None:
        codes = list(self._specs)
        if self._current in codes:
            self._go(codes[(codes.index(self._current) + count) % len(codes)])

    def _screen(self, code: str) -> Screen:
        if code not in self._built:
            screen = self._specs[code].build()
            screen.said.connect(lambda sentence, state: self.say(sentence, State(state)))
            screen.troubled.connect(self.show_trouble)
            screen.counted.connect(partial(self.show_badge, code))
            screen.visit_asked.connect(self.visit)
            screen.abilities_changed.connect(self._offer)
            screen.busy_changed.connect(partial(self.working.show_busy, code))
            self._built[code] = screen
            self.stack.addWidget(screen)
        return self._built[code]

    def _offered(self, action: str) -> None:
        if (screen := self._built.get(self._current)) is not None and action in (able := screen.abilities()):
            able[action]()

    def _offer(self) -> None:
        screen = self._built.get(self._current)
        self.menus.enable(set(screen.abilities()) if screen is not None else set())

    def _refresh(self) -> None:
        if (screen := self._built.get(self._current)) is not None:
            screen.mark_stale()

    def _show_bug(self, trouble: Trouble) -> None:
        """One dialog at a time: a bug that repeats must not bury the screen."""
        if self._bug is None or self._bug.isHidden():
            self._bug = BugDialog(trouble, self._identity.log_folder, self)
            self._bug.open()

    def _titles(self) -> list[str]:
        return [spec.title for spec in self._specs.values()]

    def _choose_scheme(self, scheme: Scheme) -> None:
        QSettings().setValue("window/scheme", scheme.value)
        theme().choose(scheme)
        self.menus.check_scheme(scheme)

    def _restore(self) -> None:
        settings = QSettings()
        self.menus.check_scheme(saved_scheme())
        geometry = settings.value("window/geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            self.resize(QSize(*SMALLEST).expandedTo(self.screen().availableSize() * USUAL_SHARE))
        if self._specs:
            self._go(next(iter(self._specs)))  # what waits for her, whatever she did last


def _keys(rank: int) -> str:
    return SCREEN_SHORTCUT.format(rank=rank)


def saved_scheme() -> Scheme:
    """Give the colours the agent chose; the system's until then."""
    try:
        return Scheme(str(QSettings().value("window/scheme", Scheme.SYSTEM.value)))
    except ValueError:
        return Scheme.SYSTEM
