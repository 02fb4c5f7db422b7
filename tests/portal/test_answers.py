"""Mes demandes: every kind of answer, the filters, and what is taken back."""

import html
import re

import pytest

from backoffice.sync.contract import AnswerLine, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.motion import request
from tests.portal.published import ASKED, CANTEEN, DAYS, FAMILY, LEA, OTHER_FAMILY, WEEK, view

PAGE = f"/demandes/{ASKED}"
OUT = f"{PAGE}/retirer"


def published(office: Office, kind: str = "fields", status: str = "waiting", **changes: object) -> None:
    office.publish(view(ViewKind.REQUEST, ASKED, FAMILY, request(kind, status, **changes)))


def two_lines() -> tuple[AnswerLine, ...]:
    return tuple(AnswerLine(text=f"Ligne {key}", wished="x", verdict="waiting", why="", key=key) for key in ("a", "b"))


def test_a_request_is_taken_back_whole_and_says_so_until_the_office_has_it(office: Office, claire: Person):
    published(office)
    claire.get(PAGE)
    response = claire.post(OUT)
    assert (response.status_code, response.location) == (303, PAGE)
    assert office.payloads("withdrawn") == [{"kind": "withdrawn", "request_id": ASKED, "keys": []}]
    claire.get(PAGE)
    assert "Retrait en cours" in claire.words
    assert "data-poll" in claire.text
    assert OUT not in claire.text
    published(office, status="withdrawn")
    claire.get(PAGE)
    assert "Retiré par vous" in claire.words


def test_lines_are_taken_back_one_by_one_where_they_are_decided_so(office: Office, claire: Person):
    published(office, lines=two_lines())
    claire.get(PAGE)
    claire.post(OUT, {"keys": "b"})
    assert office.payloads("withdrawn")[0]["keys"] == ["b"]
    claire.get(PAGE)
    assert claire.words.count("Retrait en cours") == 1
    assert claire.words.count("En attente de la régie") == 2  # the request, and the other line
    claire.post(OUT, {"keys": ["nonsense", "x" * 300]})
    assert "n'attendent plus de réponse" in claire.words
    assert len(office.payloads("withdrawn")) == 1


@pytest.mark.parametrize("kind", ["person", "enrolment", "document", "mandate"])
def test_what_is_answered_as_a_whole_is_taken_back_as_a_whole(office: Office, claire: Person, kind: str):
    published(office, kind, lines=two_lines())
    claire.get(PAGE)
    assert 'name="keys"' not in claire.text
    claire.post(OUT, {"keys": "a"})
    assert office.payloads("withdrawn")[0]["keys"] == []
    assert "Revenir à m" in claire.get(PAGE).text


def test_what_the_regie_has_answered_stays_answered(office: Office, claire: Person):
    published(office)
    claire.get(PAGE)
    published(
        office, status="refused", reason="Justificatif manquant", note="Merci d'apporter une facture.\nÀ bientôt."
    )
    assert claire.post(OUT).status_code == 422
    assert "La régie a répondu entre-temps" in claire.words
    assert "Justificatif manquant" in claire.words
    assert "Merci d'apporter une facture." in claire.words
    assert office.payloads("withdrawn") == []


def test_one_form_takes_back_once(office: Office, claire: Person):
    published(office, lines=two_lines())
    claire.get(PAGE)
    page = claire.text
    claire.post(OUT, {"keys": "a"})
    claire.text = page
    assert claire.post(OUT, {"keys": "a"}).status_code == 303
    claire.text = page
    assert claire.post(OUT, {"keys": "b"}).status_code == 422
    assert len(office.payloads("withdrawn")) == 1


