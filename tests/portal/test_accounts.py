"""Ways in: single-use links, strong passwords, the same answer for everybody, growing delays, devices."""

import re

import pytest
from flask import Flask

from backoffice.portal.devices import device_name
from backoffice.portal.passwords import why_weak
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person, drawn
from tests.portal.published import CLAIRE, FAMILY, PASSWORD, Clock, account, everything, view


def test_a_link_opens_the_account_once_and_tells_the_office(app: Flask, office: Office):
    person = Person(app)
    for _ in range(3):  # mail scanners open links too
        assert "Claire Martin" in person.get("/bienvenue/premier-lien").text
    assert person.open_account().location == "/"
    assert "Bonjour Claire Martin" in person.get("/").text
    assert office.payloads("account_opened") == [{"kind": "account_opened"}]
    late = Person(app).get("/bienvenue/premier-lien")
    assert late.status_code == 410
    assert "Recevoir un nouveau lien" in late.text


def test_a_link_sent_twice_at_once_opens_one_account(app: Flask, office: Office):
    first, second = Person(app), Person(app)
    first.get("/bienvenue/premier-lien")
    second.get("/bienvenue/premier-lien")
    form = {"password": PASSWORD, "again": PASSWORD}
    assert first.post("/bienvenue/premier-lien", form).status_code == 303
    assert second.post("/bienvenue/premier-lien", form).status_code == 410
    assert len(office.payloads("account_opened")) == 1


def test_a_link_is_over_after_48_hours(app: Flask, office: Office, clock: Clock):
    clock.move(hours=48, seconds=1)
    assert Person(app).get("/bienvenue/premier-lien").status_code == 410


@pytest.mark.parametrize("token", ["inconnu", "a" * 3000, "%00", "é", "premier-lien%20"])
def test_an_unknown_link_reads_like_a_used_one(app: Flask, office: Office, token: str):
    assert Person(app).get(f"/bienvenue/{token}").status_code == 410


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("court-1A", "8 caractères"),
        ("marelle-marelle", "une majuscule et un chiffre"),
        ("Marelle26-abc", None),
        ("Marellecraie26x", None),
        ("marellecraie26", "une majuscule et un signe"),
        ("aaaaaaaaaaaaaaaaaaaa", "répète"),
        ("le chat saute du ciel vers la terre", None),
        ("trois petits mots", "une majuscule et un chiffre"),
        ("Claire.Martin26@exemple.fr", "adresse e-mail"),
        ("Aa1-" * 60, "trop long"),
    ],
)
def test_passwords_follow_the_cnil(password: str, says: str | None):
    answer = why_weak(password, email="claire.martin26@exemple.fr")
    assert answer is None if says is None else says in str(answer).replace("\u202f", " ") or "répète" in str(answer)


def test_a_weak_password_is_told_beside_the_field(app: Flask, office: Office):
    person = Person(app)
    person.get("/bienvenue/premier-lien")
    response = person.post("/bienvenue/premier-lien", {"password": "trop-court1", "again": "trop-court1"})
    assert response.status_code == 422
    assert 'aria-describedby="password-trouble password-rule" aria-invalid="true"' in person.text
    response = person.post("/bienvenue/premier-lien", {"password": PASSWORD, "again": "autre"})
    assert "ne sont pas les mêmes" in person.text
    assert person.open_account().status_code == 303


def test_sign_in_and_out(app: Flask, claire: Person):
    other = Person(app)
    assert other.sign_in().location == "/"
    other.get("/")
    assert other.post("/deconnexion").location == "/connexion"
    assert other.get("/famille").status_code == 303
    assert claire.get("/famille").status_code == 200


def test_the_address_is_read_without_case(app: Flask, claire: Person):
    assert Person(app).sign_in(" Claire.MARTIN@exemple.fr ").location == "/"


def shape(text: str) -> str:
    return re.sub(r'value="[^"]*"', "", text)


def test_an_unknown_address_reads_like_a_wrong_password(app: Flask, claire: Person):
    known, unknown = Person(app), Person(app)
    for _ in range(6):
        assert known.sign_in(password="Faux-mot-de-passe-1").status_code == 422
        assert unknown.sign_in("personne@exemple.fr", "Faux-mot-de-passe-1").status_code == 422
        assert shape(known.text) == shape(unknown.text)


def test_an_unknown_address_costs_one_verification_too(app: Flask, claire: Person, monkeypatch: pytest.MonkeyPatch):
    verified = []
    hasher = app.extensions["marelle"].passwords._hasher
    monkeypatch.setattr(type(hasher), "verify", lambda *_: verified.append(1) or (_ for _ in ()).throw(ValueError))
    monkeypatch.setattr("backoffice.portal.passwords.VerificationError", ValueError)
    Person(app).sign_in("personne@exemple.fr", "x")
    Person(app).sign_in("claire.martin@exemple.fr", "x")
    assert len(verified) == 2


def test_wrong_passwords_cost_more_and_more_time(app: Flask, claire: Person, clock: Clock):
    person = Person(app)
    for _ in range(5):
        person.sign_in(password="Faux-mot-de-passe-1")
    assert "Patientez 1 minute" in person.text
    assert person.sign_in().status_code == 422  # even the right one
    clock.move(seconds=31)
    person.sign_in(password="Faux-mot-de-passe-1")
    clock.move(seconds=31)
    assert person.sign_in().status_code == 422  # the delay has doubled
    clock.move(seconds=31)
    assert person.sign_in().location == "/"
    for _ in range(4):
        person = Person(app)
        person.sign_in(password="Faux-mot-de-passe-1")
    assert Person(app).sign_in().location == "/"  # a success forgets


