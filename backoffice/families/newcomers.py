"""Who joins a household's file, and who leaves it: a child, a contact to call, somebody who may collect a child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.families.edit import families_of
from backoffice.families.fields import PersonField
from backoffice.families.lists import full_name
from backoffice.office import Changed, Work
from backoffice.sync.contract import NEWCOMERS, OLDEST_YEARS, Newcomer
from backoffice.sync.mark import mark_child, mark_family
from models.office.families import Child, Family, FamilyChild, PickupPerson
from models.office.structure import School
from models.vocabulary import Role
from resources.french import age_on, search_key, short_date

FIELDS: Mapping[Newcomer, tuple[PersonField, ...]] = {
    kind: tuple(PersonField(field.name, field.label, field.shape, required=field.required) for field in fields)
    for kind, fields in NEWCOMERS.items()
}


@dataclass(frozen=True, slots=True)
class Twin:
    """A child already known, of the same name and born the same day, in other households than the one that asks."""

    child_id: int
    text: str


def asked_of(kind: Newcomer, name: str) -> PersonField | None:
    """Find a field that is asked of a newcomer."""
    return next((field for field in FIELDS[kind] if field.name == name), None)


def read_newcomer(kind: Newcomer, typed: Mapping[str, str], today: date) -> tuple[dict[str, str], dict[str, str]]:
    """Read what was typed of a newcomer: the values as they are kept, and a sentence for each that cannot be."""
    values, troubles = {}, {}
    for field in FIELDS[kind]:
        try:
            values[field.name] = field.read(typed.get(field.name, ""))
        except RefusedByRule as error:
            troubles[field.name] = str(error)
    if (born := values.get("birth_date")) and (trouble := born_trouble(date.fromisoformat(born), today)):
        troubles["birth_date"] = trouble
    return values, troubles


def born_trouble(born: date, today: date) -> str:
    """Say why nobody can be a child born that day, if so it is."""
    if born > today:
        return "Cette date de naissance est dans l'avenir."
    return "Cette date de naissance n'est pas celle d'un enfant." if age_on(born, today) > OLDEST_YEARS else ""


def namesake(session: Session, family_id: int, first_name: str, last_name: str) -> Child | None:
    """Find a child of a household by its name."""
    query = select(Child).join(FamilyChild, FamilyChild.child_id == Child.id).where(FamilyChild.family_id == family_id)
    return session.scalars(query.where(Child.search_key == child_key(first_name, last_name)).limit(1)).first()


def twins_of(session: Session, family_id: int, first_name: str, last_name: str, born: date) -> tuple[Twin, ...]:
    """Find in other households a child of the same name, born the same day: the one of separated parents, perhaps."""
    mine = select(FamilyChild.child_id).where(FamilyChild.family_id == family_id)
    query = (
        select(Child, Family)
        .join(FamilyChild, FamilyChild.child_id == Child.id)
        .join(Family, Family.id == FamilyChild.family_id)
        .where(Child.search_key == child_key(first_name, last_name), Child.birth_date == born, Child.id.not_in(mine))
        .order_by(Child.id, Family.number)
    )
    found: dict[int, Twin] = {}
    for child, family in session.execute(query):
        words = f"{full_name(child)}, né le {short_date(born)}, famille {family.name} (n°\xa0{family.number})"
        found.setdefault(child.id, Twin(child.id, words))
    return tuple(found.values())


def add_child(work: Work, family_id: int, values: Mapping[str, str], school_id: int | None) -> Child:
    """Write a new child into a household."""
    work.agent.must_be(Role.AGENT)
    first_name, last_name = values["first_name"], values["last_name"]
    child = Child(
        first_name=first_name,
        last_name=last_name,
        search_key=child_key(first_name, last_name),
        birth_date=date.fromisoformat(values["birth_date"]),
        school_id=school_id,
    )
    work.session.add(child)
    work.session.flush()
    work.session.add(FamilyChild(family_id=family_id, child_id=child.id))
    work.session.flush()
    mark_family(work, family_id)
    work.sign("add", "child", child.id, new={"family": family_id, **values})
    work.changed(Changed.FAMILIES)
    return child


def put_person(
    work: Work, family_id: int, child_id: int, values: Mapping[str, str], *, may_collect: bool
) -> PickupPerson:
    """Write somebody to call, or who may collect a child, for a household; who is known for the one is for both."""
    work.agent.must_be(Role.AGENT)
    person = person_named(work.session, family_id, child_id, values["name"])
    if person is None:
        person = PickupPerson(child_id=child_id, name=values["name"], allowed=False, contact=False)
        person.family_id = family_id
        work.session.add(person)
    person.relation, person.phone = values["relation"], values["phone"]
    person.allowed, person.contact = person.allowed or may_collect, person.contact or not may_collect
    work.session.flush()
    mark_child(work, child_id)
    work.sign("add", "pickup", person.id, new={"child": child_id, **values, "role": role_words(person)})
    work.changed(Changed.FAMILIES)
    return person


def remove_person(work: Work, person: PickupPerson) -> None:
    """Take a contact or an authorised person away; nothing that was issued names her, the journal does."""
    work.agent.must_be(Role.AGENT)
    old = {"child": person.child_id, "name": person.name, "relation": person.relation, "role": role_words(person)}
    work.session.delete(person)
    work.session.flush()
    mark_child(work, person.child_id)
    work.sign("remove", "pickup", person.id, old={**old, "phone": person.phone or ""})
    work.changed(Changed.FAMILIES)


def person_named(session: Session, family_id: int, child_id: int, name: str) -> PickupPerson | None:
    """Find by her name somebody whom a household named around a child, or who must not come, whoever said so."""
    households = families_of(session, child_id)
    query = select(PickupPerson).where(PickupPerson.child_id == child_id).order_by(PickupPerson.id)
    named = [person for person in session.scalars(query) if search_key(person.name) == search_key(name)]
    known = [person for person in named if is_barred(person) or is_named_by(person, family_id, households)]
    return min(known, key=lambda person: not is_barred(person), default=None)


def is_named_by(person: PickupPerson, family_id: int, households: Sequence[int]) -> bool:
    """Tell whether a household named somebody: separated parents do not see whom the other trusts, nor their numbers."""
    return person.family_id == family_id or (person.family_id is None and list(households) == [family_id])


def is_barred(person: PickupPerson) -> bool:
    """Tell whether somebody must not collect the child; a contact who may not is no prohibition."""
    return not person.allowed and not person.contact


def role_words(person: PickupPerson) -> str:
    """Say what somebody is for a child."""
    if is_barred(person):
        return "ne doit pas venir chercher l'enfant"
    parts = (("à prévenir", person.contact), ("peut venir chercher l'enfant", person.allowed))
    return ", ".join(words for words, holds in parts if holds)


def schools_of(session: Session) -> dict[int, str]:
    """Name the schools."""
    return dict(session.execute(select(School.id, School.name).order_by(School.name)).all())


def school_named(session: Session, name: str) -> int | None:
    """Find a school by its name as a family writes it."""
    key = search_key(name)
    return next((number for number, known in schools_of(session).items() if key and search_key(known) == key), None)


def child_key(first_name: str, last_name: str) -> str:
    """Write what a child's name is searched by."""
    return search_key(f"{last_name} {first_name}")
