"""The programme that opens what strangers sent: it has little memory, little time, and nothing to steal."""

import json
import sys

from backoffice.scans.rules import NotTaken

MEMORY, PROCESSOR = 1_500_000_000, 30  # bytes, seconds


def bound_this_process() -> None:
    """Bound what this process may take, where the system can."""
    try:
        import resource  # noqa: PLC0415 no such thing on Windows: the time is bounded by whoever started us
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash writes no document to the disk


def main() -> None:
    """Read files on the standard input, answer with one document, or with what is wrong."""
    bound_this_process()
    from backoffice.scans.scan import scan  # noqa: PLC0415 once bounded

    source, target = sys.stdin.buffer, sys.stdout.buffer
    sizes = json.loads(source.readline())
    answer: dict[str, object]
    content = b""
    try:
        done = scan([source.read(size) for size in sizes])
        answer, content = {"pages": done.pages}, done.content
    except NotTaken as trouble:
        answer = {"trouble": str(trouble), "which": trouble.which}
    target.write(json.dumps(answer).encode() + b"\n" + content)
    target.flush()


if __name__ == "__main__":
    main()
