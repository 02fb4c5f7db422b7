"""Collecting from the real portal."""

import json

import httpx
import pytest
from sqlalchemy import select
from uuid6 import uuid7

from backoffice.errors import Unavailable
from backoffice.families.invite import invite
from backoffice.mail.transport import transport_of
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.settings import Settings
from backoffice.sync import collect as collecting
from backoffice.sync.client import PortalClient, portal_client
from backoffice.sync.collect import collect
from backoffice.sync.contract import ViewKind
from backoffice.sync.loop import synchronise
from models.office.requests import AppliedAction, Request
from models.vocabulary import RequestStatus
from tests.factories import AGENT, NOW, a_commune
from tests.letterbox import Letterbox, an_action, new_fields
from tests.servers import MailServer
from tests.waiting import Canteen


def outcomes(office: Office) -> list[str]:
    query = select(AppliedAction.outcome).order_by(AppliedAction.received_at, AppliedAction.id)
    return list(office.read(lambda session: session.scalars(query).all()))


def test_everything_is_taken_in_order_page_after_page(office: Office, portal: Letterbox, monkeypatch) -> None:
    town = a_commune(office)
    monkeypatch.setattr(collecting, "PAGE", 3)
    for number in range(8):
        wish = new_fields(
            town.home, mobile=(f"06 00 00 00 0{number - 1}" if number else "06 12 34 56 78", f"060000000{number}")
        )
        portal.send(town.home, wish)
    with portal.client() as client:
        report = collect(office, client)
        assert collect(office, client).applied == 0
    assert (report.applied, portal.uncollected()) == (8, 0)
    assert outcomes(office) == ["acceptée"] * 8


def test_a_poisonous_action_is_set_aside_and_those_behind_it_pass(
    office: Office, portal: Letterbox, monkeypatch
) -> None:
    town = a_commune(office)
    bad = portal.send(town.home, new_fields(town.home, street=("3 rue des Tilleuls", "poison")))
    portal.send(town.home, new_fields(town.home, mobile=("06 12 34 56 78", "0699887766")))

    def fragile(work, action, _document=None):
        if str(action.id) == bad:
            raise KeyError(bad)
        return receive(work, action)

    monkeypatch.setattr(collecting, "receive", fragile)
    with portal.client() as client:
        report = synchronise(office, client)
    assert (report.collected, report.collect.set_aside, portal.uncollected()) == (1, 1, 0)
    assert "mise de côté" in (report.warning or "")
    body = portal.body(ViewKind.REQUEST, bad, town.home.family_id)
    assert (body["status"], body["note"]) == ("refused", collecting.FAULTY)


def test_bookings_applied_together_pass_without_the_one_that_is_poisonous(
    office: Office, portal: Letterbox, monkeypatch
) -> None:
    canteen = Canteen(office, families=4)
    actions = [portal.send(home, canteen.action(home).payload) for home in canteen.homes]

    def fragile(work, action, _document=None):
        if str(action.id) == actions[1]:
            raise KeyError(actions[1])
        return receive(work, action)

    monkeypatch.setattr(collecting, "receive", fragile)
    with portal.client() as client:
        report = collect(office, client)
    assert (report.applied, report.set_aside, portal.uncollected()) == (3, 1, 0)
    assert canteen.stand() == ["booked", "free", "listed 1", "listed 2"]


