"""Invoices that are paid on PayFiP's double, for the tests of payments."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.portal.payfip import Payments
from backoffice.sync.contract import InvoiceState, RegieView, ViewKind
from models.portal import OnlinePayment
from tests.portal.conftest import Office, Person
from tests.portal.published import FAMILY, invoice, pdf, view

REGIES = (
    RegieView(id=1, name="Régie enfance", payfip_client="881140", payfip_mode="W", debits=True),
    RegieView(id=2, name="Régie de la crèche", payfip_client="881140", payfip_mode="W"),
    RegieView(id=3, name="Régie du sport", payfip_client=None),
)
CANTEEN, CARE, CRECHE, SPORT = "101", "102", "103", "104"
BOTH = 7049 + 2000
REVIEW = f"/paiement?facture={CANTEEN}&facture={CARE}"


def bills(**changes: Mapping[str, Any]) -> list:
    """Publish four invoices of three régies; `changes` are by number, as i101."""
    values: dict[str, dict[str, Any]] = {
        CANTEEN: {"regie_id": 1, "online": True, "reference": "CANTINE2026000101"},
        CARE: {"regie_id": 1, "online": True, "reference": "PERI2026000102", "service": "Périscolaire",
               "state": InvoiceState.PARTLY_PAID, "due_cents": 2000},
        CRECHE: {"regie_id": 2, "online": True, "reference": "CRECHE2026000103", "service": "Multi-accueil"},
        SPORT: {"regie_id": 3, "service": "Stages sportifs"},
    }  # fmt: skip
    shown = []
    for key, mine in values.items():
        told = mine | changes.get(f"i{key}", {})
        number = f"2026-000{key}"
        shown.append(view(ViewKind.INVOICE, key, FAMILY, invoice(number, **told), file=pdf(number)))
    return shown


def paying(make_app: Callable[..., Flask], payfip: PayfipDouble, url: str | None = None) -> Flask:
    """Make a portal that pays on the double."""
    page = payfip.page("").partition("?")[0]
    told = {"payfip_url": payfip.service, "payfip_page_url": page, "public_url": "http://famille.exemple.fr"}
    return make_app(url, **told)


def payments_of(app: Flask) -> Payments:
    """Give the portal's line to PayFiP."""
    found: Payments = app.extensions["marelle"].payments
    return found


def pay(person: Person, address: str = REVIEW, **changes: object) -> Any:
    """Go through the page that says the total, as it was drawn, and press « Payer »."""
    person.get(address)
    sent = {"facture": person.all_hidden("facture"), "total": person.hidden("total")} | changes
    return person.post("/paiement", sent)


def idop_in(location: str) -> str:
    return location.rpartition("idop=")[2]


def told(office: Office) -> list[tuple[str, int]]:
    """Give what the office is told of payments, in order."""
    return [(one["state"], one["amount_cents"]) for one in office.payloads("online_payment")]


def rows(app: Flask) -> list[OnlinePayment]:
    return app.extensions["marelle"].store.read(lambda work: work.session.query(OnlinePayment).all())


def back_on(person: Person, payfip: PayfipDouble, idop: str) -> str:
    """Come back from PayFiP's page as a browser does, and give the address of the payment's page."""
    address = payfip.operations[idop].asked["urlredirect"].removeprefix("http://famille.exemple.fr")
    location = person.client.get(f"{address}?idop={idop}").location
    person.get(location)
    return location
