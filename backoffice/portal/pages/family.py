"""Ma famille: the household's people, and the fields that the structure lets them change."""

from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import fields, outbox
from backoffice.portal.context import found, page, read, visitor, write
from backoffice.portal.fields import FieldsJudged, in_words
from backoffice.portal.outbox import Author, Form
from backoffice.portal.shown import Shown, of_kind, shown
from backoffice.portal.store import Work
from backoffice.sync.contract import FamilyView, FieldsChange, PersonView, ViewKind

KINDS: dict[str, Literal["guardian", "child"]] = {"responsable": "guardian", "enfant": "child"}
SLUGS = {kind: slug for slug, kind in KINDS.items()}
NOTHING = "Vous n'avez rien changé : rien n'a été envoyé."
AGAIN = "Ce formulaire avait déjà été enregistré. Voici la fiche à jour : rien de nouveau n'a été envoyé."
NOT_YET = "Rien n'a encore été enregistré : corrigez ce qui est signalé, puis enregistrez de nouveau."

blueprint = Blueprint("family", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person, and what was sent for her and not answered."""

    person: PersonView
    sent: dict[str, str]
    number: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the browser sent."""

    form: Form
    values: dict[str, str]
    seen: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None
    sheet: Sheet | None = None
    sentence: str = ""
    troubles: dict[str, str] | None = None


@blueprint.get("/famille")
def show() -> str:
    """List the household's people."""
    documents = read(_ask, visitor().family_id)
    family = documents.one(ViewKind.FAMILY, FamilyView)
    sheets = [_sheet(documents, family, person) for person in family.people] if family else []
    return page("family", title="Ma famille", family=family, sheets=sheets, slugs=SLUGS)


@blueprint.route("/famille/<any(responsable, enfant):kind>/<int:person_id>", methods=["GET", "POST"])
def person(kind: str, person_id: int) -> str | Response | tuple[str, int]:
    """Show a person's fields, and send what the family changes."""
    if request.method == "GET":
        sheet = found(_find(read(_ask, visitor().family_id), KINDS[kind], person_id))
        return _draw(sheet, kind, {}, {}, "")
    typed = _typed()
    outcome = found(write(_save, visitor().author, KINDS[kind], person_id, typed))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    assert outcome.sheet is not None
    kept = {} if outcome.sentence == AGAIN else typed.values
    return _draw(outcome.sheet, kind, kept, outcome.troubles or {}, outcome.sentence), 422


def _ask(work: Work, family_id: int) -> Shown:
    return shown(work, family_id, of_kind(ViewKind.FAMILY), pending=True)


def _find(documents: Shown, kind: str, person_id: int) -> Sheet | None:
    family = documents.one(ViewKind.FAMILY, FamilyView)
    people = family.people if family else ()
    person = next((one for one in people if (one.kind, one.id) == (kind, person_id)), None)
    return _sheet(documents, family, person) if family and person else None


def _sheet(documents: Shown, family: FamilyView, person: PersonView) -> Sheet:
    changes = [FieldsChange.model_validate(document.body) for document in documents.pending("fields")]
    mine = [change for change in changes if (change.subject, change.subject_id) == (person.kind, person.id)]
    return Sheet(person, {wish.name: wish.wished for change in mine for wish in change.fields}, family.number)


def _typed() -> Typed:
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    values = {name[2:]: text for name, text in request.form.items() if name.startswith("f.")}
    seen = {name[2:]: text for name, text in request.form.items() if name.startswith("s.")}
    words = [f"{name}={text}" for name, text in sorted(values.items())]
    return Typed(Form.of(key, [request.path, *words]), values, seen)


def _save(
    work: Work, author: Author, kind: Literal["guardian", "child"], person_id: int, typed: Typed
) -> Outcome | None:
    sheet = _find(_ask(work, author.family_id), kind, person_id)
    if sheet is None:
        return None
    if sent := outbox.sent_form(work, author, typed.form.key):
        return Outcome(sent.id) if sent.form_digest == typed.form.digest else Outcome(None, sheet, AGAIN)
    judged = fields.judge(sheet.person, typed.values, typed.seen, sheet.sent)
    if judged.troubles:
        return Outcome(None, sheet, NOT_YET, judged.troubles)
    if not judged.wishes:
        return Outcome(None, sheet, NOTHING)
    change = FieldsChange(subject=kind, subject_id=person_id, fields=judged.wishes)
    lines = _summary(sheet.person, judged)
    title = f"Fiche de {sheet.person.name}"
    return Outcome(outbox.append(work, author, change, typed.form, title=title, lines=lines))


def _summary(person: PersonView, judged: FieldsJudged) -> list[dict[str, str]]:
    by_name = {field.name: field for field in person.fields}
    return [
        {"text": by_name[wish.name].label, "wished": in_words(by_name[wish.name], wish.wished) or "(vide)"}
        for wish in judged.wishes
    ]


def _draw(sheet: Sheet, kind: str, typed: dict[str, str], troubles: dict[str, str], sentence: str) -> str:
    return page(
        "person",
        title=sheet.person.name,
        sheet=sheet,
        person=sheet.person,
        kind=kind,
        typed=typed,
        troubles=troubles,
        sentence=sentence,
        in_words=in_words,
        form_key=outbox.new_form_key(),
    )
