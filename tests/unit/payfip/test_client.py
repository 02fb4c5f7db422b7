"""PayFiP's web service, asked over real HTTP of its double."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from wsgiref.simple_server import make_server

import httpx
import pytest

from backoffice.demonstration.payfip import LABEL, PayfipDouble, _Quiet
from backoffice.errors import RefusedByRule, Unavailable
from backoffice.payfip.client import Answer, ClientFacts, PayfipClient, Standing
from backoffice.payfip.rules import Order

PAID_AT = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
ORDER = Order(
    client="881140", reference="CANTINE2026000012", cents=4730, email="camille.martin@exemple.fr",
    subject="Cantine octobre 2026", year=2026, notify_url="http://127.0.0.1/notification",
    return_url="http://127.0.0.1:9/retour?de=payfip",
)  # fmt: skip


@pytest.fixture
def payfip() -> Iterator[PayfipDouble]:
    with PayfipDouble(clock=lambda: PAID_AT) as double:
        yield double


def test_a_payment_is_opened_decided_on_the_labelled_page_and_read_back(payfip: PayfipDouble) -> None:
    client = PayfipClient(payfip.service)
    assert client.client_check("881140") == ClientFacts("881140", ("Régie de démonstration",))
    idop = client.create(ORDER)
    assert client.detail(idop) == Answer(standing=Standing.PENDING)
    text = httpx.get(payfip.page(idop)).text
    assert text.count(LABEL) == 2
    assert "CANTINE2026000012, 47,30\u202f€" in text
    chosen = httpx.post(f"{payfip.address}/paiement", data={"idop": idop, "resultat": "P"})
    assert (chosen.status_code, chosen.headers["Location"]) == (
        303,
        f"http://127.0.0.1:9/retour?de=payfip&idop={idop}",
    )
    assert "payer par carte" in httpx.get(payfip.page(idop)).text
    assert httpx.post(f"{payfip.address}/paiement", data={"idop": "x", "resultat": "P"}).status_code == 400
    answer = client.detail(idop)
    assert (answer.standing, answer.means, answer.cents) == (Standing.PAID, "card", 4730)
    assert (answer.reference, answer.client, answer.at) == ("CANTINE2026000012", "881140", PAID_AT)
    assert Answer.from_json(answer.as_json()) == answer
    assert "exemple.fr" not in str(answer.as_json())


@pytest.mark.parametrize(
    ("letter", "standing", "means"),
    [
        ("V", Standing.PAID, "debit"),
        ("R", Standing.REFUSED, "card"),
        ("Z", Standing.REFUSED, "debit"),
        ("A", Standing.CANCELLED, None),
        ("?", Standing.OTHER, None),
    ],
)
def test_each_result_of_payfip_is_told_apart(payfip: PayfipDouble, letter: str, standing: Standing, means) -> None:
    idop = payfip.open(montant="4730", refdet="CANTINE2026000012", numcli="881140")
    payfip.decide(idop, letter)
    answer = PayfipClient(payfip.service).detail(idop)
    assert (answer.standing, answer.means, answer.result) == (standing, means, letter)


def test_purged_is_not_waiting(payfip: PayfipDouble) -> None:
    client = PayfipClient(payfip.service)
    opened = payfip.open(montant="4730")
    assert client.detail(opened).standing is Standing.PENDING  # P5
    payfip.operations[opened].purged = True
    assert client.detail(opened).standing is Standing.UNKNOWN  # P1
    assert client.detail("jamais-ouvert").standing is Standing.UNKNOWN


def test_an_amount_that_is_none_is_not_a_payment(payfip: PayfipDouble) -> None:
    idop = payfip.open(montant="47,30")
    payfip.decide(idop, "P")
    assert PayfipClient(payfip.service).detail(idop).standing is Standing.OTHER


def test_what_payfip_does_not_know_or_want_is_refused_in_french(payfip: PayfipDouble) -> None:
    client = PayfipClient(payfip.service)
    with pytest.raises(RefusedByRule, match="ne reconnaît pas le client 999999"):
        client.client_check("999999")
    with pytest.raises(RefusedByRule, match="six chiffres"):
        client.client_check("12")
    payfip.clients = {}
    with pytest.raises(RefusedByRule, match=r"refuse d'ouvrir ce paiement \(C1\)"):
        client.create(ORDER)
    assert payfip.operations == {}


def test_a_line_that_is_cut_or_slow_is_told_in_french(payfip: PayfipDouble) -> None:
    payfip.stop()
    with pytest.raises(Unavailable, match="ne répond pas"):
        PayfipClient(payfip.service).detail("x")
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it takes the call, and never answers
        port = deaf.getsockname()[1]
        with pytest.raises(Unavailable, match="trop de temps"):
            PayfipClient(f"http://127.0.0.1:{port}/securite", answer_within=0.2).detail("x")


def test_what_is_not_payfip_is_told(payfip: PayfipDouble) -> None:
    with pytest.raises(Unavailable, match="erreur"):
        PayfipClient(payfip.page("x")).detail("x")


def test_an_open_line_beyond_this_machine_is_refused() -> None:
    with pytest.raises(Unavailable, match="https"):
        PayfipClient("http://payfip.example/securite")


def test_the_contract_is_read_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        pytest.fail("PayFiP's contract was looked for on the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert PayfipClient()._service.client.service


def test_an_answer_that_names_other_addresses_fetches_none() -> None:
    asked: list[str] = []

    def answer(environ, start_response) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/xml")])
        place = f"http://127.0.0.1:{server.server_port}"
        return [
            f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{place}/dtd" [<!ENTITY e SYSTEM "{place}/entite">]>'
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>&e;</s:Body></s:Envelope>'.encode()
        ]

    with make_server("127.0.0.1", 0, answer, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        client = PayfipClient(f"http://127.0.0.1:{server.server_port}/securite")
        with pytest.raises(Unavailable):
            client.detail("abc")
        server.shutdown()
        thread.join()
    assert asked == ["/securite"]


def test_the_double_notifies_as_payfip_does_and_its_page_dies_after_a_quarter_of_an_hour(payfip: PayfipDouble) -> None:
    heard: list[bytes] = []

    def hear(environ, start_response) -> list[bytes]:
        heard.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response("200 OK", [])
        return [b"OK"]

    with make_server("127.0.0.1", 0, hear, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        idop = payfip.open(montant="4730", urlnotif=f"http://127.0.0.1:{server.server_port}/payfip/notification")
        assert payfip.notify(idop)
        server.shutdown()
        thread.join()
    assert heard == [f"idop={idop}".encode()]
    assert not payfip.notify(idop)  # the portal sleeps: it asks by itself
    payfip.clock = lambda: PAID_AT + timedelta(minutes=15)
    assert "Le temps de ce paiement est passé" in httpx.get(payfip.page(idop)).text
    httpx.post(f"{payfip.address}/paiement", data={"idop": idop, "resultat": "P"})
    assert payfip.operations[idop].result is None
