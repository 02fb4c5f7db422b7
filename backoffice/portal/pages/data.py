"""Vos données: a household takes away all that the portal holds of it, once its password is asked again."""

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from backoffice.portal.context import page, read, visit, visitor
from backoffice.portal.export import archive
from backoffice.portal.pages.access import typed, wrong_password

blueprint = Blueprint("data", __name__)


@blueprint.route("/vos-donnees/copie", methods=["GET", "POST"])
def download() -> str | Response | tuple[str, int]:
    """Give a ZIP of what is held, to who knows the password."""
    if request.method == "GET":
        return _draw("")
    if trouble := wrong_password(typed("current")):
        return _draw(trouble), 422
    file = read(archive, visitor(), visit().structure.commune)
    name = "mes-donnees-espace-famille.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name, etag=False)


def _draw(trouble: str) -> str:
    return page("data_copy", title="Recevoir une copie de mes données", trouble=trouble)
