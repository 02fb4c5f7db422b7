"""Attacks on the doors: guessing by address and by network, fixation, links used twice, words that are not words."""

import logging
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backoffice.portal.common_passwords import _common, is_guessable
from backoffice.portal.guesses import LINK, PACES, SIGN_IN, network_of, tries
from backoffice.portal.logs import Discreet, told
from backoffice.portal.passwords import why_weak
from backoffice.sync.contract import ViewKind
from models.portal import Guess
from tests.portal.conftest import Office, Person, drawn
from tests.portal.published import CLAIRE, FAMILY, PASSWORD, Clock, account, everything, view

WRONG = "Faux-mot-de-passe-1"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def at(person: Person, address: str) -> Person:
    """Put a browser behind a network address."""
    person.client.environ_base["REMOTE_ADDR"] = address
    return person


def guess_from(app: Flask, address: str, email: str, password: str = WRONG):
    person = at(Person(app), address)
    return person.sign_in(email, password), person


def test_a_network_that_tries_many_addresses_waits_too(app: Flask, claire: Person, clock: Clock):
    free = PACES[SIGN_IN][1].free
    for number in range(free + 1):
        _, person = guess_from(app, ELSEWHERE, f"quelqu.un.{number}@exemple.fr")
    assert "Patientez 1 minute" in person.words
    refused, _ = guess_from(app, ELSEWHERE, "claire.martin@exemple.fr", PASSWORD)
    assert refused.status_code == 422  # even the right password, from there
    entered, _ = guess_from(app, HOME, "claire.martin@exemple.fr", PASSWORD)
    assert entered.location == "/"  # and the family at home is not locked out
    clock.move(seconds=31)
    entered, _ = guess_from(app, ELSEWHERE, "claire.martin@exemple.fr", PASSWORD)
    assert entered.location == "/"


def test_a_thief_s_own_account_does_not_wash_his_network(app: Flask, claire: Person, hugo: Person):
    free = PACES[SIGN_IN][1].free
    for number in range(free):
        guess_from(app, ELSEWHERE, f"quelqu.un.{number}@exemple.fr")
    entered, _ = guess_from(app, ELSEWHERE, "hugo.petit@exemple.fr", PASSWORD)
    assert entered.location == "/"
    guess_from(app, ELSEWHERE, "claire.martin@exemple.fr")
    refused, _ = guess_from(app, ELSEWHERE, "claire.martin@exemple.fr", PASSWORD)
    assert refused.status_code == 422


def test_an_address_waits_whatever_network_the_guesses_come_from(app: Flask, claire: Person):
    for number in range(5):
        guess_from(app, f"203.0.113.{number}", "claire.martin@exemple.fr")
    refused, person = guess_from(app, HOME, "claire.martin@exemple.fr", PASSWORD)
    assert refused.status_code == 422
    assert "Patientez 1 minute" in person.words


def test_known_or_not_an_address_waits_the_same(app: Flask, claire: Person, clock: Clock):
    for _ in range(8):
        said = []
        for number, email in enumerate(("claire.martin@exemple.fr", "personne@exemple.fr")):
            response, person = guess_from(app, f"203.0.113.{number}", email)
            said.append((response.status_code, drawn(person.text).replace(email, "")))
        assert said[0] == said[1]
        clock.move(minutes=2)


def test_known_or_not_an_address_costs_the_same_work(app: Flask, claire: Person, monkeypatch: pytest.MonkeyPatch):
    passwords = app.extensions["marelle"].passwords
    verified: list[int] = []
    real = type(passwords).fits
    monkeypatch.setattr(type(passwords), "fits", lambda *args: verified.append(1) or real(*args))
    counts = []
    for email in ("claire.martin@exemple.fr", "personne@exemple.fr", "", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 300):
        verified.clear()
        guess_from(app, HOME, email)
        counts.append(len(verified))
    assert counts == [1, 1, 1, 1]


def test_a_delay_costs_no_work_for_anybody(app: Flask, claire: Person, monkeypatch: pytest.MonkeyPatch):
    for email in ("claire.martin@exemple.fr", "personne@exemple.fr"):
        for number in range(5):
            guess_from(app, f"203.0.113.{number}", email)
    passwords = app.extensions["marelle"].passwords
    monkeypatch.setattr(type(passwords), "fits", lambda *_: pytest.fail("a password was compared"))
    for email in ("claire.martin@exemple.fr", "personne@exemple.fr"):
        response, _ = guess_from(app, HOME, email)
        assert response.status_code == 422


def ask_link(app: Flask, email: str, address: str = HOME):
    person = at(Person(app), address)
    person.get("/lien")
    return person.post("/lien", {"email": email}), person


def test_links_are_asked_for_a_few_times_known_or_not(app: Flask, office: Office, clock: Clock):
    shown = []
    for email in ("claire.martin@exemple.fr", "personne@exemple.fr"):
        codes = []
        for number in range(5):
            response, person = ask_link(app, email, f"203.0.113.{number}")
            codes.append(response.status_code)
            shown.append(drawn(person.text).replace(email, ""))
        assert codes == [200, 200, 200, 429, 429]
    assert shown[:5] == shown[5:]
    assert "Patientez 5 minutes" in person.words
    assert 'value="personne@exemple.fr"' in person.text
    clock.move(minutes=6)
    assert ask_link(app, "personne@exemple.fr")[0].status_code == 200


