"""Calling the portal: one key, TLS beyond the loopback, and failures told in French."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ValidationError

from backoffice.errors import Unavailable
from backoffice.secrets import PORTAL, Secrets
from backoffice.settings import Settings
from backoffice.sync.contract import (
    CONTRACT,
    Action,
    Collected,
    Message,
    PortalState,
    Publication,
    PublicationReceipt,
    View,
)
from resources.french import NARROW

if TYPE_CHECKING:
    import httpx

CONNECT_WITHIN, ANSWER_WITHIN = 5.0, 60.0  # seconds; a large publication is long to take
KEPT = "Rien n'est perdu, le travail continue ici."
M = TypeVar("M", bound=Message)
log = logging.getLogger(__name__)


class PublicationRefused(Exception):
    """The portal will not show something in this publication; the rest of it may be sent without."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An action that does not say what the contract requires, with what could be read of it."""

    id: UUID
    received_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page of the outbox, in receipt order; what has not even an id is counted, and stays on the portal."""

    actions: tuple[Action | Unreadable, ...]
    more: bool
    nameless: int = 0


class PortalClient:
    """The portal, as the office reaches it; use it as a context manager.

    Raises:
        Unavailable: by every call, when the portal cannot be reached or speaks another contract.
    """

    def __init__(self, url: str, key: str, *, transport: httpx.BaseTransport | None = None) -> None:
        import httpx  # noqa: PLC0415 150 ms that a start without a portal saves

        refuse_open_line(url)
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self._url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(ANSWER_WITHIN, connect=CONNECT_WITHIN),
            trust_env=not is_loopback(url),
            verify=_certificates(url),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the line."""
        self._http.close()

    def state(self) -> PortalState:
        """Ask the portal what it is and what waits there.

        Raises:
            Unavailable: it speaks another contract, or does not answer.
        """
        answer = self._call("GET", "/sync/state")
        if answer.get("contract") != CONTRACT:
            raise Unavailable(_other_contract())
        return _read(PortalState, answer)

    def actions(self, limit: int = 200) -> Fetched:
        """Fetch what families did, in receipt order; an unreadable action does not hide the others."""
        answer = self._call("GET", f"/sync/actions?limit={limit}")
        if answer.get("contract") != CONTRACT:
            raise Unavailable(_other_contract())
        listed = answer.get("actions")
        if not isinstance(listed, list):
            raise Unavailable(_nonsense())
        read = [_read_action(raw) for raw in listed]
        known = tuple(action for action in read if action is not None)
        return Fetched(known, bool(answer.get("more")), len(read) - len(known))

    def publish(self, views: Sequence[View]) -> None:
        """Send views; sending them twice is harmless.

        Raises:
            PublicationRefused: one of them cannot be shown.
            Unavailable: the portal did not take them all.
        """
        receipt = _read(PublicationReceipt, self._call("POST", "/sync/views", Publication(views=tuple(views))))
        if receipt.taken < len(views):
            raise Unavailable(f"Le portail n'a pris que {receipt.taken} fiches sur {len(views)}. {KEPT}")

    def collected(self, ids: Sequence[UUID]) -> None:
        """Say what has been applied; saying it twice is harmless."""
        self._call("POST", "/sync/collected", Collected(ids=tuple(ids)))

    def upload(self, upload_id: UUID) -> bytes | None:
        """Fetch a document that a family sent, sealed to the office; none: the portal has it no more."""
        response = self._ask("GET", f"/sync/uploads/{upload_id}", None)
        if response.status_code == 404 and _said(response):  # a portal's own word: another programme's is a failure
            return None
        if response.status_code != 200:
            raise self._failure(response)
        return response.content

    def _call(self, method: str, path: str, message: Message | None = None) -> dict[str, Any]:
        response = self._ask(method, path, message)
        if response.status_code == 200:
            return _object(response)
        raise self._failure(response)

    def _ask(self, method: str, path: str, message: Message | None) -> httpx.Response:
        import httpx  # noqa: PLC0415 see __init__

        body = message.model_dump_json().encode() if message else None
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            return self._http.request(method, path, content=body, headers=headers)
        except httpx.TimeoutException as error:
            raise Unavailable(f"Le portail {self._url} met trop de temps à répondre. {KEPT}") from error
        except httpx.HTTPError as error:
            log.info("portal unreachable: %s", error)
            raise Unavailable(f"Le portail {self._url} ne répond pas. {KEPT} Nouvel essai dans un instant.") from error

    def _failure(self, response: httpx.Response) -> Exception:
        said = _said(response)
        log.warning("portal answered %s to %s: %s", response.status_code, response.request.url.path, said)
        match response.status_code:
            case 401 | 403:
                why = "refuse la clé de ce poste. Donnez aux deux programmes la même clé (portal-key)."
            case 409:
                return Unavailable(_other_contract())
            case 413 | 422 if response.request.url.path.endswith("/views"):
                return PublicationRefused(said)
            case 404:
                why = "n'est pas un portail Marelle à cette adresse. Vérifiez portal_url dans config.toml."
            case code:
                why = f"a répondu par une erreur ({code}). Nouvel essai dans un instant."
        return Unavailable(f"Le portail {self._url} {why} {KEPT}")


