"""Several payments of the same invoices at the same instant: one is opened, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from tests.portal.conftest import Office, Person
from tests.portal.payment.paying import BOTH, CANTEEN, CARE, REVIEW, idop_in, paying, payments_of, rows, told
from tests.portal.published import Clock


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, make_app: Callable[..., Flask], payfip: PayfipDouble) -> Flask:
    url = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")("portal")
    return paying(make_app, payfip, url)


def test_two_devices_that_pay_together_open_one_payment(
    app: Flask, office: Office, claire: Person, payfip: PayfipDouble, clock: Clock
) -> None:
    forms = []
    for _ in range(3):  # each sent twice
        claire.get(REVIEW)
        forms.append(claire.form("total") | {"facture": [CANTEEN, CARE]})

    def send(form: dict[str, object]) -> str:
        answer = claire.tab().post("/paiement", data=form)
        return answer.location or str(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, forms * 2))
    (opened,) = payfip.operations
    assert len(rows(app)) == 1
    assert [answer for answer in answers if idop_in(answer) == opened] == [payfip.page(opened)]
    assert told(office) == [("started", BOTH)]
    payfip.decide(opened, "P")
    clock.move(seconds=10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: payments_of(app).ask_pending(), range(4)))
    assert told(office) == [("started", BOTH), ("paid", BOTH)]
