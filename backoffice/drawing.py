"""Drawing many papers: here, or on all cores when there is enough to do."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

Document = TypeVar("Document")
SHARE = 10  # documents handed to a process at once


@contextmanager
def renderer(
    draw: Callable[[Document], bytes], count: int, *, few: int
) -> Iterator[Callable[[Sequence[Document]], Iterator[bytes]]]:
    """Give what draws documents in their order; up to `few` of them, starting processes costs more than it saves."""
    if count <= few:
        yield lambda documents: map(draw, documents)
        return
    # spawn, not fork: the window's threads must not be copied halfway through what they hold
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield lambda documents: pool.map(draw, documents, chunksize=SHARE)
