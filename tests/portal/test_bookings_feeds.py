"""Dans mon agenda: a secret link to a household's bookings, shown once, revocable, and what it gives."""

import html
import re
from datetime import date, time, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import event, text

from backoffice.portal import feeds
from backoffice.portal.accounts import digest
from backoffice.sync.contract import CellState, ViewKind, week_of
from tests.portal.conftest import Office, Person
from tests.portal.plannings import NEXT, NEXT_DAYS, weeks_to_come
from tests.portal.published import (
    CANTEEN,
    CLAIRE,
    DAYS,
    EVENING,
    FAMILY,
    LEA,
    NOW,
    OTHER,
    OTHER_CHILD,
    OTHER_FAMILY,
    PASSWORD,
    WEEK,
    Clock,
    account,
    cell,
    everything,
    view,
    week,
)

LINK = re.compile(r"http://localhost(/agenda/[0-9a-f]{64}\.ics)")


def link_of(person: Person) -> str:
    person.get("/agenda")
    person.post("/agenda")
    found = LINK.search(person.text)
    assert found
    return found[1]


def events(person: Person, path: str) -> list[tuple[str, str, str]]:
    response = person.client.get(path)
    assert response.status_code == 200
    found = Calendar.from_ical(response.data).walk("VEVENT")
    return [(str(one["summary"]), one.decoded("dtstart").isoformat(), str(one["location"])) for one in found]


def test_a_link_shows_what_is_booked_to_whoever_has_it(app: Flask, claire: Person):
    path = link_of(claire)
    stranger = Person(app)
    assert events(stranger, path) == [
        ("Repas, Léa", "2026-11-24T11:30:00+01:00", "École du Parc"),
        ("Repas, Léa", "2026-11-27T11:30:00+01:00", "École du Parc"),
    ]
    headers = stranger.client.get(path).headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"].startswith("private")
    text = stranger.client.get(path).text
    assert "TZID:Europe/Paris" in text
    for private in ("Martin", "Zoé", "rue", "€", "@exemple.fr"):
        assert private not in text


def test_the_same_bookings_give_the_same_bytes(office: Office, claire: Person, clock: Clock):
    path = link_of(claire)
    first = claire.client.get(path)
    assert claire.client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    uids = re.findall(r"UID:(\S+)", first.text)
    assert len(set(uids)) == 2
    clock.move(hours=1)
    office.publish(view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week(cells=[cell(CANTEEN, DAYS[4])])))
    after = claire.client.get(path)
    assert re.findall(r"UID:(\S+)", after.text) == uids[1:]
    assert "SEQUENCE:0" in after.text


def test_a_place_that_closed_since_is_no_appointment(office: Office, claire: Person):
    office.publish(
        *weeks_to_come([cell(EVENING, NEXT_DAYS[4]), cell(EVENING, NEXT_DAYS[0]), cell(999, NEXT_DAYS[0])], 1)
    )
    days = [start[:10] for name, start, _ in events(claire, link_of(claire)) if name.startswith("Soir")]
    assert days == [str(NEXT_DAYS[0])]


def test_the_secret_is_shown_once_and_kept_nowhere(app: Flask, claire: Person):
    token = link_of(claire).removeprefix("/agenda/").removesuffix(".ics")
    assert token not in claire.get("/agenda").text
    with app.extensions["marelle"].store.engine.connect() as connection:
        kept = [row[0] for row in connection.execute(text("SELECT token_hash FROM feed"))]
    assert kept == [digest(token)]


def test_one_form_is_one_link_however_often_it_is_sent(claire: Person):
    claire.get("/agenda")
    page = claire.text
    found = set()
    for _ in range(3):
        claire.text = page
        claire.post("/agenda")
        found |= set(LINK.findall(claire.text))
    assert len(found) == 1
    assert claire.text.count("Supprimer ce lien") == 1
    for key in ("", "x" * 65, "a\0b"):
        assert claire.post("/agenda", {"form_key": key}).status_code == 400


