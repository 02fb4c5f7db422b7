"""What the office calls: publish, collect, state; a shared key opens it, and a browser has no business here."""

import hmac
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from backoffice.portal import outbox, publish
from backoffice.portal.context import portal
from backoffice.sync.contract import CONTRACT, Collected, Message, PortalState, Publication, PublicationReceipt

M = TypeVar("M", bound=Message)
LARGEST_BODY = 256 * 1024 * 1024  # a publication with its PDFs
DEFAULT_LIMIT, LARGEST_LIMIT = 200, 1000

blueprint = Blueprint("sync", __name__, url_prefix="/sync")


@blueprint.before_request
def _authenticate() -> Response | None:
    request.max_content_length = LARGEST_BODY
    key = portal().settings.sync_key
    given = request.headers.get("Authorization", "").encode("latin-1", "replace")
    if key and hmac.compare_digest(given, f"Bearer {key}".encode()):
        return None
    return _refusal(401, "La clé de synchronisation n'est pas celle de ce portail.")


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    return _refusal(error.code or 400, error.description or error.name)


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
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_LIMIT:
        return _refusal(400, f"limit est un nombre de 1 à {LARGEST_LIMIT}.")
    return _json(portal().store.read(outbox.to_collect, int(text)))


@blueprint.post("/collected")
def collected() -> Response:
    """Remember what the office has applied."""
    return _answer_to(
        Collected, lambda message: PublicationReceipt(taken=portal().store.write(outbox.mark_collected, message))
    )


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
        return _refusal(422, str(error))
    except (DataError, OverflowError):
        return _refusal(422, "Une valeur est hors des bornes de la base du portail.")


def _refuse_message(error: ValidationError) -> Response:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    if any(detail["loc"] == ("contract",) and detail["type"] == "literal_error" for detail in details):
        return _refusal(409, f"Ce portail parle la version {CONTRACT} du contrat : mettez les deux programmes à jour.")
    if details[0]["type"] == "json_invalid":
        return _refusal(400, "Ce n'est pas du JSON.")
    return _refusal(422, f"{'.'.join(map(str, details[0]['loc']))} : {details[0]['msg']}")


def _refusal(status: int, sentence: str) -> Response:
    body = current_app.json.dumps({"error": sentence})
    return Response(body, status, mimetype="application/json")


def _json(message: Message) -> Response:
    return Response(message.model_dump_json(), mimetype="application/json")