def test_what_the_office_has_not_registered_yet_can_be_taken_back_too(office: Office, claire: Person):
    week = f"/reservations/{LEA}/{WEEK}"
    claire.get(week)
    ticked = [*claire.ticked(), f"{CANTEEN}:{DAYS[3]}"]
    location = claire.post(week, {"s": claire.all_hidden("s"), "c": ticked}).location
    claire.get(location)
    claire.post(f"{location}/retirer")
    kinds = [action["payload"]["kind"] for action in office.actions()["actions"]]
    assert kinds[-2:] == ["bookings", "withdrawn"]  # in this order, as the office reads them
    claire.get(location)
    assert "Retrait en cours" in claire.words


def test_a_request_of_another_family_cannot_be_taken_back(office: Office, claire: Person):
    office.publish(view(ViewKind.REQUEST, ASKED, OTHER_FAMILY, request()))
    claire.get("/demandes")
    token = claire.get("/mot-de-passe") and claire.hidden("csrf_token")
    assert claire.client.post(OUT, data={"csrf_token": token, "form_key": "k"}).status_code == 404
    assert office.payloads("withdrawn") == []


def test_the_list_is_filtered(office: Office, claire: Person):
    published(office)
    done = ASKED[:-1] + "9"
    office.publish(
        view(ViewKind.REQUEST, done, FAMILY, request("person", "refused", title="Nouvel enfant", reason="Pas prêt"))
    )
    claire.get("/demandes?etat=attente")
    assert "Fiche de Claire Martin" in claire.words
    assert "Nouvel enfant" not in claire.words
    claire.get("/demandes?etat=repondues")
    assert "Fiche de Claire Martin" not in claire.words
    assert "Motif : Pas prêt" in claire.words
    claire.get("/demandes?etat=nonsense")
    assert "Fiche de Claire Martin" in claire.words
    assert "Nouvel enfant" in claire.words


def test_a_place_on_a_waiting_list_says_its_rank(office: Office, claire: Person):
    line = AnswerLine(text="Repas", wished="Réserver", verdict="listed", why="Le groupe est complet.", rank=2)
    published(office, "bookings", "listed", lines=(line, line.model_copy(update={"rank": 1, "price_cents": 1400})))
    claire.get(PAGE)
    assert "Sur liste d'attente" in claire.words
    said = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", claire.words))
    assert "2e sur la liste Le groupe est complet." in said
    assert "1er sur la liste · 14,00 € si une place se libère" in said


def test_a_long_answer_and_a_long_list_are_read_a_page_at_a_time(office: Office, claire: Person):
    styles = len(claire.get("/static/portal.css").data)
    lines = tuple(
        AnswerLine(
            text=f"lundi 30 novembre, accueil du matin {number}.", wished="Réserver (modifiable jusqu'au 28/11 à 10 h)",
            verdict="accepted", why="Réservé dans les délais.", key=f"31:{number}", price_cents=455,
        )
        for number in range(250)
    )  # fmt: skip
    office.publish(view(ViewKind.REQUEST, ASKED, FAMILY, request("bookings", "accepted", lines=lines)))
    path, read = f"/demandes/{ASKED}", []
    while path:
        assert len(claire.get(path).data) + styles < 60_000
        read += re.findall(r"accueil du matin (\d+)\.", claire.text)
        following = re.search(r'href="([^"]*)" rel="next"', claire.text)
        path = html.unescape(following[1]) if following else ""
    assert read == [str(number) for number in range(250)]
    assert "Lignes 241 à 250 sur 250" in claire.words
    assert claire.get(f"/demandes/{ASKED}/etat?page=2").text.count("accueil du matin") == 60
    for odd in ("0", "-1", "99", "x", "٣", "9" * 50):
        assert claire.get(f"/demandes/{ASKED}?page={odd}").status_code == 200
    keys = [f"0198c1f0-0000-7000-8000-{number:012}" for number in range(120)]
    office.publish(*(view(ViewKind.REQUEST, key, FAMILY, request(title="Réservations de Léa")) for key in keys))
    assert len(claire.get("/demandes?etat=attente").data) + styles < 60_000
    assert claire.text.count("Réservations de Léa") == 50
    assert 'href="/demandes?page=2&amp;etat=attente"' in claire.text
