"""Somebody whom a family adds to its file, or takes away: the régie answers, all lines together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.errors import RefusedByRule
from backoffice.families.belong import attach_child
from backoffice.families.edit import families_of
from backoffice.families.field_rules import read_field_rules
from backoffice.families.fields import cleaned
from backoffice.families.newcomers import (
    Twin,
    add_child,
    asked_of,
    is_barred,
    is_named_by,
    namesake,
    person_named,
    put_person,
    read_newcomer,
    remove_person,
    role_words,
    school_named,
    schools_of,
    twins_of,
)
from backoffice.office import Work
from backoffice.requests import words
from backoffice.requests.kinds.fields import read_people
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told, nothing_to_release
from backoffice.requests.waiting import waiting_lines
from backoffice.sync.contract import Action, Newcomer, PersonAdded, PersonRemoved, ViewKind
from models.office.families import Child, Family, FamilyChild, PickupPerson
from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict
from resources.french import NARROW, search_key, short_date

NEW: Final[Mapping[str, Newcomer]] = {"new_child": "child", "new_contact": "contact", "new_pickup": "pickup"}
SUBJECTS: Final[Mapping[Newcomer, str]] = {kind: subject for subject, kind in NEW.items()}
PICKUP, REMOVED = "pickup", "remove"  # the subject and the only field of somebody taken away
WAITS = "La régie vérifie cette demande."
NOT_YOURS = "Cette personne n'est pas de votre foyer."
CLOSED = "Cet ajout ne se demande pas sur le portail."
TWICE = "Vous l'avez déjà demandé, la régie va vous répondre."
WHOLE = "Non examiné, le reste de la demande n'est pas complet."
CHILD_ID: Final = "child_id"  # of Terms: the child already known that joins the household; none: a new one is written
SCHOOL_ID: Final = "school_id"  # of Terms: where the new child goes, if it is not the one that the family named


@dataclass(frozen=True, slots=True)
class ChildAsked:
    """What accepting a child may need to know: whether it is one already known, and its school."""

    twins: tuple[Twin, ...]
    schools: Mapping[int, str]
    school_id: int | None  # as the family named it

    @property
    def clear(self) -> bool:
        """Tell whether nothing is to be asked."""
        return not self.twins and (self.school_id is not None or not self.schools)


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Judge who is added or taken away; nothing is written before the régie says yes."""
    asked = action.payload
    if isinstance(asked, PersonRemoved):
        return [_removal(work, action, asked)]
    assert isinstance(asked, PersonAdded)
    typed = {wish.name: wish.wished for wish in asked.fields}
    values, troubles = read_newcomer(asked.person, typed, paris_day(action.received_at))
    unknown = {name: "Champ inconnu." for name in typed if asked_of(asked.person, name) is None}
    obstacle = "" if troubles or unknown else _obstacle(work, action, asked, values)
    items = []
    for name in dict.fromkeys([*values, *troubles, *unknown]):
        why = obstacle or (troubles | unknown).get(name) or (WHOLE if troubles or unknown else "")
        wished = values.get(name) or cleaned(typed.get(name, ""))[:200]
        if wished or why:
            items.append(_item(asked, name, wished, why))
    return items


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell newcomers field by field, and who leaves in one line."""
    people = read_people(session, {request.family_id for request, _ in pairs})
    return {item.id: _told(item, people.child(request.family_id, item.subject_id)) for request, item in pairs}


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Say what stands in the way now."""
    if not any(line.verdict is Verdict.WAITING for line in lines):
        return tuple(_row(line, None, "") for line in lines)
    if lines[0].subject == PICKUP:
        person = session.get(PickupPerson, lines[0].subject_id)
        now = "" if person is None else role_words(person)
        return tuple(_row(line, _barred(person), now) for line in lines)
    blocked = _blocked(session, request, lines)
    return tuple(_row(line, blocked, "") for line in lines)


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Write the person into the file, or take her out of it."""
    first = items[0]
    if first.subject == PICKUP:
        person = work.session.get(PickupPerson, first.subject_id)
        if person is not None:
            remove_person(work, person)
        return
    values = {item.field: item.wished or "" for item in items}
    kind = NEW[first.subject]
    if kind == "child":
        _join(work, request, values, terms)
    else:
        put_person(work, request.family_id, first.subject_id, {"phone": "", **values}, may_collect=kind == "pickup")


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show who waits, or no longer does, in the household's file; that of a separated parent shows his own wishes."""
    work.show(ViewKind.FAMILY, "", request.family_id)


