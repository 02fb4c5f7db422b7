"""Mes inscriptions: which child goes to which activity, and where to book."""

from flask import Blueprint, request

from backoffice.portal.context import chosen, page, read, visitor
from backoffice.portal.shown import of_kind, shown
from backoffice.sync.contract import EnrolmentsView, ViewKind
from resources.french import in_paris, search_key

blueprint = Blueprint("enrolments", __name__)


@blueprint.get("/inscriptions")
def show() -> str:
    """List the enrolments, of all children or of one, in force or all of them."""
    documents, now = read(lambda work: (shown(work, visitor().family_id, of_kind(ViewKind.ENROLMENTS)), work.now))
    view = documents.one(ViewKind.ENROLMENTS, EnrolmentsView)
    lines = view.lines if view else ()
    children = dict(
        sorted({str(line.child_id): line.child for line in lines}.items(), key=lambda one: search_key(one[1]))
    )
    child = chosen(["", *children], request.args.get("enfant", ""))
    when = chosen(["en-cours", "toutes"], request.args.get("quand", ""))
    today = in_paris(now).date()
    kept = [line for line in lines if child in {"", str(line.child_id)} and (when == "toutes" or line.ends >= today)]
    kept.sort(key=lambda line: (search_key(line.child), line.child_id, line.starts, search_key(line.activity)))
    return page(
        "enrolments", title="Mes inscriptions", lines=kept, children=children, child=child, when=when, today=today
    )