@pytest.mark.parametrize(
    "poison",
    [
        {"payload": {"kind": "fields", "subject": "guardian", "subject_id": 2**80, "fields": [{"name": "a", "seen": "", "wished": "b"}]}},
        {"payload": {"kind": "bookings", "child_id": 1, "cells": [{"unit_id": 2**70, "day": "2026-11-26", "seen": "free", "wished": "booked"}]}},
        {"payload": {"kind": "sing", "song": "Marelle"}},
        {"payload": None},
        {"guardian_id": 2**90},
        {"received_at": "hier"},
        {"surprise": True},
    ],
)  # fmt: skip
def test_whatever_an_action_says_the_queue_goes_on(office: Office, poison: dict) -> None:
    town = a_commune(office)
    good = json.loads(
        an_action(town.home, new_fields(town.home, mobile=("06 12 34 56 78", "0699887766")), at=NOW).model_dump_json()
    )
    bad = {**good, "id": str(uuid7()), **poison}
    nameless = {"id": "personne"}
    taken: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sync/actions":
            left = [action for action in (bad, nameless, good) if action["id"] not in taken]
            return httpx.Response(200, json={"contract": 3, "actions": left, "more": True})
        message = json.loads(request.content)
        taken.extend(message.get("ids", []))
        return httpx.Response(200, json={"taken": len(message.get("views", []))})

    with PortalClient("http://127.0.0.1:1", "k", transport=httpx.MockTransport(answer)) as client:
        report = collect(office, client)
    assert (report.applied, report.set_aside) in {(1, 1), (2, 0)}
    assert taken == [bad["id"], good["id"]]
    statuses = office.read(lambda session: session.scalars(select(Request.status)).all())
    assert RequestStatus.ACCEPTED in statuses


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(401, json={"error": "clé"}), "refuse la clé"),
        (httpx.Response(404), "n'est pas un portail Marelle"),
        (httpx.Response(409, json={"error": "contrat"}), "pas de la même version"),
        (httpx.Response(500), r"erreur \(500\)"),
        (httpx.Response(200, text="<html>"), "incompréhensible"),
        (httpx.Response(200, json={"contract": 99, "now": NOW.isoformat(), "waiting": 0}), "pas de la même version"),
        (httpx.ConnectError("refused"), "ne répond pas"),
        (httpx.ReadTimeout("slow"), "met trop de temps"),
    ],
)
def test_a_portal_in_trouble_is_told_in_french(answer, sentence: str) -> None:
    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with (
        PortalClient("http://127.0.0.1:1", "k", transport=httpx.MockTransport(handle)) as client,
        pytest.raises(Unavailable, match=sentence),
    ):
        client.state()


def test_an_open_line_beyond_this_machine_is_refused() -> None:
    for url in ("http://portail.example", "http://10.0.0.3:8765", "ftp://127.0.0.1.example"):
        with pytest.raises(Unavailable, match="https"):
            PortalClient(url, "k")
    for url in ("http://localhost:8765", "http://[::1]:8765", "https://portail.example"):
        PortalClient(url, "k").close()


def test_a_desk_without_a_key_says_so() -> None:
    class NoSecret:
        def get(self, _name: str) -> None:
            return None

        def put(self, _name: str, _value: str) -> None: ...

    with pytest.raises(Unavailable, match="clé du portail"):
        portal_client(Settings(), NoSecret())


def test_clocks_that_differ_are_told(office: Office, portal: Letterbox) -> None:
    a_commune(office)
    with portal.client() as client:
        read = client.state
        client.state = lambda: read().model_copy(update={"now": office.now().replace(hour=9)})  # type: ignore[method-assign]  # an hour off
        assert "60 minutes" in (synchronise(office, client).warning or "")


def test_nothing_is_applied_twice_by_the_programme_itself(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    portal.send(town.home, new_fields(town.home, mobile=("06 12 34 56 78", "0699887766")))
    with portal.client() as client:
        fetched = client.actions()
        office.write(receive, SYSTEM, fetched.actions[0])
        assert collect(office, client).applied == 0
    assert portal.uncollected() == 0


def test_letters_leave_even_when_the_portal_is_away(office: Office, smtp: MailServer) -> None:
    town = a_commune(office)
    office.write(invite, AGENT, town.home.guardian_id)
    settings = Settings(smtp_host=smtp.host, smtp_port=smtp.port, smtp_starttls=False)
    away = httpx.MockTransport(lambda _request: httpx.Response(503))
    with PortalClient("http://127.0.0.1:1", "k", transport=away) as client, pytest.raises(Unavailable):
        synchronise(office, client, transport_of(settings, office.secrets))
    assert "bienvenue" in smtp.to("camille.martin@exemple.fr")[0].get_content()
