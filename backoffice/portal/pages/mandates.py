"""Prélèvement: the household's mandates, and asking for one; the account is sealed on arrival, and kept nowhere here."""

import json
from dataclasses import dataclass, field

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import outbox
from backoffice.portal.context import found, page, read, visit, visitor, write
from backoffice.portal.outbox import Author, Form
from backoffice.portal.sealed import seal
from backoffice.portal.shown import of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import MandateAsked, MandatesView, MandateView, PaperView, RegieView, ViewKind
from resources.french import NARROW

TITLE = "Prélèvement automatique"
LONGEST_HOLDER, LONGEST_TYPED = 70, 60
MISSING = "Écrivez le nom du titulaire du compte, comme sur le RIB."
CONSENT = "Cochez cette case pour demander le prélèvement."
AGAIN = f"Par sécurité, l'IBAN n'est gardé nulle part sur ce site{NARROW}: tapez-le de nouveau."
NO_KEY = f"La demande en ligne n'est pas encore ouverte{NARROW}: adressez-vous à la régie."

blueprint = Blueprint("mandates", __name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a household has with one régie."""

    regie: RegieView
    mandates: tuple[MandateView, ...]
    forms: tuple[str, ...]  # keys of the papers to sign
    sent: bool  # asked a moment ago, the office has not taken it yet

    @property
    def waits(self) -> bool:
        """Tell whether a request has no answer yet."""
        return self.sent or any(mandate.state == "asked" for mandate in self.mandates)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, the account apart: it is never shown again."""

    holder: str = ""
    bic: str = ""
    consent: bool = False
    troubles: dict[str, str] = field(default_factory=dict)


@blueprint.get("/factures/prelevement")
def show() -> str:
    """Show the household's mandates, régie by régie."""
    return page("mandates", title=TITLE, standings=read(_ask, visitor().family_id, _regies()))


@blueprint.route("/factures/prelevement/<int:regie_id>", methods=["GET", "POST"])
def ask(regie_id: int) -> str | Response | tuple[str, int]:
    """Ask a régie to debit the household's account."""
    regie = found(next((one for one in _regies() if one.id == regie_id), None))
    (standing,) = read(_ask, visitor().family_id, [regie])
    if request.method == "GET":
        return _draw(standing, Typed(visitor().name))
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    typed, sealed = _typed()
    if sealed is None:
        return _draw(standing, typed), 422
    form = Form.of(key, (request.path, typed.holder))  # the account leaves no print of itself
    action = write(
        _save, visitor().author, regie, MandateAsked(regie_id=regie.id, sealed=sealed, holder=typed.holder), form
    )
    if action is None:
        return redirect(url_for("mandates.show"), 303)
    return redirect(url_for("answers.show_one", action_id=action), 303)


def _regies() -> list[RegieView]:
    return [regie for regie in visit().structure.regies if regie.debits]


def _ask(work: Work, family_id: int, regies: list[RegieView]) -> list[Standing]:
    documents = shown(work, family_id, of_kind(ViewKind.MANDATES, ViewKind.PAPER), pending=True)
    view = documents.one(ViewKind.MANDATES, MandatesView)
    papers = documents.many(ViewKind.PAPER, PaperView)
    sent = {MandateAsked.model_validate(one.body).regie_id for one in documents.pending("mandate")}
    return [
        Standing(
            regie,
            tuple(line for line in (view.lines if view else ()) if line.regie_id == regie.id),
            tuple(key for key, one in papers.items() if one.kind == "mandate" and one.regie_id == regie.id),
            regie.id in sent,
        )
        for regie in regies
    ]


def _save(work: Work, author: Author, regie: RegieView, asked: MandateAsked, form: Form) -> str | None:
    if action := outbox.sent_form(work, author, form.key):
        return action.id
    (standing,) = _ask(work, author.family_id, [regie])
    if standing.waits:
        return None
    lines = [{"text": f"{TITLE}, {regie.name}", "wished": f"compte de {asked.holder}"}]
    return outbox.append(work, author, asked, form, title=TITLE, lines=lines)


def _typed() -> tuple[Typed, bytes | None]:
    """Read the form; give the account sealed to the office, or what is wrong: nothing else of it survives."""
    from backoffice.iban import RefusedField, read_account  # noqa: PLC0415 the banks' register is slow to load

    holder = " ".join(_plain("holder").split())[:LONGEST_HOLDER]
    bic, consent = _plain("bic")[:LONGEST_TYPED].strip(), "consent" in request.form
    troubles, account = {}, None
    if not holder:
        troubles["holder"] = MISSING
    if not consent:
        troubles["consent"] = CONSENT
    try:
        account = read_account(_plain("iban")[:LONGEST_TYPED], bic)
    except RefusedField as refusal:
        troubles[refusal.field] = refusal.sentence
    key = visit().structure.upload_key
    if not key:
        troubles["form"] = NO_KEY
    if troubles or account is None:
        return Typed(holder, bic, consent, {"iban": AGAIN} | troubles), None
    told = json.dumps({"holder": holder, "iban": account.iban, "bic": account.bic or ""})
    return Typed(holder, bic, consent), seal(key, told.encode())


def _plain(name: str) -> str:
    return "".join(letter for letter in request.form.get(name, "") if letter.isprintable())


def _draw(standing: Standing, typed: Typed) -> str:
    ready = bool(visit().structure.upload_key)
    key = outbox.new_form_key()
    return page(
        "mandate",
        title="Demander le prélèvement",
        standing=standing,
        typed=typed,
        ready=ready,
        no_key=NO_KEY,
        form_key=key,
    )
