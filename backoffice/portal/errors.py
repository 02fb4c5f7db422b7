"""What a family reads when something does not work: what happened, what was kept, what to do."""

import logging

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from backoffice.portal.context import page
from backoffice.portal.sync import HTTP_SENTENCES, refusal

log = logging.getLogger("marelle.portal")
SENTENCES = {
    400: (
        "Demande incomprise",
        "Ce formulaire est arrivé incomplet. Rien n'a été enregistré. Revenez à la page et recommencez.",
    ),
    403: ("Accès refusé", "Cette page n'est pas ouverte à votre compte. Rien n'a été modifié."),
    404: (
        "Page introuvable",
        "Cette page n'existe pas, ou n'existe plus. Rien n'a été modifié.",
    ),
    405: ("Demande incomprise", "Cette adresse ne s'ouvre pas ainsi. Rien n'a été modifié."),
    413: ("Envoi trop lourd", "Ce qui a été envoyé est trop lourd. Rien n'a été enregistré."),
    429: (
        "Trop d'essais",
        "Trop d'essais ou d'envois ont été faits en peu de temps. Rien n'a été enregistré du dernier. Patientez quelques minutes, puis recommencez.",
    ),
    500: (
        "Un incident est survenu",
        "La page n'a pas pu être affichée. Ce que vous aviez enregistré auparavant est conservé. Réessayez dans un instant ; si cela dure, appelez la régie.",
    ),
}
EXPIRED = (
    "Cette page a trop attendu",
    (
        "Par sécurité, un formulaire ouvert longtemps, ou avant une nouvelle connexion, n'est plus accepté. "
        "Rien n'a été enregistré et rien n'est perdu de ce qui l'était déjà. Revenez à la page et recommencez."
    ),
)


def add_error_pages(app: Flask) -> None:
    """Answer every error with a page in French."""

    @app.errorhandler(CSRFError)
    def expired(_error: CSRFError) -> tuple[str, int]:
        return _page(400, *EXPIRED)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
        code = error.code or 500
        if code < 400:
            return error
        if request.path.startswith("/sync/"):
            return refusal(code, HTTP_SENTENCES.get(code, HTTP_SENTENCES[400]))
        return _page(code, *SENTENCES.get(code, SENTENCES[400 if code < 500 else 500]))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        rule = request.url_rule.rule if request.url_rule else "inconnue"
        log.error("%s %s failed", request.method, rule, exc_info=error)
        return _page(500, *SENTENCES[500])


def _page(status: int, title: str, sentence: str) -> tuple[str, int]:
    return page("error", title=title, sentence=sentence), status
