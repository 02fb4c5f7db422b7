"""Messages: the threads with households, unread first, and the reply under each."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent

from backoffice.clock import Clock
from backoffice.messages.lists import ThreadFile, ThreadRow
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.cards import as_cards
from ui.common.changes import Changes
from ui.common.listing import TableView
from ui.common.parts import beside
from ui.common.pickers import SearchField
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.messages.presenter import MessagesPresenter
from ui.messages.table import THREAD_COLUMNS, thread_face
from ui.messages.thread import ThreadPanel

NONE_YET = "Aucun message. Cherchez un foyer pour lui écrire."
NOT_FOUND = "Aucun foyer ne correspond à cette recherche."


class ThreadTable(TableView[ThreadRow]):
    """A list that the keyboard may enter without choosing: opening a thread is what reads it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        before, self._quiet = self.currentIndex().isValid(), True
        super().focusInEvent(event)
        if not before:
            self.selectionModel().clear()
        self._quiet = False


class MessagesScreen(Screen):
    """The list on the left, the thread on the right."""

    kinds = frozenset({"messages", "families"})

    def __init__(self, changes: Changes, clock: Clock) -> None:
        super().__init__(changes)
        self._clock, self._showing = clock, False
        self.search = SearchField("Nom, enfant, n° de dossier…", "Rechercher un foyer, même s'il n'a pas écrit")
        self.table = ThreadTable(THREAD_COLUMNS, name="Fils de messages", empty=NONE_YET, key=attrgetter("family_id"))
        as_cards(self.table, lambda row: thread_face(row, self._clock.now()))
        self.panel = ThreadPanel()
        self.setFocusProxy(self.table)
        self._lay_out()

    def bind(self, presenter: MessagesPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter
        self.table.row_chosen.connect(self._chosen)
        self.table.row_opened.connect(self._opened)
        self.search.searched.connect(presenter.search)
        self.search.returnPressed.connect(self.table.setFocus)
        self.panel.reply_asked.connect(presenter.reply)
        self.panel.unread_asked.connect(presenter.unread)
        self.panel.family_asked.connect(self._open_family)
        self.offer("find", self._find)

    def refresh(self) -> None:
        self.table.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: Any) -> None:
        if isinstance(wanted, int):
            self.search.clear()
            self._presenter.visit(wanted)

    def show_rows(self, rows: Sequence[ThreadRow], *, searched: bool) -> None:
        self.table.say_when_empty(NOT_FOUND if searched else NONE_YET)
        self._showing = True
        self.table.show_rows(rows)
        self._showing = False

    def show_count(self, unread: int) -> None:
        if not self.search.text().strip():
            self.counted.emit(unread)

    def choose(self, family_id: int) -> None:
        self._showing = True
        if not self.table.choose(family_id):
            self.table.selectionModel().clear()
        self._showing = False

    def show_thread(self, file: ThreadFile | None, *, may_write: bool) -> None:
        self.panel.show_thread(file, may_write=may_write)
        if file is None:
            self._showing = True
            self.table.selectionModel().clear()
            self._showing = False
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def sent(self, family_id: int) -> None:
        self.panel.sent(family_id)

    def _lay_out(self) -> None:
        self.column.addWidget(beside((self.search, self.table), self.panel, (21, 34)), 1)

    def _chosen(self, row: ThreadRow | None) -> None:
        if row is not None and not self._showing:
            self._presenter.choose(row.family_id)

    def _opened(self, row: ThreadRow) -> None:
        """Enter reads what came meanwhile, and goes to the reply."""
        self._presenter.choose(row.family_id)
        self.panel.field.setFocus()

    def _open_family(self) -> None:
        if (file := self.panel.file) is not None:
            self.visit_asked.emit("families", file.family_id)

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def messages_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> MessagesScreen:
    """Join the screen, its decisions and the office."""
    screen = MessagesScreen(changes, office.clock)
    screen.bind(MessagesPresenter(screen, BoundLanes(tasks, screen, changes), office, agent))
    return screen
