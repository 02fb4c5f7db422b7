"""What no page sends: junk in every field of every form, values that lie, forms by the thousand, the same form at once."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from backoffice.scans.scan import scan
from backoffice.sync.contract import ViewKind, week_of
from tests.papers import a_pdf
from tests.portal.conftest import Office, Person
from tests.portal.forms import Form, Values, forms_of
from tests.portal.motion import LEAVING, family_in_motion, request
from tests.portal.offered import STARTS, SUMMER, offered_views
from tests.portal.payment.paying import REGIES, bills
from tests.portal.plannings import NEXT, answered_cells, weeks_to_come
from tests.portal.published import (
    ASKED,
    CANTEEN,
    CLAIRE,
    FAMILY,
    JEANNE,
    LEA,
    PASSWORD,
    structure,
    view,
)
from tests.portal.test_documents import INSURANCE, SEALER, TAXES, asked, line

SCHOOLS = ("École du Parc",)
JUNK = (
    "", "\0x\r\nX-Entete: oui", "é" * 3000, "-1", "٣", "9" * 5000, "1e999", "x'\"><script>alert(1)</script>", b"\xff\xfe\xed\xa0\x80",
    "0000-00-00", "31:٢٠٢٦-11-26:free", "999999999:9999-12-31:booked", "\u202eelif", "[]",
)  # fmt: skip
WEEK_TO_COME = f"/reservations/{LEA}/{week_of(NEXT)}"
PAGES = {  # where each form is
    "/famille": ("answers.withdraw",),
    f"/famille/responsable/{CLAIRE}": ("family.person", "answers.withdraw"),
    "/famille/ajouter/enfant": ("people.add_child",),
    f"/famille/enfant/{LEA}/ajouter/contact": ("people.add_around",),
    f"/famille/personne/{JEANNE}/retirer": ("people.remove",),
    "/inscriptions": (),
    f"/inscriptions/demander/{LEA}/{SUMMER}": ("enrolments.ask",),
    WEEK_TO_COME: ("bookings.week", "answers.withdraw"),
    f"/reservations/{LEA}/mois/2026-12": ("bookings.month",),
    f"/reservations/{LEA}/periode/repeter": (),
    f"/reservations/{LEA}/periode/semaine-type": (),
    f"/reservations/{LEA}/periode/annuler/apercu?du=2026-12-07&au=2026-12-18": (),
    f"/reservations/{LEA}/periode/repeter/apercu?nombre=2&fin=semaines": ("periods.preview",),
    "/agenda": ("feed.create", "feed.revoke"),
    "/factures": (),
    "/paiement?facture=101": ("payment.pay",),
    "/factures/prelevement/1": ("mandates.ask",),
    f"/documents/{INSURANCE}/enfant/{LEA}": ("documents.send",),
    "/mot-de-passe": ("access.change_password", "access.sign_out_others", "access.sign_out_one"),
    "/contact": ("contact.send",),
    "/vos-donnees/copie": ("data.download",),
    "/lien": ("access.ask_link",),
}
ELSEWHERE = {  # its form is on every page; the others have tests of their own with everything that may come
    "access.sign_out", "access.sign_in", "access.welcome", "payfip.notify", "payfip.back",
}  # fmt: skip
SAID = re.compile(r"Rien n|rien n|role=\"alert\"|class=\"trouble\"|n'existe pas|n&#39;existe pas")


@pytest.fixture
def mum(office: Office, claire: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A mother to whom every form of the portal is open."""
    monkeypatch.setattr("backoffice.portal.pages.documents.scan_apart", scan)
    told = {"upload_key": SEALER.public_key, "regies": REGIES, "schools": SCHOOLS}
    office.publish(
        *offered_views(),
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update=told)),
        asked(line("Avis d'imposition", TAXES), line("Assurance scolaire", INSURANCE, child_id=LEA)),
        *weeks_to_come(answered_cells()),
        *bills(),
        view(ViewKind.FAMILY, "", FAMILY, family_in_motion()),
        *(view(ViewKind.REQUEST, key, FAMILY, request()) for key in (ASKED, LEAVING)),
    )
    for _ in range(2):
        Person(claire.client.application).sign_in()  # other devices, to be sent away
    claire.get("/agenda")
    claire.post("/agenda")
    return claire


def forms(person: Person, path: str) -> list[Form]:
    """Read the forms of a page, but for the one that every page has."""
    assert person.get(path).status_code == 200, path
    return [form for form in forms_of(person.text, path) if form.action != "/deconnexion"]


def endpoint(app: Flask, form: Form) -> str:
    return str(app.url_map.bind("").match(form.action.partition("?")[0], method=form.method.upper())[0])


def test_every_form_is_tried_here(app: Flask, mum: Person):
    tried = {path: {endpoint(app, form) for form in forms(mum, path) if form.method == "post"} for path in PAGES}
    assert {path: {*names} for path, names in PAGES.items()} == {path: {*names} for path, names in tried.items()}
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    known = {name for names in PAGES.values() for name in names}
    assert posts - known - ELSEWHERE == {"sync.views", "sync.collected"}  # test_fuzz


def forged(form: Form, numbers: Iterator[int]) -> Iterator[Values]:
    """Put junk in each field in turn, then the same in all of them at once, each time as a form of its own."""
    fields = [name for name in form.values if name != "csrf_token"]
    turns = cycle(JUNK)
    mine = {"form_key": [f"forge-{next(numbers)}"]} if "form_key" in fields else {}
    for name in fields:
        yield form.values | mine | {name: [next(turns), next(turns)]}
    for junk in JUNK[::3]:
        yield form.values | {name: [junk] for name in fields} | {"form_key": [f"forge-{next(numbers)}"]}


