"""Lanes that answer at once, for presenters under test."""

from collections.abc import Callable, Iterable
from typing import Any

from ui.common.tasks import Progress


class ImmediateLanes:
    """Runs the work on the spot and remembers what was announced."""

    def __init__(self) -> None:
        self.announced: list[frozenset[str]] = []

    def read(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        try:
            answer = work()
        except Exception as error:
            failed(error)
        else:
            done(answer)

    write = outside = read

    def long(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        progressed: Callable[[int, int, str], None],
        *,
        writes: bool = True,
    ) -> Progress:
        del writes  # one lane serves for all
        progress = Progress(progressed)
        self.read(lambda: work(progress), done, failed)
        return progress

    def announce(self, kinds: Iterable[str]) -> None:
        self.announced.append(frozenset(kinds))
