"""Keys and passwords: from the environment, or from the operating system's keyring; never in a file or a log."""

import hashlib
import os
from base64 import b64encode
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from backoffice.errors import Unavailable

SEAL, PORTAL, SMTP = "seal-key", "portal-key", "smtp-password"


class Secrets(Protocol):
    """Where the office finds its keys."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...


class SystemSecrets:
    """The environment first (MARELLE_SEAL_KEY…), then the keyring, under one name per data folder."""

    def __init__(self, folder: Path) -> None:
        self._service = f"marelle:{folder.resolve()}"

    def get(self, name: str) -> str | None:
        if given := os.environ.get(f"MARELLE_{name.upper().replace('-', '_')}"):
            return given
        import keyring  # noqa: PLC0415 100 ms that a headless machine saves
        from keyring.errors import KeyringError  # noqa: PLC0415 the same

        try:
            return keyring.get_password(self._service, name)
        except KeyringError:
            return None

    def put(self, name: str, value: str) -> None:
        import keyring  # noqa: PLC0415 see get
        from keyring.errors import KeyringError  # noqa: PLC0415 see get

        try:
            keyring.set_password(self._service, name, value)
        except KeyringError as error:
            variable = f"MARELLE_{name.upper().replace('-', '_')}"
            message = (
                "Ce poste n'a pas de trousseau de clés. Rien n'a été enregistré. "
                f"Donnez la clé par la variable d'environnement {variable}."
            )
            raise Unavailable(message) from error


class DemonstrationSecrets:
    """Keys that anybody may know, for a commune of fictitious people."""

    def get(self, name: str) -> str | None:
        if name == SMTP:
            return None
        digest = hashlib.sha256(f"marelle, demonstration, {name}".encode()).digest()
        return b64encode(digest).decode()

    def put(self, name: str, value: str) -> None:
        """Keep nothing: the keys are those of every demonstration."""


def new_key() -> str:
    """Draw a key of 32 random bytes, as text."""
    return b64encode(token_bytes(32)).decode()
