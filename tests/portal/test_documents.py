"""Mes documents: sent once, in one piece, sealed before anything touches the disk; and what is never taken."""

import hashlib
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pikepdf import Pdf
from sqlalchemy import func, select
from werkzeug import formparser
from werkzeug.test import TestResponse

from backoffice.portal import uploads
from backoffice.portal.uploads import plain_name
from backoffice.scans.rules import LARGEST_FILE
from backoffice.scans.scan import scan
from backoffice.sealing import Sealer
from backoffice.secrets import new_key
from backoffice.sync.contract import Collected, DocumentLine, DocumentsView, View, ViewKind
from models.portal import Upload
from tests.papers import MARK, a_pdf, a_picture, launch, locked
from tests.portal.conftest import Office, Person
from tests.portal.published import FAMILY, LEA, NOW, OTHER_CHILD, OTHER_FAMILY, everything, structure, view

SEALER = Sealer(new_key())
TAXES, INSURANCE = 61, 62
PAGE = f"/documents/{INSURANCE}/enfant/{LEA}"


def line(name: str, kind_id: int, state: str = "missing", child_id: int | None = None, **more: object) -> DocumentLine:
    owner = {None: "Famille", LEA: "Léa", OTHER_CHILD: "Zoé"}[child_id]
    values = {"mandatory": True, "blocks": "", "valid_until": None, "reason": None, "kind_id": kind_id}
    return DocumentLine(**{"owner": owner, "name": name, "state": state, "child_id": child_id} | values | more)


