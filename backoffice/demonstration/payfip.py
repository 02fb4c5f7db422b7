"""A stand-in for PayFiP on the loopback: the same web service, and a page plainly labelled as a simulation; no money moves."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode
from urllib.request import urlopen
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from xml.etree import ElementTree as ET

from resources.french import euros, in_paris

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PAYMENTS = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService"
LABEL = "Simulation de PayFiP — aucun paiement réel"
RESULTS = {
    "P": "Payer par carte", "V": "Payer par prélèvement", "R": "Refus de la carte",
    "Z": "Refus du prélèvement", "A": "Abandonner",
}  # fmt: skip
LIVES = timedelta(minutes=15)
OVER = "Le temps de ce paiement est passé. Rien n'a été débité. Revenez sur l'Espace famille pour recommencer."
XML, HTML = "text/xml; charset=utf-8", "text/html; charset=utf-8"
LONGEST = 64 * 1024
STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;background:#fff7d6;color:#222}"
    "main{max-width:34rem;margin:2rem auto;padding:1rem}h1{font-size:1.4rem;border:3px dashed #8a380a;padding:.75rem}"
    "button{font:inherit;min-height:48px;width:100%;border:2px solid #222;border-radius:8px;background:#fff}"
)
Answer = tuple[str, str, bytes, list[tuple[str, str]]]  # status, type, content, other headers


@dataclass(slots=True)
class Operation:
    """A payment opened here, and what was chosen on its page."""

    idop: str
    asked: Mapping[str, str]  # as creerPaiementSecurise gave it
    opened_at: datetime
    result: str | None = None
    decided_at: datetime | None = None
    purged: bool = False


class _Fault(Exception):
    """What the service refuses, with its own code."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass
