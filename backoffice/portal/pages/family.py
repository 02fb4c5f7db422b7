"""Ma famille: the household's people, and the fields that the structure lets them change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import fields, outbox
from backoffice.portal.context import found, page, read, visitor, write
from backoffice.portal.fields import FieldsJudged, in_words
from backoffice.portal.newcomers import Coming, sent_one
from backoffice.portal.outbox import Author, Form
from backoffice.portal.shown import Shown, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.withdrawals import NONE, Leaving, leaving_of
from backoffice.sync.contract import (
    FamilyView,
    FieldAnswer,
    FieldsChange,
    FieldView,
    PersonAdded,
    PersonRemoved,
    PersonView,
    ViewKind,
    WaitingPerson,
)

KINDS: dict[str, Literal["guardian", "child"]] = {"responsable": "guardian", "enfant": "child"}
SLUGS = {kind: slug for slug, kind in KINDS.items()}
AROUND = {"contact", "pickup"}
NEWS = timedelta(days=30)
NOTHING = "Vous n'avez rien changé : rien n'a été envoyé."
AGAIN = "Ce formulaire avait déjà été enregistré. Voici la fiche à jour : rien de nouveau n'a été envoyé."
NOT_YET = "Rien n'a encore été enregistré : corrigez ce qui est signalé, puis enregistrez de nouveau."

blueprint = Blueprint("family", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person, what was sent for her and not answered, what of it is on its way back, whom to call around her."""

    person: PersonView
    sent: dict[str, str]
    leaving: dict[str, Leaving]
    now: datetime

    def is_leaving(self, field: FieldView) -> bool:
        """Tell whether what waits of a field is on its way back."""
        return self.leaving.get(field.waiting_request or "", NONE).has(field.name)

    def answer(self, field: FieldView) -> FieldAnswer | None:
        """Give the last answer of a field, as long as it is news."""
        answer = field.answer
        return answer if answer and self.now - answer.at < NEWS and field.name not in self.sent else None


@dataclass(frozen=True, slots=True)
class Household:
    """The file, and what of it is on its way."""

    family: FamilyView
    sheets: tuple[Sheet, ...]  # of guardians and children
    coming: tuple[Coming, ...]  # sent, not registered yet
    removed: frozenset[int]  # the same, of those to take away
    leaving: dict[str, Leaving]

    def child(self, child_id: int | None) -> PersonView | None:
        """Find a child of the household."""
        return next((one for one in self.family.people if (one.kind, one.id) == ("child", child_id)), None)

    def around(self, child_id: int) -> list[PersonView]:
        """List whom to call and who may collect a child."""
        return [one for one in self.family.people if one.kind in AROUND and one.child_id == child_id]

    def waiting(self, child_id: int | None) -> list[WaitingPerson]:
        """List who waits for the régie, around a child or as one."""
        return [one for one in self.family.waiting if one.child_id == child_id]

    def sent(self, child_id: int | None) -> list[Coming]:
        """List who was just added."""
        return [one for one in self.coming if one.child_id == child_id]

    def removal(self, person: PersonView) -> str:
        """Say how far the removal of somebody is: sent, waiting, on its way back; nothing where none is asked."""
        if person.id in self.removed:
            return "sent"
        if person.waiting_request is None:
            return ""
        return "leaving" if self.leaving.get(person.waiting_request) else "waiting"


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
    household = household_of(read(ask_household, visitor().family_id))
    return page("family", title="Ma famille", household=household, slugs=SLUGS, new_key=outbox.new_form_key)


@blueprint.route("/famille/<any(responsable, enfant):kind>/<int:person_id>", methods=["GET", "POST"])
def person(kind: str, person_id: int) -> str | Response | tuple[str, int]:
    """Show a person's fields, and send what the family changes."""
    if request.method == "GET":
        sheet = found(_find(read(ask_household, visitor().family_id), KINDS[kind], person_id))
        return _draw(sheet, kind, {}, {}, "")
    typed = _typed()
    outcome = found(write(_save, visitor().author, KINDS[kind], person_id, typed))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    assert outcome.sheet is not None
    kept = {} if outcome.sentence == AGAIN else typed.values
    return _draw(outcome.sheet, kind, kept, outcome.troubles or {}, outcome.sentence), 422


def ask_household(work: Work, family_id: int) -> tuple[Shown, datetime]:
    """Read a household's file and what it sent meanwhile."""
    return shown(work, family_id, of_kind(ViewKind.FAMILY), pending=True), work.now


def household_of(asked: tuple[Shown, datetime]) -> Household | None:
    """Put the file together; None before the office has published it."""
    documents, now = asked
    family = documents.one(ViewKind.FAMILY, FamilyView)
    if family is None:
        return None
    changes = [FieldsChange.model_validate(document.body) for document in documents.pending("fields")]
    added = [PersonAdded.model_validate(document.body) for document in documents.pending("person_added")]
    removed = [PersonRemoved.model_validate(document.body) for document in documents.pending("person_removed")]
    leaving = leaving_of(documents)
    people = [person for person in family.people if person.kind not in AROUND]
    return Household(
        family,
        tuple(Sheet(person, _sent(person, changes), leaving, now) for person in people),
        tuple(sent_one(one) for one in added),
        frozenset(one.person_id for one in removed),
        leaving,
    )


def _sent(person: PersonView, changes: Iterable[FieldsChange]) -> dict[str, str]:
    mine = [change for change in changes if (change.subject, change.subject_id) == (person.kind, person.id)]
    return {wish.name: wish.wished for change in mine for wish in change.fields}


def _find(asked: tuple[Shown, datetime], kind: str, person_id: int) -> Sheet | None:
    household = household_of(asked)
    sheets = household.sheets if household else ()
    return next((one for one in sheets if (one.person.kind, one.person.id) == (kind, person_id)), None)


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
    sheet = _find(ask_household(work, author.family_id), kind, person_id)
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
        new_key=outbox.new_form_key,
    )
