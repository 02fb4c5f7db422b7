"""Receipts, credit notes, certificates and mandates: each household has its own, and asks for a debit without a trace."""

import json
import logging
from datetime import date
from typing import Any

import pytest
from flask import Flask

from backoffice.sealing import Sealer
from backoffice.secrets import new_key
from backoffice.sync.contract import MandateAsked, MandatesView, MandateView, PaperView, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.payment.paying import REGIES, REVIEW
from tests.portal.published import FAMILY, OTHER_FAMILY, pdf, structure, view

IBAN = "FR14 2004 1010 0505 0001 3M02 606"
SECRET = "20041010050500013M02606"
ASK = "/factures/prelevement/1"
GOOD = {"holder": "Claire Martin", "iban": IBAN, "bic": "", "consent": "oui"}


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(new_key())


@pytest.fixture
def office(app: Flask, office: Office, sealer: Sealer) -> Office:
    body = structure().model_copy(update={"regies": REGIES, "upload_key": sealer.public_key})
    office.publish(view(ViewKind.STRUCTURE, "", 0, body))
    return office


def paper(kind: str, title: str, number: str, **more: Any) -> PaperView:
    return PaperView(**{"kind": kind, "title": title, "number": number, "day": date(2026, 11, 12), **more})


def mandate(state: str, account: str = "•••• 2606") -> MandateView:
    return MandateView(regie_id=1, rum="PERI-F0007-1", state=state, account=account, since=date(2026, 11, 2))


def test_papers_are_listed_and_given_to_their_household_alone(office: Office, claire: Person, hugo: Person) -> None:
    receipt = paper("receipt", "Quittance", "Q-1", cents=9049, means="Chèque", invoices=("2026-000101",), regie_id=1)
    tax = paper("certificate", "Attestation fiscale 2025", "", cents=12000)
    office.publish(
        view(ViewKind.PAPER, "receipt:5", FAMILY, receipt, file=pdf("Q-1")),
        view(ViewKind.PAPER, "certificate:2", FAMILY, tax, file=pdf("A-1")),
        view(ViewKind.PAPER, "receipt:6", OTHER_FAMILY, paper("receipt", "Quittance", "Q-2"), file=pdf("Q-2")),
    )
    claire.get("/factures?voir=papiers")
    for words in ("Attestation fiscale 2025", "Q-1", "90,49 €", "Chèque", "2026-000101"):
        assert words in claire.words
    assert "Q-2" not in claire.text
    assert claire.get("/factures/papiers/receipt:5.pdf").data.startswith(b"%PDF")
    for key in ("receipt:6", "receipt:7", "101", "%00", "certificate:9"):
        assert claire.get(f"/factures/papiers/{key}.pdf").status_code == 404
    assert hugo.get("/factures/papiers/receipt:5.pdf").status_code == 404
    assert claire.get("/factures/receipt:5.pdf").status_code == 404
    claire.get("/historique?quoi=paiements&periode=mois")
    assert "Quittance, Chèque" in claire.words


def test_a_paper_paid_here_is_in_the_history_once(office: Office, claire: Person) -> None:
    body = paper("receipt", "Quittance", "Q-1", cents=9049, means="PayFiP, carte", online=True)
    office.publish(view(ViewKind.PAPER, "receipt:5", FAMILY, body, file=pdf("Q-1")))
    claire.get("/historique?quoi=paiements&periode=mois")
    assert "Aucun paiement pendant cette période" in claire.words


