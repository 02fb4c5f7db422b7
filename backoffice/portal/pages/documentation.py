"""Documentation: the files that the structure gives its families, some of them to be returned."""

from flask import Blueprint, Response

from backoffice.portal.context import page, read
from backoffice.portal.files import give
from backoffice.portal.shown import of_kind, shown
from backoffice.scans.rules import megabytes
from backoffice.sync.contract import SHARED, PublicationView, ViewKind

blueprint = Blueprint("documentation", __name__)


@blueprint.get("/documentation")
def show() -> str:
    """List what the structure gives."""
    documents = read(lambda work: shown(work, SHARED, of_kind(ViewKind.PUBLICATION)))
    views = documents.many(ViewKind.PUBLICATION, PublicationView)
    listed = sorted(views.items(), key=lambda item: (item[1].position, item[1].name, int(item[0])))
    files = [(key, view, megabytes(view.size)) for key, view in listed]
    return page("documentation", title="Documentation", files=files)


@blueprint.get("/documentation/<int:key>")
def download(key: int) -> Response:
    """Give one of these files, to be kept; the browser never opens it here."""
    return give(ViewKind.PUBLICATION, SHARED, str(key), otherwise="document")
