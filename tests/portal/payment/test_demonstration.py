"""What the demonstration's family does on PayFiP's double, so that the histories have something to show."""

import httpx
from flask import Flask

from backoffice.demonstration.online import pay_some
from backoffice.demonstration.payfip import PayfipDouble
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.payment.paying import CANTEEN, CARE, CRECHE, rows
from tests.portal.published import FAMILY, view

PORTAL = "http://famille.exemple.fr"


def inside(app: Flask, person: Person) -> httpx.Client:
    """Give a browser that really goes from the portal to the double and back, with somebody's cookies."""
    browser = httpx.Client(
        mounts={PORTAL: httpx.WSGITransport(app=app)}, follow_redirects=True, trust_env=False, timeout=30
    )
    for cookie in person.client._cookies.values():
        browser.cookies.set(cookie.key, cookie.value, domain="famille.exemple.fr")
    return browser


def test_a_card_is_refused_a_payment_given_up_and_an_invoice_paid(
    app: Flask, office: Office, claire: Person, payfip: PayfipDouble
) -> None:
    with inside(app, claire) as browser:
        assert pay_some(browser, f"{PORTAL}/bienvenue/premier-lien") == 3
    assert [row.state for row in rows(app)] == ["refused", "cancelled", "paid"]
    assert {str(row.basket[0][0]) for row in rows(app)} <= {CANTEEN, CARE, CRECHE}
    claire.get("/historique?quoi=paiements")
    assert "Payé" in claire.words


def test_the_only_invoice_is_left_to_pay_and_where_there_is_none_nothing_is_tried(
    app: Flask, office: Office, claire: Person, payfip: PayfipDouble
) -> None:
    office.publish(*(view(ViewKind.INVOICE, key, FAMILY, None) for key in (CARE, CRECHE)))
    with inside(app, claire) as browser:
        assert pay_some(browser, PORTAL) == 2
        assert [row.state for row in rows(app)] == ["refused", "cancelled"]
        office.publish(view(ViewKind.INVOICE, CANTEEN, FAMILY, None))
        assert pay_some(browser, PORTAL) == 0