def test_an_account_is_sealed_on_arrival_and_kept_nowhere(
    app: Flask, office: Office, claire: Person, sealer: Sealer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    claire.get(ASK)
    sent = claire.post(ASK, GOOD)
    assert sent.location.startswith("/demandes/")
    (asked,) = office.payloads("mandate")
    assert (asked["regie_id"], asked["holder"]) == (1, "Claire Martin")
    opened = json.loads(sealer.open_letter(MandateAsked.model_validate(asked).sealed))
    assert opened == {"holder": "Claire Martin", "iban": IBAN.replace(" ", ""), "bic": "PSSTFRPP"}
    store = app.extensions["marelle"].store
    with store.engine.connect() as connection:
        kept = str([
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 our own tables' names
            for table in ("outbox_action", "online_payment", "shown_view")
        ])  # fmt: skip
    for trace in (SECRET, SECRET[:12], "2606", "3M02"):
        assert trace not in kept.replace(" ", "")
        assert trace not in caplog.text
    assert claire.get(ASK).status_code == 200
    assert "la régie va vous répondre" in claire.words
    assert claire.post(ASK, GOOD).status_code in {303, 400}  # no second request while the first waits
    assert len(office.payloads("mandate")) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iban": "FR14 2004 1010 0505 0001 3M02 607"}, "La clé de cet IBAN est fausse"),
        ({"iban": ""}, "L'IBAN manque"),
        ({"iban": "FR76<script>alert(1)</script>"}, "IBAN"),
        ({"holder": " "}, "Écrivez le nom du titulaire du compte"),
        ({"bic": "XX"}, "Ce BIC n'est pas valable"),
        ({"consent": None}, "Cochez cette case"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_iban_never_comes_back(
    office: Office, claire: Person, change: dict[str, object], words: str
) -> None:
    claire.get(ASK)
    form = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert claire.post(ASK, form).status_code == 422
    assert words in claire.words
    for typed in (IBAN, SECRET, "3M02", "<script>alert"):
        assert typed not in claire.text
    assert "tapez-le de nouveau" in claire.words or "trouble" in claire.text
    assert office.payloads("mandate") == []


def test_without_the_offices_key_nothing_is_asked(office: Office, claire: Person) -> None:
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"regies": REGIES})))
    claire.get(ASK)
    assert "adressez-vous à la régie" in claire.words
    assert claire.client.post(ASK, data=GOOD | {"csrf_token": csrf(claire), "form_key": "k"}).status_code == 422
    assert office.payloads("mandate") == []


def test_a_regie_that_does_not_debit_has_no_form(office: Office, claire: Person) -> None:
    assert claire.get("/factures/prelevement/2").status_code == 404
    assert claire.get("/factures/prelevement").status_code == 200
    assert "Régie de la crèche" not in claire.words


@pytest.mark.parametrize(
    ("state", "words"),
    [("unsigned", "À signer et à rendre"), ("active", "Actif"), ("suspended", "Suspendu"), ("revoked", "Terminé")],
)
def test_a_mandate_is_shown_masked_with_its_form_to_sign(
    office: Office, claire: Person, state: str, words: str
) -> None:
    office.publish(view(ViewKind.MANDATES, "", FAMILY, MandatesView(lines=(mandate(state),))))
    if state == "unsigned":
        form = paper("mandate", "Mandat de prélèvement", "PERI-F0007-1", regie_id=1)
        office.publish(view(ViewKind.PAPER, "mandate:3", FAMILY, form, file=pdf("mandat")))
    claire.get("/factures/prelevement")
    assert words in claire.words
    assert "•••• 2606" in claire.words
    assert ("/factures/papiers/mandate:3.pdf" in claire.text) is (state == "unsigned")


def csrf(person: Person) -> str:
    person.get("/mot-de-passe")
    return person.hidden("csrf_token")


def test_hostile_words_of_papers_mandates_and_regies_are_shown_as_words(office: Office, claire: Person) -> None:
    bad = '"><script>alert(1)</script>{{7*7}}'
    regies = tuple(one.model_copy(update={"name": bad}) for one in REGIES)
    line = MandateView(regie_id=1, rum=bad, state="active", account=bad, since=date(2026, 11, 2))
    body = paper("receipt", bad, bad, means=bad, invoices=(bad,), cents=1)
    office.publish(
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"regies": regies})),
        view(ViewKind.MANDATES, "", FAMILY, MandatesView(lines=(line,))),
        view(ViewKind.PAPER, "receipt:5", FAMILY, body, file=pdf(bad)),
    )
    pages = (
        "/factures",
        "/factures?voir=papiers",
        "/factures/prelevement",
        ASK,
        REVIEW,
        "/historique?quoi=paiements&periode=mois",
    )
    for path in pages:
        text = claire.get(path).text
        assert "<script>alert" not in text, path
        assert "{{7*7}}" in text, path
    assert '"' not in claire.get("/factures/papiers/receipt:5.pdf").headers["Content-Disposition"].partition("=")[2]


def test_forms_of_money_from_elsewhere_are_refused(office: Office, claire: Person) -> None:
    for path, form in ((ASK, GOOD), ("/paiement", {"facture": "101", "total": "7049"})):
        for token in ({}, {"csrf_token": "faux"}):
            assert claire.client.post(path, data=form | {"form_key": "k"} | token).status_code == 400
    assert office.payloads("mandate") == office.payloads("online_payment") == []
