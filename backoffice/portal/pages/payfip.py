"""What PayFiP calls by itself: its notification, and the way back of a family. Nothing said here is believed."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from backoffice.portal.context import portal
from backoffice.portal.pages.access import public

LARGEST = 4096  # bytes; a notification is an idop

blueprint = Blueprint("payfip", __name__)


@blueprint.route("/payfip/notification", methods=["GET", "POST"])
@public
def notify() -> Response:
    """Hear that something may have happened; the answer is the same whatever is said, and PayFiP's server is asked."""
    for idop in _named()[:1]:
        portal().payments.hear(idop)
    return Response("OK\n", mimetype="text/plain")


@blueprint.route("/paiement/<uuid:payment_id>/retour", methods=["GET", "POST"])
@public
def back(payment_id: object) -> BaseResponse:
    """Lead a family from PayFiP to its payment's page, which asks what became of it."""
    return redirect(url_for("payment.show", payment_id=str(payment_id)), 303)


def _named() -> list[str]:
    """Read the operation that a notification names, in either place where PayFiP may put it."""
    request.max_content_length = LARGEST
    try:
        return [idop for name in ("idop", "idOp") if (idop := request.values.get(name))]
    except RequestEntityTooLarge:
        return []
