"""In front of the door: sign-in, first connection, forgotten password, what everybody may read, and what goes wrong."""

from pathlib import Path

from werkzeug.exceptions import Forbidden, TooManyRequests

from models.engine import sqlite_url
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.factories import lay_empty
from tests.portal.conftest import Person
from tests.portal.published import settings

GUESSED, PRESSED = "quelqu.un@exemple.fr", "pressee@exemple.fr"
ENTER, NEW_LINK = "^Se connecter", "Recevoir un lien"
ANNOUNCED = "Si «.*» est l'adresse d'un compte"


class Bare(Portal):
    """A portal to which the office has sent nothing yet."""

    def __init__(self, folder: Path) -> None:
        file = folder / "portail.db"
        lay_empty(file, "portal")
        self.listen(settings(sqlite_url(file)))


def _knock(portal: Portal, claire: Person) -> None:
    """Use a link up, guess a password too often, ask for too many links."""
    claire.open_account()
    stranger = Person(portal.app)
    for _ in range(5):
        stranger.sign_in(GUESSED, "un mot de passe au hasard")
    for _ in range(3):
        stranger.get("/lien")
        stranger.post("/lien", {"email": PRESSED})


def _break(portal: Portal, _claire: Person) -> None:
    """Let three pages fail, each in its way."""

    def failing(error: Exception):
        def show() -> str:
            raise error

        return show

    for endpoint, error in (
        ("documentation.show", Forbidden()), ("history.show", TooManyRequests()), ("documents.show", ValueError("faute")),
    ):  # fmt: skip
        portal.app.view_functions[endpoint] = failing(error)


def _password(first: str, second: str, **told: dict[str, str]) -> Send:
    return Send("Enregistrer et entrer", {"#password": first, "#again": second}, **told)


WORLDS = (
    World(
        "the door",
        (
            State("/connexion", "Première connexion ou mot de passe oublié"),
            State("/connexion?suite=/factures", "Se connecter"),
            State("/connexion?fin=1", "Votre connexion a pris fin"),
            State(
                "/connexion", "n'est pas le bon", 422,
                Send(
                    ENTER, {"#email": "claire.martin@exemple.fr", "#password": "faux"},
                    beside={"#email": "n'est pas le bon", "#password": "n'est pas le bon"},
                    kept={"#email": "claire.martin@exemple.fr", "#password": ""},
                ),
            ),
            State("/connexion", "n'est pas le bon", 422, Send(ENTER)),
            State(
                "/connexion", "Trop d'essais. Patientez", 422,
                Send(ENTER, {"#email": GUESSED, "#password": "faux"}, beside={"#email": "Trop d'essais"}),
            ),
            State("/connexion", "Cette page a trop attendu", 400, Send(ENTER, {"main [name=csrf_token]": "perdu"})),
            State("/lien", "Il sert une seule fois"),
            State(
                "/lien", "Écrivez votre adresse e-mail", 422,
                Send(NEW_LINK, {"#email": "claire"}, beside={"#email": "par exemple"}, kept={"#email": "claire"}),
            ),
            State("/lien", ANNOUNCED, 200, Send(NEW_LINK, {"#email": "claire.martin@exemple.fr"})),
            State("/lien", "Patientez", 429, Send(NEW_LINK, {"#email": PRESSED})),
            State("/lien", "Envoi trop lourd", 413, Send(NEW_LINK, {"#email": "x" * 300_000})),
            State("/bienvenue/autre-lien", "Bonjour Hugo Petit"),
            State(
                "/bienvenue/autre-lien", "Rien n'a encore été enregistré", 422,
                _password("", "", beside={"#password": "douze|12"}),
            ),
            State(
                "/bienvenue/autre-lien", "ne sont pas les mêmes", 422,
                _password("Craie-et-pavés-2026", "Autre-chose-2026", beside={"#again": "pas les mêmes"}),
            ),
            State("/bienvenue/premier-lien", "Ce lien n'est plus valable", 410),
            State("/contact", "Se connecter pour écrire à la régie"),
            State("/accessibilite", "Déclaration d'accessibilité"),
            State("/mentions-legales", "Mentions légales"),
            State("/vos-donnees", "Ce que le portail garde de vous"),
            State("/nulle-part", "Page introuvable", 404),
            State("/deconnexion", "Demande incomprise", 405),
        ),
        _knock,
        inside=False,
    ),
    World(
        "nothing published",
        (
            State("/connexion", "Se connecter"),
            State("/contact", "ne sont pas encore publiées"),
            State("/accessibilite", "La commune s'engage"),
            State("/mentions-legales", "Mentions légales"),
            State("/vos-donnees", "Vos droits"),
        ),
        inside=False,
        portal=Bare,
    ),
    World(
        "what fails",
        (
            State("/documentation", "Accès refusé", 403),
            State("/historique", "Trop d'essais", 429),
            State("/documents", "Un incident est survenu", 500),
            State("/nulle-part", "Page introuvable", 404),
        ),
        _break,
    ),
)  # fmt: skip
