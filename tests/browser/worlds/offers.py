"""Mes inscriptions: what may be asked for or not, and why; what was asked; a date that cannot be; an offer that has closed."""

from datetime import timedelta

from backoffice.sync.contract import SHARED, OffersView, ViewKind
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.portal.conftest import Person
from tests.portal.motion import request
from tests.portal.offered import (
    LATE,
    LOCALS,
    SMALL,
    SUMMER,
    WEDNESDAYS,
    household,
    offer,
    offered_views,
    offers,
)
from tests.portal.published import FAMILY, LEA, NOW, TOM, view

LIST, ASK = f"/inscriptions/demander/{LEA}", f"/inscriptions/demander/{LEA}/{SUMMER}"
LANGUAGES = 907
SEND = "Envoyer la demande"


def _offer(portal: Portal, claire: Person) -> dict[str, str]:
    """Publish offers of every kind; ask for one, and take another request back."""
    languages = offer(LANGUAGES, "Atelier d'anglais", age_from=3)
    lines = OffersView(lines=(*offers().lines, languages))
    portal.publish(*offered_views(asked=True), view(ViewKind.OFFERS, "", SHARED, lines))
    path = f"{LIST}/{LANGUAGES}"
    claire.get(path)
    sent = claire.post(path, {"starts": "2027-07-05", "note": "Merci"}).location.rpartition("/")[2]
    return {"sent": sent}


def _close(portal: Portal, _claire: Person) -> None:
    gone = offer(SUMMER, "Centre de loisirs d'été", closes=NOW - timedelta(minutes=1), age_from=6, age_to=11)
    portal.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=(gone, *offers().lines[1:]))))


def _take_back(portal: Portal, claire: Person) -> None:
    (asked,) = {line.request_id for line in household(asked=True).asked}
    portal.publish(view(ViewKind.REQUEST, asked, FAMILY, request("enrolment")))
    claire.get("/inscriptions")
    claire.post(f"/demandes/{asked}/retirer", {"form_key": "retrait"})


def _abroad(portal: Portal, _claire: Person) -> None:
    portal.publish(view(ViewKind.ENROLMENTS, "", FAMILY, household(resident=False)))


def _nothing(portal: Portal, _claire: Person) -> None:
    portal.publish(view(ViewKind.OFFERS, "", SHARED, OffersView(lines=())))


def _used(_portal: Portal, claire: Person) -> None:
    path = f"/inscriptions/demander/{TOM}/{LANGUAGES}"
    claire.get(path)
    claire.post(path, {"form_key": "deja-servi", "starts": "2027-07-05"})


WORLDS = (
    World(
        "offers",
        (
            State("/inscriptions", "En cours d'enregistrement"),
            State("/inscriptions?quand=demandees", "En attente de la régie"),
            State(f"/inscriptions?enfant={LEA}&quand=toutes", "Demander une inscription"),
            State(LIST, "Les demandes ouvrent"),
            State(f"/inscriptions/demander/{TOM}", "Pour Tom"),
            State(ASK, "Documents nécessaires"),
            State(f"{LIST}/{LATE}", "étaient possibles"),
            State(f"{LIST}/{LOCALS}", "Suivre la demande"),
            State(f"{LIST}/{WEDNESDAYS}", "Mercredis"),
            State(f"{LIST}/{SMALL}", "Petits curieux"),
            State(f"{LIST}/{LANGUAGES}", "Vous l'avez déjà demandée"),
            State("/demandes/{sent}", "Confirmation dans un instant"),
            State(
                ASK, "corrigez ce qui est signalé", 422,
                Send(
                    SEND, {"#starts": "31/02/2027", "#note": "a" * 1001}, beside={"#starts": "Écrivez une date", "#note": "1000"},
                    kept={"#note": "a" * 1001},
                ),
            ),
            State(ASK, "entre le", 422, Send(SEND, {"#starts": "2027-08-31"}, beside={"#starts": "05/07/2027"}, kept={"#starts": "2027-08-31"})),
            State(
                f"/inscriptions/demander/{TOM}/{LANGUAGES}", "déjà été envoyé", 422,
                Send(SEND, {"main [name=form_key]": "deja-servi", "#note": "Autre chose"}), meanwhile=_used,
            ),
            State(ASK, "Rien n'a été envoyé", 422, Send(SEND), meanwhile=_close),
            State("/inscriptions", "Retrait en cours", before=_take_back),
            State(LIST, "Réservé aux habitants", before=_abroad),
            State(LIST, "Aucune inscription n'est ouverte", before=_nothing),
            State("/inscriptions", "Aucune inscription n'est à demander"),
        ),
        _offer,
    ),
)  # fmt: skip
