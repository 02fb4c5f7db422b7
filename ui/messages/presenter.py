"""Decides for « Messages »: which thread is open, when it counts as read, and what a reply does."""

from collections.abc import Sequence
from typing import Protocol

from backoffice.messages.lists import ThreadFile, ThreadRow, thread, threads
from backoffice.messages.read import mark_read, mark_unread
from backoffice.messages.reply import ReplySent, reply
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


class MessagesView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_rows(self, rows: Sequence[ThreadRow], *, searched: bool) -> None: ...
    def show_count(self, unread: int) -> None: ...
    def choose(self, family_id: int) -> None: ...
    def show_thread(self, file: ThreadFile | None, *, may_write: bool) -> None: ...
    def sent(self, family_id: int) -> None: ...


class MessagesPresenter(Presenter[MessagesView]):
    """One list, one thread open; opening it reads it, unless the agent only looks."""

    def __init__(self, view: MessagesView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent, self._search = office, agent, ""
        self._current: int | None = None
        self._shown = 0  # the last message of the open thread
        self._held: set[int] = set()  # read just now: they keep their place among those to read

    @property
    def may_write(self) -> bool:
        """Tell whether the agent's role lets her answer."""
        return Role.AGENT in self._agent.roles

    def refresh(self) -> None:
        """Read the list again, and the thread that is open."""
        search = self._search
        self.read("rows", lambda: self._office.read(threads, search), self._read_rows)
        if self._current is not None:
            self._open(self._current)

    def search(self, text: str) -> None:
        """Find households, those that never wrote too."""
        self._search = text
        self._held.clear()
        self.refresh()

    def choose(self, family_id: int) -> None:
        """Open a thread: what is new in it is read."""
        self._current = family_id
        self._open(family_id, reads=self.may_write)

    def visit(self, family_id: int) -> None:
        """Open a household's thread, whatever the list shows."""
        self._search = ""
        self.choose(family_id)
        self.refresh()

    def unread(self) -> None:
        """Put the open thread back among those to read, and close it."""
        family_id = self._current
        if family_id is None or not self.may_write:
            return
        self._current = None
        self._held.discard(family_id)
        self.view.show_thread(None, may_write=self.may_write)
        self.write(
            lambda: self._office.write(mark_unread, self._agent, family_id),
            lambda _: self.view.say("Ce fil est de nouveau à lire.", State.INFO),
            changes=("messages",),
            unsaved="la marque «\xa0non lu\xa0»",
        )

    def reply(self, text: str) -> None:
        """Write to the household whose thread is open."""
        family_id = self._current
        shown = self._shown
        if family_id is not None and self.may_write and text.strip():
            self.write(
                lambda: self._office.write(reply, self._agent, family_id, text, shown=shown),
                self._sent,
                changes=("messages",),
                unsaved="votre réponse",
            )

    def _sent(self, sent: ReplySent) -> None:
        self.view.sent(sent.family_id)
        self.view.say(sent.sentence, State.ACCEPTED if sent.readers else State.LATE)

    def _read_rows(self, rows: tuple[ThreadRow, ...]) -> None:
        self.view.show_count(sum(row.unread > 0 for row in rows))
        self.view.show_rows(sorted(rows, key=self._place), searched=bool(self._search.strip()))
        if self._current is not None:
            self.view.choose(self._current)

    def _place(self, row: ThreadRow) -> tuple[bool, float]:
        """Put what is new first, with what was just read, then the latest."""
        return not (row.unread or row.family_id in self._held), -row.at.timestamp() if row.at else 0.0

    def _open(self, family_id: int, *, reads: bool = False) -> None:
        self.read("thread", lambda: self._office.read(thread, family_id), lambda file: self._opened(file, reads=reads))

    def _opened(self, file: ThreadFile | None, *, reads: bool) -> None:
        if file is None or file.family_id != self._current:
            return
        self.view.show_thread(file, may_write=self.may_write)
        shown = self._shown = max((message.id for message in file.messages), default=0)
        if reads and file.unread:
            self._held.add(file.family_id)
            self.write(
                lambda: self._office.write(mark_read, self._agent, file.family_id, shown=shown),
                lambda _: None,
                changes=("messages",),
            )
