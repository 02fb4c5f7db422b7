"""Mes documents: what the structure asks of the household and of each child, and a page to send each one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response

from backoffice.portal import outbox, uploads
from backoffice.portal.context import found, page, read, visit, visitor, write
from backoffice.portal.outbox import Author, Form
from backoffice.portal.shown import Shown, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.uploads import Letter, Sent, TooManyWaiting
from backoffice.portal.withdrawals import leaving_of
from backoffice.scans.apart import scan_apart
from backoffice.scans.rules import (
    LARGEST_FILE,
    LARGEST_SENDING,
    MOST_FILES,
    MOST_PAGES,
    NotTaken,
    megabytes,
)
from backoffice.sync.contract import DocumentLine, DocumentSent, DocumentsView, ViewKind
from resources.french import plural

blueprint = Blueprint("documents", __name__)
URGENCY = {"missing": 0, "refused": 1, "expired": 2, "received": 3, "provided": 4}
NONE_CHOSEN = "Choisissez un fichier, ou prenez le document en photo, puis envoyez."
NOT_YET = "Rien n'a été envoyé\u202f: choisissez de nouveau le document, en tenant compte de ce qui est signalé."
AGAIN = "Ce formulaire avait déjà été envoyé. Voici où en est ce document\u202f: rien de nouveau n'a été envoyé."
TOO_HEAVY = (
    f"Ce que vous avez choisi est trop lourd\u202f: {megabytes(LARGEST_FILE)} au plus par fichier, "
    f"{megabytes(LARGEST_SENDING)} en tout. Retirez des pages, ou choisissez des photos plus légères."
)
QUEUE = (
    f"La régie n'a pas encore relevé vos {uploads.MOST_WAITING} derniers documents. "
    "Rien de nouveau n'a été envoyé. Recommencez dans une heure."
)
LIMITS = {
    "file": LARGEST_FILE,
    "sending": LARGEST_SENDING,
    "files": MOST_FILES,
    "pages": MOST_PAGES,
    "file_words": megabytes(LARGEST_FILE),
    "sending_words": megabytes(LARGEST_SENDING),
}
Owner = tuple[int, int | None]  # which document, of which child or of the household


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A document sent, that the office has not taken yet."""

    action_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One document asked, and what was sent for it meanwhile."""

    line: DocumentLine
    sent: OnItsWay | None
    leaving: bool = False  # taken back, and the office does not know yet

    @property
    def state(self) -> str:
        """How it stands: sent, leaving, or as the office says."""
        if self.leaving:
            return "leaving"
        return "sent" if self.sent else self.line.state

    @property
    def waits(self) -> str | None:
        """Which request waits, that can be taken back."""
        return self.sent.action_id if self.sent else self.line.request_id


@dataclass(frozen=True, slots=True)
class Parcel:
    """A form, what it brought, and the same sealed."""

    form: Form
    sent: Sent
    letter: Letter


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None = None
    trouble: str = ""


@blueprint.get("/documents")
def show() -> str:
    """List the documents, owner by owner, mandatory and missing ones first."""
    asked = _all(read(_ask, visitor().family_id))
    owners = {one.line.owner: place for place, one in reversed(list(enumerate(asked)))}
    asked.sort(key=lambda one: (owners[one.line.owner], _urgency(one)))
    groups = [(owner, list(some)) for owner, some in groupby(asked, lambda one: one.line.owner)]
    waits = sum(one.state in {"missing", "refused", "expired"} for one in asked)
    return page("documents", title="Mes documents", groups=groups, waits=waits)


@blueprint.route("/documents/<int:kind_id>", defaults={"child_id": None}, methods=["GET", "POST"])
@blueprint.route("/documents/<int:kind_id>/enfant/<int:child_id>", methods=["GET", "POST"])
def send(kind_id: int, child_id: int | None) -> str | Response | tuple[str, int]:
    """Show one document, and take what the family sends for it."""
    owner = (kind_id, child_id)
    asked = found(_find(read(_ask, visitor().family_id), owner))
    if request.method == "GET":
        return _draw(asked)
    outcome = _send(owner)
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    return _draw(found(_find(read(_ask, visitor().family_id), owner)), outcome.trouble), 422


@blueprint.errorhandler(RequestEntityTooLarge)
def too_heavy(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say so on the very page: nothing of it was read."""
    values = request.view_args or {}
    asked = _find(read(_ask, visitor().family_id), (values.get("kind_id", 0), values.get("child_id")))
    return _draw(found(asked), TOO_HEAVY), 413


