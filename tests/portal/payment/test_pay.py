"""Paying on PayFiP: a frozen basket, the answer of PayFiP's server and no other, each outcome told once."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.sync.contract import InvoiceState, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.payment.conftest import Till
from tests.portal.payment.paying import (
    BOTH,
    CANTEEN,
    CARE,
    CRECHE,
    REGIES,
    REVIEW,
    SPORT,
    back_on,
    bills,
    idop_in,
    pay,
    rows,
    told,
)
from tests.portal.published import NOW, Clock, structure, view


def test_two_invoices_are_ticked_totalled_paid_and_told(
    app: Flask, office: Office, claire: Person, payfip: PayfipDouble
) -> None:
    claire.get("/factures")
    assert claire.text.count('name="facture"') == 3
    claire.get(REVIEW)
    assert "Total à payer" in claire.words
    assert "Payer 90,49 € sur PayFiP" in claire.words
    sent = pay(claire)
    assert sent.status_code == 303
    assert sent.location.startswith(f"{payfip.address}/paiement?idop=")
    idop = idop_in(sent.location)
    asked = payfip.operations[idop].asked
    assert (asked["montant"], asked["numcli"], asked["saisie"], asked["exer"]) == (str(BOTH), "881140", "W", "2026")
    assert asked["mel"] == "claire.martin@exemple.fr"
    assert asked["objet"] == "Restauration scolaire octobre 2026 Periscolaire octobre 2026"
    assert re.fullmatch(r"PANIER2611240930[A-Z2-9]{6}", asked["refdet"])
    assert asked["urlnotif"] == "http://famille.exemple.fr/payfip/notification"
    assert told(office) == [("started", BOTH)]
    payfip.decide(idop, "P")
    back_on(claire, payfip, idop)
    assert "Paiement réussi : 90,49 €" in claire.words
    assert told(office) == [("started", BOTH), ("paid", BOTH)]
    basket = office.payloads("online_payment")[1]["basket"]
    assert basket == [{"invoice_id": 101, "cents": 7049}, {"invoice_id": 102, "cents": 2000}]
    claire.get("/factures")
    assert claire.words.count("Payée en ligne") == 2


def test_the_dashboard_and_the_list_say_the_same_of_what_was_just_paid(
    app: Flask, office: Office, claire: Person, payfip: PayfipDouble
) -> None:
    idop = idop_in(pay(claire).location)
    claire.get("/")
    assert "4 factures à payer : 231,47 €" in claire.words
    assert "Paiement en ligne en cours : 90,49 €" in claire.words
    claire.get("/factures")
    assert "231,47 €" in claire.words
    payfip.decide(idop, "P")
    back_on(claire, payfip, idop)
    claire.get("/")
    assert "2 factures à payer : 140,98 €" in claire.words
    assert "Payé en ligne : 90,49 €, la régie l'enregistre" in claire.words
    assert "en cours : 90,49" not in claire.words
    claire.get("/factures")
    assert "Reste à payer <strong>140,98 €</strong>" in claire.words
    assert 'À payer <span class="count">2</span>' in claire.words


def test_a_single_invoice_keeps_its_own_reference_and_each_attempt_has_a_new_one(
    claire: Person, payfip: PayfipDouble, office: Office
) -> None:
    address = f"/paiement?facture={CANTEEN}"
    for _ in range(2):
        idop = idop_in(pay(claire, address).location)
        payfip.decide(idop, "A")
        back_on(claire, payfip, idop)
        assert "Vous avez abandonné ce paiement. Rien n'a été débité." in claire.words
    first, second = (one.asked["refdet"] for one in payfip.operations.values())
    assert first != second
    assert all(one.startswith("CANTINE2026000101") and len(one) == 23 for one in (first, second))
    assert told(office) == [("started", 7049), ("cancelled", 7049)] * 2


@pytest.mark.parametrize(("letter", "words"), [("R", "PayFiP a refusé ce paiement"), ("Z", "PayFiP a refusé")])
def test_a_refusal_debits_nothing_and_lets_one_try_again(
    claire: Person, payfip: PayfipDouble, office: Office, letter: str, words: str
) -> None:
    idop = idop_in(pay(claire).location)
    payfip.decide(idop, letter)
    back_on(claire, payfip, idop)
    assert words in claire.words
    assert "Rien n'a été débité" in claire.words
    assert REVIEW.replace("&", "&amp;") in claire.text
    assert told(office)[-1] == ("refused", BOTH)


def test_amounts_of_the_browser_are_not_believed(claire: Person, payfip: PayfipDouble, office: Office) -> None:
    for forged in ("100", "1", "-5", "90,49", "9" * 30, ""):
        answer = pay(claire, total=forged)
        assert answer.status_code == 422
        assert "Le montant a changé depuis que la page s'est affichée" in claire.words
    assert not payfip.operations
    assert told(office) == []
    pay(claire, montant="100", amount="1")
    assert [one.asked["montant"] for one in payfip.operations.values()] == [str(BOTH)]


@pytest.mark.parametrize("key", ["201", "9999", "999999999999", "abc", "101'--", ""])
def test_another_familys_invoice_reads_like_nobodys(claire: Person, payfip: PayfipDouble, key: str) -> None:
    claire.get(REVIEW)
    data = {"facture": [CANTEEN, key], "total": str(7049 + 7049)}
    answer = claire.post("/paiement", data)
    if key in {"201", "9999"}:
        assert answer.status_code == 404
        assert claire.get(f"/paiement?facture={key}").status_code == 404
    else:  # no key at all: the total is no longer what the page said
        assert answer.status_code == 422
    assert not payfip.operations


def test_two_regies_are_never_in_one_basket(claire: Person, payfip: PayfipDouble) -> None:
    claire.get("/factures")
    assert "Chaque régie se paie à part" in claire.words
    assert claire.text.count("data-basket") == 2
    assert claire.get(f"{REVIEW}&facture={CRECHE}").status_code == 422
    assert "ne sont pas de la même régie" in claire.words
    claire.get(REVIEW)
    answer = claire.post("/paiement", {"facture": [CANTEEN, CRECHE], "total": str(2 * 7049)})
    assert answer.status_code == 422
    assert not payfip.operations


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": InvoiceState.PAID, "due_cents": 0}, "elle est déjà payée"),
        ({"state": InvoiceState.HANDED_OVER, "due_cents": 0}, "la trésorerie la demande"),
        ({"state": InvoiceState.DEBITED}, "elle sera prélevée sur votre compte"),
        ({"state": InvoiceState.CARRIED}, "une prochaine facture la demandera"),
        ({"state": InvoiceState.CANCELLED, "due_cents": 0}, "elle est annulée par un avoir"),
        ({"online": False}, "elle ne se paie pas en ligne"),
    ],
)
def test_what_is_published_meanwhile_is_what_counts(
    claire: Person, till: Till, changes: dict[str, object], words: str
) -> None:
    claire.get(REVIEW)
    form = {"facture": claire.all_hidden("facture"), "total": claire.hidden("total")}
    key = claire.hidden("form_key"), claire.hidden("csrf_token")
    till.office.publish(*bills(i101=changes))
    claire.text = f'name="form_key" value="{key[0]}" name="csrf_token" value="{key[1]}"'
    assert claire.post("/paiement", form).status_code == 422
    assert words in claire.words
    assert not till.payfip.operations


def test_an_amount_that_changed_is_shown_before_anything_is_opened(
    claire: Person, office: Office, payfip: PayfipDouble
) -> None:
    claire.get(REVIEW)
    form = {"facture": claire.all_hidden("facture"), "total": claire.hidden("total")}
    office.publish(*bills(i102={"due_cents": 1500}))
    assert claire.post("/paiement", form).status_code == 422
    assert "Payer 85,49 € sur PayFiP" in claire.words
    assert claire.post("/paiement", form | {"total": claire.hidden("total")}).status_code == 303
    assert [one.asked["montant"] for one in payfip.operations.values()] == ["8549"]


def test_less_than_one_euro_is_paid_with_another(claire: Person, office: Office, payfip: PayfipDouble) -> None:
    office.publish(*bills(i102={"due_cents": 99}))
    assert claire.get(f"/paiement?facture={CARE}").status_code == 422
    assert "Le paiement en ligne commence à 1,00 €" in claire.words
    assert pay(claire).status_code == 303


def test_a_regie_without_payfip_says_where_to_pay(claire: Person) -> None:
    claire.get("/factures")
    assert "Elle ne se paie pas en ligne : réglez-la auprès de la régie" in claire.words
    assert claire.get(f"/paiement?facture={SPORT}").status_code == 422


def test_nothing_ticked_says_so(claire: Person) -> None:
    assert claire.get("/paiement").status_code == 422
    assert "Cochez au moins une facture" in claire.words


def test_a_line_in_test_debits_nothing_says_so_and_leaves_invoices_to_pay(
    claire: Person, payfip: PayfipDouble, office: Office
) -> None:
    trial = tuple(one.model_copy(update={"payfip_mode": "T"}) for one in REGIES)
    claire.get(REVIEW)
    assert "aucune somme n'est débitée" not in claire.words
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"regies": trial})))
    idop = idop_in(pay(claire).location)
    assert payfip.operations[idop].asked["saisie"] == "T"
    payfip.decide(idop, "P")
    back_on(claire, payfip, idop)
    assert "Paiement d'essai réussi. Aucune somme n'a été débitée" in claire.words
    assert [one["mode"] for one in office.payloads("online_payment")] == ["T", "T"]
    claire.get(REVIEW)
    assert "aucune somme n'est débitée" in claire.words
    assert "Payer 90,49 € sur PayFiP" in claire.words


def test_one_form_makes_one_payment(claire: Person, payfip: PayfipDouble, office: Office) -> None:
    claire.get(REVIEW)
    form = claire.form("total") | {"facture": claire.all_hidden("facture")}
    first, second = (claire.client.post("/paiement", data=form) for _ in range(2))
    assert first.location.startswith(payfip.address)
    assert re.fullmatch(r"/paiement/[0-9a-f-]{36}", second.location)
    assert len(payfip.operations) == 1
    assert told(office) == [("started", BOTH)]


def test_a_payment_that_lives_is_resumed_and_not_doubled(
    claire: Person, payfip: PayfipDouble, clock: Clock, app: Flask
) -> None:
    first = pay(claire).location
    assert claire.get(f"/paiement?facture={CANTEEN}").status_code == 422
    assert "un paiement en ligne est en cours, jusqu'à 9 h 45" in claire.words
    (row,) = rows(app)
    assert f"/paiement/{row.id}" in claire.text
    clock.move(seconds=10)
    claire.get(f"/paiement/{row.id}")
    assert first in claire.text
    assert "Reprendre le paiement sur PayFiP" in claire.words
    clock.move(minutes=15)
    assert pay(claire, f"/paiement?facture={CANTEEN}").status_code == 303
    assert len(payfip.operations) == 2


def test_a_payment_made_without_our_knowing_is_found_before_another_is_opened(
    claire: Person, payfip: PayfipDouble, clock: Clock, office: Office
) -> None:
    idop = idop_in(pay(claire).location)
    payfip.decide(idop, "P")  # the family closes its browser, the notification is lost
    clock.move(minutes=16)
    assert pay(claire).status_code == 422
    assert "vous venez de la payer en ligne, la régie l'enregistre" in claire.words
    assert told(office)[-1] == ("paid", BOTH)
    assert len(payfip.operations) == 1


def test_what_the_regie_publishes_after_taking_a_payment_frees_the_invoice(
    claire: Person, payfip: PayfipDouble, clock: Clock, office: Office
) -> None:
    idop = idop_in(pay(claire).location)
    payfip.decide(idop, "P")
    back_on(claire, payfip, idop)
    clock.move(minutes=1)
    office.publish(*bills())  # published for another reason: the payment is not taken yet
    assert claire.get(REVIEW).status_code == 422
    ids = [one["id"] for one in office.actions()["actions"]]
    office.post("/sync/collected", f'{{"contract": 3, "ids": {ids!r}}}'.replace("'", '"'))
    assert claire.get(REVIEW).status_code == 200  # the régie has undone it: it is due again, and may be paid


def test_payfip_silent_opens_nothing_and_says_so(claire: Person, payfip: PayfipDouble, office: Office, app: Flask):
    payfip.stop()
    sent = pay(claire)
    assert sent.status_code == 303
    claire.get(sent.location)
    assert "PayFiP n'a pas ouvert ce paiement" in claire.words
    assert "Rien n'a été débité" in claire.words
    assert told(office) == []
    assert [one.state for one in rows(app)] == ["failed"]
    payfip.start()
    assert pay(claire).location.startswith(payfip.address)


@pytest.mark.parametrize("state", ["opening", "started"])
def test_where_the_power_is_cut_nothing_is_lost_or_doubled(
    claire: Person, till: Till, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    cut = {
        "opening": "backoffice.portal.payfip.PayfipClient.create",
        "started": "backoffice.portal.payment.note_started",
    }
    with monkeypatch.context() as patched:
        patched.setattr(cut[state], _fall)
        assert pay(claire).status_code == 500
    assert [one.state for one in rows(till.app)] == ["opening"]
    assert told(till.office) == []
    assert claire.get(REVIEW).status_code == 422
    till.clock.move(minutes=2)
    assert till.line.ask_pending() == 0
    assert [one.state for one in rows(till.app)] == ["expired"]
    assert pay(claire).status_code == 303
    assert told(till.office) == [("started", BOTH)]


def test_the_power_cut_between_the_answer_and_the_action_is_asked_again(
    claire: Person, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.payfip.decide(idop_in(pay(claire).location), "V")
    with monkeypatch.context() as patched:
        patched.setattr("backoffice.portal.payment._tell", _fall)
        with pytest.raises(KeyboardInterrupt):
            till.line.ask_pending()
    assert told(till.office) == [("started", BOTH)]
    assert till.line.ask_pending() == 1
    assert told(till.office) == [("started", BOTH), ("paid", BOTH)]
    till.clock.move(hours=1)
    assert till.line.ask_pending() == 0


def _fall(*_: object) -> None:
    raise KeyboardInterrupt if _is_poller(_) else RuntimeError


def _is_poller(arguments: tuple[object, ...]) -> bool:
    return len(arguments) == 4


def test_a_waiting_page_asks_again_and_a_decided_one_does_not(
    claire: Person, payfip: PayfipDouble, clock: Clock
) -> None:
    idop = idop_in(pay(claire).location)
    clock.move(seconds=5)
    back_on(claire, payfip, idop)
    assert "quand vous actualiserez la page" in claire.words
    assert "data-poll" in claire.text
    payfip.decide(idop, "P")
    clock.move(seconds=5)
    back_on(claire, payfip, idop)
    assert "quand vous actualiserez la page" not in claire.words
    assert "data-poll" not in claire.text


def test_the_payment_page_is_the_only_place_outside_where_forms_lead(claire: Person, payfip: PayfipDouble) -> None:
    policy = claire.get(REVIEW).headers["Content-Security-Policy"]
    assert f"form-action 'self' {payfip.address};" in policy


def test_the_history_lists_payments_by_week_and_by_month(claire: Person, payfip: PayfipDouble, clock: Clock) -> None:
    payfip.decide(idop_in(location := pay(claire).location), "A")
    assert location
    claire.get("/historique?quoi=paiements")
    assert "Paiement en ligne" in claire.words
    assert "90,49 €" in claire.words
    clock.now = NOW + timedelta(days=8)
    claire.sign_in()
    claire.get("/historique?quoi=paiements")
    assert "Aucun paiement pendant cette période" in claire.words
    claire.get("/historique?quoi=paiements&periode=mois&le=2026-11")
    assert "90,49 €" in claire.words
