"""The power goes off at a chosen moment: of a database, or of the line between two programmes."""

from typing import Self

import httpx
from sqlalchemy import Engine, event

from backoffice.errors import Unavailable


class Cut(Exception):
    """The power goes off: whoever catches it gets no further, since every later statement raises it again."""


class PowerCut:
    """Stops a programme at its nth statement, and every one after; use as a context.

    A commit that does not come is a stop at the last statement before it.
    """

    def __init__(self, engine: Engine, moment: int) -> None:
        self._engine, self._left = engine, moment
        self.happened = False

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._count)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        event.remove(self._engine, "before_cursor_execute", self._count)
        return self.happened and kind in {Cut, Unavailable}  # the office sees a dead portal as unavailable

    def _count(self, *_: object) -> None:
        self._left -= 1
        if self._left <= 0:
            self.happened = True
            raise Cut


class CutLine(httpx.BaseTransport):
    """Loses the nth exchange and all after it: before the portal hears of it, or before its answer comes back."""

    def __init__(self, inner: httpx.BaseTransport, moment: int, *, heard: bool) -> None:
        self._inner, self._left, self._heard = inner, moment, heard
        self.happened = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left > 0:
            return self._inner.handle_request(request)
        self.happened = True
        if self._left == 0 and self._heard:
            self._inner.handle_request(request).close()
        raise httpx.ReadError("cut", request=request)


def without_waiting_for_the_disk(engine: Engine) -> None:
    """Spare hundreds of turns the time of as many fsync: the machine that plays them stays on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        engine.dispose()
