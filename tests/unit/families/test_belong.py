"""The households that a child belongs to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.families.belong import attach_child, detach_child
from backoffice.families.file import family_file
from backoffice.families.payer_rules import Part
from backoffice.families.payers import set_payers
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from tests.factories import AGENT, COLLEAGUE, TODAY, Household, Town, a_commune, an_office, another_family
from tests.faults.desks import together


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def children(office: Office, home: Household) -> int:
    return len(office.read(family_file, home.family_id, TODAY).children)


def test_a_child_belongs_to_both_households_of_its_parents(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    told = office.write(attach_child, AGENT, town.home.child_id, " fdurand ").sentence
    assert told == "Léa Martin appartient aussi à la famille Durand."
    assert children(office, father) == 2
    with pytest.raises(RefusedByRule, match="appartient déjà à la famille Durand"):
        office.write(attach_child, AGENT, town.home.child_id, "FDURAND")
    office.write(detach_child, AGENT, town.home.child_id, father.family_id)
    assert (children(office, father), children(office, town.home)) == (1, 1)


def test_a_household_that_counts_keeps_the_child(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    child, home = town.home.child_id, town.home.family_id
    with pytest.raises(RefusedByRule, match="est son seul foyer"):
        office.write(detach_child, AGENT, child, home)
    office.write(attach_child, AGENT, child, "FDURAND")
    with pytest.raises(RefusedByRule, match="Martin inscrit l'enfant"):
        office.write(detach_child, AGENT, child, home)
    parts = [Part(home, percent=50), Part(father.family_id, percent=50)]
    office.write(set_payers, AGENT, child, town.canteen_service_id, starts=TODAY, shares=parts)
    with pytest.raises(RefusedByRule, match="Durand paie une part"):
        office.write(detach_child, AGENT, child, father.family_id)
    assert children(office, father) == 2


def test_what_is_unknown_or_not_allowed_changes_nothing(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule, match=r"Aucun dossier n'a le numéro.*F999"):
        office.write(attach_child, AGENT, town.home.child_id, "F999")
    with pytest.raises(RefusedByRule, match="n'existe pas"):
        office.write(attach_child, AGENT, 999, "FMARTIN")
    with pytest.raises(NotAllowed):
        office.write(attach_child, Agent("x", "X", frozenset({Role.DIRECTOR}), "P"), town.home.child_id, "FMARTIN")


@pytest.mark.postgres
def test_two_agents_attach_a_child_at_once_and_one_is_told(tmp_path: Path, new_postgres: Callable[[str], str]) -> None:
    url = new_postgres("office")
    one, two = an_office(tmp_path, database=url), an_office(tmp_path, database=url)
    town = a_commune(one)
    another_family(one, town, "Durand")
    answers = together(
        lambda: one.write(attach_child, AGENT, town.home.child_id, "FDURAND"),
        lambda: two.write(attach_child, COLLEAGUE, town.home.child_id, "FDURAND"),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["BelongReport", "RefusedByRule"]
    one.close()
    two.close()