def test_the_token_changes_at_each_sign_in_and_is_kept_hashed(app: Flask, claire: Person):
    first = claire.client.get_cookie("marelle")
    second = Person(app)
    second.sign_in()
    token = second.client.get_cookie("marelle")
    assert first
    assert token
    assert first.value != token.value
    with app.extensions["marelle"].store.engine.connect() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("SELECT token_hash FROM sign_in")]
    assert token.value not in kept
    assert len(kept) == 2


def test_a_token_chosen_by_somebody_else_is_never_taken(app: Flask, claire: Person):
    victim = Person(app)
    victim.client.set_cookie("marelle", "choisi-par-un-autre")
    victim.sign_in()
    cookie = victim.client.get_cookie("marelle")
    assert cookie
    assert cookie.value != "choisi-par-un-autre"


@pytest.mark.parametrize(("hours", "steps"), [(2.1, 1), (1, 13)])
def test_a_sign_in_ends_when_idle_and_at_the_end_of_the_day(claire: Person, clock: Clock, hours: float, steps: int):
    for _ in range(steps - 1):
        clock.move(hours=hours)
        claire.get("/")
    clock.move(hours=hours)
    assert claire.get("/").status_code == 303


def test_a_used_sign_in_stays_open(claire: Person, clock: Clock):
    for _ in range(11):
        clock.move(hours=1)
        assert claire.get("/").status_code == 200


def test_a_form_sent_after_the_end_leads_back_to_the_door(claire: Person, clock: Clock):
    claire.get("/mot-de-passe")
    clock.move(hours=3)
    response = claire.post("/mot-de-passe", {"current": PASSWORD})
    assert response.location == "/connexion?fin=1"
    assert "Votre connexion a pris fin" in claire.get("/connexion?fin=1").text


def test_asking_a_link_answers_the_same_whether_known_or_not(app: Flask, office: Office):
    answers = []
    for email in ("claire.martin@exemple.fr", "personne@exemple.fr"):
        person = Person(app)
        person.get("/lien")
        person.post("/lien", {"email": email})
        answers.append(drawn(person.text).replace(email, ""))
    assert answers[0] == answers[1]
    person.get("/lien")
    person.post("/lien", {"email": "claire.martin@exemple.fr"})
    assert office.payloads("link_asked") == [{"kind": "link_asked"}]  # one question at a time


def test_a_new_link_changes_the_password_and_ends_the_old_sign_ins(app: Flask, office: Office, claire: Person):
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="oubli")))
    other = Person(app)
    other.open_account("oubli", "Nouvelle-craie-2027")
    assert claire.get("/").status_code == 303
    assert claire.sign_in().status_code == 422
    assert claire.sign_in(password="Nouvelle-craie-2027").location == "/"


def test_the_password_can_be_changed_at_any_time(app: Flask, claire: Person):
    other = Person(app)
    other.sign_in()
    form = {"current": PASSWORD, "password": "Nouvelle-craie-2027", "again": "Nouvelle-craie-2027"}
    claire.get("/mot-de-passe")
    assert claire.post("/mot-de-passe", form | {"current": "faux"}).status_code == 422
    assert "Ce n'est pas votre mot de passe actuel" in claire.words
    assert claire.post("/mot-de-passe", form).status_code == 303
    assert claire.get("/").status_code == 200
    assert other.get("/").status_code == 303
    assert Person(app).sign_in(password="Nouvelle-craie-2027").location == "/"


def test_the_other_devices_can_be_signed_out(app: Flask, claire: Person):
    other = Person(app)
    other.sign_in()
    assert claire.get("/mot-de-passe").text.count("<li><p><strong>") == 2
    claire.post("/appareils/deconnecter")
    assert other.get("/").status_code == 303
    assert claire.get("/").status_code == 200


@pytest.mark.parametrize(
    ("suite", "leads"),
    [
        ("/factures", "/factures"),
        ("/reservations/21/2026-W48", "/reservations/21/2026-W48"),
        ("/contact", "/contact"),
        ("//ailleurs.exemple", "/"),
        ("https://ailleurs.exemple/", "/"),
        ("/\\ailleurs.exemple", "/"),
        ("/\t/ailleurs.exemple", "/"),
        ("/sync/state", "/"),
        ("/static/portal.css", "/"),
        ("/nulle-part", "/"),
        ("javascript:alert(1)", "/"),
        ("/deconnexion", "/"),
    ],
)
def test_after_the_door_only_our_own_pages(app: Flask, claire: Person, suite: str, leads: str):
    assert Person(app).sign_in(suite=suite).location == leads


def test_a_page_asked_too_early_is_reached_after_the_door(app: Flask, office: Office):
    person = Person(app)
    assert person.get("/factures").location == "/connexion?suite=/factures"
    assert person.get("/").location == "/connexion"


def test_one_network_address_cannot_guess_for_ever(make_app):
    app = make_app(sign_in_rate="3 per minute")
    Office(app).publish(*everything())
    person = Person(app)
    for number in range(3):
        assert person.sign_in(f"quelqu.un.{number}@exemple.fr").status_code == 422
    response = person.sign_in("encore@exemple.fr")
    assert response.status_code == 429
    assert "Trop d'essais" in person.words


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("<script>", "Un navigateur sur un autre appareil"),
    ],
)
def test_a_device_has_a_name_that_its_owner_knows(agent: str, name: str):
    assert device_name(agent) == name
