"""A queue of writers as an opening makes one: all of them wait while another writes, in the order they came."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep
from typing import Any

from backoffice.portal.store import Store

LONGEST = 20  # seconds


@contextmanager
def while_one_writes(
    store: Store, deed: Callable[..., Any] = lambda _work: None
) -> Iterator[Callable[..., Future[Any]]]:
    """Give a way to do what then waits behind a deed which ends with the block."""
    go_on, pool = Event(), ThreadPoolExecutor(8)
    first = pool.submit(store.write, lambda work: (go_on.wait(LONGEST), deed(work)))
    wait_until(lambda: store._writing and not store._waiting)

    def queue(act: Callable[..., Any], *told: object, **more: object) -> Future[Any]:
        before = len(store._waiting)
        asked = pool.submit(act, *told, **more)
        wait_until(lambda: len(store._waiting) > before)
        return asked

    yield queue
    go_on.set()
    first.result(LONGEST)
    pool.shutdown()


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true, or fail."""
    end = monotonic() + LONGEST
    while not true():
        assert monotonic() < end
        sleep(0.002)
