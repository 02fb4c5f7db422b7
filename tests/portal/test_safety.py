"""Another family's ids on every route, forms from elsewhere, headers, hostile text, quiet logs, few queries."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from backoffice.portal import accounts, devices
from backoffice.portal.pages.access import is_public
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person, drawn
from tests.portal.published import (
    CANTEEN,
    CLAIRE,
    DAYS,
    FAMILY,
    LEA,
    OTHER,
    OTHER_AROUND,
    OTHER_CHILD,
    SYNC_KEY,
    WEEK,
    account,
    documents,
    enrolments,
    everything,
    family,
    invoice,
    structure,
    view,
    week,
)

# Every route: what to put in it of the other family's (none: it takes no id), and of nobody's.
IDS: dict[str, tuple[dict[str, object], dict[str, object]] | None] = {
    "home.show": None,
    "family.show": None,
    "family.person": ({"kind": "responsable", "person_id": OTHER}, {"kind": "enfant", "person_id": 9999}),
    "people.add_child": None,
    "people.add_around": ({"child_id": OTHER_CHILD, "kind": "contact"}, {"child_id": 9999, "kind": "contact"}),
    "people.remove": ({"person_id": OTHER_AROUND}, {"person_id": 9999}),
    "enrolments.show": None,
    "enrolments.offers": ({"child_id": OTHER_CHILD}, {"child_id": 9999}),
    "enrolments.ask": ({"child_id": OTHER_CHILD, "offer_id": 901}, {"child_id": 9999, "offer_id": 901}),
    "bookings.show": None,
    "bookings.now": ({"child_id": OTHER_CHILD}, {"child_id": 9999}),
    "bookings.week": ({"child_id": OTHER_CHILD, "name": WEEK}, {"child_id": 9999, "name": WEEK}),
    "bookings.month": ({"child_id": OTHER_CHILD, "name": "2026-11"}, {"child_id": 9999, "name": "2026-11"}),
    "periods.choose": ({"child_id": OTHER_CHILD, "gesture": "annuler"}, {"child_id": 9999, "gesture": "annuler"}),
    "periods.preview": ({"child_id": OTHER_CHILD, "gesture": "repeter"}, {"child_id": 9999, "gesture": "repeter"}),
    "feed.show": None,
    "feed.create": None,
    "feed.revoke": ({"name": "0" * 16}, {"name": "f" * 16}),  # test_bookings_feeds tries theirs
    "invoices.show": None,
    "invoices.pdf": ({"key": 201}, {"key": 9999}),
    "invoices.paper": ({"key": "receipt:201"}, {"key": "receipt:9999"}),
    "mandates.show": None,
    "mandates.ask": ({"regie_id": 9998}, {"regie_id": 9999}),  # a régie is nobody's: this one does not debit
    "payment.review": None,
    "payment.pay": None,
    "payment.show": ({"payment_id": "0198c1f0-0000-7000-8000-000000000001"}, {"payment_id": "nonsense"}),
    "payment.state": ({"payment_id": "0198c1f0-0000-7000-8000-000000000001"}, {"payment_id": "nonsense"}),
    "documents.show": None,
    "documents.send": ({"kind_id": 62, "child_id": OTHER_CHILD}, {"kind_id": 9999, "child_id": 9999}),
    "documentation.show": None,
    "documentation.download": ({"key": 9998}, {"key": 9999}),  # no file is one family's own
    "history.show": None,
    "answers.show": None,
    "answers.show_one": ({"action_id": "THEIRS"}, {"action_id": "0198c1f0-0000-7000-8000-000000000000"}),
    "answers.withdraw": ({"action_id": "THEIRS"}, {"action_id": "nonsense"}),
    "answers.state": ({"action_id": "THEIRS"}, {"action_id": "nonsense"}),
    "access.sign_out": None,
    "access.sign_out_others": None,
    "access.sign_out_one": ({"code": "THEIR-DEVICE"}, {"code": "nonsense"}),
    "access.change_password": None,
    "contact.send": None,
    "data.download": None,
}
SECRETS = ("Hugo", "Zoé", "Denise", "Petit", "06 99 99 99 99", "2026-000201", "F-0008")


def private_rules(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.startswith("sync."):
            continue
        if not is_public(app.view_functions[rule.endpoint]):
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule.endpoint, method


def test_every_route_is_known_to_this_file(app: Flask):
    assert {endpoint for endpoint, _ in private_rules(app)} == set(IDS)


def their_action(office: Office, hugo: Person) -> str:
    page = f"/reservations/{OTHER_CHILD}/{WEEK}"
    hugo.get(page)
    hugo.post(page, {"s": hugo.all_hidden("s"), "c": [f"{CANTEEN}:{DAYS[3]}"]})
    return str(office.actions()["actions"][-1]["id"])


def their_device(app: Flask, hugo: Person) -> str:
    """Give the name under which the other family would send its own device away."""
    cookie = hugo.client.get_cookie("marelle")
    assert cookie
    store = app.extensions["marelle"].store
    him = store.read(accounts.identify, cookie.value).visitor
    (device,) = store.read(devices.devices, him)
    return str(device.code)


def address(app: Flask, endpoint: str, values: dict[str, object]) -> str:
    with app.test_request_context():
        return app.url_for(endpoint, **values)


def test_nothing_of_another_family_is_reached(app: Flask, office: Office, claire: Person, hugo: Person):
    theirs = {"THEIRS": their_action(office, hugo), "THEIR-DEVICE": their_device(app, hugo)}
    count = len(office.actions()["actions"])
    claire.get("/famille")
    token = claire.hidden("csrf_token")
    for endpoint, method in private_rules(app):
        if IDS[endpoint] is None:
            continue
        answers = []
        for ids in IDS[endpoint] or ():
            values = {name: theirs.get(value, value) for name, value in ids.items()}
            path = address(app, endpoint, values)
            data = {"csrf_token": token, "form_key": "k", "s": f"{CANTEEN}:{DAYS[3]}:free", "c": f"{CANTEEN}:{DAYS[3]}"}
            data |= {"f.mobile": "0611111111"}
            response = claire.client.open(path, method=method, data=data if method == "POST" else None)
            assert response.status_code == 404, (method, path)
            answers.append(drawn(response.text))
        assert answers[0] == answers[1], endpoint  # theirs reads like nobody's
    assert len(office.actions()["actions"]) == count


def test_no_page_without_ids_says_a_word_of_another_family(app: Flask, claire: Person, hugo: Person, office: Office):
    their_action(office, hugo)
    for endpoint, method in private_rules(app):
        if IDS[endpoint] is None and method == "GET":
            text = claire.get(address(app, endpoint, {})).text
            assert not [secret for secret in SECRETS if secret in text], endpoint


def test_every_private_route_leads_strangers_to_the_door(app: Flask, office: Office):
    stranger = Person(app)
    stranger.get("/connexion")
    for endpoint, method in private_rules(app):
        values = (IDS[endpoint] or ({},))[0]
        path = address(app, endpoint, values)
        data = {"csrf_token": stranger.hidden("csrf_token")} if method == "POST" else None
        response = stranger.client.open(path, method=method, data=data)
        assert response.status_code == 303
        assert response.location.startswith("/connexion")


def test_a_form_from_elsewhere_is_refused_calmly(app: Flask, office: Office, claire: Person, hugo: Person):
    page = f"/famille/responsable/{CLAIRE}"
    hugo.get("/mot-de-passe")
    stranger = Person(app)
    stranger.get("/connexion")
    for token in ("", "nonsense", hugo.hidden("csrf_token"), stranger.hidden("csrf_token")):
        claire.get(page)
        response = claire.post(page, {"csrf_token": token, "f.mobile": "0611111111"})
        assert response.status_code == 400
        assert "Rien n'a été enregistré" in claire.words
    assert office.payloads("fields") == []
    for path in ("/connexion", "/lien", "/bienvenue/premier-lien", "/deconnexion", "/appareils/deconnecter"):
        assert claire.client.post(path, data={"email": "x@y.fr", "password": "x"}).status_code == 400, path


def test_every_form_wants_its_own_token(app: Flask, office: Office, claire: Person, hugo: Person):
    before = len(office.actions()["actions"])
    hugo.get("/mot-de-passe")
    for endpoint, method in private_rules(app):
        if method == "POST":
            path = address(app, endpoint, (IDS[endpoint] or ({},))[0])
            for data in ({}, {"csrf_token": hugo.hidden("csrf_token"), "form_key": "k"}):
                assert claire.client.post(path, data=data).status_code == 400, path
    assert len(office.actions()["actions"]) == before
    assert claire.get("/famille").status_code == 200


def test_a_form_dies_with_its_sign_in(app: Flask, office: Office, claire: Person):
    claire.get("/mot-de-passe")
    old = claire.hidden("csrf_token")
    claire.post("/deconnexion")
    claire.sign_in()
    assert claire.client.post("/appareils/deconnecter", data={"csrf_token": old}).status_code == 400


def test_headers(app: Flask, claire: Person):
    for path in ("/", "/connexion", "/nulle-part", "/factures/101.pdf", "/static/portal.css"):
        headers = claire.get(path).headers
        policy = headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'"):
            assert part in policy
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
    assert claire.get("/famille").headers["Cache-Control"] == "no-store"


def test_styles_are_cached_for_ever_under_their_print(claire: Person):
    text = claire.get("/contact").text
    start = text.index("/static/portal.css")
    path = text[start : text.index('"', start)]
    response = claire.get(path)
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_behind_tls_cookies_and_transport_are_strict(make_app):
    app = make_app(secure=True, proxies=1)
    office = Office(app)
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure()), view(ViewKind.ACCOUNT, CLAIRE, FAMILY, account()))
    person = Person(app)
    tls = {"base_url": "https://famille.exemple.fr", "headers": {"Referer": "https://famille.exemple.fr/connexion"}}
    person.get("/bienvenue/premier-lien", **tls)
    response = person.post(
        "/bienvenue/premier-lien", {"password": "Craie-et-pavés-2026", "again": "Craie-et-pavés-2026"}, **tls
    )
    cookies = [cookie for cookie in response.headers.getlist("Set-Cookie") if cookie.startswith("__Host-marelle=")]
    assert len(cookies) == 1
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookies[0]
    assert "Domain" not in cookies[0]
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_hostile_text_is_shown_as_text(app: Flask, office: Office, claire: Person):
    bad = '"><script>alert(1)</script>{{7*7}}'
    people = tuple(one.model_copy(update={"name": bad, "role": bad}) for one in family().people)
    office.publish(
        view(ViewKind.FAMILY, "", FAMILY, family().model_copy(update={"people": people, "name": bad})),
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"regie": bad, "phone": bad, "email": bad})),
        view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week(child=bad)),
        view(ViewKind.INVOICE, 101, FAMILY, invoice(bad, service=bad, children=(bad,))),
    )
    lines = tuple(line.model_copy(update={"name": bad, "owner": bad, "reason": bad}) for line in documents().lines)
    office.publish(view(ViewKind.DOCUMENTS, "", FAMILY, documents().model_copy(update={"lines": lines})))
    rows = tuple(line.model_copy(update={"child": bad, "activity": bad}) for line in enrolments().lines)
    office.publish(view(ViewKind.ENROLMENTS, "", FAMILY, enrolments().model_copy(update={"lines": rows})))
    paths = ("/", "/famille", f"/famille/enfant/{LEA}", "/inscriptions", "/reservations", f"/reservations/{LEA}/{WEEK}")
    for path in (*paths, "/factures", "/documents", "/contact", "/connexion"):
        response = claire.get(path)
        assert response.status_code in {200, 303}
        assert "<script>alert" not in response.text
        assert "{{7*7}}" in response.text or path in {"/connexion", "/"} or "49" not in response.text


def test_a_pdf_is_given_to_its_family_with_its_name_and_its_print(claire: Person):
    response = claire.get("/factures/101.pdf")
    assert response.data.startswith(b"%PDF")
    assert response.content_type == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=facture-2026-000101.pdf"
    again = claire.get("/factures/101.pdf", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_an_invoice_without_its_pdf_is_not_found(office: Office, claire: Person):
    office.publish(view(ViewKind.INVOICE, 300, FAMILY, invoice("2026-000300")))
    assert claire.get("/factures/300.pdf").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/nulle-part",
        "/factures/%00.pdf",
        "/demandes/%00",
        f"/famille/enfant/{10**30}",
        "/factures/" + "9" * 500 + ".pdf",
    ],
)
def test_what_does_not_exist_says_so_in_french(claire: Person, path: str):
    response = claire.get(path)
    assert response.status_code == 404
    assert "Page introuvable" in response.text


def test_a_fault_of_ours_is_told_calmly_and_logged_without_a_name(
    app: Flask, claire: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise RuntimeError("un incident")

    monkeypatch.setattr("backoffice.portal.pages.documents.shown", broken)
    response = claire.get("/documents")
    assert response.status_code == 500
    assert "Un incident est survenu" in response.text
    assert "RuntimeError" not in response.text


def test_the_log_names_nobody(app: Flask, office: Office, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "marelle.portal")
    person = Person(app)
    person.open_account()
    person.get(f"/reservations/{LEA}/{WEEK}?nom=Martin")
    person.get("/factures/101.pdf")
    text = caplog.text
    assert "GET /reservations/<int:child_id>/<name> 200" in text
    for private in ("premier-lien", "claire", "127.0.0.1", WEEK, "Martin", "/101", SYNC_KEY):
        assert private not in text


PAGES = {
    "/": 3,
    "/famille": 2,
    f"/famille/responsable/{CLAIRE}": 2,
    "/inscriptions": 3,
    "/reservations": 2,
    f"/reservations/{LEA}/{WEEK}": 3,
    f"/reservations/{LEA}/mois/2026-11": 3,
    f"/reservations/{LEA}/periode/semaine-type": 3,
    f"/reservations/{LEA}/periode/repeter/apercu?nombre=4&fin=semaines": 3,
    "/agenda": 2,
    "/factures": 3,
    "/factures?voir=papiers": 2,
    "/factures/prelevement": 2,
    "/paiement?facture=101": 4,
    "/factures/101.pdf": 2,
    "/documents": 2,
    "/documentation": 2,
    "/demandes": 3,
    "/historique": 2,
    "/historique?quoi=paiements": 3,
    "/contact": 3,
    "/accessibilite": 1,
    "/mentions-legales": 1,
    "/vos-donnees": 1,
    "/vos-donnees/copie": 1,
    "/connexion": 1,
    "/mot-de-passe": 3,
}


@pytest.mark.parametrize(("path", "most"), PAGES.items())
def test_a_page_is_who_you_are_and_one_or_two_questions(app: Flask, claire: Person, path: str, most: int):
    queries: list[str] = []
    claire.get(path)  # the first time, what is new in it is marked as seen

    def count(_connection, _cursor, statement, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            queries.append(statement)

    event.listen(app.extensions["marelle"].store.engine, "before_cursor_execute", count)
    claire.get(path)
    assert len(queries) <= most, queries


def test_a_page_with_its_styles_weighs_less_than_60_kb(app: Flask, claire: Person):
    styles = len(claire.get("/static/portal.css").data)
    for path in PAGES:
        assert len(claire.get(path).data) + styles < 60_000, path


def test_an_oversized_form_is_refused(claire: Person):
    claire.get("/lien")
    response = claire.post("/lien", {"email": "x" * 300_000})
    assert response.status_code == 413
    assert "trop lourd" in response.text


def test_one_account_does_not_flood_the_regie_and_may_always_leave(make_app):
    app = make_app(form_rate="3 per minute", upload_rate="2 per minute")
    office, claire, hugo = Office(app), Person(app), Person(app)
    office.publish(*everything())
    claire.open_account()
    hugo.open_account("autre-lien")
    page = f"/famille/responsable/{CLAIRE}"
    for number, expected in enumerate((303, 422, 422, 429)):
        claire.get(page if number % 2 == 0 else "/contact")
        assert claire.post(page, {"f.mobile": f"061111111{number}"}).status_code == expected
    assert "Patientez" in claire.words
    hugo.get("/contact")
    assert hugo.post("/contact", {"text": "Bonjour"}).status_code == 303
    claire.get("/famille")
    sent = [claire.post(f"/documents/{kind}", {}).status_code for kind in (9998, 9998, 9998)]
    assert sent == [404, 404, 429]
    claire.get("/famille")
    assert claire.post("/deconnexion").status_code == 303
