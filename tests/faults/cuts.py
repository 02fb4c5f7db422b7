"""The power goes off at a chosen moment: of a database, or of the line between two programmes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
import pytest
from sqlalchemy import Engine, event

from backoffice.errors import Unavailable
from backoffice.office import Office

COMMIT = "COMMIT"
WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM)\s+\w+")
EACH = pytest.param(1, marks=pytest.mark.thorough, id="each")


def one_in(step: int) -> pytest.MarkDecorator:
    """Play a test that cuts at one statement in so many; a thorough run plays it at each of them too."""
    return pytest.mark.parametrize("step", [pytest.param(step, id=f"one-in-{step}"), EACH])


class Cut(Exception):
    """The power goes off."""


class PowerCut:
    """Stops a programme at its nth statement, and every one after: whoever catches it gets no further; use as a context.

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


def moments_of(engine: Engine, act: Callable[[], Any], *, with_commits: bool = False, each: bool = False) -> list[int]:
    """Do an act, and find where to cut the next one like it: its first statement, the first that writes to each table in
    each way, and either side of each commit. What only reads in between leaves what the next of these leaves; or each.
    """
    done: list[str] = []

    def note(*told: Any) -> None:
        done.append(str(told[2]) if told[2:] else COMMIT)

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, note)
    act()
    for name in ("before_cursor_execute", "commit"):
        event.remove(engine, name, note)
    found, kinds, at = {1}, set[str](), 0
    for statement in done:
        at += statement != COMMIT or with_commits
        if statement == COMMIT:
            found |= {at, at + 1}
        elif (kind := WRITES.match(statement)) and kind.group() not in kinds:
            kinds.add(kind.group())
            found.add(at)
    return list(range(1, at + 1)) if each else sorted(moment for moment in found if moment <= at)


@contextmanager
def cut_at(office: Office, moment: int) -> Iterator[list[int]]:
    """Raise once, at the n-th statement or commit; what is left of n tells whether it was reached."""
    left = [moment]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Cut

    for name in ("before_cursor_execute", "commit"):
        event.listen(office.engine, name, count)
    yield left
    for name in ("before_cursor_execute", "commit"):
        event.remove(office.engine, name, count)


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
