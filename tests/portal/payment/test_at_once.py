"""Several payments of the same invoices at the same instant: one is opened, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.payment.paying import BOTH, REGIES, REVIEW, bills, idop_in, paying, payments_of, rows, told
from tests.portal.published import Clock, everything, structure, view


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, make_app: Callable[..., Flask], payfip: PayfipDouble) -> Flask:
    url = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")("portal")
    return paying(make_app, payfip, url)


def test_two_devices_that_pay_together_open_one_payment(app: Flask, payfip: PayfipDouble, clock: Clock) -> None:
    office, claire = Office(app), Person(app)
    body = structure().model_copy(update={"regies": REGIES})
    office.publish(*everything(), view(ViewKind.STRUCTURE, "", 0, body), *bills())
    claire.open_account()
    forms = []
    for _ in range(6):  # three forms, each sent twice
        claire.get(REVIEW)
        forms.append({name: claire.hidden(name) for name in ("csrf_token", "form_key", "total")})
    cookies = [claire.client.get_cookie(name) for name in ("marelle",)]

    def send(form: dict[str, object]) -> str:
        client = app.test_client()
        for cookie in cookies:
            assert cookie
            client.set_cookie(cookie.key, cookie.value)
        answer = client.post("/paiement", data=form | {"facture": ["101", "102"]})
        return answer.location or str(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, [*forms[:3], *forms[:3]]))
    (opened,) = payfip.operations
    assert len(rows(app)) == 1
    assert [answer for answer in answers if idop_in(answer) == opened] == [payfip.page(opened)]
    assert told(office) == [("started", BOTH)]
    payfip.decide(opened, "P")
    clock.move(seconds=10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: payments_of(app).ask_pending(), range(4)))
    assert told(office) == [("started", BOTH), ("paid", BOTH)]
