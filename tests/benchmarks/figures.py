"""What a benchmark gives: a figure, and beside it what the same machine does at best."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one size, in one unit, beside the bare limit of the machine in the same unit."""

    name: str
    families: int
    value: float
    unit: str
    bare: float | None = None
    bare_name: str = ""

    def line(self) -> str:
        """Write it for a person."""
        beside = f"   | {self.bare_name} : {_rounded(self.bare)} {self.unit}" if self.bare is not None else ""
        return f"{self.name:<46} {self.families:>5} familles  {_rounded(self.value):>10} {self.unit:<12}{beside}"

    def as_dict(self) -> dict[str, object]:
        """Write it for a script."""
        return asdict(self)


class Stopwatch:
    """Seconds of a `with` block."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Time a block, garbage collected before it."""
    gc.collect()
    watch = Stopwatch()
    start = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def median_of(runs: int, work: Callable[[], object]) -> float:
    """Give the median seconds of so many runs."""
    found = []
    for _ in range(runs):
        with timed() as watch:
            work()
        found.append(watch.seconds)
    return sorted(found)[len(found) // 2]


def peak_memory_mb() -> float:
    """Give this process's peak resident memory in MB; on Windows, which counts otherwise, nothing."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _rounded(value: float | None) -> str:
    if value is None:
        return "—"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.4f}"
    return text.replace(",", " ").replace(".", ",")
