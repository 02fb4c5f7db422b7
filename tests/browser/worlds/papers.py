"""Mes documents and Documentation: a document in each state, every mistake in sending one, files given by the structure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from backoffice.portal.uploads import MOST_WAITING
from backoffice.sync.contract import DocumentsView, PublicationView, ViewKind
from models.portal import Upload
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.papers import a_pdf
from tests.portal.conftest import Person
from tests.portal.motion import request
from tests.portal.published import ASKED, FAMILY, LEA, NOW, pdf, structure, view
from tests.portal.test_documents import INSURANCE, SEALER, TAXES, again, line

PAGE, HOUSEHOLD = f"/documents/{INSURANCE}/enfant/{LEA}", f"/documents/{TAXES}"
SEND = "Envoyer à la régie"
FALSE = ("une-photo-au-nom-vraiment-tres-long-prise-par-un-telephone.jpg", lambda: b"<html>")
GOOD = ("page.pdf", a_pdf)
HEAVY = ("film.pdf", lambda: b"%PDF" + bytes(23_000_000))


def _ask(portal: Portal, claire: Person) -> dict[str, str]:
    """Ask for a document in each state, send one, take another back."""
    lines = (
        line("Avis d'imposition", TAXES, blocks="le tarif au quotient familial"),
        line("Assurance scolaire", INSURANCE, "refused", LEA, reason="La photo est illisible."),
        line("Vaccins", 64, "expired", LEA, valid_until=date(2026, 9, 30)),
        line("Sortie", 65, "received", LEA, received_at=NOW - timedelta(hours=1), request_id=ASKED),
        line("Fiche sanitaire", 66, "provided", LEA, valid_until=date(2027, 8, 31), mandatory=False),
        line("Jugement", 67, mandatory=False),
    )
    portal.publish(
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"upload_key": SEALER.public_key})),
        view(ViewKind.DOCUMENTS, "", FAMILY, DocumentsView(lines=lines)),
        view(ViewKind.REQUEST, ASKED, FAMILY, request("document")),
        *(
            view(ViewKind.PUBLICATION, number, 0, _given(name, number), file=pdf(name))
            for number, name in enumerate(("Fiche sanitaire", "Menus de décembre"), start=1)
        ),
    )
    claire.get("/documents/67")
    return {"sent": again(claire, a_pdf(), page="/documents/67").location.rpartition("/")[2]}


def _id(number: int) -> str:
    return f"0198c1f0-0000-7000-8000-0000000009{number:02d}"


def _given(name: str, number: int) -> PublicationView:
    return PublicationView(
        name=name, words="À remplir chaque année\net à rendre", to_return=number == 1, position=number, size=250_000, published_at=NOW,
    )  # fmt: skip


def _take_back(_portal: Portal, claire: Person) -> None:
    claire.get(f"/documents/65/enfant/{LEA}")
    claire.post(f"/demandes/{ASKED}/retirer")


def _queue(portal: Portal, _claire: Person) -> None:
    """Leave as many documents waiting as one household may."""

    def fill(work) -> None:
        for number in range(MOST_WAITING):
            work.session.add(
                Upload(
                    id=_id(number),
                    action_id=_id(number),
                    family_id=FAMILY,
                    received_at=NOW,
                    sha256="0" * 64,
                    sealed=b"x",
                )
            )

    portal.app.extensions["marelle"].store.write(fill)


def _without_key(portal: Portal, _claire: Person) -> None:
    portal.publish(view(ViewKind.STRUCTURE, "", 0, structure()))


def _files(*files: tuple[str, Callable[[], bytes]], **told: dict[str, str]) -> Send:
    """Choose files, made when they are wanted."""

    def chosen() -> list[dict[str, Any]]:
        return [{"name": name, "mimeType": "application/octet-stream", "buffer": make()} for name, make in files]

    return Send(SEND, {"#page-1": chosen}, **told)


WORLDS = (
    World(
        "documents",
        (
            State("/", "Tableau de bord"),
            State("/documents", "Envoyé, en cours"),
            State("/documentation", "À nous retourner"),
            State(HOUSEHOLD, "Manquant"),
            State(PAGE, "La photo est illisible"),
            State(f"/documents/64/enfant/{LEA}", "n'est plus valable"),
            State(f"/documents/65/enfant/{LEA}", "Retirer cet envoi"),
            State(f"/documents/66/enfant/{LEA}", "Envoyer un document plus récent"),
            State("/documents/67", "Remplacer ce que vous avez envoyé"),
            State("/demandes/{sent}", "Confirmation dans un instant"),
            State(PAGE, "Choisissez un fichier", 422, Send(SEND, beside={"#page-1": "Choisissez un fichier"})),
            State(PAGE, "n'est ni un PDF", 422, _files(FALSE, beside={"#page-1": "ni un PDF"})),
            State(PAGE, "tres-long-prise", 422, _files(GOOD, FALSE, beside={"#page-1": "ni un PDF"})),
            State(PAGE, "trop lourd", 413, _files(HEAVY), script=False),
            State("/documents", "Retrait envoyé", before=_take_back),
            State(f"/documents/65/enfant/{LEA}", "Retrait envoyé"),
            State(HOUSEHOLD, "pas encore relevé", 422, _files(GOOD, beside={"#page-1": "dans une heure"}), before=_queue),
            State(PAGE, "ne peuvent pas encore être envoyés", before=_without_key),
        ),
        _ask,
    ),
)  # fmt: skip