def asked(*lines: DocumentLine, family_id: int = FAMILY) -> View:
    return view(ViewKind.DOCUMENTS, "", family_id, DocumentsView(lines=lines))


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open documents in this process: another one has its own test."""
    monkeypatch.setattr("backoffice.portal.pages.documents.scan_apart", scan)


@pytest.fixture
def ready(office: Office, claire: Person, hugo: Person) -> Person:
    """Ask two documents of each family, with a key to seal them to."""
    prepare(office)
    return claire


def prepare(office: Office) -> None:
    office.publish(
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"upload_key": SEALER.public_key})),
        asked(line("Avis d'imposition", TAXES), line("Assurance scolaire", INSURANCE, child_id=LEA)),
        asked(line("Carte de Zoé", 63, child_id=OTHER_CHILD), family_id=OTHER_FAMILY),
    )


def send(person: Person, *contents: bytes | tuple[str, bytes], page: str = PAGE) -> TestResponse:
    person.get(page)
    return again(person, *contents, page=page)


def again(person: Person, *contents: bytes | tuple[str, bytes], page: str = PAGE) -> TestResponse:
    """Send files as a browser does, with the form of the page as it was drawn."""
    named = [one if isinstance(one, tuple) else ("scan.pdf", one) for one in contents]
    parts = [(f'name="{name}"', b"", person.hidden(name).encode()) for name in ("csrf_token", "form_key")]
    for name, content in named:  # the browser's word on what a file is is worth nothing
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        parts.append((f'name="page"; filename="{quoted}"', b"Content-Type: image/png\r\n", content))
    body = b"".join(
        b"--limite\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n" + kind + b"\r\n" + content + b"\r\n"
        for head, kind, content in parts
    )
    response = person.client.post(
        page, data=body + b"--limite--\r\n", content_type="multipart/form-data; boundary=limite"
    )
    person.text = response.get_data(as_text=True)
    return response


def sent(office: Office) -> list[dict]:
    return office.payloads("document")


def fetched(office: Office, payload: dict) -> bytes:
    return office.get(f"/sync/uploads/{payload['upload']}").data


def test_a_document_is_sent_sealed_and_told_once(ready: Person, office: Office):
    response = send(ready, ("Assurance Léa.pdf", a_pdf(pages=2)))
    assert response.status_code == 303
    [payload] = sent(office)
    assert (payload["document_kind"], payload["child_id"], payload["pages"]) == (INSURANCE, LEA, 2)
    assert payload["name"] == "Assurance Léa.pdf"
    sealed = fetched(office, payload)
    assert hashlib.sha256(sealed).hexdigest() == payload["sha256"]
    content = SEALER.open_letter(sealed)
    assert content.startswith(b"%PDF")
    assert len(content) == payload["size"]
    ready.get(response.location)
    assert "Assurance scolaire, Léa" in ready.words
    ready.get("/documents")
    assert "Envoyé, en cours d'enregistrement" in ready.words


def test_several_photos_become_one_document(ready: Person, office: Office):
    send(ready, ("1.jpg", a_picture()), ("2.heic", a_picture("HEIC")), ("", b""), ("3.png", a_picture("PNG")))
    [payload] = sent(office)
    assert (payload["pages"], payload["name"]) == (3, "3 fichiers réunis.pdf")


def test_the_portal_keeps_nothing_that_can_be_read(ready: Person, office: Office, tmp_path: Path, monkeypatch):
    def no_disk(*_: object, **_more: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(formparser, "SpooledTemporaryFile", no_disk)
    monkeypatch.setattr(tempfile, "TemporaryFile", no_disk)
    heavy = a_pdf(text=MARK + "x" * 900_000)  # more than Werkzeug keeps in memory
    assert send(ready, ("Marque 7f3a.pdf", heavy)).status_code == 303
    with Pdf.open(BytesIO(SEALER.open_letter(fetched(office, sent(office)[0])))) as paper:
        assert MARK.encode() in paper.pages[0].Contents.read_bytes()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert MARK.encode() not in written
    assert b"%PDF-1" not in written.replace(b"%PDF-1.7\n% facture fictive", b"")


def test_what_the_office_has_taken_is_gone(either_app: Flask):
    office, person = Office(either_app), Person(either_app)
    office.publish(*everything())
    person.open_account()
    prepare(office)
    send(person, a_pdf())
    [action] = [one for one in office.actions()["actions"] if one["payload"]["kind"] == "document"]
    path = f"/sync/uploads/{action['payload']['upload']}"
    assert office.client.get(path).status_code == 401
    assert office.get(path).data == office.get(path).data != b""
    done = Collected(ids=(action["id"],)).model_dump_json()
    office.post("/sync/collected", done)
    office.post("/sync/collected", done)
    assert office.get(path).status_code == 404
    store = either_app.extensions["marelle"].store
    assert store.read(lambda work: work.session.scalar(select(func.count(Upload.id)))) == 0
    assert office.get("/sync/uploads/nonsense").status_code == 404


def test_one_form_is_one_document_however_often_it_is_sent(ready: Person, office: Office):
    first = send(ready, a_pdf())
    ready.get(PAGE)
    ready.text = re.sub(r'name="form_key" value="[^"]*"', 'name="form_key" value="la-meme"', ready.text)
    page = ready.text
    answers, paper = [], a_pdf(text="b")  # made anew, it would bear another date
    for _ in range(3):
        ready.text = page
        answers.append(again(ready, paper))
    assert {one.location for one in answers} == {answers[0].location} != {first.location}
    ready.text = page
    other = again(ready, a_pdf(text="c"))
    assert other.status_code == 422
    assert "rien de nouveau n'a été envoyé" in ready.words
    assert len(sent(office)) == 2


def test_parallel_sendings_of_one_form_are_one_document(ready: Person, office: Office, app: Flask):
    ready.get(PAGE)
    tabs = [Person(app) for _ in range(3)]
    for tab in tabs:
        tab.client, tab.text = ready.tab(), ready.text
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda tab: again(tab, a_pdf()).location, tabs))
    assert len(set(answers)) == 1
    assert len(sent(office)) == 1


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        ([], "Choisissez un fichier"),
        ([("carte.jpg", b"<html><script>alert(1)</script>")], "n'est ni un PDF, ni une photo"),
        ([("carte.jpg", b"MZ" + b"x" * 99)], "n'est ni un PDF, ni une photo"),
        ([("carte.pdf", a_pdf(launch))], "contient un programme"),
        ([("carte.pdf", locked())], "demande un mot de passe"),
        ([("carte.jpg", a_picture()[:-200])], "incomplète ou abîmée"),
        ([("1.jpg", a_picture(size=(9, 9))), ("2.jpg", b"PK\x03\x04")], "2 : Ce fichier n'est ni un PDF"),
        ([("carte.pdf", b"%PDF-1.7" + b"x" * LARGEST_FILE)], "12 Mo au plus"),
        ([("carte.pdf", a_pdf(pages=21))], "20 au plus"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_cannot_be_taken_is_told_beside_the_field(ready: Person, office: Office, contents, sentence: str):
    assert send(ready, *contents).status_code == 422
    assert sentence in ready.words
    assert 'id="page-trouble"' in ready.text
    assert 'aria-invalid="true"' in ready.text
    assert "Rien n'a été envoyé" in ready.words
    assert sent(office) == []


def test_a_sending_too_heavy_is_refused_unread(ready: Person, office: Office, monkeypatch: pytest.MonkeyPatch):
    def unread(*_: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr(uploads, "read_files", unread)
    assert send(ready, *[b"%PDF-1.7" + b"x" * 8_000_000] * 3).status_code == 413
    assert "trop lourd" in ready.words
    assert sent(office) == []


def test_a_document_from_elsewhere_or_from_a_stranger_is_not_taken(ready: Person, office: Office, app: Flask):
    ready.get(PAGE)
    ready.text = ready.text.replace(ready.hidden("csrf_token"), "ailleurs")
    assert again(ready, a_pdf()).status_code == 400
    stranger = Person(app)
    stranger.get("/connexion")
    heavy = again(stranger, b"%PDF-1.7" + b"x" * 900_000)
    assert (heavy.status_code, heavy.location) == (303, "/connexion?fin=1")
    assert sent(office) == []


def test_no_other_page_takes_so_much(ready: Person):
    ready.get("/lien")
    assert ready.post("/lien", {"email": "x" * 300_000}).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        f"/documents/63/enfant/{OTHER_CHILD}",  # another family's
        f"/documents/{INSURANCE}/enfant/{OTHER_CHILD}",
        f"/documents/{INSURANCE}",  # of a child, asked of the household
        f"/documents/{TAXES}/enfant/{LEA}",
        "/documents/9999",
        f"/documents/{10**30}",
    ],
)
def test_what_is_not_asked_of_this_family_is_not_found(ready: Person, office: Office, path: str):
    ready.get(PAGE)
    assert again(ready, a_pdf(), page=path).status_code == 404
    assert ready.get(path).status_code == 404
    assert sent(office) == []


def test_a_document_asked_no_more_meanwhile_is_not_taken(ready: Person, office: Office, monkeypatch):
    def slowly(files):
        office.publish(asked(line("Avis d'imposition", TAXES)))
        return scan(files)

    monkeypatch.setattr("backoffice.portal.pages.documents.scan_apart", slowly)
    assert send(ready, a_pdf()).status_code == 404
    assert sent(office) == []


def test_without_the_office_key_the_page_says_so_kindly(office: Office, claire: Person):
    office.publish(asked(line("Avis d'imposition", TAXES)))
    claire.get(f"/documents/{TAXES}")
    assert "ne peuvent pas encore être envoyés" in claire.words
    assert 'type="file"' not in claire.text
    assert again(claire, a_pdf(), page=f"/documents/{TAXES}").status_code == 422
    assert sent(office) == []


def test_a_household_does_not_fill_the_portal(ready: Person, office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploads, "MOST_WAITING", 2)
    assert [send(ready, a_pdf(text=text)).status_code for text in "abc"] == [303, 303, 422]
    assert "Rien de nouveau n'a été envoyé" in ready.words


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Claire\\Bureau\\avis 2026.PDF", "avis 2026.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ("<script>.png", "script.pdf"),
        ("....", "document.pdf"),
        ("x" * 300 + ".jpg", "x" * 80 + ".pdf"),
    ],
)
def test_a_file_name_is_only_a_name(given: str, kept: str):
    assert plain_name(given) == kept


def test_a_hostile_name_goes_nowhere(ready: Person, office: Office):
    send(ready, ('../../<img src=x onerror="alert(1)">.pdf', a_pdf()))
    [payload] = sent(office)
    assert not set(payload["name"]) & set('<>"/\\')


def test_each_state_says_what_waits_until_when_and_why(ready: Person, office: Office):
    office.publish(
        asked(
            line("Avis d'imposition", TAXES, blocks="le tarif au quotient"),
            line("Assurance", INSURANCE, "refused", LEA, reason="La photo est illisible."),
            line("Vaccins", 64, "expired", LEA, valid_until=date(2026, 9, 30)),
            line("Sortie", 65, "received", LEA, received_at=NOW - timedelta(hours=1), request_id="0198c1f0"),
            line("Fiche", 66, "provided", LEA, valid_until=date(2027, 8, 31)),
        )
    )
    ready.get("/documents")
    for words in (
        "Nécessaire pour : le tarif au quotient",
        "Motif : La photo est illisible.",
        "n'est plus valable depuis le 30/09/2026",
        "Reçu, la régie le vérifie envoyé le mardi 24 novembre à 8 h 30",
        "valable jusqu'au 31/08/2027",
        "3 documents à fournir",
    ):
        assert words in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", ready.words)), words
    ready.get(f"/documents/65/enfant/{LEA}")
    assert "/demandes/0198c1f0/retirer" in ready.text
    assert "Remplacer ce que vous avez envoyé" in ready.words


def test_what_is_sent_can_be_taken_back(ready: Person, office: Office):
    location = send(ready, a_pdf()).location
    ready.get(PAGE)
    assert f'action="{location}/retirer"' in ready.text
    ready.post(f"{location}/retirer")
    ready.get(PAGE)
    assert "Retrait envoyé" in ready.words
    assert f"{location}/retirer" not in ready.text
    assert office.payloads("withdrawn")[0]["request_id"] == location.rpartition("/")[2]
