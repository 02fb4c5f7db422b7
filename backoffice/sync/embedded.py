"""The embedded portal: a child process on the loopback, started and stopped with the desktop."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from backoffice.errors import Unavailable
from backoffice.secrets import PORTAL, Secrets, new_key
from backoffice.settings import Settings
from backoffice.sync.client import portal_client

STARTS_WITHIN = 30.0  # seconds, a cold disk included
ROOT = Path(__file__).parents[2]


class EmbeddedPortal:
    """Starts the portal of a data folder, unless one already answers with our key."""

    def __init__(self, folder: Path, settings: Settings, secrets: Secrets) -> None:
        self._folder, self._settings, self._secrets = folder, settings, secrets
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Tell whether our child lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Start the portal if need be, wait until it answers, and give its address.

        Raises:
            Unavailable: it does not start; the sentence says what to look at.
        """
        if not self._answers():
            self._spawn()
            until = time.monotonic() + STARTS_WITHIN
            while not self._answers():
                if not self.running or time.monotonic() > until:
                    self.stop()
                    raise Unavailable(self._why())
                time.sleep(0.1)
        return self._settings.public_url

    def stop(self) -> None:
        """End our child; what families had sent is in its store."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _spawn(self) -> None:
        key = self._secrets.get(PORTAL)
        if key is None:
            key = new_key()
            self._secrets.put(PORTAL, key)
        address = urlsplit(self._settings.portal_url)
        door = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, str(ROOT / "main.py")]
        command = [*door, "portal", "--data", str(self._folder), "--host", address.hostname or "127.0.0.1"]
        self._process = subprocess.Popen(  # noqa: S603 our own programme
            [*command, "--port", str(address.port or 80)],
            env={**os.environ, "MARELLE_PORTAL_KEY": key},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def _answers(self) -> bool:
        try:
            with portal_client(self._settings, self._secrets) as client:
                client.state()
        except Unavailable:
            return False
        return True

    def _why(self) -> str:
        return (
            f"Le portail ne démarre pas à l'adresse {self._settings.portal_url} : un autre programme occupe peut-être ce "
            "port. Le travail du bureau continue, rien n'est perdu. Changez portal_url dans config.toml, ou réessayez."
        )
