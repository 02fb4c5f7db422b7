"""One more process that answers for a portal, on the socket of the first; it ends when its standard input does."""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from subprocess import PIPE, Popen

from backoffice.portal.pages.access import public
from backoffice.portal.serve import Server
from backoffice.portal_host import portal_settings
from tests.live import LiveTown

ROOT = Path(__file__).parents[2]


@contextmanager
def helped(live: LiveTown, folder: Path, processes: int) -> Iterator[None]:
    """Let so many processes in all answer for a town's portal, on its clock."""
    listening = live.server.listening
    told = {"folder": str(folder), "descriptor": listening.fileno(), "now": live.clock.now().isoformat()}
    children = []
    for _ in range(processes - 1):
        command = [sys.executable, "-m", "tests.benchmarks.beside"]
        child = Popen(command, stdin=PIPE, stdout=PIPE, pass_fds=[listening.fileno()], cwd=ROOT)
        assert child.stdin
        assert child.stdout
        child.stdin.write(json.dumps(told).encode() + b"\n")
        child.stdin.flush()
        child.stdout.readline()
        children.append(child)
    yield
    for child in children:
        child.communicate()


def main() -> int:
    """Answer until the standard input ends."""
    told = json.loads(sys.stdin.readline())
    now = datetime.fromisoformat(told["now"])
    settings = replace(portal_settings(Path(told["folder"]), secure=False), clock=lambda: now)
    server = Server(settings, beside=socket.socket(fileno=told["descriptor"]))
    server.app.add_url_rule("/vide", "empty", public(_empty))
    threading.Thread(target=server.run, daemon=True).start()
    print("prêt", flush=True)
    sys.stdin.read()
    os._exit(0)  # what it answered is in the store


def _empty() -> str:
    return ""


if __name__ == "__main__":
    sys.exit(main())
