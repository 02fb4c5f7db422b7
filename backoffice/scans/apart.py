"""Documents are opened in a process apart: a picture that breaks its reader breaks nothing else."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore

from backoffice.scans.rules import DAMAGED_PICTURE, TOO_LONG, NotTaken, Scan, check_sizes, sort_of

HOME = Path(__file__).resolve().parents[2]
WITHIN = 45  # seconds
AT_ONCE = BoundedSemaphore(2)  # documents opened together: memory is bounded, and so is the wait of other pages
QUEUE = BoundedSemaphore(4)  # opened, or waiting for their turn
WAIT = 20  # seconds for one's turn
BUSY = "Beaucoup de documents arrivent en ce moment. Rien n'a été envoyé. Recommencez dans une minute."
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
log = logging.getLogger("marelle.scans")


def scan_apart(files: Sequence[bytes]) -> Scan:
    """Do as `scan`, in a process that has little memory and little time.

    Raises:
        NotTaken: one of the files cannot be taken, or too many documents arrive at once.
    """
    check_sizes([len(content) for content in files])
    for which, content in enumerate(files):  # what is plainly something else costs no process
        try:
            sort_of(content)
        except NotTaken as trouble:
            raise NotTaken(str(trouble), which) from None
    if not QUEUE.acquire(blocking=False):
        raise NotTaken(BUSY)
    try:
        return _in_turn(files)
    finally:
        QUEUE.release()


def _in_turn(files: Sequence[bytes]) -> Scan:
    if not AT_ONCE.acquire(timeout=WAIT):
        raise NotTaken(BUSY)
    try:
        return _answer(_asked(files))
    finally:
        AT_ONCE.release()


def _asked(files: Sequence[bytes]) -> bytes:
    told = json.dumps([len(content) for content in files]).encode() + b"\n" + b"".join(files)
    command = [sys.executable, "-m", "backoffice.scans"]
    try:
        done = subprocess.run(  # noqa: S603 our own words, no shell
            command, input=told, capture_output=True, cwd=HOME, timeout=WITHIN, check=False, creationflags=NO_WINDOW
        )
    except subprocess.TimeoutExpired:
        raise NotTaken(TOO_LONG) from None
    if done.returncode:
        log.error("a document broke its reader (%s): %s", done.returncode, done.stderr[-300:].decode(errors="replace"))
        raise NotTaken(DAMAGED_PICTURE if len(files) == 1 else TOO_LONG)
    return done.stdout


def _answer(told: bytes) -> Scan:
    head, _, content = told.partition(b"\n")
    answer = json.loads(head)
    if "trouble" in answer:
        raise NotTaken(answer["trouble"], answer["which"])
    return Scan(content, answer["pages"])
