"""The connections of the server: its loop looks only at those that may have something to tell it.

At an opening thousands wait for a thread: to look at each of them at every turn would cost more than to serve them.
"""

from threading import Lock
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher


class Connections(dict[int, Any]):
    """All of them by their numbers, as the server counts them; `items` are those that its loop looks at."""

    def __init__(self) -> None:
        super().__init__()
        self._awake: dict[int, Any] = {}
        self._turn = Lock()

    def __setitem__(self, number: int, channel: Any) -> None:
        """Take one in."""
        super().__setitem__(number, channel)
        self.wake(number, channel)

    def __delitem__(self, number: int) -> None:
        """Let one go."""
        channel = self[number]
        super().__delitem__(number)
        self.rest(number, channel)

    def items(self) -> list[tuple[int, Any]]:  # type: ignore[override]  # a copy: threads wake them meanwhile
        """List those that the loop looks at."""
        with self._turn:
            return list(self._awake.items())

    def rest(self, number: int, channel: Any) -> None:
        """Look no more at one, until it is waked."""
        with self._turn:
            if self._awake.get(number) is channel:  # and not the next to have its number
                del self._awake[number]

    def wake(self, number: int, channel: Any) -> None:
        """Look at one again, if it is still there."""
        with self._turn:
            if self.get(number) is channel:
                self._awake[number] = channel


class Restful(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    """A connection that rests from the moment it has a whole request until a thread takes it."""

    def rest(self) -> None:
        """Wait for a thread."""
        self._map.rest(self._fileno, self)

    def service(self) -> None:
        """Answer."""
        self._map.wake(self._fileno, self)
        super().service()

    def cancel(self) -> None:
        """Answer no more: the loop closes it."""
        self._map.wake(self._fileno, self)
        super().cancel()

    def part(self) -> None:
        """Be closed by the loop, even if the browser would keep it."""
        self.will_close = True
        self._map.wake(self._fileno, self)


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress ships no types
    """Gives requests to threads, in their order."""

    def add_task(self, task: Any) -> None:
        """Let a connection rest until one of them takes it."""
        task.rest()
        super().add_task(task)
