"""Mes documents: what the structure asks of the household and of each child."""

from itertools import groupby

from flask import Blueprint

from backoffice.portal.context import page, read, visitor
from backoffice.portal.shown import of_kind, shown
from backoffice.sync.contract import DocumentLine, DocumentsView, ViewKind

blueprint = Blueprint("documents", __name__)
MISSING_FIRST = {"missing": 0, "refused": 1, "expired": 2, "provided": 3}


@blueprint.get("/documents")
def show() -> str:
    """List the documents, owner by owner, mandatory and missing ones first."""
    documents = read(lambda work: shown(work, visitor().family_id, of_kind(ViewKind.DOCUMENTS)))
    view = documents.one(ViewKind.DOCUMENTS, DocumentsView)
    lines = list(view.lines) if view else []
    owners = {line.owner: place for place, line in reversed(list(enumerate(lines)))}
    lines.sort(key=lambda line: (owners[line.owner], _urgency(line)))
    groups = [(owner, list(some)) for owner, some in groupby(lines, lambda line: line.owner)]
    waits = sum(line.state != "provided" for line in lines)
    return page("documents", title="Mes documents", groups=groups, waits=waits)


def _urgency(line: DocumentLine) -> tuple[bool, bool, int]:
    return (line.state == "provided", not line.mandatory, MISSING_FIRST[line.state])
