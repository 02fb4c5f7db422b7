"""What the office calls: publish, collect, state; a shared key opens it, and a browser has no business here."""

import hmac
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from backoffice.portal import outbox, publish, uploads
from backoffice.portal.context import portal
from backoffice.portal.store import Work
from backoffice.sync.contract import CONTRACT, Collected, Message, PortalState, Publication, PublicationReceipt

M = TypeVar("M", bound=Message)
LARGEST_BODY = 256 * 1024 * 1024  # a publication with its PDFs
DEFAULT_LIMIT, LARGEST_LIMIT = 200, 1000
HTTP_SENTENCES = {
    400: "Cette demande est illisible.",
    404: "Cette adresse n'existe pas sur ce portail.",
    405: "Cette adresse ne s'emploie pas ainsi.",
    413: "Cet envoi est trop lourd pour le portail.",
}
MESSAGE_SENTENCES = {
    "missing": "Il manque ce que le contrat demande à l'endroit «\xa0{}\xa0».",
    "extra_forbidden": "Le contrat ne prévoit rien à l'endroit «\xa0{}\xa0».",
    "other": "Ce qui est écrit à l'endroit «\xa0{}\xa0» n'a pas la forme que le contrat demande.",
}

blueprint = Blueprint("sync", __name__, url_prefix="/sync")


@blueprint.before_request
def _authenticate() -> Response | None:
    request.max_content_length = LARGEST_BODY
    key = portal().settings.sync_key
    given = request.headers.get("Authorization", "").encode("latin-1", "replace")
    if key and hmac.compare_digest(given, f"Bearer {key}".encode()):
        return None
    return refusal(401, "La clé de synchronisation n'est pas celle de ce portail.")


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    return refusal(error.code or 400, HTTP_SENTENCES.get(error.code or 400, HTTP_SENTENCES[400]))


@blueprint.post("/views")
def views() -> Response:
    """Show what the office publishes."""

    def take(publication: Publication) -> Message:
        return PublicationReceipt(taken=portal().store.write(publish.take, publication))

    return _answer_to(Publication, take)


@blueprint.get("/actions")
def actions() -> Response:
    """Give what families did and the office has not taken."""
    text = request.args.get("limit", str(DEFAULT_LIMIT))
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= LARGEST_LIMIT:
        return refusal(400, f"Le nombre «\xa0limit\xa0» va de 1 à {LARGEST_LIMIT}.")
    return _json(portal().store.read(outbox.to_collect, int(text)))


@blueprint.post("/collected")
def collected() -> Response:
    """Remember what the office has applied."""
    return _answer_to(
        Collected, lambda message: PublicationReceipt(taken=portal().store.write(_mark_collected, message))
    )


@blueprint.get("/uploads/<uuid:upload_id>")
def upload(upload_id: UUID) -> Response:
    """Give a document as it was sealed on arrival; there is no other way out, and no way to open it here."""
    sealed = portal().store.read(uploads.take_out, str(upload_id))
    if sealed is None:
        return refusal(404, "Ce document n'est pas, ou n'est plus, sur ce portail.")
    return Response(sealed, mimetype="application/octet-stream")


def _mark_collected(work: Work, message: Collected) -> int:
    taken = outbox.mark_collected(work, message)
    uploads.forget_collected(work, message)
    return taken


@blueprint.get("/state")
def state() -> Response:
    """Say who we are."""
    store = portal().store
    return _json(PortalState(contract=CONTRACT, now=store.clock(), waiting=store.read(outbox.waiting)))


def _answer_to(model: type[M], act: Callable[[M], Message]) -> Response:
    try:
        message = model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        return _refuse_message(error)
    try:
        return _json(act(message))
    except publish.MalformedView as error:
        return refusal(422, str(error))
    except (DataError, OverflowError):
        return refusal(422, "Une valeur est hors des bornes de la base du portail.")


def _refuse_message(error: ValidationError) -> Response:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    if any(detail["loc"] == ("contract",) and detail["type"] == "literal_error" for detail in details):
        return refusal(409, f"Ce portail parle la version {CONTRACT} du contrat : mettez les deux programmes à jour.")
    if details[0]["type"] == "json_invalid":
        return refusal(400, "Ce n'est pas du JSON.")
    where = ".".join(map(str, details[0]["loc"])) or "message"
    return refusal(422, MESSAGE_SENTENCES.get(details[0]["type"], MESSAGE_SENTENCES["other"]).format(where))


def refusal(status: int, sentence: str) -> Response:
    """Refuse as the office reads it: a sentence in French."""
    body = current_app.json.dumps({"error": sentence})
    return Response(body, status, mimetype="application/json")


def _json(message: Message) -> Response:
    return Response(message.model_dump_json(), mimetype="application/json")