def portal_client(settings: Settings, secrets: Secrets) -> PortalClient:
    """Open a line to the portal of these settings.

    Raises:
        Unavailable: there is no key, or the line would be open to all.
    """
    key = secrets.get(PORTAL)
    if not key:
        message = (
            "Ce poste n'a pas la clé du portail. Rien n'a été envoyé. Enregistrez-la dans le trousseau, ou donnez-la par "
            "la variable d'environnement MARELLE_PORTAL_KEY."
        )
        raise Unavailable(message)
    return PortalClient(settings.portal_url, key)


def refuse_open_line(url: str) -> None:
    """Refuse to send families' files over a line that anybody can read.

    Raises:
        Unavailable: the address is neither https nor this machine.
    """
    if urlsplit(url).scheme != "https" and not is_loopback(url):
        message = (
            f"L'adresse du portail {url} n'est pas protégée{NARROW}: hors de ce poste, il faut https. Rien n'a été envoyé. "
            "Corrigez portal_url dans config.toml."
        )
        raise Unavailable(message)


def is_loopback(url: str) -> bool:
    """Tell whether an address is this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _certificates(url: str) -> ssl.SSLContext:
    if urlsplit(url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # of no use on the loopback, and quicker than reading them all
    import truststore  # noqa: PLC0415 only a distant portal needs the system's certificates

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _read_action(raw: object) -> Action | Unreadable | None:
    try:
        return Action.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        why = f"{'.'.join(map(str, error.errors()[0]['loc']))}, {error.errors()[0]['msg']}"
        log.warning("unreadable action: %s", why)
        return _unreadable(raw, why)


def _unreadable(raw: object, why: str) -> Unreadable | None:
    if not isinstance(raw, dict):
        return None
    try:
        identity = UUID(str(raw.get("id")))
    except ValueError:
        return None
    try:
        received_at = datetime.fromisoformat(str(raw.get("received_at")))
    except ValueError:
        received_at = None
    return Unreadable(identity, received_at if received_at and received_at.tzinfo else None, why)


def _read(kind: type[M], answer: dict[str, Any]) -> M:
    try:
        return kind.model_validate_json(json.dumps(answer))
    except ValidationError as error:
        log.warning("portal's answer is not what the contract says: %s", error)
        raise Unavailable(_nonsense()) from error


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unavailable(_nonsense())
    return answer


def _said(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])[:300]
    except (ValueError, KeyError, TypeError):
        return ""


def _other_contract() -> str:
    return (
        "Le portail et ce poste ne sont pas de la même version. Rien n'est perdu, rien n'a été échangé. "
        "Mettez à jour les deux programmes."
    )


def _nonsense() -> str:
    return f"Le portail a donné une réponse incompréhensible. {KEPT} Vérifiez portal_url et la version du portail."
