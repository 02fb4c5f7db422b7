"""Ma famille: whom to call and who may collect a child, added and taken away; fields that wait, and their answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.motion import COMING, LEAVING, family_in_motion, request
from tests.portal.published import (
    ASKED,
    CLAIRE,
    FAMILY,
    JEANNE,
    LEA,
    OTHER_AROUND,
    OTHER_CHILD,
    PASSWORD,
    PAUL,
    TOM,
    Clock,
    family,
    structure,
    view,
)

CHILD = "/famille/ajouter/enfant"
PICKUP = f"/famille/enfant/{TOM}/ajouter/personne-autorisee"
ZOE = {"f.last_name": "Martin", "f.first_name": "Zoé", "f.birth_date": "5/9/2023", "f.school": ""}
INES = {"f.name": "Inès Faure", "f.relation": "voisine", "f.phone": "06.12.34.56.78"}
HOSTILE = '"><script>alert(1)</script>\r\nBcc: tous@exemple.fr'


def test_the_page_names_who_is_around_each_child(claire: Person):
    claire.get("/famille")
    assert "grand-mère, peut venir chercher Léa" in claire.words
    assert 'href="tel:0329000009"' in claire.text
    assert f'href="/famille/personne/{JEANNE}/retirer"' in claire.text
    assert f'href="/famille/enfant/{TOM}/ajouter/contact"' in claire.text


def test_a_child_is_asked_for(office: Office, claire: Person):
    claire.get(CHILD)
    response = claire.post(CHILD, ZOE)
    assert response.status_code == 303
    assert office.payloads("person_added") == [
        {
            "kind": "person_added",
            "person": "child",
            "child_id": None,
            "fields": [
                {"name": "last_name", "seen": "", "wished": "Martin"},
                {"name": "first_name", "seen": "", "wished": "Zoé"},
                {"name": "birth_date", "seen": "", "wished": "2023-09-05"},
            ],
        }
    ]
    claire.get(response.location)
    assert "Nouvel enfant : Zoé Martin" in claire.words
    claire.get("/famille")
    assert "Zoé Martin" in claire.words
    claire.get(CHILD)
    assert claire.post(CHILD, ZOE).status_code == 422
    assert "Vous avez déjà demandé l'ajout de Zoé Martin" in claire.words


def test_somebody_may_collect_a_child_once_the_regie_says_so(office: Office, claire: Person):
    claire.get(PICKUP)
    claire.post(PICKUP, INES | {"f.allowed": "oui", "f.child_id": str(OTHER_CHILD)})
    (sent,) = office.payloads("person_added")
    assert (sent["person"], sent["child_id"]) == ("pickup", TOM)
    assert [(one["name"], one["wished"]) for one in sent["fields"]] == [
        ("name", "Inès Faure"),
        ("relation", "voisine"),
        ("phone", "06 12 34 56 78"),
    ]
    claire.get("/famille")
    assert "Envoyé, en cours d'enregistrement" in claire.words


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"f.first_name": " "}, "Ce champ est obligatoire"),
        ({"f.birth_date": "31/02/2020"}, "Une date s'écrit jour/mois/année"),
        ({"f.birth_date": "25/11/2026"}, "Cette date est dans l'avenir"),
        ({"f.birth_date": "1/1/1990"}, "Cette date n'est pas celle de la naissance d'un enfant"),
        ({"f.last_name": "x" * 201}, "Ce champ tient en 200 caractères"),
        ({"f.first_name": "LÉA"}, "LÉA Martin est déjà dans votre dossier"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    office: Office, claire: Person, wrong: dict[str, str], sentence: str
):
    claire.get(CHILD)
    assert claire.post(CHILD, ZOE | {"f.school": "École du Parc"} | wrong).status_code == 422
    assert sentence in claire.words
    assert 'value="École du Parc"' in claire.text
    assert claire.text.count('aria-invalid="true"') == 1
    assert office.payloads("person_added") == []


@pytest.mark.parametrize(
    ("page", "name"),
    [(PICKUP, "name"), (PICKUP, "relation"), (CHILD, "first_name"), (CHILD, "last_name"), (CHILD, "school")],
)
def test_hostile_text_stays_text(office: Office, claire: Person, page: str, name: str):
    claire.get(page)
    form = (INES if page == PICKUP else ZOE) | {f"f.{name}": HOSTILE}
    response = claire.post(page, form)
    assert response.status_code == 303
    assert not any("Bcc" in value for _, value in response.headers)
    (sent,) = office.payloads("person_added")
    assert all("\n" not in one["wished"] for one in sent["fields"])
    for path in ("/famille", response.location, "/demandes"):
        assert "<script>alert" not in claire.get(path).text
    claire.get(page)
    claire.post(page, form | {f"f.{name}": HOSTILE * 5})  # too long: typed text is drawn again
    assert "<script>alert" not in claire.text


def test_one_form_is_one_request_even_sent_twice_at_once(office: Office, claire: Person):
    claire.get(PICKUP)
    form = claire.form() | INES

    def send(_: int) -> int:
        return claire.tab().post(PICKUP, data=form).status_code

    with ThreadPoolExecutor(2) as both:
        assert set(both.map(send, range(2))) == {303}
    assert len(office.payloads("person_added")) == 1
    assert claire.post(PICKUP, form | {"f.name": "Autre Nom"}).status_code == 422
    assert "Ce formulaire avait déjà" in claire.words
    assert len(office.payloads("person_added")) == 1


def test_a_removal_is_confirmed_then_asked_once(office: Office, claire: Person):
    path = f"/famille/personne/{JEANNE}/retirer"
    claire.get(path)
    assert "Retirer Jeanne Roux ?" in claire.words
    page = claire.text
    response = claire.post(path)
    assert response.status_code == 303
    claire.text = page
    assert claire.post(path).location == response.location
    assert office.payloads("person_removed") == [{"kind": "person_removed", "person_id": JEANNE}]
    claire.get(path)
    assert claire.post(path).status_code == 422
    assert "Ce retrait est déjà demandé" in claire.words
    claire.get("/famille")
    assert "Retrait envoyé, en cours d'enregistrement" in claire.words


@pytest.mark.parametrize(
    "path",
    [
        f"/famille/personne/{OTHER_AROUND}/retirer",
        f"/famille/personne/{CLAIRE}/retirer",
        f"/famille/personne/{LEA}/retirer",
        f"/famille/enfant/{OTHER_CHILD}/ajouter/contact",
        f"/famille/enfant/{CLAIRE}/ajouter/contact",
    ],
)
def test_who_is_not_of_the_household_s_to_change_is_not_found(office: Office, claire: Person, path: str):
    claire.get(CHILD)
    data = INES | {"csrf_token": claire.hidden("csrf_token"), "form_key": "essai"}
    assert claire.client.get(path).status_code == 404
    assert claire.client.post(path, data=data).status_code == 404
    assert office.actions()["actions"][1:] == []  # the account was opened


def test_what_the_structure_does_not_let_families_add_has_no_page(office: Office, claire: Person):
    claire.get(PICKUP)
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"addable": ("contact",)})))
    assert claire.post(PICKUP, INES).status_code == 404
    assert claire.get(CHILD).status_code == 404
    claire.get("/famille")
    assert "Ajouter un contact" in claire.words
    assert "Ajouter un enfant" not in claire.words


def test_who_waits_is_shown_with_a_way_back(office: Office, claire: Person):
    office.publish(
        view(ViewKind.FAMILY, "", FAMILY, family_in_motion()),
        view(ViewKind.REQUEST, COMING, FAMILY, request("person")),
        view(ViewKind.REQUEST, LEAVING, FAMILY, request("person")),
    )
    claire.get("/famille")
    assert "Inès Faure, personne autorisée à ajouter" in claire.words.replace("</strong>", "")
    assert "À retirer, en attente de la régie" in claire.words
    assert f'href="/famille/personne/{PAUL}/retirer"' not in claire.text
    for one in (COMING, LEAVING):
        assert f'action="/demandes/{one}/retirer"' in claire.text
    claire.post(f"/demandes/{COMING}/retirer", {"form_key": "reprise"})
    claire.get("/famille")
    assert "Retrait en cours" in claire.words
    assert f'action="/demandes/{COMING}/retirer"' not in claire.text


def test_the_last_answer_is_read_on_its_field_with_its_reason_while_it_is_news(
    office: Office, claire: Person, clock: Clock
):
    office.publish(view(ViewKind.FAMILY, "", FAMILY, family_in_motion()))
    claire.get(f"/famille/responsable/{CLAIRE}")
    assert "« Faux nom », le dimanche 22 novembre à 9 h 30. Justificatif manquant." in claire.words
    clock.move(days=29)
    claire.sign_in(password=PASSWORD)
    claire.get(f"/famille/responsable/{CLAIRE}")
    assert "Faux nom" not in claire.words


def test_a_field_that_waits_is_taken_back_from_the_file(office: Office, claire: Person):
    office.publish(view(ViewKind.REQUEST, ASKED, FAMILY, request()))
    page = f"/famille/responsable/{CLAIRE}"
    claire.get(page)
    assert 'form="w-0" name="keys" value="city"' in claire.text
    claire.post(f"/demandes/{ASKED}/retirer", {"form_key": claire.all_hidden("form_key")[-1], "keys": "city"})
    assert office.payloads("withdrawn") == [{"kind": "withdrawn", "request_id": ASKED, "keys": ["city"]}]
    claire.get(page)
    assert "Retrait en cours" in claire.words
    assert 'name="keys"' not in claire.text


def test_a_school_is_chosen_among_those_of_the_commune(office: Office, claire: Person):
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"schools": ("École du Parc",)})))
    claire.get(CHILD)
    assert '<option value="École du Parc">' in claire.text
    assert claire.post(CHILD, ZOE | {"f.school": "Ailleurs"}).status_code == 422
    assert "Choisissez une des réponses proposées" in claire.words
    claire.post(CHILD, ZOE | {"f.school": "École du Parc"})
    assert office.payloads("person_added")[0]["fields"][-1]["wished"] == "École du Parc"


def test_a_household_without_children_shows_its_people(office: Office, claire: Person):
    office.publish(view(ViewKind.FAMILY, "", FAMILY, family().model_copy(update={"people": family().people[:1]})))
    claire.get("/famille")
    assert "Claire Martin" in claire.words
    assert "Ajouter un enfant" in claire.words
