"""Mes inscriptions: what is in force, what may be asked for and why not otherwise, and asking."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backoffice.sync.contract import SHARED, OffersView, ViewKind
from tests.portal.conftest import Office, Person, drawn
from tests.portal.offered import (
    EARLY,
    LATE,
    SMALL,
    STARTS,
    SUMMER,
    WEDNESDAYS,
    offered_views,
    offers,
)
from tests.portal.published import LEA, NOW, OTHER_CHILD, TOM, Clock, view

ASK = f"/inscriptions/demander/{LEA}/{SUMMER}"


@pytest.fixture
def mother(office: Office, claire: Person) -> Person:
    """A mother to whom enrolments are open."""
    office.publish(*offered_views())
    return claire


def test_each_enrolment_leads_to_its_planning_and_each_child_to_what_may_be_asked(mother: Person) -> None:
    mother.get("/inscriptions")
    assert mother.words.count("Demander une inscription") == 2
    assert f"/inscriptions/demander/{LEA}" in mother.text
    assert f'href="/reservations/{LEA}' in mother.text
    assert "Se réserve auprès de la régie" in mother.words


def test_what_was_asked_is_shown_with_its_date_and_its_follow_up(office: Office, mother: Person) -> None:
    office.publish(*offered_views(asked=True))
    for path in ("/inscriptions", "/inscriptions?quand=demandees"):
        mother.get(path)
        assert "demandée le lundi 23 novembre à 9 h 30" in mother.words
        assert "/demandes/0197c0de-0000-7000-8000-000000000001" in mother.text
    assert "Restauration scolaire" not in mother.words
    mother.get(f"/inscriptions?enfant={TOM}&quand=demandees")
    assert "Aucune demande en attente." in mother.words
    assert "Jardin des habitants" not in mother.words


def test_a_family_reads_why_it_may_not_ask(office: Office, mother: Person) -> None:
    mother.get(f"/inscriptions/demander/{LEA}")
    words = mother.words
    assert "Les demandes ouvrent le mercredi 25 novembre à 9 h 30." in words
    assert "Les demandes étaient possibles jusqu'au mardi 24 novembre à 9 h 30." in words
    assert "Déjà une inscription jusqu'au 03/07/2027." in words
    assert "À 5 ans : Léa aura 9 ans le 05/07/2027." in words
    assert words.count("Demandes possibles jusqu'au") == 2
    office.publish(*offered_views(asked=True, resident=False))
    assert "Réservé aux habitants de la commune." in (mother.get(f"/inscriptions/demander/{LEA}") and mother.words)


def test_a_child_who_grows_may_be_asked_for_from_its_birthday(office: Office, mother: Person) -> None:
    late = offers().lines[-1].model_copy(update={"starts": NOW.date(), "ends": STARTS + timedelta(days=365)})
    office.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=(late,))))
    mother.get(f"/inscriptions/demander/{TOM}/{SMALL}")
    assert "Possible à partir du 05/03/2027, jour de ses 5 ans." in mother.words
    assert 'min="2027-03-05" max="2028-03-04"' in mother.text
    mother.post(f"/inscriptions/demander/{TOM}/{SMALL}", {"starts": "2027-03-04"})
    assert "Le premier jour se choisit entre le 05/03/2027 et le 04/03/2028." in mother.words


def test_the_page_says_what_is_needed_and_what_is_there(mother: Person) -> None:
    mother.get(ASK)
    words = mother.words
    assert "Sorties le jeudi." in words
    assert words.index("Assurance scolaire") < words.index("Refusé") < words.index("Avis d'imposition")
    assert "Reçu, la régie le lit" in words
    assert mother.words.count("Envoyer ce document") == 1


def test_what_is_asked_leaves_and_is_followed(office: Office, mother: Person) -> None:
    mother.get(ASK)
    response = mother.post(ASK, {"starts": "2027-07-12", "note": "Avec son cousin,\r\nsi possible."})
    assert response.status_code == 303
    (payload,) = office.payloads("enrolment")
    assert payload == {
        "kind": "enrolment", "opening_id": SUMMER, "child_id": LEA, "starts": "2027-07-12",
        "note": "Avec son cousin,\nsi possible.",
    }  # fmt: skip
    mother.get(response.headers["Location"])
    assert "Inscription de Léa : Centre de loisirs d'été" in mother.words
    assert "à partir du 12/07/2027" in mother.words
    mother.get("/inscriptions")
    assert "En cours d'enregistrement" in mother.words
    mother.get(ASK)
    assert "Vous l'avez déjà demandée." in mother.words
    assert 'name="starts"' not in mother.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts": ""}, "Écrivez une date, par exemple 05/07/2027."),
        ({"starts": "le 5"}, "Écrivez une date"),
        ({"starts": "31/12/2027"}, "entre le 05/07/2027 et le 30/07/2027"),
        ({"starts": "2027-07-12", "note": "x" * 1001}, "1000 caractères : il en a 1001."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(
    office: Office, mother: Person, typed: dict[str, object], words: str
) -> None:
    mother.get(ASK)
    response = mother.post(ASK, {"note": "Mon mot <b>"} | typed)
    assert response.status_code == 422
    assert words in mother.words
    assert "Rien n'a encore été envoyé" in mother.words
    assert 'aria-invalid="true"' in mother.text
    assert "<b>" not in mother.text
    assert ("Mon mot <b>" in mother.words) == ("note" not in typed)
    assert office.payloads("enrolment") == []


def test_a_french_date_is_read_too(office: Office, mother: Person) -> None:
    mother.get(ASK)
    assert mother.post(ASK, {"starts": "12/07/2027"}).status_code == 303
    assert office.payloads("enrolment")[0]["starts"] == "2027-07-12"


@pytest.mark.parametrize("offer", [EARLY, LATE, WEDNESDAYS, SMALL])
def test_a_forged_form_sends_nothing_that_is_not_offered(office: Office, mother: Person, offer: int) -> None:
    mother.get(ASK)
    response = mother.post(f"/inscriptions/demander/{LEA}/{offer}", {"starts": STARTS.isoformat()})
    assert response.status_code == 422
    assert "Rien n'a été envoyé." in mother.words
    assert office.payloads("enrolment") == []


@pytest.mark.parametrize("path", [f"{OTHER_CHILD}/{SUMMER}", f"{LEA}/999", f"999/{SUMMER}", f"{OTHER_CHILD}"])
def test_another_family_s_child_and_unknown_offers_are_not_found(office: Office, mother: Person, path: str) -> None:
    mother.get(ASK)
    hidden = mother.form()
    assert mother.get(f"/inscriptions/demander/{path}").status_code == 404
    answer = mother.client.post(f"/inscriptions/demander/{path}", data=hidden | {"starts": STARTS.isoformat()})
    assert answer.status_code in {404, 405}
    assert office.payloads("enrolment") == []


def test_an_offer_that_closes_between_the_page_and_the_sending_refuses(
    office: Office, mother: Person, clock: Clock
) -> None:
    soon = offers().lines[0].model_copy(update={"closes": NOW + timedelta(minutes=10)})
    office.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=(soon,))))
    mother.get(ASK)
    clock.move(minutes=10)
    response = mother.post(ASK, {"starts": STARTS.isoformat(), "note": "Merci"})
    assert response.status_code == 422
    assert "Les demandes étaient possibles jusqu'au mardi 24 novembre à 9 h 40. Rien n'a été envoyé." in mother.words
    assert office.payloads("enrolment") == []


def test_an_offer_opens_with_the_clock_alone(office: Office, mother: Person, clock: Clock) -> None:
    soon = offers().lines[0].model_copy(update={"id": EARLY, "opens": NOW + timedelta(minutes=10)})
    office.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=(soon,))))
    page = f"/inscriptions/demander/{LEA}/{EARLY}"
    mother.get(page)
    assert 'name="starts"' not in mother.text
    clock.move(minutes=10)
    mother.get(page)
    assert 'name="starts"' in mother.text


def test_what_an_agent_writes_is_never_markup(office: Office, mother: Person) -> None:
    bad = '"><script>alert(1)</script>{{7*7}}'
    offer = offers().lines[0].model_copy(update={"activity": bad, "words": bad, "place": bad, "documents": (bad, bad)})
    office.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=(offer,))))
    for path in (f"/inscriptions/demander/{LEA}", ASK):
        mother.get(path)
        assert "<script>alert" not in mother.text
        assert "{{7*7}}" in mother.text


def test_a_form_sent_again_asks_once_and_a_changed_one_is_told(office: Office, mother: Person) -> None:
    mother.get(ASK)
    hidden = mother.form()
    first = mother.client.post(ASK, data=hidden | {"starts": STARTS.isoformat()})
    again = mother.client.post(ASK, data=hidden | {"starts": STARTS.isoformat()})
    other = mother.client.post(ASK, data=hidden | {"starts": "2027-07-12"})
    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(office.payloads("enrolment")) == 1


def test_posts_in_parallel_ask_once(office: Office, mother: Person) -> None:
    mother.get(ASK)
    form = mother.form() | {"starts": STARTS.isoformat()}

    def send(_: int) -> int:
        return mother.tab().post(ASK, data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(4))) == {303}
    assert len(office.payloads("enrolment")) == 1


def test_a_family_to_which_nothing_is_open_is_told_so(claire: Person) -> None:
    claire.get("/inscriptions")
    assert "Aucune inscription n'est à demander en ligne" in claire.words
    assert "Demander une inscription" not in claire.words


def test_the_list_is_the_same_for_a_family_whatever_it_asks_in_the_address(mother: Person) -> None:
    mother.get("/inscriptions")
    whole = drawn(mother.text)
    mother.get(f"/inscriptions?enfant={OTHER_CHILD}&quand=ailleurs")
    assert drawn(mother.text) == whole


def test_a_request_taken_back_waits_no_more_and_a_word_is_kept_as_plain_text(office: Office, mother: Person) -> None:
    mother.get(ASK)
    note = "Merci\0\x07 !\r\nLéa\u2028"
    action = mother.post(ASK, {"starts": STARTS.isoformat(), "note": note}).location
    assert [one["note"] for one in office.payloads("enrolment")] == ["Merci !\nLéa"]
    mother.get("/inscriptions")
    assert "En cours d'enregistrement" in mother.words
    mother.get(action)
    mother.post(f"{action}/retirer")
    mother.get("/inscriptions")
    assert "Retrait en cours" in mother.words
    assert "En cours d'enregistrement" not in mother.words
