"""The other menus: what each shows, in order, and when there is nothing."""

from datetime import timedelta

import pytest
from flask import Flask

from backoffice.sync.contract import RequestView, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.published import (
    CANTEEN,
    DAYS,
    EVENING,
    FAMILY,
    LEA,
    MORNING,
    NOW,
    WEEK,
    Clock,
    account,
    cell,
    view,
    week,
)


def test_the_dashboard_says_what_waits(claire: Person):
    claire.get("/")
    for words in (
        "2 factures à payer",
        "2 documents manquants",
        "1 document refusé",
        "1 document expiré",
        "Aujourd'hui : Repas, Léa",
        "Vendredi 27 novembre : Repas, Léa",
        "1 modification en attente de la régie",
    ):
        assert words in claire.words


def test_the_menus_are_those_of_the_guide(claire: Person):
    text = claire.get("/").text
    names = [
        "Ma famille",
        "Mes inscriptions",
        "Mes réservations",
        "Mes factures",
        "Mes documents",
        "Historique de mes actions",
        "Contacter la structure",
    ]
    places = [text.index(f"<strong>{name}") for name in names]
    assert places == sorted(places)


def test_before_anything_is_published_every_page_stands(app: Flask):
    office = Office(app)
    office.publish(view(ViewKind.ACCOUNT, 11, FAMILY, account()))
    person = Person(app)
    person.open_account()
    for path in (
        "/",
        "/famille",
        "/inscriptions",
        "/reservations",
        "/factures",
        "/documents",
        "/demandes",
        "/historique",
    ):
        assert person.get(path).status_code == 200, path
    assert person.get("/contact").status_code == 200
    assert person.get("/famille/enfant/1").status_code == 404


def test_invoices_to_pay_by_default_settled_on_a_second_button(claire: Person):
    claire.get("/factures")
    assert "Reste à payer <strong>90,49 €" in claire.words
    assert "2026-000101" in claire.text
    assert "2026-000090" not in claire.text
    assert "Échue le 23/11/2026" in claire.words
    assert "À payer avant le 30/11/2026" in claire.words
    claire.get("/factures?voir=soldees")
    assert "2026-000090" in claire.text
    assert "2026-000101" not in claire.text


def test_enrolments_are_filtered_by_child_and_period(claire: Person):
    assert "ALSH" not in claire.get("/inscriptions").text
    claire.get("/inscriptions?enfant=22&quand=toutes")
    assert "ALSH d'été" in claire.words
    assert "Périscolaire" not in claire.text
    assert claire.get("/inscriptions?enfant=23&quand=xx").status_code == 200


def test_documents_missing_first_and_what_they_block(claire: Person):
    claire.get("/documents")
    assert "4 documents à fournir" in claire.words
    assert claire.words.index("Avis d'imposition") < claire.words.index("Justificatif de domicile")
    assert "La photo est illisible." in claire.words
    assert "Nécessaire pour : le tarif au quotient familial" in claire.words


def test_connections_by_week_and_by_month(claire: Person, clock: Clock):
    assert "Mardi 24 novembre à 9 h 30" in claire.get("/historique").text.replace("\xa0", " ")
    assert "Aucune connexion" in claire.get("/historique?le=2026-W47").text
    claire.get("/historique?periode=mois")
    assert "Novembre 2026" in claire.words
    assert "Mardi 24 novembre à 9 h 30" in claire.words
    assert "Aucune connexion" in claire.get("/historique?periode=mois&le=2026-10").text


@pytest.mark.parametrize("le", ["0000-W01", "9999-W52", "abc", "2026-13", "1-W1", "%00"])
def test_a_period_that_no_calendar_has_is_this_one(claire: Person, le: str):
    for period in ("semaine", "mois", "siècle"):
        assert claire.get(f"/historique?periode={period}&le={le}").status_code == 200


def test_old_connections_are_forgotten_after_a_year(app: Flask, claire: Person, clock: Clock):
    clock.move(days=366)
    claire.sign_in()
    with app.extensions["marelle"].store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM connection").scalar() == 1


def test_whom_to_call_is_open_to_all(app: Flask, office: Office):
    person = Person(app)
    person.get("/contact")
    assert 'href="tel:0329000001"' in person.text
    assert "École du Parc" in person.text
    assert "Démonstration — personnes fictives" in person.text


def test_answers_of_the_regie_stay_readable(office: Office, claire: Person):
    key = "0198c1f0-0000-7000-8000-000000000001"
    body = RequestView(
        title="Inscription de Tom",
        received_at=NOW - timedelta(days=3),
        status="refused",
        lines=(),
        reason="Plus de place",
        note="Rappelez-nous.\nLa régie",
        decided_at=NOW - timedelta(days=1),
    )
    office.publish(view(ViewKind.REQUEST, key, FAMILY, body))
    assert "Inscription de Tom" in claire.get("/demandes").text
    claire.get(f"/demandes/{key}")
    assert "Motif :</strong> Plus de place" in claire.words
    assert "Rappelez-nous.<br>La régie" in claire.words
    assert "1 réponse récente à lire" in claire.get("/").text.replace("\u202f", " ")


def test_what_comes_is_told_in_the_order_of_the_day(office: Office, claire: Person):
    cells = [cell(EVENING, DAYS[3]), cell(CANTEEN, DAYS[3]), cell(MORNING, DAYS[3])]
    office.publish(view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week(cells=cells)))
    claire.get("/")
    assert "Jeudi 26 novembre : Matin, Repas et Soir, Léa" in claire.words


@pytest.mark.parametrize(
    "path", ["/mot-de-passe", "/contact", "/vos-donnees/copie", f"/reservations/{LEA}/periode/repeter", "/famille"]
)
def test_a_page_where_nothing_is_wrong_has_no_error_in_its_title(claire: Person, path: str):
    assert claire.get(path).status_code == 200
    assert "<title>Erreur" not in claire.text


def test_a_page_where_something_is_wrong_has_it_first_in_its_title(claire: Person):
    claire.get("/mot-de-passe")
    assert claire.post("/mot-de-passe", {"current": "", "password": "court", "again": ""}).status_code == 422
    assert "<title>Erreur : " in claire.words
