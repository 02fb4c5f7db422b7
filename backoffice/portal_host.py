"""Serve the portal of a data folder: the only place that knows both the folder's settings and the portal."""

import hashlib
import hmac
import ipaddress
from pathlib import Path

from backoffice.errors import Unavailable
from backoffice.portal.serve import run
from backoffice.portal.settings import PortalSettings
from backoffice.secrets import PORTAL, DemonstrationSecrets, SystemSecrets
from backoffice.settings import portal_url, read_settings


def portal_settings(folder: Path, *, secure: bool, proxies: int = 0) -> PortalSettings:
    """Gather what the portal of a folder is told.

    Raises:
        Unavailable: no key is shared with the office yet.
    """
    settings = read_settings(folder)
    folder.mkdir(parents=True, exist_ok=True)
    key = (DemonstrationSecrets() if settings.demonstration else SystemSecrets(folder)).get(PORTAL)
    if key is None:
        message = (
            "Ce portail ne partage encore aucune clé avec la régie. Il n'a pas démarré. "
            "Donnez-lui la clé de la régie par la variable d'environnement MARELLE_PORTAL_KEY."
        )
        raise Unavailable(message)
    return PortalSettings(
        database_url=portal_url(folder, settings),
        sync_key=key,
        secret_key=hmac.digest(key.encode(), b"forms", hashlib.sha256).hex(),
        secure=secure,
        proxies=proxies,
    )


def serve_portal(folder: Path, *, host: str, port: int, proxies: int = 0) -> None:
    """Serve until stopped; beyond the loopback, behind TLS only.

    Raises:
        Unavailable: the port is taken, or no key is known.
    """
    settings = portal_settings(folder, secure=not _is_loopback(host) or proxies > 0, proxies=proxies)
    try:
        run(settings, host, port, started=lambda address: print(f"Portail des familles : {address}", flush=True))  # noqa: T201 the command's answer
    except OSError as error:
        message = (
            f"Le port {port} de {host} ne peut pas être ouvert ({error.strerror}). Choisissez-en un autre avec --port."
        )
        raise Unavailable(message) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