def child_asked(session: Session, request_id: UUID) -> ChildAsked | None:
    """Read what an agent is asked before a child is added; None: the request adds none."""
    request = session.get(Request, request_id)
    items = session.scalars(select(RequestItem).where(RequestItem.request_id == request_id)).all()
    values = {item.field: item.wished or "" for item in items if item.verdict is Verdict.WAITING}
    if request is None or not values or items[0].subject != SUBJECTS["child"]:
        return None
    school_id = school_named(session, values.get("school", ""))
    return ChildAsked(_twins(session, request.family_id, values), schools_of(session), school_id)


def title(lines: Sequence[Line]) -> str:
    """Name it: « Nouvel enfant : Zoé Martin », « Nouveau contact pour Léa : Jeanne Roux »."""
    if not lines:
        return WORD
    first, wished = lines[0], {line.field: line.wished for line in lines}
    if first.subject == PICKUP:
        return f"À retirer{NARROW}: {first.text}"
    if first.subject == SUBJECTS["child"]:
        return f"Nouvel enfant{NARROW}: {wished.get('first_name', '')} {wished.get('last_name', '')}".rstrip()
    what = "Nouveau contact" if first.subject == SUBJECTS["contact"] else "Nouvelle personne autorisée"
    return f"{what} pour {first.person}{NARROW}: {wished.get('name', '')}"


def _removal(work: Work, action: Action, asked: PersonRemoved) -> RequestItem:
    query = select(PickupPerson, Child).join(Child, Child.id == PickupPerson.child_id)
    mine = query.join(FamilyChild, FamilyChild.child_id == Child.id).where(FamilyChild.family_id == action.family_id)
    found = work.session.execute(mine.where(PickupPerson.id == asked.person_id)).first()
    item = RequestItem(subject=PICKUP, subject_id=asked.person_id, field=REMOVED, explanation=[])
    item.verdict, item.why = Verdict.REFUSED, NOT_YOURS
    households = families_of(work.session, found[1].id) if found else []
    if found is None or is_barred(found[0]):  # who must not come is no matter of the portal's
        return item
    if is_named_by(found[0], action.family_id, households):
        person, child = found
        item.then = f"{person.name}, {person.relation} {words.of_name(child.first_name)}"
        again = _waits(work.session, action.family_id, PICKUP, person.id)
        item.verdict, item.why = (Verdict.REFUSED, TWICE) if again else (Verdict.WAITING, WAITS)
    return item


def _obstacle(work: Work, action: Action, asked: PersonAdded, values: Mapping[str, str]) -> str:
    """Say why the régie need not even look at it, if so it is."""
    if asked.person not in read_field_rules(work.session).addable:
        return CLOSED
    if asked.person != "child" and action.family_id not in families_of(work.session, asked.child_id or 0):
        return NOT_YOURS
    earlier = _waits(work.session, action.family_id, SUBJECTS[asked.person], _about(asked))
    return TWICE if any(_same(values, other) for other in earlier) else ""


def _waits(session: Session, family_id: int, subject: str, subject_id: int) -> list[dict[str, str]]:
    """Read what already waits of the same kind, request by request."""
    found: dict[UUID, dict[str, str]] = {}
    for item, _ in waiting_lines(session, family_id, subject, subject_id):
        found.setdefault(item.request_id, {})[item.field] = item.wished or ""
    return list(found.values())


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(
        search_key(one.get(name, "")) == search_key(other.get(name, "")) for name in ("name", "first_name", "last_name")
    )


def _about(asked: PersonAdded) -> int:
    return 0 if asked.person == "child" else asked.child_id or 0


