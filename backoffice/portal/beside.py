"""More processes that answer for one portal, on the socket of the first: a page is drawn on one core, and a host has several.

The first keeps the house for all. The others end with it: they read its pipe, which nobody writes to and which then ends.
"""

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import socket

from backoffice.portal.serve import Server, settle
from backoffice.portal.settings import PortalSettings

ENDS_WITHIN = 10.0  # seconds


@contextmanager
def helped(listening: socket, command: Sequence[str], processes: int, folder: Path | None = None) -> Iterator[None]:
    """Let so many processes in all answer on a socket; `command` starts one that calls `help_out`."""
    children = [_start(listening, command, folder) for _ in range(processes - 1)]
    try:
        yield
    finally:
        for child in children:
            assert child.stdin
            child.stdin.close()
        for child in children:
            try:
                child.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def help_out(settings: PortalSettings) -> None:
    """Answer on the socket that the standard input names, until that input ends."""
    server = Server(settings, beside=_taken(sys.stdin.buffer.readline().strip()))

    def end() -> None:
        sys.stdin.buffer.read()
        server.close()

    threading.Thread(target=end, name="end", daemon=True).start()
    settle()
    server.run()


def _start(listening: socket, command: Sequence[str], folder: Path | None) -> "subprocess.Popen[bytes]":
    posix = os.name != "nt"
    child = subprocess.Popen(  # noqa: S603 our own programme
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        pass_fds=[listening.fileno()] if posix else [],
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert child.stdin
    shared = b"%d" % listening.fileno() if posix else base64.b64encode(_shared_with(listening, child.pid))
    child.stdin.write(shared + b"\n")
    child.stdin.flush()
    return child


def _shared_with(listening: socket, process: int) -> bytes:
    if sys.platform != "win32":
        raise NotImplementedError
    return listening.share(process)


def _taken(words: bytes) -> socket:
    if sys.platform == "win32":
        from socket import fromshare  # noqa: PLC0415 only Windows has it

        return fromshare(base64.b64decode(words))
    return socket(fileno=int(words))
