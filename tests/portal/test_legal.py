"""What the law asks: three public pages in every footer, and a copy of all that is held, for who knows the password."""

import io
import json
import zipfile

import pytest
from flask import Flask

from backoffice.sync.contract import NoticeView, ViewKind
from models.portal import Account, Feed, OnlinePayment, SignIn, Upload
from tests.portal.conftest import Office, Person
from tests.portal.published import CLAIRE, FAMILY, NOW, OTHER, OTHER_FAMILY, PASSWORD, PDF, structure, view

PUBLIC = ("/accessibilite", "/mentions-legales", "/vos-donnees")


@pytest.mark.parametrize("path", PUBLIC)
def test_the_three_pages_are_open_to_everybody_and_in_every_footer(app: Flask, office: Office, path: str):
    stranger = Person(app)
    assert stranger.get(path).status_code == 200
    for page in ("/connexion", "/contact", "/nulle-part", *PUBLIC):
        assert f'href="{path}"' in stranger.get(page).text, page


def test_the_statement_says_what_the_law_asks(app: Flask, office: Office):
    person = Person(app)
    person.get("/accessibilite")
    for words in (
        "État de conformité",
        "Contenus non accessibles",
        "Établissement",
        "Défenseur des droits",
        "03 29 00",
    ):
        assert words in person.words
    assert "Accessibilité : non conforme" in person.words


def test_the_commune_s_own_words_are_read(app: Flask, office: Office):
    own = (
        NoticeView(code="host", text="Exemple Hébergement,\n1 rue <b>du Parc"),
        NoticeView(code="state", text="Partiellement conforme : 82 %."),
        NoticeView(code="code d'une autre version", text="Inconnu"),
    )
    office.publish(view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"notices": own})))
    person = Person(app)
    person.get("/mentions-legales")
    assert "Exemple Hébergement,<br>1 rue &lt;b&gt;du Parc" in person.text
    assert "Accessibilité : partiellement conforme" in person.words
    assert "Inconnu" not in person.words


def test_before_the_first_publication_the_pages_stand(app: Flask):
    for path in PUBLIC:
        assert Person(app).get(path).status_code == 200


def fill(app: Flask) -> None:
    """Give both households one of everything that the portal may hold."""

    def add(work) -> None:
        for guardian, family in ((CLAIRE, FAMILY), (OTHER, OTHER_FAMILY)):
            work.session.add_all(
                [
                    Feed(token_hash=f"lien-secret-{guardian}", guardian_id=guardian, created_at=NOW),
                    Upload(
                        id=f"depot-{guardian}", action_id="a", family_id=family, received_at=NOW, sha256="", sealed=b"x"
                    ),
                    OnlinePayment(
                        id=f"paiement-{guardian}", form_key="cle", guardian_id=guardian, family_id=family, regie_id=1,
                        client="000001", mode="T", reference=f"REF{guardian:06}", amount_cents=7049, basket=[],
                        email=f"mel{guardian}@exemple.fr", state="paid", started_at=NOW,
                    ),
                ]
            )  # fmt: skip

    app.extensions["marelle"].store.write(add)


def copy_of(person: Person, password: str = PASSWORD) -> tuple[int, bytes]:
    person.get("/vos-donnees/copie")
    response = person.client.post(
        "/vos-donnees/copie",
        data={"csrf_token": person.hidden("csrf_token"), "current": password},
        buffered=True,
    )
    person.text = response.text if response.status_code == 422 else ""
    return response.status_code, response.data


def test_the_copy_holds_all_of_this_household_and_nothing_of_another(
    app: Flask, office: Office, claire: Person, hugo: Person
):
    fill(app)
    claire.get("/contact")
    claire.post("/contact", {"text": "Une question"})
    hugo.get("/contact")
    hugo.post("/contact", {"text": "Le secret de Zoé"})
    status, content = copy_of(claire)
    assert status == 200
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    names = archive.namelist()
    assert archive.read("fichiers/invoice-101-facture-2026-000101.pdf") == PDF
    account = json.loads(archive.read("compte.json"))
    assert account["adresse_e_mail"] == "claire.martin@exemple.fr"
    assert len(account["appareils"]) == len(account["connexions"]) == len(account["liens_d_agenda"]) == 1
    assert {one["nature"] for one in json.loads(archive.read("envois.json"))} == {"account_opened", "message"}
    assert [one["reference"] for one in json.loads(archive.read("paiements.json"))] == ["REF000011"]
    assert [one["numero"] for one in json.loads(archive.read("documents.json"))] == ["depot-11"]
    assert {"vues/family.json", "vues/invoice.json", "vues/thread.json", "LISEZ-MOI.txt"} <= set(names)
    everything = b"\n".join(archive.read(name) for name in names).decode("utf-8", "replace")
    assert "Une question" in everything
    for theirs in ("Hugo", "Zoé", "2026-000201", "F-0008", "mel13@", "REF000013", "depot-13"):
        assert theirs not in everything


def test_the_copy_opens_no_door(app: Flask, office: Office, claire: Person):
    fill(app)
    _, content = copy_of(claire)
    archive = zipfile.ZipFile(io.BytesIO(content))
    everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    store = app.extensions["marelle"].store
    account = store.read(lambda work: work.session.get(Account, CLAIRE))
    sign_ins = store.read(lambda work: work.session.query(SignIn).all())
    secrets = [
        account.password_hash,
        account.last_link_hash,
        "lien-secret",
        "argon2",
        *(one.token_hash for one in sign_ins),
    ]
    assert not [secret for secret in secrets if secret in everything]


def test_the_copy_asks_the_password_again_and_guesses_cost_time(app: Flask, office: Office, claire: Person):
    for _ in range(5):
        status, _ = copy_of(claire, "Faux-mot-de-passe-1")
        assert status == 422
    assert "Ce n'est pas votre mot de passe actuel" in claire.words
    status, _ = copy_of(claire)
    assert status == 422
    assert "Patientez 1 minute" in claire.words


def test_the_other_parent_s_own_doings_stay_hers(app: Flask, office: Office, claire: Person):
    from tests.portal.published import account as an_account

    father = an_account(CLAIRE, "lien-du-pere").model_copy(update={"email": "paul@exemple.fr", "name": "Paul Martin"})
    office.publish(view(ViewKind.ACCOUNT, 12, FAMILY, father))
    paul = Person(app)
    paul.open_account("lien-du-pere")
    fill(app)
    _, content = copy_of(paul)
    archive = zipfile.ZipFile(io.BytesIO(content))
    account = archive.read("compte.json").decode()
    assert "Paul Martin" in account
    assert "claire.martin" not in account
    assert len(json.loads(account)["connexions"]) == 1
    payments = archive.read("paiements.json").decode()
    assert "REF000011" in payments
    assert "mel11@" not in payments
    assert [one["par_vous"] for one in json.loads(archive.read("envois.json"))] == [True]