def test_a_network_asks_for_so_many_links(app: Flask, office: Office):
    for number in range(PACES[LINK][1].free + 1):
        assert ask_link(app, f"quelqu.un.{number}@exemple.fr", ELSEWHERE)[0].status_code == 200
    assert ask_link(app, "claire.martin@exemple.fr", ELSEWHERE)[0].status_code == 429
    assert ask_link(app, "claire.martin@exemple.fr", HOME)[0].status_code == 200


def test_the_table_of_guesses_names_nobody(app: Flask, claire: Person):
    guess_from(app, HOME, "claire.martin@exemple.fr")
    kept = app.extensions["marelle"].store.read(lambda work: work.session.scalars(select(Guess.address_hash)).all())
    secret = app.extensions["marelle"].settings.secret_key
    known = tries(secret, SIGN_IN, "Claire.Martin@exemple.fr ", HOME)
    assert set(kept) == {known.address, known.network}
    other = tries("une autre clé", SIGN_IN, "claire.martin@exemple.fr", HOME)
    assert not set(kept) & {other.address, other.network}


def test_both_databases_count_writing_and_guessing_alike(either_app: Flask):
    Office(either_app).publish(*everything())
    claire = Person(either_app)
    claire.open_account()
    claire.get("/contact")
    assert claire.post("/contact", {"text": "Bonjour"}).status_code == 303
    claire.get("/contact")
    assert "En route vers la régie" in claire.words
    assert "Nouveau" not in claire.words
    for _ in range(6):
        refused, person = guess_from(either_app, HOME, "claire.martin@exemple.fr")
    assert refused.status_code == 422
    assert "Patientez 1 minute" in person.words
    assert ask_link(either_app, "claire.martin@exemple.fr")[0].status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "n'importe quoi", False),
    ],
)
def test_one_home_is_one_network(one: str, other: str, same: bool):
    assert (network_of(one) == network_of(other)) is same


def test_delays_double_up_to_a_quarter_of_an_hour():
    pace = PACES[SIGN_IN][0]
    delays = [pace.delay(tries) for tries in range(1, 13)]
    assert delays[:4] == [None] * 4
    assert [delay.total_seconds() for delay in delays[4:8]] == [30, 60, 120, 240]
    assert max(delay for delay in delays[4:] if delay) == timedelta(minutes=15)


def test_each_way_in_draws_a_token_and_ends_the_one_before(app: Flask, claire: Person):
    seen = []

    def token() -> str:
        cookie = claire.client.get_cookie("marelle")
        assert cookie
        return cookie.value

    seen.append(token())
    claire.client.get("/connexion")
    person = Person(app)
    person.get("/connexion")
    form = {"csrf_token": person.hidden("csrf_token"), "email": "claire.martin@exemple.fr", "password": PASSWORD}
    person.client.set_cookie("marelle", seen[0])
    claire.get("/mot-de-passe")
    again = claire.client.post("/connexion", data=form | {"csrf_token": claire.hidden("csrf_token")})
    assert again.status_code == 303
    seen.append(token())
    claire.get("/mot-de-passe")
    change = {"current": PASSWORD, "password": "Nouvelle-craie-2027", "again": "Nouvelle-craie-2027"}
    assert claire.post("/mot-de-passe", change).status_code == 303
    seen.append(token())
    assert len(set(seen)) == 3
    for old in seen[:2]:
        thief = app.test_client()
        thief.set_cookie("marelle", old)
        assert thief.get("/famille").status_code == 303
    assert claire.get("/famille").status_code == 200


def test_a_new_password_lengthens_no_sign_in(app: Flask, claire: Person, clock: Clock):
    for _ in range(11):
        clock.move(hours=1)
        claire.get("/")
    claire.get("/mot-de-passe")
    change = {"current": PASSWORD, "password": "Nouvelle-craie-2027", "again": "Nouvelle-craie-2027"}
    assert claire.post("/mot-de-passe", change).status_code == 303
    clock.move(minutes=61)
    assert claire.get("/famille").status_code == 303


