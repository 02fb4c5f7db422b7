"""What the office calls: idempotent, versioned, exactly once, never a fault of ours."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from backoffice.sync.contract import CONTRACT, Action, Collected, Outbox, PortalState, ViewKind
from tests.portal.conftest import Office, Person, drawn
from tests.portal.published import (
    CANTEEN,
    CLAIRE,
    DAYS,
    FAMILY,
    LEA,
    NOW,
    WEEK,
    Clock,
    account,
    everything,
    family,
    invoice,
    link_hash,
    pdf,
    publication,
    structure,
    view,
    week,
)


def test_publishing_twice_changes_nothing(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    views = everything()
    assert office.publish(*views) == len(views)
    person.open_account()
    before = drawn(person.get("/famille").text)
    assert office.publish(*views) == len(views)
    assert drawn(person.get("/famille").text) == before


def test_a_later_version_replaces_an_earlier_changes_nothing(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    renamed = family().model_copy(update={"name": "Famille Martin-Roux"})
    office.publish(view(ViewKind.FAMILY, "", FAMILY, renamed, version=9000))
    office.publish(view(ViewKind.FAMILY, "", FAMILY, family(), version=8999))
    office.publish(view(ViewKind.FAMILY, "", FAMILY, family(), version=9000))
    assert "Famille Martin-Roux" in person.get("/famille").text


def test_a_withdrawn_view_is_not_revived_by_an_older_one(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    assert person.get("/factures/101.pdf").status_code == 200
    office.publish(view(ViewKind.INVOICE, 101, FAMILY, None, version=9000))
    office.publish(view(ViewKind.INVOICE, 101, FAMILY, invoice("2026-000101"), version=8000, file=pdf("2026-000101")))
    assert "2026-000101" not in person.get("/factures").text
    assert person.get("/factures/101.pdf").status_code == 404
    office.publish(view(ViewKind.INVOICE, 101, FAMILY, invoice("2026-000101"), version=9001, file=pdf("2026-000101")))
    assert person.get("/factures/101.pdf").status_code == 200


def test_within_one_publication_the_latest_version_wins(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    late = view(ViewKind.FAMILY, "", FAMILY, family().model_copy(update={"name": "Tardive"}), version=9001)
    early = view(ViewKind.FAMILY, "", FAMILY, family().model_copy(update={"name": "Précoce"}), version=9000)
    office.publish(late, early)
    assert "Tardive" in person.get("/famille").text


def test_actions_are_collected_in_receipt_order_exactly_once(either_app: Flask, clock: Clock):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    for day in (DAYS[3], DAYS[4]):
        clock.move(seconds=5)
        person.get(f"/reservations/{LEA}/{WEEK}")
        spot = f"{CANTEEN}:{day}"
        ticked = (
            [*person.ticked(), spot] if spot not in person.ticked() else [one for one in person.ticked() if one != spot]
        )
        assert person.post(f"/reservations/{LEA}/{WEEK}", {"s": person.all_hidden("s"), "c": ticked}).status_code == 303
    first = Outbox.model_validate(office.actions(limit=2))
    assert first.more
    assert [action.payload.kind for action in first.actions] == ["account_opened", "bookings"]
    assert [action.received_at for action in first.actions] == sorted(action.received_at for action in first.actions)
    done = Collected(ids=tuple(action.id for action in first.actions)).model_dump_json()
    assert office.post("/sync/collected", done).json == {"taken": 2}
    assert office.post("/sync/collected", done).json == {"taken": 2}
    rest = Outbox.model_validate(office.actions())
    assert len(rest.actions) == 1
    assert not rest.more
    assert rest.actions[0].guardian_id == CLAIRE
    assert rest.actions[0].family_id == FAMILY


def test_the_state_says_the_contract_the_clock_and_what_waits(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    state = PortalState.model_validate(office.get("/sync/state").json)
    assert (state.contract, state.now, state.waiting) == (CONTRACT, NOW, 1)


@pytest.mark.parametrize("header", [None, "Bearer autre", "Basic abc", "Bearer ", "Bearer \xe9"])
def test_without_the_key_nothing_answers(app: Flask, header: str | None):
    client = app.test_client()
    headers = {"Authorization": header} if header else {}
    for method, path in (
        ("post", "/sync/views"),
        ("get", "/sync/actions"),
        ("post", "/sync/collected"),
        ("get", "/sync/state"),
    ):
        response = getattr(client, method)(path, headers=headers)
        assert response.status_code == 401
        assert "Set-Cookie" not in response.headers


def test_an_empty_key_opens_nothing(make_app):
    client = make_app(sync_key="").test_client()
    assert client.get("/sync/state", headers={"Authorization": "Bearer "}).status_code == 401


def test_another_contract_is_refused_with_a_sentence(app: Flask):
    office = Office(app)
    response = office.post("/sync/views", json.dumps({"contract": 1, "views": []}))
    assert response.status_code == 409
    assert f"version {CONTRACT} du contrat" in response.json["error"]


def a_view(**changes: object) -> str:
    raw = json.loads(publication([view(ViewKind.FAMILY, "", FAMILY, family())]))
    raw["views"][0] |= changes
    return json.dumps(raw)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 422),
        ('{"views": 3}', 422),
        ("[" * 5000, 400),
        ('{"contract": 3, "views": [], "more": 1}', 422),
        (a_view(kind="secret"), 422),
        (a_view(family_id=0), 422),
        (a_view(family_id=-1), 422),
        (a_view(family_id=10**30), 422),
        (a_view(version=10**30), 422),
        (a_view(version=-1), 422),
        (a_view(key="x" * 65), 422),
        (a_view(key="a\0b"), 422),
        (a_view(body={"number": "1"}), 422),
        (a_view(body={"number": "1\0", "name": "x", "people": []}), 422),
        (a_view(kind="account", key="abc", body=None), 422),
        (a_view(kind="account", key="99999999999", body=None), 422),
        (a_view(kind="structure", body=None), 422),
        (a_view(kind="account", key="5", body={"email": "é" * 300, "name": "x", "open": True}), 422),
        (
            a_view(
                kind="account",
                key="5",
                body={
                    "email": "a@b.fr",
                    "name": "x",
                    "open": True,
                    "link_sha256": "0",
                    "link_until": "0001-01-01T00:00:00+14:00",
                },
            ),
            422,
        ),
        (a_view(file={"name": "a", "media_type": "text/html", "sha256": "0", "content": ""}), 422),
        (a_view(file={"name": "a", "media_type": "application/pdf", "sha256": "0", "content": ""}), 422),
        (a_view(file={"name": "a", "media_type": "application/pdf", "sha256": "0", "content": "!!"}), 422),
        ('{"contract": 3, "views": [{"kind": "\ud800"}]}'.encode("utf-8", "surrogatepass").decode("latin-1"), 422),
    ],
)
def test_a_malformed_publication_is_never_our_fault_and_leaves_nothing(either_app: Flask, sent: str, status: int):
    office = Office(either_app)
    response = office.post("/sync/views", sent)
    assert response.status_code in {status, 400}
    assert response.json["error"]
    with either_app.extensions["marelle"].store.engine.connect() as connection:
        for table in ("shown_view", "account", "attachment"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608 three names of ours


def test_one_bad_view_keeps_the_whole_publication_out(app: Flask):
    office = Office(app)
    good = view(ViewKind.STRUCTURE, "", 0, structure())
    bad = view(ViewKind.FAMILY, "", FAMILY, None).model_copy(update={"body": {"nonsense": True}})
    assert office.post("/sync/views", publication([good, bad])).status_code == 422
    assert "Contrexéville" not in app.test_client().get("/connexion").text


@pytest.mark.parametrize(
    "limit", ["0", "-1", "abc", "99999999999999999999", "", "1.5", "²", pytest.param("9" * 5000, id="huge")]
)
def test_a_wrong_limit_is_refused(app: Flask, limit: str):
    assert Office(app).get(f"/sync/actions?limit={limit}").status_code == 400


def test_unknown_ids_are_taken_calmly(either_app: Flask):
    ids = Collected(ids=(UUID(int=1), UUID(int=2))).model_dump_json()
    assert Office(either_app).post("/sync/collected", ids).json == {"taken": 0}


def test_a_used_link_is_not_revived_by_sending_it_again(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account()))
    assert Person(either_app).get("/bienvenue/premier-lien").status_code == 410
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="second-lien")))
    assert Person(either_app).get("/bienvenue/second-lien").status_code == 200


def test_an_old_account_view_does_not_bring_back_an_old_link(app: Flask, office: Office):
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="neuf"), version=9000))
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account(token="ancien"), version=8000))
    assert Person(app).get("/bienvenue/ancien").status_code == 410
    assert Person(app).get("/bienvenue/neuf").status_code == 200


@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_closing_an_account_ends_its_sign_ins(either_app: Flask, how: str):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    assert person.get("/").status_code == 200
    body = account(open=False) if how == "closed" else None
    office.publish(view(ViewKind.ACCOUNT, CLAIRE, FAMILY, body))
    assert person.get("/").status_code == 303
    assert person.sign_in().status_code == 422


def test_two_parents_may_share_an_address(app: Flask, office: Office):
    both = account(token="mère"), account(token="père", name="Marc Martin")
    for guardian_id, body in zip((CLAIRE, 12), both, strict=True):
        office.publish(view(ViewKind.ACCOUNT, guardian_id, FAMILY, body))
    for token, password in (("mère", "Craie-et-pavés-2026"), ("père", "Palet-et-caillou-2026")):
        Person(app).open_account(token, password)
    for name, password in (("Claire Martin", "Craie-et-pavés-2026"), ("Marc Martin", "Palet-et-caillou-2026")):
        person = Person(app)
        person.sign_in(password=password)
        assert f"Bonjour {name}" in person.get("/").text


def test_the_outbox_speaks_the_contract(office: Office, claire: Person):
    (only,) = office.actions()["actions"]
    assert Action.model_validate(only).payload.kind == "account_opened"
    assert only["received_at"].startswith("2026-11-24T08:30:00")


def test_the_link_of_a_view_is_only_known_by_its_print(office: Office, app: Flask):
    with app.extensions["marelle"].store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT link_hash FROM account WHERE guardian_id = 11").scalar()
    assert kept == link_hash("premier-lien")


def test_a_week_published_later_is_shown(office: Office, claire: Person):
    monday = DAYS[0] + timedelta(days=14)
    assert "ne sont pas encore ouvertes" in claire.get(f"/reservations/{LEA}/2026-W50").text
    office.publish(view(ViewKind.WEEK, f"{LEA}:2026-W50", FAMILY, week(monday=monday)))
    assert "ne sont pas encore ouvertes" not in claire.get(f"/reservations/{LEA}/2026-W50").text
