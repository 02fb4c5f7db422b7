"""Ma famille: a child, a contact or an authorised person to add; one of the latter to take away."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.portal import newcomers, outbox
from backoffice.portal.context import found, page, read, visit, visitor, write
from backoffice.portal.fields import in_words
from backoffice.portal.newcomers import HELP, TITLES, About, name_of
from backoffice.portal.outbox import Author, Form
from backoffice.portal.pages.family import AGAIN, NOT_YET, Household, ask_household, household_of
from backoffice.portal.store import Work
from backoffice.sync.contract import Newcomer, PersonAdded, PersonRemoved, PersonView
from resources.french import in_paris

KINDS: Final[dict[str, Newcomer]] = {"contact": "contact", "personne-autorisee": "pickup"}
LEAVING = "Ce retrait est déjà demandé : rien de nouveau n'a été envoyé."

blueprint = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the browser sent."""

    form: Form
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending: an action, or a page to draw again."""

    action_id: str | None
    household: Household
    child: PersonView | None = None
    sentence: str = ""
    troubles: dict[str, str] | None = None


@blueprint.route("/famille/ajouter/enfant", methods=["GET", "POST"])
def add_child() -> str | Response | tuple[str, int]:
    """Ask for a child to be added to the household."""
    return _add("child", None)


@blueprint.route(
    "/famille/enfant/<int:child_id>/ajouter/<any(contact, 'personne-autorisee'):kind>", methods=["GET", "POST"]
)
def add_around(child_id: int, kind: str) -> str | Response | tuple[str, int]:
    """Ask for somebody to call, or who may collect a child."""
    return _add(KINDS[kind], child_id)


@blueprint.route("/famille/personne/<int:person_id>/retirer", methods=["GET", "POST"])
def remove(person_id: int) -> str | Response | tuple[str, int]:
    """Ask for a contact or an authorised person to be taken away."""
    if request.method == "GET":
        return _draw_removal(found(_around(_read(), person_id)), "")
    form = Form.of(_key(), [request.path])
    person, action_id, sentence = write(_take_away, visitor().author, person_id, form)
    if action_id:
        return redirect(url_for("answers.show_one", action_id=action_id), 303)
    return _draw_removal(found(person), sentence), 422


def _add(kind: Newcomer, child_id: int | None) -> str | Response | tuple[str, int]:
    structure = visit().structure
    found(kind if kind in structure.addable else None)
    about = About(kind, child_id, structure.schools)
    if request.method == "GET":
        child = found(_read().child(child_id)) if child_id is not None else None
        return _draw(about, child, {}, {}, "")
    values = {name[2:]: text for name, text in request.form.items() if name.startswith("f.")}
    words = [f"{name}={text}" for name, text in sorted(values.items())]
    typed = Typed(Form.of(_key(), [request.path, *words]), values)
    outcome = found(write(_save, visitor().author, about, typed))
    if outcome.action_id:
        return redirect(url_for("answers.show_one", action_id=outcome.action_id), 303)
    kept = {} if outcome.sentence == AGAIN else typed.values
    return _draw(about, outcome.child, kept, outcome.troubles or {}, outcome.sentence), 422


def _key() -> str:
    key = request.form.get("form_key", "")
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise BadRequest
    return key


def _read() -> Household:
    return found(household_of(read(ask_household, visitor().family_id)))


def _save(work: Work, author: Author, about: About, typed: Typed) -> Outcome | None:
    household = household_of(ask_household(work, author.family_id))
    child = household.child(about.child_id) if household else None
    if household is None or (about.child_id is not None and child is None):
        return None
    if sent := outbox.sent_form(work, author, typed.form.key):
        same = sent.form_digest == typed.form.digest
        return Outcome(sent.id if same else None, household, child, AGAIN)
    today = in_paris(work.now).date()
    judged = newcomers.judge(about, typed.values, today, newcomers.known_to(household.family, household.coming))
    if judged.troubles:
        return Outcome(None, household, child, NOT_YET, judged.troubles)
    added = PersonAdded(person=about.kind, child_id=about.child_id, fields=judged.wishes)
    fields = {field.name: field for field in about.fields}
    lines = [
        {"text": fields[wish.name].label, "wished": in_words(fields[wish.name], wish.wished)} for wish in judged.wishes
    ]
    title = _title(about.kind, child, name_of(judged.wishes))
    return Outcome(outbox.append(work, author, added, typed.form, title=title, lines=lines), household)


def _title(kind: Newcomer, child: PersonView | None, name: str) -> str:
    """Name the request as the office will."""
    if child is None:
        return f"Nouvel enfant : {name}"
    what = "Nouveau contact" if kind == "contact" else "Nouvelle personne autorisée"
    return f"{what} pour {child.name} : {name}"


def _take_away(work: Work, author: Author, person_id: int, form: Form) -> tuple[PersonView | None, str | None, str]:
    household = household_of(ask_household(work, author.family_id))
    person = _around(household, person_id) if household else None
    if household is None or person is None:
        return None, None, ""
    if sent := outbox.sent_form(work, author, form.key):
        return person, sent.id if sent.form_digest == form.digest else None, AGAIN
    if household.removal(person) in {"sent", "waiting"}:
        return person, None, LEAVING
    title, lines = f"À retirer : {person.name}", [{"text": person.name, "wished": person.role}]
    removed = PersonRemoved(person_id=person_id)
    return person, outbox.append(work, author, removed, form, title=title, lines=lines), ""


def _around(household: Household, person_id: int) -> PersonView | None:
    """Find a contact or an authorised person; the others leave a household at the régie's only."""
    people = household.family.people
    return next((one for one in people if one.child_id is not None and one.id == person_id), None)


def _draw(
    about: About, child: PersonView | None, typed: dict[str, str], troubles: dict[str, str], sentence: str
) -> str:
    return page(
        "newcomer",
        title=TITLES[about.kind],
        kind=about.kind,
        child=child,
        fields=about.fields,
        help=HELP,
        typed=typed,
        troubles=troubles,
        sentence=sentence,
        form_key=outbox.new_form_key(),
    )


def _draw_removal(person: PersonView, sentence: str) -> str:
    return page(
        "removal", title=f"Retirer {person.name}", person=person, sentence=sentence, form_key=outbox.new_form_key()
    )