def test_there_are_not_too_many_links(claire: Person):
    for _ in range(feeds.MOST):
        link_of(claire)
    claire.get("/agenda")
    assert claire.post("/agenda").status_code == 422
    assert "Vous avez déjà 10 liens" in claire.words


def test_a_revoked_link_and_a_closed_accounts_link_give_nothing(app: Flask, office: Office, claire: Person):
    first, second = link_of(claire), link_of(claire)
    stranger = Person(app)
    name = digest(second.removeprefix("/agenda/").removesuffix(".ics"))[:16]
    claire.get("/agenda")
    assert claire.post(f"/agenda/{name}/supprimer").status_code == 303
    never = stranger.client.get("/agenda/" + "0" * 64 + ".ics")
    gone = stranger.client.get(second)
    assert (gone.status_code, gone.text) == (404, never.text)
    assert stranger.client.get(first).status_code == 200
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(open=False)))
    assert stranger.client.get(first).status_code == 404


RENEWED = {"password": "Nouvelle-craie-2027", "again": "Nouvelle-craie-2027"}
BOX = '<input type="checkbox" id="agendas" name="agendas" value="oui" checked'


def test_a_new_password_closes_the_links_unless_one_keeps_them(app: Flask, claire: Person, hugo: Person):
    claire.get("/mot-de-passe")
    assert "agenda" not in claire.text
    mine, others, form = link_of(claire), link_of(hugo), RENEWED | {"current": PASSWORD}
    claire.get("/mot-de-passe")
    assert BOX in claire.text
    assert claire.post("/mot-de-passe", form | {"current": "faux"}).status_code == 422
    assert BOX not in claire.text  # as it was left
    assert 'id="agendas"' in claire.text
    claire.get(claire.post("/mot-de-passe", form).location)
    assert "agenda" in claire.text
    assert "liens d'agenda sont supprimés" not in claire.words
    assert Person(app).client.get(mine).status_code == 200
    claire.get("/mot-de-passe")
    claire.get(claire.post("/mot-de-passe", form | {"current": RENEWED["password"], "agendas": "oui"}).location)
    assert "Vos liens d'agenda sont supprimés" in claire.words
    assert [Person(app).client.get(one).status_code for one in (mine, others)] == [404, 200]


@pytest.mark.parametrize(("kept", "status"), [({}, 200), ({"agendas": "oui"}, 404)])
def test_a_password_chosen_by_a_link_offers_the_same(
    app: Flask, office: Office, claire: Person, kept: dict[str, str], status: int
):
    mine = link_of(claire)
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="oubli")))
    claire.get("/bienvenue/oubli")
    assert BOX in claire.text
    assert claire.post("/bienvenue/oubli", RENEWED | kept).status_code == 303
    assert Person(app).client.get(mine).status_code == status


def test_a_link_that_is_over_closes_nothing(app: Flask, office: Office, claire: Person):
    mine = link_of(claire)
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="oubli")))
    claire.get("/bienvenue/oubli")
    assert claire.post("/bienvenue/perdu", RENEWED | {"agendas": "oui"}).status_code == 410
    assert Person(app).client.get(mine).status_code == 200


def test_nobody_closes_anothers_link(office: Office, claire: Person, hugo: Person):
    path = link_of(hugo)
    name = digest(path.removeprefix("/agenda/").removesuffix(".ics"))[:16]
    claire.get("/agenda")
    for forged in (name, name[:15], name + "0", "%", "_" * 16, "%00"):
        assert claire.post(f"/agenda/{forged}/supprimer").status_code == 404, forged
    assert events(hugo, path) == []


def test_each_household_sees_its_own(office: Office, claire: Person, hugo: Person):
    booked = week(OTHER_CHILD, "Zoé", cells=[cell(CANTEEN, DAYS[3])])
    office.publish(view(ViewKind.WEEK, f"{OTHER_CHILD}:{WEEK}", OTHER_FAMILY, booked))
    assert [name for name, _, _ in events(hugo, link_of(hugo))] == ["Repas, Zoé"]
    assert {name for name, _, _ in events(claire, link_of(claire))} == {"Repas, Léa"}
    assert OTHER != CLAIRE


