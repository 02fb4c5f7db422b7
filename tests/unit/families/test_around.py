"""Who is around a child, as agents write it: checked like what families send, signed, shown to them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.families.around import Around, AroundRefused, add_around, edit_around, take_away
from backoffice.families.belong import attach_child
from backoffice.families.file import PickupRow, family_file
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.house import AuditEntry
from models.vocabulary import Role
from tests.factories import AGENT, COLLEAGUE, TODAY, Household, Town, a_commune, an_office, another_family
from tests.unit.requests.test_person import published

JEANNE = Around("Jeanne Roux", "grand-mère", "06 11 22 33 44", allowed=True, contact=False)


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def people(office: Office, home: Household) -> tuple[PickupRow, ...]:
    children = office.read(family_file, home.family_id, TODAY).children
    return next(one for one in children if one.id == home.child_id).pickup


def added(office: Office, home: Household, wished: Around = JEANNE) -> PickupRow:
    office.write(add_around, AGENT, home.family_id, home.child_id, wished)
    return next(one for one in people(office, home) if one.name == wished.name)


def signed(office: Office) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject == "pickup").order_by(AuditEntry.seq)
    return list(office.read(lambda session: session.scalars(query).all()))


def names(office: Office, home: Household) -> list[str]:
    return [one["name"] for one in published(office, home)["people"]]


def test_somebody_is_written_corrected_and_taken_away(office: Office, town: Town) -> None:
    home = town.home
    seen = added(office, home)
    assert (seen.phone, seen.allowed, seen.contact) == ("06 11 22 33 44", True, False)
    assert "Jeanne Roux" in names(office, home)
    told = office.write(edit_around, AGENT, seen, replace(JEANNE, name="Jeanne Roux-Faure", contact=True))
    assert told.sentence == "Jeanne Roux-Faure\u202f: à prévenir, peut venir chercher l'enfant. Enregistré."
    assert "Jeanne Roux-Faure" in names(office, home)
    [seen] = people(office, home)
    assert office.write(take_away, AGENT, seen).sentence == "Jeanne Roux-Faure n'est plus au dossier."
    assert "Jeanne Roux-Faure" not in names(office, home)
    assert [entry.action for entry in signed(office)] == ["add", "edit", "remove"]
    assert signed(office)[1].old["name"] == "Jeanne Roux"
    assert signed(office)[1].new["role"] == "à prévenir, peut venir chercher l'enfant"


def test_who_must_not_come_is_watched_and_never_shown_to_families(office: Office, town: Town) -> None:
    seen = added(office, town.home)
    barred = replace(JEANNE, phone="", allowed=False)
    office.write(edit_around, AGENT, seen, barred)
    assert "Jeanne Roux" not in names(office, town.home)
    assert not people(office, town.home)[0].allowed
    with pytest.raises(RefusedByRule, match="est déjà au dossier"):
        office.write(add_around, AGENT, town.home.family_id, town.home.child_id, JEANNE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"relation": ""}, "relation"), ({"phone": ""}, "phone"), ({"phone": "12"}, "phone")],
)
def test_what_cannot_be_is_said_field_by_field(office: Office, town: Town, changes: dict[str, str], field: str) -> None:
    with pytest.raises(AroundRefused) as refused:
        office.write(add_around, AGENT, town.home.family_id, town.home.child_id, replace(JEANNE, **changes))
    assert list(refused.value.faults) == [field]
    seen = added(office, town.home)
    with pytest.raises(AroundRefused):
        office.write(edit_around, AGENT, seen, replace(JEANNE, **changes))
    assert people(office, town.home) == (seen,)


def test_who_was_changed_meanwhile_is_read_again(office: Office, town: Town) -> None:
    seen = added(office, town.home)
    office.write(edit_around, COLLEAGUE, seen, replace(JEANNE, relation="tante"))
    for write in (lambda: office.write(edit_around, AGENT, seen, JEANNE), lambda: office.write(take_away, AGENT, seen)):
        with pytest.raises(StaleRecord, match="a été modifié ou retiré du dossier entre-temps"):
            write()
    [now] = people(office, town.home)
    assert now.relation == "tante"
    office.write(take_away, AGENT, now)
    with pytest.raises(StaleRecord):
        office.write(edit_around, AGENT, now, JEANNE)


def test_nothing_changed_signs_nothing_and_a_name_is_taken_once(office: Office, town: Town) -> None:
    seen = added(office, town.home)
    assert office.write(edit_around, AGENT, seen, JEANNE).sentence == "Rien n'était à changer."
    other = added(office, town.home, replace(JEANNE, name="Paul Roux"))
    with pytest.raises(RefusedByRule, match="Jeanne Roux est déjà au dossier"):
        office.write(edit_around, AGENT, other, replace(JEANNE, name="jeanne roux"))
    assert len(signed(office)) == 2


def test_separated_parents_do_not_see_whom_the_other_trusts(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    office.write(attach_child, AGENT, town.home.child_id, "FDURAND")
    added(office, town.home)
    assert "Jeanne Roux" in names(office, town.home)
    assert "Jeanne Roux" not in names(office, father)
    office.write(add_around, AGENT, father.family_id, town.home.child_id, JEANNE)  # his own, perhaps another woman
    stranger = another_family(office, town, "Petit")
    with pytest.raises(RefusedByRule, match="n'est plus de ce foyer"):
        office.write(add_around, AGENT, stranger.family_id, town.home.child_id, JEANNE)


def test_nobody_is_barred_while_another_household_lets_her_come(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    office.write(attach_child, AGENT, town.home.child_id, "FDURAND")
    theirs = added(office, town.home)
    barred = replace(JEANNE, phone="", allowed=False)
    said = "Jeanne Roux est déjà au dossier de cet enfant, sur une autre ligne .peut venir chercher l'enfant."
    with pytest.raises(RefusedByRule, match=said):
        office.write(add_around, AGENT, father.family_id, town.home.child_id, barred)
    office.write(add_around, AGENT, father.family_id, town.home.child_id, replace(JEANNE, name="Jeanne R."))
    mine = next(one for one in people(office, town.home) if one.name == "Jeanne R.")
    with pytest.raises(RefusedByRule, match="est déjà au dossier"):
        office.write(edit_around, AGENT, mine, barred)
    office.write(edit_around, AGENT, theirs, barred)  # her own line
    assert "Jeanne Roux" not in names(office, town.home)


def test_only_agents_write_it(office: Office, town: Town) -> None:
    looks = Agent("eve", "Ève", frozenset({Role.DIRECTOR}), "POSTE")
    with pytest.raises(NotAllowed):
        office.write(add_around, looks, town.home.family_id, town.home.child_id, JEANNE)
