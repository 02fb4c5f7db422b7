"""Contacter la structure: the régie and its places for everybody; for a household, its thread with the régie."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox, thread
from backoffice.portal.context import page, read, visit, visitor, write
from backoffice.portal.outbox import Author, Form
from backoffice.portal.pages.access import public
from backoffice.portal.store import Work
from backoffice.sync.contract import MessageSent
from resources.plain import plain_text

blueprint = Blueprint("contact", __name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: sent, or why it was not."""

    action_id: str | None
    trouble: str = ""


@blueprint.get("/contact")
@public
def show() -> str:
    """Show whom to call, which those who cannot sign in need most; and what was written, to those who are."""
    if visit().visitor is None:
        return page("contact", title="Contacter la structure", thread=None)
    return _draw("", "")


@blueprint.post("/contact")
def send() -> Response | tuple[str, int]:
    """Write to the régie."""
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    text = plain_text(request.form.get("text", ""))
    outcome = write(_send, visitor().author, Form.of(key, [request.path, text]), text)
    if outcome.action_id is None:
        return _draw(text, outcome.trouble), 422
    return redirect(url_for("contact.show", envoye=1, _anchor="fin"), 303)


def _send(work: Work, author: Author, form: Form, text: str) -> Outcome:
    if sent := outbox.sent_form(work, author, form.key):
        same = sent.form_digest == form.digest
        return (
            Outcome(sent.id) if same else Outcome(None, "Ce formulaire a déjà servi. Envoyez celui-ci, qui est neuf.")
        )
    if trouble := thread.why_not(text, thread.sent_today(work, author)):
        return Outcome(None, trouble)
    return Outcome(outbox.append(work, author, MessageSent(text=text), form))


def _draw(text: str, trouble: str) -> str:
    before = request.args.get("avant", "")
    at = int(before) if before.isdecimal() and len(before) < 10 else None
    found = read(thread.read_thread, visitor(), at)
    if at is None and found.last > visitor().thread_seen:
        write(thread.saw, visitor(), found.last)
    return page(
        "contact",
        title="Contacter la structure",
        thread=found,
        back=at is not None,
        text=text,
        trouble=trouble,
        sent="envoye" in request.args and not trouble,
        longest=thread.LONGEST,
        form_key=outbox.new_form_key(),
    )