def test_each_device_is_sent_away_by_its_owner(app: Flask, claire: Person):
    phone, tablet = Person(app), Person(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0"
    phone.sign_in()
    tablet.sign_in()
    claire.get("/mot-de-passe")
    codes = re.findall(r'action="/appareils/([0-9a-f]{16})/deconnecter"', claire.text)
    assert len(codes) == 2
    place = claire.text.index("Chrome sur Android")
    of_phone = next(code for code in codes if claire.text.index(code) > place)
    assert claire.post(f"/appareils/{of_phone}/deconnecter").location == "/mot-de-passe?fait=appareil"
    assert phone.get("/famille").status_code == 303
    assert tablet.get("/famille").status_code == 200
    claire.get("/mot-de-passe")
    assert claire.post(f"/appareils/{of_phone}/deconnecter").status_code == 404


def test_a_link_serves_once_whatever_becomes_of_the_account(app: Flask, office: Office, claire: Person):
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account()))  # the same link, sent again
    assert Person(app).get("/bienvenue/premier-lien").status_code == 410
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="nouveau")))
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="nouveau", open=False)))
    assert Person(app).get("/bienvenue/nouveau").status_code == 410


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=1", "\x00", "'; DROP TABLE account; --", "é" * 500, "\u202e<b>"])
def test_strange_words_in_every_field_of_a_door(app: Flask, office: Office, text: str):
    person = Person(app)
    for path, name in (
        ("/connexion", "email"),
        ("/connexion", "password"),
        ("/lien", "email"),
        ("/connexion", "suite"),
    ):
        person.get(path)
        response = person.post(path, {"email": "a@b.fr", "password": "x", name: text})
        assert response.status_code in {200, 303, 422}
        assert "x=1" not in str(response.headers.getlist("Set-Cookie"))
        assert "<b>" not in person.text
    response = person.client.get(
        "/bienvenue/premier-lien", headers={"Host": "localhost", "Referer": "https://x.exemple"}
    )
    assert response.status_code == 200


def test_a_browser_that_lies_about_its_name_names_no_device(app: Flask, claire: Person):
    person = Person(app)
    agent = "<script>alert(1)</script>" + "Chrome " * 5000
    person.get("/connexion")
    form = {"csrf_token": person.hidden("csrf_token"), "email": "claire.martin@exemple.fr", "password": PASSWORD}
    assert person.client.post("/connexion", data=form, headers={"User-Agent": agent}).status_code == 303
    text = person.get("/mot-de-passe").text
    assert "<script>alert" not in text
    assert "Chrome sur un autre appareil" in text


def test_forms_are_not_framed_nor_sent_elsewhere(make_app):
    client: FlaskClient = make_app(payfip_page_url="https://paiement.exemple/tpa?x=1").test_client()
    headers = client.get("/connexion").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["form-action"] == "'self' https://paiement.exemple"
    assert policy["frame-ancestors"] == policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("Motdepasse123!", "mots courants"),
        ("Azerty123456!", "mots courants"),
        ("M0td3p@ss3!!", "mots courants"),
        ("P@ssw0rd2026!!", "mots courants"),
        ("Abcdefgh1234!", "mots courants"),
        ("Soleil!Soleil1", "mots courants"),
        ("Contrexeville88!", "votre commune"),
        ("Contrexéville-2026", "votre commune"),
        ("Claire.Martin2026!", "votre nom"),
        ("Cl@ire-M4rtin-26", "votre nom"),
        ("azerty azerty azerty azerty azerty azerty azerty", "Il manque"),
        ("", "Écrivez votre nouveau mot de passe."),
        ("Marelle-et-craie-2026", ""),
        ("Trampoline-vert-9", ""),
    ],
)
def test_what_guessers_try_first_is_refused_with_its_reason(password: str, says: str):
    answer = why_weak(password, email="claire.martin@exemple.fr", personal=("Claire Martin", "Contrexéville"))
    assert says in (answer or "") if says else answer is None


def test_signing_in_never_reads_the_lists(app: Flask, claire: Person):
    _common.cache_clear()
    assert Person(app).sign_in().location == "/"
    assert Person(app).sign_in(password="Motdepasse123!").status_code == 422
    assert _common.cache_info().currsize == 0
    assert is_guessable("Motdepasse123!") == "common"
    assert _common.cache_info().currsize == 1


def test_a_fault_is_logged_without_its_words(app: Flask, claire: Person, monkeypatch, caplog):
    def broken(*_: object) -> None:
        try:
            int("claire.martin@exemple.fr")
        except ValueError as error:
            raise RuntimeError("premier-lien") from error

    monkeypatch.setattr("backoffice.portal.pages.home.tile", broken)
    assert claire.get("/").status_code == 500
    assert "RuntimeError" in caplog.text
    assert "test_doors.py" in caplog.text
    assert "claire.martin" not in caplog.text
    assert "premier-lien" not in caplog.text


def test_the_server_s_own_words_name_no_page(caplog):
    log = logging.getLogger("waitress")
    log.addFilter(found := Discreet())
    try:
        with caplog.at_level(logging.INFO):
            log.info("Client disconnected while serving /bienvenue/premier-lien")
            log.error("Exception while serving /bienvenue/premier-lien")
    finally:
        log.removeFilter(found)
    assert "premier-lien" not in caplog.text
    assert caplog.text.count("while serving a page") == 2


def test_a_network_that_is_stopped_is_not_named_in_the_log(make_app, caplog):
    caplog.set_level(logging.INFO)
    app = make_app(sign_in_rate="1 per minute")
    for _ in range(2):
        response, _ = guess_from(app, ELSEWHERE, "personne@exemple.fr")
    assert response.status_code == 429
    assert "/connexion" in caplog.text
    assert ELSEWHERE not in caplog.text
    assert "personne@" not in caplog.text


def test_causes_that_turn_round_end():
    one, other = ValueError("a"), KeyError("b")
    one.__context__, other.__context__ = other, one
    assert told(one).count("Error") == 2
