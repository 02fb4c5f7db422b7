"""Serve the portal of a data folder: the only place that knows both the folder's settings and the portal."""

import hashlib
import hmac
import ipaddress
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from backoffice.errors import Unavailable
from backoffice.payfip.client import LOOPBACK
from backoffice.payfip.rules import page_of
from backoffice.portal.beside import help_out, helped
from backoffice.portal.serve import run
from backoffice.portal.settings import PortalSettings
from backoffice.secrets import PORTAL, DemonstrationSecrets, SystemSecrets
from backoffice.settings import Settings, portal_url, read_settings

NOWHERE = "http://127.0.0.1:9/securite"  # a demonstration never asks the Treasury
ROOT = Path(__file__).parents[1]
log = logging.getLogger("marelle.portal")


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
    payfip = settings.payfip_url or (NOWHERE if settings.demonstration else None)
    return PortalSettings(
        database_url=portal_url(folder, settings),
        sync_key=key,
        secret_key=hmac.digest(key.encode(), b"forms", hashlib.sha256).hex(),
        secure=secure,
        proxies=proxies,
        payfip_url=payfip,
        payfip_page_url=page_of(payfip),
        public_url=_public_url(settings),
    )


@contextmanager
def payfip_of(settings: Settings) -> Iterator[None]:
    """Hold PayFiP's double for as long as the portal of a demonstration answers; elsewhere PayFiP is the Treasury's.

    Its address is the settings' `payfip_url`; when that port is taken, another portal of the demonstration holds it.
    """
    asked = urlsplit(settings.payfip_url or "")
    if not settings.demonstration or asked.hostname not in LOOPBACK or not asked.port:
        yield
        return
    from backoffice.demonstration.payfip import PayfipDouble  # noqa: PLC0415 no portal of families has any use for it

    double = PayfipDouble(port=asked.port)
    try:
        double.start()
    except OSError:
        log.warning("PayFiP's double does not start: port %s is taken", asked.port)
    try:
        yield
    finally:
        double.stop()


def serve_portal(folder: Path, *, host: str, port: int, proxies: int = 0, processes: int = 1) -> None:
    """Serve until stopped; beyond the loopback, behind TLS only.

    Raises:
        Unavailable: the port is taken, or no key is known.
    """
    settings = portal_settings(folder, secure=not _is_loopback(host) or proxies > 0, proxies=proxies)
    door = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, str(ROOT / "main.py")]
    beside = [*door, "portal", "--data", str(folder), "--host", host, "--proxies", str(proxies), "--beside"]
    try:
        with payfip_of(read_settings(folder)):
            run(
                settings,
                host,
                port,
                started=lambda address: print(f"Portail des familles\u202f: {address}", flush=True),  # noqa: T201 the command's answer
                around=lambda listening: helped(listening, beside, processes),
            )
    except OSError as error:
        message = (
            f"Le port {port} de {host} ne peut pas être ouvert ({error.strerror}). Choisissez-en un autre avec --port."
        )
        raise Unavailable(message) from error


def serve_beside(folder: Path, *, host: str, proxies: int = 0) -> None:
    """Answer for a portal that another process serves, until it ends."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    help_out(portal_settings(folder, secure=not _is_loopback(host) or proxies > 0, proxies=proxies))


def _public_url(settings: Settings) -> str:
    """Give the address that the settings say families use; a portal of the loopback is reached as its visitors say."""
    if settings.portal_public_url or settings.portal_url.startswith("https://"):
        return settings.public_url
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
