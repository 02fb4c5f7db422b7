"""Giving a published file to the household that it was made for, under its name and its print."""

from flask import Response, request
from sqlalchemy import select

from backoffice.portal.context import found, read
from backoffice.portal.store import Work
from backoffice.sync.contract import ViewKind
from models.portal import Attachment
from resources.plain import file_name


def give(kind: ViewKind, family_id: int, key: str, *, otherwise: str) -> Response:
    """Answer with a view's file; `otherwise` names it when nothing is left of its own name."""
    file = found(read(_file, kind, family_id, key))
    response = Response(file.content, mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file_name(file.name) or otherwise)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response


def _file(work: Work, kind: ViewKind, family_id: int, key: str) -> Attachment | None:
    if "\0" in key:
        return None
    mine = (Attachment.kind == kind, Attachment.family_id == family_id, Attachment.key == key)
    return work.session.scalar(select(Attachment).where(*mine))