def test_a_link_that_served_says_so_without_writing_each_time(app: Flask, claire: Person, clock: Clock):
    path = link_of(claire)
    assert "Aucun agenda ne l'a encore lu" in claire.get("/agenda").text.replace("&#39;", "'")
    claire.client.get(path)
    queries: list[str] = []
    event.listen(
        app.extensions["marelle"].store.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: (
            None if statement.startswith("BEGIN") else queries.append(statement)
        ),
    )
    claire.client.get(path)
    assert len(queries) <= 4, queries
    assert not [one for one in queries if one.startswith("UPDATE")]
    clock.move(minutes=5)
    assert "Lu par un agenda le mardi 24 novembre à 9 h 30" in claire.get("/agenda").text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        ("11\xa0h\xa030 – 13\xa0h\xa030", (time(11, 30), time(13, 30))),
        ("7 h – 9 h 15", (time(7), time(9, 15))),
        ("", None),
        ("toute la journée", None),
        ("25 h – 26 h", None),
        ("13 h – 11 h", None),
    ],
)
def test_hours_are_read_as_the_office_writes_them(told: str, hours: tuple[time, time] | None):
    assert feeds.hours_of(told) == hours


def test_a_unit_without_hours_takes_the_whole_day(claire: Person):
    meeting = feeds.Meeting("a", "Sortie, Léa", "Sortie", "Parc", date(2026, 12, 1), None, claire_at())
    (found,) = Calendar.from_ical(feeds.calendar("x", [meeting])).walk("VEVENT")
    assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(days=1)


def claire_at():
    return Clock().now


def test_a_cell_that_only_waits_is_no_appointment(office: Office, claire: Person):
    waits = [cell(CANTEEN, NEXT_DAYS[0], state) for state in (CellState.WAITING,)]
    waits += [cell(CANTEEN, NEXT_DAYS[1], CellState.LISTED), cell(CANTEEN, NEXT_DAYS[3], CellState.OFFERED)]
    office.publish(view(ViewKind.WEEK, f"{LEA}:{week_of(NEXT)}", FAMILY, week(monday=NEXT, cells=waits)))
    assert all(start < str(NEXT) for _, start, _ in events(claire, link_of(claire)))


def test_a_form_sent_again_does_not_open_the_link_that_was_closed_since(app: Flask, claire: Person):
    claire.get("/agenda")
    form = claire.form()
    path = LINK.search(claire.client.post("/agenda", data=form).text)[1]
    name = digest(path.removeprefix("/agenda/").removesuffix(".ics"))[:16]
    closing = [claire.client.post(f"/agenda/{name}/supprimer", data=form).status_code for _ in range(2)]
    assert closing == [303, 404]
    again = claire.client.post("/agenda", data=form)
    assert again.status_code == 422
    assert "le lien qu'il a créé est supprimé" in html.unescape(again.text)
    assert not LINK.search(again.text)
    assert claire.client.get(path).status_code == 404


def test_a_link_is_written_as_families_reach_the_portal(make_app):
    app = make_app(public_url="https://famille.exemple.fr")
    Office(app).publish(*everything())
    person = Person(app)
    person.open_account()
    person.get("/agenda")
    person.post("/agenda")
    assert "https://famille.exemple.fr/agenda/" in person.text
    assert "localhost" not in person.text  # what the browser says of the portal's name


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\x85", "\x0b", "\0"])
def test_no_name_adds_a_line_to_a_calendar(end: str):
    bad = f"Léa{end}ATTENDEE:mailto:x@y.fr;a,b\\" + "é" * 120
    meeting = feeds.Meeting("1@x", bad, bad, bad, DAYS[0], (time(9), time(10)), NOW)
    lines = feeds.calendar(bad, [meeting]).split(b"\r\n")
    assert not [line for line in lines if line.startswith(b"ATTENDEE") or b"\r" in line or b"\n" in line]
    assert max(map(len, lines)) <= 75
    (found,) = Calendar.from_ical(b"\r\n".join(lines)).walk("VEVENT")
    assert str(found["summary"]).replace(" ", "").startswith("LéaATTENDEE:mailto:x@y.fr;a,b\\éé")
