"""What is pressed on several workstations at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from backoffice.errors import RefusedByRule


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at the same moment; give each answer, or the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except RefusedByRule as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
