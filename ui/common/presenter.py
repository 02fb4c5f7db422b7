"""What every presenter does: ask off the GUI thread, ignore old answers, tell what changed."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject

from ui.common.changes import Changes
from ui.common.tasks import Done, Failed, Progress, Progressed, Tasks
from ui.shell.theme import State

T = TypeVar("T")
V = TypeVar("V", bound="View")


class View(Protocol):
    """The few things any presenter may ask of its screen; `ui.common.screen.Screen` has them."""

    def show_busy(self, busy: bool, /) -> None: ...  # noqa: FBT001  Screen's own
    def say(self, sentence: str, state: State = ..., /) -> None: ...
    def report(self, error: Exception, /, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None: ...


class Lanes(Protocol):
    """Where work runs and who is told what it changed."""

    def read(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None: ...
    def write(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None: ...
    def outside(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None: ...
    def long(
        self,
        work: Callable[[Progress], T],
        done: Done[T],
        failed: Failed,
        progressed: Progressed,
        /,
        *,
        writes: bool = ...,
    ) -> Progress: ...
    def announce(self, kinds: Iterable[str], /) -> None: ...


class BoundLanes:
    """The real lanes, bound to the widget whose end drops every answer."""

    def __init__(self, tasks: Tasks, owner: QObject, changes: Changes) -> None:
        self._tasks, self._owner, self._changes = tasks, owner, changes

    def read(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None:
        self._tasks.read(self._owner, work, done, failed)

    def write(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None:
        self._tasks.write(self._owner, work, done, failed)

    def outside(self, work: Callable[[], T], done: Done[T], failed: Failed, /) -> None:
        self._tasks.outside(self._owner, work, done, failed)

    def long(
        self,
        work: Callable[[Progress], T],
        done: Done[T],
        failed: Failed,
        progressed: Progressed,
        /,
        *,
        writes: bool = True,
    ) -> Progress:
        return self._tasks.long(self._owner, work, done, failed, progressed, writes=writes)

    def announce(self, kinds: Iterable[str], /) -> None:
        self._changes.announce(kinds)


class Presenter(Generic[V]):
    """Decides for one screen; it knows no widget, and no thread."""

    def __init__(self, view: V, lanes: Lanes) -> None:
        self.view, self._lanes = view, lanes
        self._asked: dict[str, int] = {}

    def read(
        self,
        question: str,
        work: Callable[[], T],
        done: Done[T],
        *,
        failed: Failed | None = None,
    ) -> None:
        """Ask; of two answers to the same `question` only the newest asked is heard."""
        mine = self._asked[question] = self._asked.get(question, 0) + 1

        def retry() -> None:
            self.read(question, work, done, failed=failed)

        def heard(answer: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda value: answer(value) if self._asked[question] == mine else None

        refused: Failed = failed or (lambda error: self.view.report(error, retry=retry))
        self._lanes.read(work, heard(done), heard(refused))

    def write(
        self,
        work: Callable[[], T],
        done: Done[T],
        *,
        changes: Iterable[str] = (),
        unsaved: str = "",
        failed: Failed | None = None,
    ) -> None:
        """Do; then tell which kinds of thing changed. `unsaved` names what a failure did not keep."""

        def retry() -> None:
            self.write(work, done, changes=changes, unsaved=unsaved, failed=failed)

        self.view.show_busy(True)
        self._lanes.write(
            work, self._done_with(done, frozenset(changes)), self._failed_with(failed, retry=retry, unsaved=unsaved)
        )

    def outside(
        self, work: Callable[[], T], done: Done[T], *, changes: Iterable[str] = (), failed: Failed | None = None
    ) -> None:
        """Do something with the portal or the mail server, which may take its time."""

        def retry() -> None:
            self.outside(work, done, changes=changes, failed=failed)

        self.view.show_busy(True)
        self._lanes.outside(work, self._done_with(done, frozenset(changes)), self._failed_with(failed, retry=retry))

    def long(
        self,
        work: Callable[[Progress], T],
        done: Done[T],
        progressed: Progressed,
        *,
        changes: Iterable[str] = (),
        unsaved: str = "",
        failed: Failed | None = None,
        writes: bool = True,
    ) -> Progress:
        """Do long work; `cancel()` of the answer stops it at its next step. What `writes` nothing delays no write."""
        self.view.show_busy(True)
        return self._lanes.long(
            work,
            self._done_with(done, frozenset(changes)),
            self._failed_with(failed, retry=None, unsaved=unsaved),
            progressed,
            writes=writes,
        )

    def _done_with(self, done: Done[T], changes: frozenset[str]) -> Done[T]:
        def finished(value: T) -> None:
            self.view.show_busy(False)
            self._lanes.announce(changes)
            done(value)

        return finished

    def _failed_with(self, failed: Failed | None, *, retry: Callable[[], None] | None, unsaved: str = "") -> Failed:
        def refused(error: Exception) -> None:
            self.view.show_busy(False)
            if failed is not None:
                failed(error)
            else:
                self.view.report(error, retry=retry, unsaved=unsaved)

        return refused
