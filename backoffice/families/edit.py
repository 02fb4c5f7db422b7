"""An agent corrects a person's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.fields import PersonField, Subject, field_of
from backoffice.families.lists import full_name
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_child, mark_family
from models.office.families import Child, Family, FamilyChild, Guardian
from models.vocabulary import Role
from resources.french import search_key


@dataclass(frozen=True, slots=True)
class EditReport:
    """The person's new version, and the labels of what changed."""

    version: int
    changed: tuple[str, ...]


def edit_person(
    work: Work, subject: Subject, person_id: int, changes: Mapping[str, str], *, version: int
) -> EditReport:
    """Change fields of a guardian or of a child, if nobody else has since they were read.

    Raises:
        StaleRecord: somebody else changed this person meanwhile.
        RefusedByRule: a value cannot be what its field holds.
    """
    work.agent.must_be(Role.AGENT)
    person = person_of(work.session, subject, person_id)
    if person is None:
        raise RefusedByRule("Cette personne n'existe pas, ou n'existe plus.")
    if person.version != version:
        raise StaleRecord(
            f"La fiche de {full_name(person)} a été modifiée entre-temps. Rien n'a été enregistré. "
            "Relisez-la, puis recommencez votre correction."
        )
    wished = [(_known(subject, name), text) for name, text in changes.items()]
    changed = put_fields(work, subject, person, [(field, field.read(text)) for field, text in wished])
    return EditReport(person.version, tuple(field.label for field in changed))


def person_of(session: Session, subject: Subject, person_id: int) -> Guardian | Child | None:
    """Find a guardian or a child."""
    return session.get(Guardian, person_id) if subject is Subject.GUARDIAN else session.get(Child, person_id)


def put_fields(
    work: Work, subject: Subject, person: Guardian | Child, values: Iterable[tuple[PersonField, str]]
) -> tuple[PersonField, ...]:
    """Write fields that differ, sign them, and show what they change; the values have been read by their fields.

    Raises:
        RefusedByRule: another guardian has this e-mail address.
    """
    changes = {field: (field.of(person), value) for field, value in values if field.of(person) != value}
    if not changes:
        return ()
    for field, (_, value) in changes.items():
        if field.name == "email":
            _nobody_else_has(work.session, person.id, value)
        field.put(person, value)
    if isinstance(person, Child):
        person.search_key = search_key(f"{person.last_name} {person.first_name}")
    work.session.flush()
    if isinstance(person, Guardian):
        _name_family(work.session, person.family_id)
        mark_family(work, person.family_id)
    else:
        mark_child(work, person.id)
    work.sign(
        "fields", subject, person.id,
        old={field.name: old for field, (old, _) in changes.items()},
        new={field.name: new for field, (_, new) in changes.items()},
    )  # fmt: skip
    work.changed(Changed.FAMILIES)
    return tuple(changes)


def families_of(session: Session, child_id: int) -> list[int]:
    """List the households that a child belongs to."""
    return list(session.scalars(select(FamilyChild.family_id).where(FamilyChild.child_id == child_id)))


def family_search_key(number: str, name: str, people: Iterable[str]) -> str:
    """Write what a search in the families' list looks through, the family's name first: it also sorts."""
    return search_key(" ".join([name, *people, number]))[:200]


def _name_family(session: Session, family_id: int) -> None:
    family = session.get_one(Family, family_id)
    query = select(Guardian).where(Guardian.family_id == family_id).order_by(Guardian.position, Guardian.id)
    key = family_search_key(family.number, family.name, [full_name(person) for person in session.scalars(query)])
    if family.search_key != key:
        family.search_key = key


def _nobody_else_has(session: Session, guardian_id: int, email: str) -> None:
    other = session.scalar(select(Guardian).where(Guardian.email == email, Guardian.id != guardian_id))
    if other is not None:
        raise RefusedByRule(
            f"L'adresse {email} est déjà celle de {full_name(other)}. Rien n'a été enregistré. "
            "Chaque responsable a sa propre adresse e-mail."
        )


def _known(subject: Subject, name: str) -> PersonField:
    field = field_of(subject, name)
    if field is None:
        raise RefusedByRule(f"Le champ «\xa0{name}\xa0» n'existe pas dans cette fiche.")
    return field
