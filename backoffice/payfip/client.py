"""Asking PayFiP's web service, through eopayment: the office checks what was paid, the portal opens payments.

Only the answer of its server is believed. It knows nothing of the office: the portal uses it too.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from backoffice.errors import RefusedByRule, Unavailable
from backoffice.payfip.rules import Order, client_fault, faults
from resources.french import NARROW, PARIS

if TYPE_CHECKING:
    from eopayment.payfip_ws import PayFiP

SERVICE = "https://www.payfip.gouv.fr/tpa/services/securite"
ANSWER_WITHIN = 15.0  # seconds
PORT = "{http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService}PaiementSecuriseServicePortBinding"
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # the demonstration's double
PURGED, NOT_YET = "P1", "P5"  # its own words for « unknown »: never heard of or forgotten, and no answer so far
UNREACHABLE = frozenset({"HTTP error", "SOAP error", "Unexpected error", "unknown", "inconnu"})  # eopayment's own codes
KEPT = "Rien n'est perdu\u202f: réessayez plus tard."
log = logging.getLogger(__name__)


class Standing(StrEnum):
    """Where a payment stands, in PayFiP's answer."""

    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    PENDING = "pending"  # P5: opened, nothing is decided yet
    UNKNOWN = "unknown"  # P1: never opened, or purged
    OTHER = "other"  # a result that the documentation does not have