def _item(asked: PersonAdded, name: str, wished: str, why: str) -> RequestItem:
    return RequestItem(
        subject=SUBJECTS[asked.person],
        subject_id=_about(asked),
        field=cleaned(name)[:60],
        then="",
        wished=wished,
        verdict=Verdict.REFUSED if why else Verdict.WAITING,
        why=why or WAITS,
        explanation=[],
    )


def _told(item: RequestItem, child: str) -> Told:
    if item.subject == PICKUP:
        return Told("Personne", "", item.then or words.UNKNOWN_PERSON, "au dossier", "à retirer du dossier")
    field, wished = asked_of(NEW[item.subject], item.field), item.wished or ""
    if field is None:
        return Told("Champ inconnu", child, "Champ inconnu", "", wished)
    return Told(field.label, child, field.label, "", field.in_words(wished))


def _row(line: Line, blocked: str | None, now: str) -> ItemRow:
    then = line.then if line.subject == PICKUP else ""
    return ItemRow(
        line.key, line.text, then, now, line.wished, line.verdict, line.why, line.limit_at, line.rule, line.steps,
        blocked=blocked,
    )  # fmt: skip


def _barred(person: PickupPerson | None) -> str | None:
    if person is not None and is_barred(person):
        return "Cette personne est maintenant notée comme ne devant pas venir chercher l'enfant."
    return None


def _blocked(session: Session, request: Request, lines: Sequence[Line]) -> str | None:
    """Say why nobody can write this person any more."""
    values, first = {line.field: line.wished_value for line in lines}, lines[0]
    if first.subject == SUBJECTS["child"]:
        known = namesake(session, request.family_id, values.get("first_name", ""), values.get("last_name", ""))
        born = f" (né le {short_date(known.birth_date)})" if known else ""
        return f"{known.first_name} {known.last_name}{born} est déjà dans ce foyer." if known else None
    if request.family_id not in families_of(session, first.subject_id):
        return "Cet enfant n'est plus de ce foyer."
    person = person_named(session, request.family_id, first.subject_id, values.get("name", ""))
    if person is None:
        return None
    if is_barred(person):
        return f"{person.name} est au dossier parmi ceux qui ne doivent pas venir chercher l'enfant."
    has_it = person.allowed if first.subject == SUBJECTS["pickup"] else person.contact
    return f"{person.name} est déjà au dossier." if has_it else None


def _join(work: Work, request: Request, values: Mapping[str, str], terms: Terms) -> None:
    """Write a new child, or let the one already known join the household too."""
    twins = _twins(work.session, request.family_id, values)
    chosen = terms.values.get(CHILD_ID)
    if twins and CHILD_ID not in terms.values:
        raise RefusedByRule(
            f"Un enfant du même nom, né le même jour, est déjà connu{NARROW}: {twins[0].text}. Rien n'a été modifié. "
            "Dites si c'est le même."
        )
    if chosen is None:
        add_child(work, request.family_id, values, _school(work.session, values, terms))
    elif chosen in {twin.child_id for twin in twins}:
        attach_child(work, chosen, work.session.get_one(Family, request.family_id).number)
    else:
        raise RefusedByRule("Cet enfant n'a pas ce nom et cette date de naissance. Rien n'a été modifié.")


def _school(session: Session, values: Mapping[str, str], terms: Terms) -> int | None:
    chosen = terms.values.get(SCHOOL_ID)
    if chosen is not None and chosen not in schools_of(session):
        raise RefusedByRule(
            "Cette école n'existe pas, ou n'existe plus. Rien n'a été modifié. Choisissez-en une autre."
        )
    return chosen if chosen is not None else school_named(session, values.get("school", ""))


def _twins(session: Session, family_id: int, values: Mapping[str, str]) -> tuple[Twin, ...]:
    born = date.fromisoformat(values["birth_date"])
    return twins_of(session, family_id, values["first_name"], values["last_name"], born)


WORD = "Foyer"
HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=nothing_to_release, show=show, title=title,
    whole=True,
)  # fmt: skip
