"""An agent writes who is around a child: whom to call, who may collect it, who must not."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.edit import families_of
from backoffice.families.file import PickupRow, pickup_row
from backoffice.families.lists import full_name
from backoffice.families.newcomers import person_named, read_newcomer, remove_person, role_words
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_child
from models.office.families import Child, PickupPerson
from models.vocabulary import Role
from resources.french import of_name, search_key

KEPT = "Rien n'a été enregistré."


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody around a child, as an agent types it; neither allowed nor a contact: she must not collect the child."""

    name: str
    relation: str
    phone: str
    allowed: bool
    contact: bool


@dataclass(frozen=True, slots=True)
class AroundReport:
    """What changed, in a sentence."""

    sentence: str


class AroundRefused(RefusedByRule):
    """Something typed cannot be; `faults` says what, field by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(f"{' '.join(faults.values())} {KEPT}")
        self.faults = faults


def add_around(work: Work, family_id: int, child_id: int, wished: Around) -> AroundReport:
    """Write somebody whom a household names around its child.

    Raises:
        RefusedByRule: the child is not of this household, or she is in its file already.
        AroundRefused: a value cannot be what its field holds.
    """
    work.agent.must_be(Role.AGENT)
    child = _child(work.session, child_id)
    if family_id not in families_of(work.session, child_id):
        raise RefusedByRule(f"{full_name(child)} n'est plus de ce foyer. {KEPT} Relisez le dossier.")
    values = _read(work, wished)
    if known := person_named(work.session, family_id, child_id, values["name"]):
        raise RefusedByRule(f"{known.name} est déjà au dossier {of_name(child.first_name)}. {KEPT}")
    _bar_for_all(work.session, wished, child_id, values["name"])
    person = PickupPerson(child_id=child_id, family_id=family_id)
    work.session.add(person)
    _put(person, wished, values)
    work.session.flush()
    _tell(work, person, "add", old={})
    return AroundReport(f"{person.name} est au dossier {of_name(child.first_name)}\u202f: {role_words(person)}.")


def edit_around(work: Work, seen: PickupRow, wished: Around) -> AroundReport:
    """Correct somebody around a child, if nobody else has since she was read.

    Raises:
        StaleRecord: she was changed or taken away meanwhile.
        RefusedByRule: somebody of this name is in the file already.
        AroundRefused: a value cannot be what its field holds.
    """
    work.agent.must_be(Role.AGENT)
    person = _unchanged(work.session, seen)
    values = _read(work, wished)
    households = [person.family_id] if person.family_id else families_of(work.session, person.child_id)
    for family_id in households:
        other = person_named(work.session, family_id, person.child_id, values["name"])
        if other is not None and other.id != person.id:
            raise RefusedByRule(f"{other.name} est déjà au dossier de cet enfant. {KEPT}")
    _bar_for_all(work.session, wished, person.child_id, values["name"], but=person.id)
    old = _signed(person)
    _put(person, wished, values)
    if _signed(person) == old:
        return AroundReport("Rien n'était à changer.")
    work.session.flush()
    _tell(work, person, "edit", old=old)
    return AroundReport(f"{person.name}\u202f: {role_words(person)}. Enregistré.")


def take_away(work: Work, seen: PickupRow) -> AroundReport:
    """Take somebody out of a child's file, if nobody else has changed her since she was read.

    Raises:
        StaleRecord: she was changed or taken away meanwhile.
    """
    work.agent.must_be(Role.AGENT)
    person = _unchanged(work.session, seen)
    remove_person(work, person)
    return AroundReport(f"{seen.name} n'est plus au dossier.")


def _read(work: Work, wished: Around) -> dict[str, str]:
    """Read what was typed as what families send is read."""
    typed = {"name": wished.name, "relation": wished.relation, "phone": wished.phone}
    values, troubles = read_newcomer("contact" if wished.contact else "pickup", typed, work.today)
    if faults := _needed(wished, troubles):
        raise AroundRefused(faults)
    return {"phone": "", **values}


def _needed(wished: Around, troubles: dict[str, str]) -> dict[str, str]:
    """Leave out what need not be known of somebody who must not come: her number."""
    barred = not wished.allowed and not wished.contact and not wished.phone.strip()
    return {name: told for name, told in troubles.items() if not (barred and name == "phone")}


def _bar_for_all(session: Session, wished: Around, child_id: int, name: str, *, but: int | None = None) -> None:
    """Let nobody be barred in one line of a file, and allowed in that of another household, who goes on reading it."""
    if wished.allowed or wished.contact:
        return
    query = select(PickupPerson).where(PickupPerson.child_id == child_id, PickupPerson.id.is_distinct_from(but))
    for other in session.scalars(query):
        if search_key(other.name) == search_key(name):
            raise RefusedByRule(
                f"{other.name} est déjà au dossier de cet enfant, sur une autre ligne ({role_words(other)}). {KEPT} "
                "Modifiez ou retirez d'abord cette ligne."
            )


def _put(person: PickupPerson, wished: Around, values: dict[str, str]) -> None:
    person.name, person.relation, person.phone = values["name"], values["relation"], values["phone"] or None
    person.allowed, person.contact = wished.allowed, wished.contact


def _tell(work: Work, person: PickupPerson, action: str, old: dict[str, object]) -> None:
    mark_child(work, person.child_id)
    work.sign(action, "pickup", person.id, old=old, new=_signed(person))
    work.changed(Changed.FAMILIES)


def _signed(person: PickupPerson) -> dict[str, object]:
    return {
        "child": person.child_id, "name": person.name, "relation": person.relation, "phone": person.phone or "",
        "role": role_words(person),
    }  # fmt: skip


def _unchanged(session: Session, seen: PickupRow) -> PickupPerson:
    person = session.get(PickupPerson, seen.id, with_for_update=True, populate_existing=True)
    if person is None or pickup_row(person) != seen:
        raise StaleRecord(f"{seen.name} a été modifié ou retiré du dossier entre-temps. {KEPT} Relisez le dossier.")
    return person


def _child(session: Session, child_id: int) -> Child:
    child = session.get(Child, child_id, with_for_update={"key_share": True})
    if child is None:
        raise RefusedByRule(f"Cet enfant n'existe pas, ou n'existe plus. {KEPT} Relisez le dossier.")
    return child
