"""Whom a family adds to its file: what was typed, checked for shape and for what the file says already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from backoffice.portal.fields import WrongShape, normalized
from backoffice.sync.contract import (
    NEWCOMERS,
    OLDEST_YEARS,
    FamilyView,
    FieldView,
    FieldWish,
    Newcomer,
    PersonAdded,
)
from resources.french import age_on, search_key

TITLES: Mapping[Newcomer, str] = {
    "child": "Ajouter un enfant",
    "contact": "Ajouter un contact à prévenir",
    "pickup": "Ajouter une personne autorisée",
}
HELP = {
    "relation": "Par exemple : grand-mère, voisin, assistante maternelle.",
    "birth_date": "Jour, mois et année, par exemple 05/09/2019.",
    "school": "Si l'enfant en a une.",
}
COMING = "Cette date est dans l'avenir."
TOO_OLD = "Cette date n'est pas celle de la naissance d'un enfant."
THERE = "{name} est déjà dans votre dossier."
ASKED = "Vous avez déjà demandé l'ajout de {name} : la régie va vous répondre."


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is on the way to the file, sent or waiting for the régie; or who has arrived."""

    kind: Newcomer
    child_id: int | None
    name: str
    there: bool = False  # in the file already


@dataclass(frozen=True, slots=True)
class About:
    """Who is asked for: a child, or somebody around a child."""

    kind: Newcomer
    child_id: int | None
    schools: tuple[str, ...]

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """Give the fields that are asked; a school is chosen among the commune's, if it has said which they are."""
        choices = tuple((name, name) for name in self.schools)
        return tuple(
            field.model_copy(update={"shape": "choice", "choices": choices})
            if field.name == "school" and choices
            else field
            for field in NEWCOMERS[self.kind]
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """The values to send, and the sentences for the fields that keep them back."""

    wishes: tuple[FieldWish, ...]
    troubles: dict[str, str]


def judge(about: About, typed: Mapping[str, str], today: date, known: Collection[Coming]) -> Judged:
    """Read what was typed of somebody; what is not asked is not looked at."""
    wishes, troubles = [], {}
    for field in about.fields:
        try:
            value = normalized(field, typed.get(field.name, ""))
        except WrongShape as error:
            troubles[field.name] = str(error)
            continue
        if field.name == "birth_date" and (trouble := _unlikely(date.fromisoformat(value), today)):
            troubles[field.name] = trouble
        elif value:
            wishes.append(FieldWish(name=field.name, seen="", wished=value))
    if not troubles and (trouble := _known(about, name_of(wishes), known)):
        troubles["first_name" if about.kind == "child" else "name"] = trouble
    return Judged(tuple(wishes), troubles)


def name_of(wishes: Iterable[FieldWish]) -> str:
    """Say what somebody is called."""
    said = {wish.name: wish.wished for wish in wishes}
    return said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))


def sent_one(added: PersonAdded) -> Coming:
    """Read somebody whom the office has not registered yet."""
    return Coming(added.person, added.child_id, name_of(added.fields))


def known_to(family: FamilyView, sent: Iterable[Coming]) -> list[Coming]:
    """List whom it makes no sense to add once more."""
    there = [Coming(one.kind, one.child_id, one.name, there=True) for one in family.people if one.kind != "guardian"]
    return [*there, *(Coming(one.kind, one.child_id, one.name) for one in family.waiting), *sent]


def _unlikely(born: date, today: date) -> str:
    if born > today:
        return COMING
    return TOO_OLD if age_on(born, today) > OLDEST_YEARS else ""


def _known(about: About, name: str, known: Iterable[Coming]) -> str:
    mine = (about.kind, about.child_id, search_key(name))
    found = next((one for one in known if (one.kind, one.child_id, search_key(one.name)) == mine), None)
    if found is None:
        return ""
    return (THERE if found.there else ASKED).format(name=name)