RESULTS: Mapping[str, tuple[Standing, str | None]] = {
    "P": (Standing.PAID, "card"),
    "V": (Standing.PAID, "debit"),
    "R": (Standing.REFUSED, "card"),
    "Z": (Standing.REFUSED, "debit"),
    "A": (Standing.CANCELLED, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What PayFiP says of a payment; amounts in cents."""

    standing: Standing
    means: str | None = None  # card, debit
    cents: int | None = None
    reference: str | None = None
    client: str | None = None
    at: datetime | None = None
    result: str | None = None  # its own letter

    def as_json(self) -> dict[str, Any]:
        """Write it as it is kept; the family's address is not."""
        return {
            "standing": self.standing.value, "means": self.means, "cents": self.cents, "reference": self.reference,
            "client": self.client, "at": self.at.isoformat() if self.at else None, "result": self.result,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Answer":
        """Read it back."""
        at = datetime.fromisoformat(kept["at"]) if kept.get("at") else None
        return cls(**{**kept, "standing": Standing(kept["standing"]), "at": at})


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """How PayFiP names a client number: the test of the line."""

    client: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    """What PayFiP's web service refuses, with its code."""

    code: str


class PayfipClient:
    """PayFiP's web service at an address.

    Raises:
        Unavailable: by every call, when it cannot be reached, takes too long or answers what cannot be understood.
    """

    def __init__(self, address: str | None = None, *, answer_within: float = ANSWER_WITHIN) -> None:
        self._address, self._within = address or SERVICE, answer_within
        asked = urlsplit(self._address)
        if asked.scheme != "https" and not (asked.scheme == "http" and asked.hostname in LOOPBACK):
            message = f"L'adresse de PayFiP {self._address} n'est pas protégée\u202f: elle doit commencer par https://."
            raise Unavailable(message)

    def detail(self, idop: str, *, within: float | None = None) -> Answer:
        """Ask where a payment stands; a payment unknown, or not decided yet, is an answer too."""
        found = self._ask("get_info_paiement", idop, within=within)
        if isinstance(found, _Refused):
            if found.code in {PURGED, NOT_YET}:
                return Answer(standing=Standing.UNKNOWN if found.code == PURGED else Standing.PENDING)
            message = f"PayFiP répond par l'erreur {found.code}. {KEPT}"
            raise Unavailable(message)
        standing, means = RESULTS.get(found.resultrans or "", (Standing.OTHER, None))
        cents = _cents(found.montant)
        return Answer(
            standing=standing if cents else Standing.OTHER,
            means=means,
            cents=cents,
            reference=found.refdet,
            client=found.numcli,
            at=_instant(found.dattrans, found.heurtrans),
            result=found.resultrans,
        )

    def client_check(self, client: str) -> ClientFacts:
        """Test the line: ask how PayFiP names a client number.

        Raises:
            RefusedByRule: the number is not one, or PayFiP does not know it.
        """
        if fault := client_fault(client):
            raise RefusedByRule(f"{fault} Rien n'a été demandé à PayFiP.")
        found = self._ask("get_info_client", client)
        if isinstance(found, _Refused):
            message = (
                f"PayFiP ne reconnaît pas le client {client} ({found.code}). Vérifiez ce numéro avec la trésorerie."
            )
            raise RefusedByRule(message)
        names = (found.libelleN1, found.libelleN2, found.libelleN3)
        return ClientFacts(found.numcli or client, tuple(name for name in names if name))

    def create(self, order: Order) -> str:
        """Open a payment and give PayFiP's number of it; it lives fifteen minutes.

        Raises:
            RefusedByRule: PayFiP refuses it, or would: nothing is opened.
        """
        if wrong := faults(order):
            message = f"{' '.join(wrong.values())} Aucun paiement n'a été ouvert."
            raise RefusedByRule(message)
        found = self._ask(
            "get_idop",
            numcli=order.client, saisie=order.mode.value, exer=str(order.year), refdet=order.reference,
            montant=str(order.cents), mel=order.email, objet=order.subject or None,
            url_notification=order.notify_url, url_redirect=order.return_url,
        )  # fmt: skip
        if isinstance(found, _Refused):
            message = f"PayFiP refuse d'ouvrir ce paiement ({found.code}). Rien n'a été débité."
            raise RefusedByRule(message)
        if not found:
            message = f"PayFiP n'a pas donné de numéro à ce paiement. Rien n'a été débité. {KEPT}"
            raise Unavailable(message)
        return str(found)  # zeep gives the only field of the answer

    @cached_property
    def _service(self) -> "PayFiP":
        """Read the contract that eopayment ships, and aim it at our address."""
        from eopayment.payfip_ws import PayFiP  # noqa: PLC0415 zeep is slow to load, and most days nobody asks
        from zeep.exceptions import Error  # noqa: PLC0415 zeep too

        service = PayFiP()
        try:
            client = service.client
            aimed = client.create_service(PORT, self._address)
        except Error as error:
            message = "Le contrat du service PayFiP ne peut pas être lu sur ce poste. Réinstallez Marelle."
            raise Unavailable(message) from error
        client.transport.session.headers["User-Agent"] = "Marelle"
        client._default_service = aimed  # noqa: SLF001 eopayment always asks the default one
        return service

    def _ask(self, operation: str, *values: str, within: float | None = None, **named: str | None) -> Any:
        """Call an operation; give what it answers, or what it refuses."""
        from eopayment.payfip_ws import PayFiPError  # noqa: PLC0415 see above

        try:
            return getattr(self._service, operation)(*values, timeout=within or self._within, **named)
        except PayFiPError as error:
            if error.code not in UNREACHABLE and isinstance(error.code, str) and len(error.code) <= 5:
                return _Refused(error.code)
            log.warning("PayFiP: %s", error.code)
            raise Unavailable(_why(error)) from error


def _why(error: Any) -> str:
    slow = "timeout" in type(error.message).__name__.lower() or "timed out" in str(error.message).lower()
    if slow:
        return f"PayFiP met trop de temps à répondre. {KEPT}"
    if error.code == "HTTP error":
        return f"PayFiP ne répond pas{NARROW}: la ligne est coupée, ou le service est arrêté. {KEPT}"
    return f"PayFiP répond par une erreur. {KEPT}"


def _cents(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return int(text)


def _instant(day: str | None, hour: str | None) -> datetime | None:
    """Read PayFiP's date and hour, which are those of Paris."""
    try:
        return datetime.strptime(f"{day}{hour}", "%d%m%Y%H%M").replace(tzinfo=PARIS)
    except ValueError:
        return None
