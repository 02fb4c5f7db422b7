"""Somebody's own account: password, devices, data, the thread with the régie, the agenda's links, the history."""

import re
from datetime import timedelta

from backoffice.portal.feeds import MOST
from backoffice.portal.thread import MOST_A_DAY
from backoffice.sync.contract import ThreadLine, ThreadView, ViewKind
from models.portal import OutboxAction
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.portal.conftest import Person
from tests.portal.published import FAMILY, NOW, PASSWORD, view

PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)
LINKS, ADDRESS = re.compile(r"/agenda/(\w+)/supprimer"), re.compile(r'value="http[^"]*/agenda/([^"]+)"')
SAVE, SEND, TAKE = "^Enregistrer", "^Envoyer", "^Télécharger"
NEW = "Craie-et-pavés-2026"


def _everywhere(portal: Portal, claire: Person) -> None:
    """Sign her in on two other devices, and fill the thread: read, not read, on its way, taken."""
    for name in PHONES:
        other = Person(portal.app)
        other.client.environ_base["HTTP_USER_AGENT"] = name
        other.sign_in()
    _write(claire, "Pris par la régie")
    portal.app.extensions["marelle"].store.write(_collect)
    _write(claire, "Encore en route")
    said = [
        ThreadLine(
            id=number, at=NOW - timedelta(hours=50 - number), by="family" if number % 2 else "regie",
            name="Claire Martin" if number % 2 else "Anne Roy", text=f"Message {number}.\nSur deux lignes.",
        )
        for number in range(1, 41)
    ]  # fmt: skip
    portal.publish(view(ViewKind.THREAD, "", FAMILY, ThreadView(lines=tuple(said))))


def _write(claire: Person, text: str, **more: str) -> None:
    claire.get("/contact")
    claire.post("/contact", {"text": text} | more)


def _collect(work) -> None:
    for action in work.session.query(OutboxAction).filter_by(kind="message"):
        action.collected_at = work.now


def _too_many_messages(_portal: Portal, claire: Person) -> None:
    for number in range(MOST_A_DAY):
        _write(claire, f"Bonjour {number}")


def _wrong_passwords(_portal: Portal, claire: Person) -> None:
    for _ in range(5):
        claire.get("/vos-donnees/copie")
        claire.post("/vos-donnees/copie", {"current": "faux"})


def _used(_portal: Portal, claire: Person) -> None:
    _write(claire, "Un premier envoi", form_key="deja-servi")


def _links(portal: Portal, claire: Person) -> None:
    """Open a link that a calendar has read, another, and one that is closed at once."""
    claire.get("/agenda")
    names = {*LINKS.findall(claire.text)}
    for key in ("ferme", "lu", "neuf"):
        claire.get("/agenda")
        claire.post("/agenda", {"form_key": key})
        (new,) = {*LINKS.findall(claire.text)} - names
        if key == "ferme":
            assert claire.post(f"/agenda/{new}/supprimer").status_code == 303
            claire.get("/agenda")
            names = {*LINKS.findall(claire.text)}
            continue
        names.add(new)
        if key == "lu":
            assert Person(portal.app).get(f"/agenda/{ADDRESS.search(claire.text)[1]}").status_code == 200


def _many_links(_portal: Portal, claire: Person) -> None:
    for number in range(MOST):
        claire.get("/agenda")
        claire.post("/agenda", {"form_key": f"lien-{number}"})


def _change(now: str, first: str, second: str, **beside: str) -> Send:
    typed = {"#current": now, "#password": first, "#again": second}
    return Send(SAVE, typed, beside={f"#{name}": words for name, words in beside.items()})


WORLDS = (
    World(
        "her account",
        (
            State("/mot-de-passe", "Déconnecter tous mes autres appareils"),
            State("/mot-de-passe?fait=mot-de-passe", "Votre nouveau mot de passe est enregistré"),
            State("/mot-de-passe?fait=appareils", "Vos autres appareils sont déconnectés"),
            State("/mot-de-passe?fait=appareil", "Cet appareil est déconnecté"),
            State("/mot-de-passe", "Ce n'est pas votre mot de passe actuel", 422, _change("", "", "", current="actuel", password="12|douze")),
            State("/mot-de-passe", "pas les mêmes", 422, _change(PASSWORD, NEW, f"{NEW}!", again="pas les mêmes")),
            State("/vos-donnees", "Recevoir une copie de mes données"),
            State("/vos-donnees/copie", "écrivez d'abord votre mot de passe"),
            State("/vos-donnees/copie", "pas votre mot de passe", 422, Send(TAKE, beside={"#current": "pas votre mot"})),
            State("/contact", "Nouveau"),
            State("/contact", "Encore en route"),
            State("/contact?envoye=1", "Votre message est enregistré"),
            State("/contact?avant=12", "Revenir aux derniers messages"),
            State("/contact", "Écrivez votre message", 422, Send(SEND, beside={"#text": "Écrivez votre message"})),
            State(
                "/contact", "Raccourcissez-le", 422,
                Send(SEND, {"#text": "a" * 4001}, beside={"#text": "caractères"}, kept={"#text": "a" * 4001}),
            ),
            State(
                "/contact", "a déjà servi", 422,
                Send(SEND, {".write [name=form_key]": "deja-servi", "#text": "Un autre texte"}, kept={"#text": "Un autre texte"}),
                before=_used,
            ),
            State("/contact", "arrivé incomplet", 400, Send(SEND, {".write [name=form_key]": "", "#text": "Bonjour"})),
            State(
                "/contact", "Vous avez déjà envoyé", 422,
                Send(SEND, {"#text": "Bonjour"}, beside={"#text": "Attendez demain"}, kept={"#text": "Bonjour"}),
                before=_too_many_messages,
            ),
            State("/agenda", "Aucun lien n'est ouvert"),
            State("/agenda", "Copiez-le maintenant", 200, Send("Créer un lien")),
            State("/agenda", "Aucun agenda ne l'a encore lu", before=_links),
            State("/agenda", "est supprimé", 422, Send("Créer un autre lien", {"[action='/agenda'] [name=form_key]": "ferme"})),
            State("/agenda", "c'est le plus que l'on garde", 422, Send("Créer un autre lien"), before=_many_links),
            State("/historique", "Connexions à l'Espace famille"),
            State("/historique?periode=mois", "Mois précédent"),
            State("/historique?le=2026-W20", "Aucune connexion"),
            State("/historique?quoi=paiements", "Aucun paiement"),
            State(
                "/vos-donnees/copie", "Trop d'essais", 422, Send(TAKE, {"#current": "faux"}, beside={"#current": "Patientez"}),
                before=_wrong_passwords,
            ),
            State("/mot-de-passe", "Trop d'essais", 422, _change(PASSWORD, NEW, NEW, current="Patientez")),
        ),
        _everywhere,
    ),
)  # fmt: skip
