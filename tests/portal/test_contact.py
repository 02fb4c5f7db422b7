"""Contact: for everybody whom to call, for a household its thread; one form is one message, a few a day."""

import pytest
from flask import Flask

from backoffice.portal.thread import MOST_A_DAY, PAGE_LETTERS
from backoffice.sync.contract import ThreadLine, ThreadView, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.published import FAMILY, NOW, Clock, thread, view


def write(person: Person, text: str):
    person.get("/contact")
    return person.post("/contact", {"text": text})


def test_strangers_find_whom_to_call_and_no_thread(app: Flask, office: Office):
    person = Person(app)
    assert person.get("/contact").status_code == 200
    assert "03 29 00 00 01" in person.words
    assert "Vos messages" not in person.words
    assert "<textarea" not in person.text


def test_a_message_is_sent_once_and_shown_on_its_way(office: Office, claire: Person):
    response = write(claire, "Bonjour,\r\nLéa mange-t-elle jeudi ?\x07 ")
    assert (response.status_code, response.location) == (303, "/contact?envoye=1#fin")
    assert office.payloads("message") == [{"kind": "message", "text": "Bonjour,\nLéa mange-t-elle jeudi ?"}]
    claire.get("/contact?envoye=1")
    assert "Votre message est enregistré" in claire.words
    assert "En route vers la régie" in claire.words
    assert "Bonjour,<br>Léa mange-t-elle" in claire.text


def test_a_form_sent_twice_is_one_message_and_changed_is_none(office: Office, claire: Person):
    claire.get("/contact")
    form = claire.form()
    for _ in range(2):
        assert claire.client.post("/contact", data=form | {"text": "Bonjour"}).status_code == 303
    other = claire.client.post("/contact", data=form | {"text": "Autre chose"})
    assert other.status_code == 422
    assert "Autre chose" in other.text
    assert len(office.payloads("message")) == 1


@pytest.mark.parametrize(("text", "says"), [(" \n ", "Écrivez votre message"), ("x" * 4001, "4 000 au plus")])
def test_what_cannot_be_sent_is_kept_and_says_why(office: Office, claire: Person, text: str, says: str):
    response = write(claire, text)
    assert response.status_code == 422
    assert says in claire.words
    assert text.strip() in claire.text
    assert 'aria-invalid="true"' in claire.text
    assert office.payloads("message") == []


def test_a_few_messages_a_day(office: Office, claire: Person, clock: Clock):
    for number in range(MOST_A_DAY):
        assert write(claire, f"Message {number}").status_code == 303
    assert write(claire, "Encore un").status_code == 422
    assert f"déjà envoyé {MOST_A_DAY} messages" in claire.words
    assert "Encore un" in claire.text
    clock.move(hours=25)
    claire.sign_in()
    assert write(claire, "Le lendemain").status_code == 303


def test_the_view_takes_the_place_of_what_was_sent(office: Office, claire: Person, clock: Clock):
    write(claire, "Bonjour à tous")
    (action,) = [one for one in office.actions()["actions"] if one["payload"]["kind"] == "message"]
    assert office.post("/sync/collected", f'{{"contract": 3, "ids": ["{action["id"]}"]}}').status_code == 200
    claire.get("/contact")
    assert "Reçu par la régie" in claire.words
    line = ThreadLine(id=9, at=NOW, by="family", name="Claire Martin", text="Bonjour à tous", action_id=action["id"])
    lines = (*thread().lines, line)
    office.publish(view(ViewKind.THREAD, "", FAMILY, ThreadView(lines=lines)))
    claire.get("/contact")
    assert claire.words.count("Bonjour à tous") == 1
    assert "Reçu par la régie" not in claire.words


def test_what_the_regie_wrote_is_new_until_it_is_read(office: Office, claire: Person):
    claire.get("/")
    assert "1 message de la régie à lire" in claire.words
    claire.get("/contact")
    assert "Nouveau" in claire.words
    claire.get("/contact")
    assert "Nouveau" not in claire.words
    claire.get("/")
    assert "message de la régie à lire" not in claire.words


def test_a_long_thread_is_read_page_by_page(office: Office, claire: Person):
    lines = tuple(
        ThreadLine(id=n, at=NOW, by="family", name="Claire Martin", text=f"n° {n:02} " + "mot " * 500)
        for n in range(1, 41)
    )
    office.publish(view(ViewKind.THREAD, "", FAMILY, ThreadView(lines=lines)))
    response = claire.get("/contact")
    seen, pages = claire.words.count("n° "), 1
    assert seen == PAGE_LETTERS // 2006
    assert len(response.data) < 40_000
    while "Messages plus anciens" in claire.words:
        start = claire.text.index("/contact?avant=")
        claire.get(claire.text[start : claire.text.index('"', start)])
        seen, pages = seen + claire.words.count("n° "), pages + 1
    assert (seen, pages) == (40, 8)
    assert "n° 01" in claire.words
    assert "<textarea" not in claire.text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "%00", "1'--"])
def test_a_strange_page_is_the_last_one_or_an_empty_one(claire: Person, before: str):
    assert claire.get(f"/contact?avant={before}").status_code == 200


def test_hostile_words_stay_words(office: Office, claire: Person):
    bad = "</textarea><script>alert(1)</script>"
    write(claire, bad)
    assert "<script>alert" not in claire.get("/contact").text
    write(claire, bad + "x" * 4000)
    assert "<script>alert" not in claire.text