def _ask(work: Work, family_id: int) -> Shown:
    return shown(work, family_id, of_kind(ViewKind.DOCUMENTS), pending=True)


def _all(documents: Shown) -> list[Asked]:
    view = documents.one(ViewKind.DOCUMENTS, DocumentsView)
    sent: dict[Owner, OnItsWay] = {}
    for document in documents.pending("document"):
        what = DocumentSent.model_validate(document.body)
        sent[what.document_kind, what.child_id] = OnItsWay(document.key, document.at)
    left = leaving_of(documents)
    asked = [Asked(line, sent.get((line.kind_id, line.child_id))) for line in view.lines] if view else []
    return [replace(one, leaving=one.waits in left) for one in asked]


def _find(documents: Shown, owner: Owner) -> Asked | None:
    return next((one for one in _all(documents) if (one.line.kind_id, one.line.child_id) == owner), None)


def _send(owner: Owner) -> Outcome:
    """Read, check, bind and seal outside any transaction; then write, once for one form."""
    public_key = visit().structure.upload_key
    if not public_key:
        return Outcome(trouble="")
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    try:
        sent = uploads.read_files(request.files.getlist("page"))
        if not sent.contents:
            return Outcome(trouble=NONE_CHOSEN)
        form = Form.of(key, [request.path, *sent.words])
        if before := read(_sent_before, visitor().author, form):
            return before
        letter = uploads.seal_scan(public_key, scan_apart(sent.contents))
    except NotTaken as trouble:
        return Outcome(
            trouble=_which(trouble, sent_names=[one.filename or "" for one in request.files.getlist("page")])
        )
    try:
        return found(write(_save, visitor().author, owner, Parcel(form, sent, letter)))
    except TooManyWaiting:
        return Outcome(trouble=QUEUE)


def _sent_before(work: Work, author: Author, form: Form) -> Outcome | None:
    sent = outbox.sent_form(work, author, form.key)
    if sent is None:
        return None
    return Outcome(sent.id) if sent.form_digest == form.digest else Outcome(trouble=AGAIN)


def _save(work: Work, author: Author, owner: Owner, parcel: Parcel) -> Outcome | None:
    asked = _find(_ask(work, author.family_id), owner)
    if asked is None:
        return None
    if before := _sent_before(work, author, parcel.form):
        return before
    sent, letter = parcel.sent, parcel.letter
    size = f"{plural(letter.pages, 'page')}, {megabytes(letter.size)}"
    lines = [{"text": asked.line.name, "wished": f"{sent.name}, {size}"}]
    return Outcome(uploads.put(work, author, asked.line, letter, parcel.form, name=sent.name, lines=lines))


def _which(trouble: NotTaken, *, sent_names: Sequence[str]) -> str:
    """Say which of several files the sentence is about."""
    names = [name for name in sent_names if name]
    if len(names) < 2 or trouble.which >= len(names):
        return str(trouble)
    return f"{uploads.plain_name(names[trouble.which]).removesuffix('.pdf')}\u202f: {trouble}"


def _draw(asked: Asked, trouble: str = "") -> str:
    values: Mapping[str, object] = {
        "asked": asked,
        "line": asked.line,
        "trouble": trouble,
        "sentence": NOT_YET if trouble and trouble != AGAIN else "",
        "limits": LIMITS,
        "form_key": outbox.new_form_key(),
    }
    return page("document", title=asked.line.name, **values)


def _urgency(one: Asked) -> tuple[bool, bool, int]:
    state = one.line.state
    return (state in {"provided", "received"} or one.sent is not None, not one.line.mandatory, URGENCY[state])
