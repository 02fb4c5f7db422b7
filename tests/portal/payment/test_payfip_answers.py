"""What PayFiP says, late or never, and what others say in its name; other families' payments."""

import pytest
from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.portal.payfip import Payments
from tests.portal.conftest import Office, Person
from tests.portal.payment.conftest import Till
from tests.portal.payment.paying import BOTH, CANTEEN, CARE, REVIEW, back_on, idop_in, pay, payments_of, rows, told
from tests.portal.published import Clock


def test_without_any_notification_the_poller_finds_what_was_paid(
    claire: Person, payfip: PayfipDouble, office: Office, app: Flask, clock: Clock
) -> None:
    idop, asked = idop_in(pay(claire).location), []
    line: Payments = payments_of(app)
    for _ in range(40):
        clock.move(seconds=5)
        asked.append(line.ask_pending())
    assert 10 <= sum(asked) <= 20  # every ten seconds, then every thirty
    payfip.decide(idop, "P")
    clock.move(seconds=30)
    assert line.ask_pending() == 1
    assert told(office)[-1] == ("paid", BOTH)


@pytest.mark.parametrize(
    ("purged", "hours", "state"), [(True, 3, "expired"), (False, 3, "started"), (False, 25, "expired")]
)
def test_a_payment_that_payfip_forgets_or_never_decides_ends(
    claire: Person, till: Till, purged: bool, hours: int, state: str
) -> None:
    idop = idop_in(pay(claire).location)
    till.payfip.operations[idop].purged = purged
    till.clock.move(hours=hours)
    till.line.ask_pending()
    assert [one.state for one in rows(till.app)] == [state]
    till.payfip.operations[idop].purged = False
    till.payfip.decide(idop, "P")  # and yet
    claire.client.post("/payfip/notification", data={"idop": idop})
    till.clock.move(seconds=5)
    till.line.ask_pending()
    assert told(till.office)[-1] == ("paid", BOTH)


@pytest.mark.parametrize("first", ["R", "A"])
def test_paid_after_a_no_is_told_too(claire: Person, till: Till, first: str) -> None:
    idop = idop_in(pay(claire).location)
    till.payfip.decide(idop, first)
    back_on(claire, till.payfip, idop)
    till.payfip.operations[idop].result = "P"
    till.clock.move(minutes=6)
    assert till.line.ask_pending() == 1
    assert [state for state, _ in told(till.office)][-1] == "paid"
    till.payfip.operations[idop].result = "R"  # what was paid stays so here; the office hears both
    claire.client.post("/payfip/notification", data={"idop": idop})
    till.clock.move(minutes=6)
    till.line.ask_pending()
    assert [one.state for one in rows(till.app)] == ["paid"]
    assert len(told(till.office)) == (3 if first == "R" else 4)


def test_an_amount_of_payfip_that_is_not_ours_is_told_as_payfip_says(
    claire: Person, payfip: PayfipDouble, office: Office, app: Flask
) -> None:
    idop = idop_in(pay(claire).location)
    payfip.operations[idop].asked = {**payfip.operations[idop].asked, "montant": "500"}
    payfip.decide(idop, "P")
    payments_of(app).ask_pending()
    assert told(office)[-1] == ("paid", 500)


def test_an_answer_about_another_reference_is_not_ours(
    claire: Person, payfip: PayfipDouble, office: Office, app: Flask
) -> None:
    idop = idop_in(pay(claire).location)
    payfip.operations[idop].asked = {**payfip.operations[idop].asked, "refdet": "AUTRE2026"}
    payfip.decide(idop, "P")
    payments_of(app).ask_pending()
    assert [state for state, _ in told(office)] == ["started"]


def test_notifications_change_nothing_by_themselves(claire: Person, till: Till, hugo: Person) -> None:
    idop = idop_in(pay(claire).location)
    stranger = Person(till.app)
    forged = [
        {"idop": idop, "resultrans": "P", "montant": "1"},
        {"idop": "jamais-ouvert", "resultrans": "P"},
        {"idop": "\0"},
        {"idop": "x" * 10_000},
        {"idop": "../../etc"},
        {"idop": [idop, idop]},
        {},
        {"idOp": idop},
    ]
    answers = {
        (answer.status_code, answer.data, answer.headers.get("Set-Cookie"))
        for data in forged
        for answer in (
            stranger.client.post("/payfip/notification", data=data),
            stranger.client.get("/payfip/notification", query_string=data),
        )
    }
    assert answers == {(200, b"OK\n", None)}
    for _ in range(3):
        till.clock.move(seconds=5)
        till.line.ask_pending()
    assert told(till.office) == [("started", BOTH)]
    claire.get(f"/paiement/{rows(till.app)[0].id}?resultrans=P&montant=9049&idop={idop}")
    assert "Paiement réussi" not in claire.words
    assert told(till.office) == [("started", BOTH)]


def test_a_storm_of_notifications_does_not_make_us_ask_in_a_storm(
    claire: Person, payfip: PayfipDouble, app: Flask, clock: Clock
) -> None:
    idop, line = idop_in(pay(claire).location), payments_of(app)
    asked = 0
    for _ in range(20):
        claire.client.post("/payfip/notification", data={"idop": idop})
        asked += line.ask_pending()
    assert asked == 1
    clock.move(seconds=4)
    assert line.ask_pending() == 1  # what was heard is not forgotten


def test_another_familys_payment_is_nobodys(claire: Person, hugo: Person, payfip: PayfipDouble, app: Flask) -> None:
    pay(claire)
    (row,) = rows(app)
    for path in (f"/paiement/{row.id}", f"/paiement/{row.id}/etat"):
        assert claire.get(path).status_code == 200
        assert hugo.get(path).status_code == 404
        assert "90,49" not in hugo.text
    for path in ("/paiement/nonsense", "/paiement/%00", f"/paiement/{row.idop}"):
        assert hugo.get(path).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_way_back_leads_to_our_page_whatever_it_is_given(app: Flask, method: str) -> None:
    address = "/paiement/0198c1f0-0000-7000-8000-000000000000/retour"
    call = getattr(Person(app).client, method)
    for extra in ("", "?suite=//exemple.org", "?url=https://exemple.org", "?idop=x%0d%0aLocation:%20//exemple.org"):
        answer = call(f"{address}{extra}", headers={"Host": "mechant.example"})
        assert answer.status_code == 303
        assert answer.location == address.removesuffix("/retour")
    assert call("/paiement/https:exemple.org/retour").status_code in {404, 303, 400, 405}


def test_the_host_that_a_browser_claims_goes_nowhere(claire: Person, payfip: PayfipDouble) -> None:
    claire.get(REVIEW)
    form = claire.form("total") | {"facture": [CANTEEN, CARE]}
    claire.client.post("/paiement", data=form, headers={"X-Forwarded-Host": "mechant"})
    (operation,) = payfip.operations.values()
    assert operation.asked["urlnotif"].startswith("http://famille.exemple.fr/")
    assert operation.asked["urlredirect"].startswith("http://famille.exemple.fr/")


def test_what_one_process_hears_another_asks(claire: Person, till: Till) -> None:
    idop = idop_in(pay(claire).location)
    till.clock.move(hours=30)
    till.line.ask_pending()  # over, for all we know
    till.payfip.decide(idop, "P")
    beside = Payments(till.app.extensions["marelle"].store, till.app.extensions["marelle"].settings)
    beside.hear(idop)
    till.clock.move(seconds=5)
    assert till.line.ask_pending() == 1
    assert told(till.office)[-1] == ("paid", BOTH)
