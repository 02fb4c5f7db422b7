"""E-mails as files in a folder: what a demonstration sends, without a server and without leaving the machine."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path


class FolderTransport:
    """Writes each e-mail as an .eml file, named by its moment; the same e-mail twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def line(self) -> Iterator["FolderTransport"]:
        """Make sure that the folder is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        yield self

    def deliver(self, message: EmailMessage) -> None:
        """Write one e-mail."""
        moment = message["Date"].datetime
        mark = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:8]
        (self._folder / f"{moment:%Y-%m-%d %Hh%M} {mark}.eml").write_bytes(message.as_bytes())