def test_junk_in_any_field_is_refused_in_french_and_never_a_fault(app: Flask, office: Office, mum: Person):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    numbers = iter(range(10_000))
    for path in PAGES:
        for form in forms(mum, path):
            for values in forged(form, numbers):
                if form.method == "post":
                    response = mum.client.post(form.action, data=values)
                else:
                    response = mum.client.get(form.action, query_string=readable(values))
                where = (form.action, {name: value for name, value in values.items() if value != form.values.get(name)})
                assert response.status_code in {200, 303, 400, 404, 410, 422, 429}, where
                assert response.status_code < 400 or SAID.search(response.text), where
                assert "X-Entete" not in response.headers
                assert "<script>alert" not in response.text, where
    for path in ("/", "/demandes", *PAGES):
        assert "<script>alert" not in mum.get(path).text, path
    written = json.dumps(office.actions(1000)["actions"])
    assert not re.search(r"\\u0000|\\r|\\u202e[^e]", written)


def readable(values: Values) -> MultiDict:
    pairs = [(name, one) for name, some in values.items() for one in some]
    return MultiDict([(name, one) for name, one in pairs if isinstance(one, str)])


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (WEEK_TO_COME, "c", "{}:2026-12-01"),
        (WEEK_TO_COME, "s", "{}:2026-12-01:free"),
        (f"/demandes/{ASKED}/retirer", "keys", "k{}"),
        ("/paiement", "facture", "{}"),
        ("/contact", "text", "{}"),
    ],
)
def test_ten_thousand_values_of_one_field_are_told_so(office: Office, mum: Person, path: str, name: str, value: str):
    mum.get("/contact")
    token = mum.hidden("csrf_token")
    many = [value.format(number) for number in range(10_000)]
    response = mum.client.post(path, data={"csrf_token": token, "form_key": "k", name: many, "total": "0"})
    assert response.status_code in {303, 404, 413, 422}
    assert response.status_code == 303 or SAID.search(response.text)
    assert office.payloads("bookings") == []
    if name == "facture":
        asked = "&".join(f"facture={number}" for number in range(10_000))
        assert mum.get(f"/paiement?{asked}").status_code == 404


# --- one form, one effect ---------------------------------------------------------------------------------------------


def said() -> dict[str, tuple[str, dict[str, object]]]:
    """Say what a family writes in each form, by its route: the page, and what it changes in it."""
    return {
        "family.person": (f"/famille/responsable/{CLAIRE}", {"f.mobile": "0611111111"}),
        "people.add_child": (
            "/famille/ajouter/enfant",
            {"f.first_name": "Inès", "f.last_name": "Martin", "f.birth_date": "05/09/2021", "f.school": SCHOOLS[0]},
        ),
        "people.add_around": (
            f"/famille/enfant/{LEA}/ajouter/contact",
            {"f.name": "Ada Roux", "f.relation": "voisine", "f.phone": "0611111111"},
        ),
        "people.remove": (f"/famille/personne/{JEANNE}/retirer", {}),
        "enrolments.ask": (f"/inscriptions/demander/{LEA}/{SUMMER}", {"starts": str(STARTS), "note": "Merci"}),
        "bookings.week": (
            f"/reservations/{LEA}/2026-W50",
            {"s": [f"{CANTEEN}:2026-12-07:free"], "c": [f"{CANTEEN}:2026-12-07"]},
        ),
        "bookings.month": (
            f"/reservations/{LEA}/mois/2026-12",
            {"s": [f"{CANTEEN}:2026-12-14:free"], "c": [f"{CANTEEN}:2026-12-14"]},
        ),
        "periods.preview": (f"/reservations/{LEA}/periode/repeter/apercu?nombre=2&fin=semaines", {}),
        "mandates.ask": (
            "/factures/prelevement/1",
            {"holder": "Claire Martin", "iban": "FR76 3000 6000 0112 3456 7890 189", "bic": "", "consent": "1"},
        ),
        "documents.send": (f"/documents/{INSURANCE}/enfant/{LEA}", {"page": (a_pdf(), "assurance.pdf")}),
        "answers.withdraw": ("/famille", {}),
        "contact.send": ("/contact", {"text": "Bonjour"}),
    }


NO_ACTION = {  # what else becomes of these is counted by tests of their own
    "access.change_password", "access.sign_out_others", "access.sign_out_one", "access.ask_link", "data.download",
    "feed.create", "feed.revoke", "payment.pay",
}  # fmt: skip


def test_the_same_form_sent_eight_times_at_once_is_one_action(app: Flask, office: Office, mum: Person):
    tried = said()
    assert {*tried} | NO_ACTION == {name for names in PAGES.values() for name in names}
    for name, (path, changes) in tried.items():
        form = next(one for one in forms(mum, path) if one.method == "post" and endpoint(app, one) == name)
        values = {key: some for key, some in form.values.items() if key not in {"voir", "page", *changes}} | changes
        before = len(office.actions(1000)["actions"])

        def send(_: int, form: Form = form, values: dict[str, object] = values) -> tuple[int, str | None]:
            files = {key: (BytesIO(one[0]), one[1]) for key, one in values.items() if isinstance(one, tuple)}
            response = mum.tab().post(form.action, data=values | files)
            return response.status_code, response.location

        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(send, range(8)))
        assert len(answers) == 1, (name, answers)
        assert answers.pop()[0] == 303, name
        assert len(office.actions(1000)["actions"]) == before + 1, name
    assert PASSWORD not in json.dumps(office.actions(1000))