class PayfipDouble:
    """The service and its page; use it as a context manager, or start and stop it."""

    clients: Mapping[str, str] = field(default_factory=lambda: {"881140": "Régie de démonstration"})
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    port: int = 0  # any free one
    operations: dict[str, Operation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._server: WSGIServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service(self) -> str:
        """The address of the web service, for the settings."""
        return f"{self.address}/securite"

    def page(self, idop: str) -> str:
        """The address of a payment's page, where a family is sent."""
        return f"{self.address}/paiement?{urlencode({'idop': idop})}"

    def start(self) -> None:
        """Listen, on a thread of its own."""
        self._server = make_server("127.0.0.1", self.port, self.serve, handler_class=_Quiet)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def open(self, **asked: str) -> str:
        """Open a payment as the service does, and give its idop."""
        idop = str(uuid4())
        self.operations[idop] = Operation(idop, asked, self.clock())
        return idop

    def decide(self, idop: str, result: str) -> None:
        """Choose what becomes of a payment, as its page does."""
        operation = self.operations[idop]
        if operation.result is None:
            operation.result, operation.decided_at = result, self.clock()

    def notify(self, idop: str) -> bool:
        """Tell the portal that something happened, as PayFiP does; tell whether it was heard."""
        address = self.operations[idop].asked.get("urlnotif", "")
        if not address.startswith(("http://", "https://")):
            return False
        try:
            with urlopen(address, urlencode({"idop": idop}).encode(), timeout=5) as answer:  # noqa: S310 http alone, see above
                return bool(answer.status == 200)
        except OSError:  # it may never come: the portal asks by itself
            return False

    def serve(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST)
        body = environ["wsgi.input"].read(length) if length else b""
        place = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        match place:
            case "POST", "/securite":
                answer = self._soap(body)
            case "GET", "/paiement":
                answer = self._page(query.get("idop", ""))
            case "POST", "/paiement":
                wished = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
                answer = self._choose(wished)
            case _:
                answer = _html("404 Not Found", "<p>Cette adresse ne mène nulle part.</p>")
        status, kind, content, headers = answer
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content))), *headers])
        return [content]

    def _soap(self, body: bytes) -> Answer:
        try:
            called = ET.fromstring(body).find(f"{{{ENVELOPE}}}Body")[0]  # type: ignore[index]  # noqa: S314 the loopback's own callers; a missing body is caught
        except (ET.ParseError, TypeError, IndexError):
            return "400 Bad Request", "text/plain", b"", []
        name = called.tag.rpartition("}")[2]
        asked = {one.tag.rpartition("}")[2]: one.text or "" for one in called.iter() if one.text}
        calls = {
            "creerPaiementSecurise": self._create,
            "recupererDetailPaiementSecurise": self._detail,
            "recupererDetailClient": self._client,
        }
        try:
            return "200 OK", XML, _response(name, calls[name](asked)), []
        except _Fault as fault:
            return "500 Internal Server Error", XML, _fault(fault), []
        except KeyError:
            return "400 Bad Request", "text/plain", b"", []

    def _create(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        if asked.get("numcli") not in self.clients:
            raise _Fault("C1", "Numéro de client inconnu")
        if not (asked.get("montant") or "").isdigit() or int(asked["montant"]) < 100:
            raise _Fault("M4", "Montant refusé")
        return {"idOp": self.open(**asked)}

    def _detail(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        operation = self.operations.get(asked.get("idOp", ""))
        if operation is None or operation.purged:
            raise _Fault("P1", "IdOp incorrect")
        if operation.result is None or operation.decided_at is None:
            raise _Fault("P5", "Résultat de la transaction non connu")
        at, told = in_paris(operation.decided_at), operation.asked
        kept = {
            name: told[name]
            for name in ("exer", "mel", "montant", "numcli", "objet", "refdet", "saisie")
            if name in told
        }
        return {
            **kept, "dattrans": f"{at:%d%m%Y}", "heurtrans": f"{at:%H%M}", "idOp": operation.idop,
            "resultrans": operation.result,
        }  # fmt: skip

    def _client(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        client = asked.get("numCli", "")
        if client not in self.clients:
            raise _Fault("C1", "Numéro de client inconnu")
        return {"libelleN1": self.clients[client], "numcli": client}

    def _page(self, idop: str) -> Answer:
        operation = self.operations.get(idop)
        if operation is None:
            return _html("404 Not Found", "<p>Ce paiement n'existe pas.</p>")
        if operation.result is not None:
            return _html("200 OK", f"<p>C'est fait\u202f: {escape(RESULTS[operation.result].lower())}.</p>")
        if self.clock() - operation.opened_at >= LIVES:
            return _html("200 OK", f"<p>{OVER}</p>")
        told = operation.asked
        buttons = "".join(
            f'<p><button name="resultat" value="{code}">{escape(words)}</button></p>' for code, words in RESULTS.items()
        )
        return _html(
            "200 OK",
            f"<p>Référence {escape(told.get('refdet', ''))}, {escape(euros(int(told.get('montant', '0'))))}</p>"
            f'<form method="post" action="/paiement"><input type="hidden" name="idop" value="{escape(idop)}">{buttons}</form>',
        )

    def _choose(self, wished: Mapping[str, str]) -> Answer:
        idop, result = wished.get("idop", ""), wished.get("resultat", "")
        if idop not in self.operations or result not in RESULTS:
            return _html("400 Bad Request", "<p>Ce paiement n'existe pas.</p>")
        operation = self.operations[idop]
        if operation.result is None and self.clock() - operation.opened_at >= LIVES:
            return _html("200 OK", f"<p>{OVER}</p>")
        self.decide(idop, result)
        threading.Thread(target=self.notify, args=(idop,), daemon=True).start()
        back = self.operations[idop].asked.get("urlredirect")
        if not back:
            return self._page(idop)
        mark = "&" if "?" in back else "?"
        return "303 See Other", HTML, b"", [("Location", f"{back}{mark}{urlencode({'idop': idop})}")]


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
        del format, args


def _response(name: str, values: Mapping[str, str]) -> bytes:
    envelope = ET.Element(f"{{{ENVELOPE}}}Envelope")
    answer = ET.SubElement(ET.SubElement(envelope, f"{{{ENVELOPE}}}Body"), f"{{{PAYMENTS}}}{name}Response")
    given = ET.SubElement(answer, "return")
    for tag in sorted(values, key=str):
        ET.SubElement(given, tag).text = values[tag]
    return bytes(ET.tostring(envelope, "utf-8", xml_declaration=True))


def _fault(fault: _Fault) -> bytes:
    envelope = ET.Element(f"{{{ENVELOPE}}}Envelope")
    told = ET.SubElement(ET.SubElement(envelope, f"{{{ENVELOPE}}}Body"), f"{{{ENVELOPE}}}Fault")
    ET.SubElement(told, "faultcode").text = "S:Server"
    ET.SubElement(told, "faultstring").text = "fr.gouv.finances.cp.tpa.webservice.exceptions.FonctionnelleErreur"
    detail = ET.SubElement(ET.SubElement(told, "detail"), f"{{{PAYMENTS}}}FonctionnelleErreur")
    for tag, words in (("code", fault.code), ("descriptif", ""), ("libelle", fault.words), ("severite", "2")):
        ET.SubElement(detail, tag).text = words
    return bytes(ET.tostring(envelope, "utf-8", xml_declaration=True))


def _html(status: str, content: str) -> Answer:
    page = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{LABEL}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<main><h1>{LABEL}</h1>{content}</main></html>"
    )
    return status, HTML, page.encode(), []
