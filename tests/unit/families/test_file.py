"""Families: their list, their file, their corrections, their invitation."""

import hashlib
import json
import re

import pytest
from sqlalchemy import select

from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.families.file import family_file
from backoffice.families.invite import invite
from backoffice.families.lists import AccountState, families
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.sync.contract import ViewKind
from models.office.families import Child, Guardian
from models.office.house import AuditEntry, Mail, PublishedView
from tests.factories import AGENT, COLLEAGUE, TODAY, a_commune, an_office, another_child, another_family
from tests.letterbox import Queries


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def stale(office: Office) -> set[tuple[str, str, int]]:
    rows = select(PublishedView.kind, PublishedView.key, PublishedView.family_id)
    return set(office.read(lambda session: session.execute(rows).all()))


def test_a_family_is_found_by_any_of_its_names(office: Office) -> None:
    town = a_commune(office)
    another_family(office, town, "Évrard")
    assert [row.name for row in office.read(families)] == ["Évrard", "Martin"]
    assert [row.name for row in office.read(families, "evr")] == ["Évrard"]
    assert [row.name for row in office.read(families, "LÉA martin")] == ["Martin"]
    assert [row.name for row in office.read(families, "fmartin")] == ["Martin"]
    assert office.read(families, "martin zola") == ()
    row = office.read(families, "martin")[0]
    assert (row.guardians, row.children, row.account, row.waiting) == ("Camille Martin", "Léa", AccountState.NONE, 0)


def test_a_list_costs_the_same_queries_however_long(office: Office) -> None:
    town = a_commune(office)
    with Queries(office) as few:
        office.read(families)
    for number in range(12):
        home = another_family(office, town, f"Famille{number}")
        another_child(office, town, home.family_id)
    with Queries(office) as many:
        assert len(office.read(families)) == 13
    assert len(many) == len(few)
    with Queries(office) as one_file:
        office.read(family_file, town.home.family_id, TODAY, office.sealer)
    assert len(one_file) < 30


def test_health_is_read_only_with_the_means_to_unseal_it(office: Office) -> None:
    town = a_commune(office)
    sealed = office.sealer.seal(json.dumps({"pai": True, "allergies": ["arachide"], "needs": ""}))

    def keep(work) -> None:
        work.session.get_one(Child, town.home.child_id).health_sealed = sealed

    office.write(keep, AGENT)
    blind = office.read(family_file, town.home.family_id, TODAY)
    assert (blind.children[0].has_health, blind.children[0].health) == (True, None)
    seen = office.read(family_file, town.home.family_id, TODAY, office.sealer).children[0].health
    assert seen
    assert (seen.pai, seen.allergies) == (True, ("arachide",))


def test_an_agent_corrects_a_field_and_signs(office: Office) -> None:
    town = a_commune(office)
    person = office.read(family_file, town.home.family_id, TODAY).guardians[0]
    report = office.write(
        edit_person, AGENT, Subject.GUARDIAN, person.id, {"mobile": "0699887766"}, version=person.version
    )
    assert report.changed == ("Téléphone mobile",)
    after = office.read(family_file, town.home.family_id, TODAY).guardians[0]
    assert next(field.value for field in after.fields if field.name == "mobile") == "06 99 88 77 66"
    entry = office.read(lambda session: session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first())
    assert (entry.agent, entry.old, entry.new) == (
        "Claire Aubry", {"mobile": "06 12 34 56 78"}, {"mobile": "06 99 88 77 66"}
    )  # fmt: skip
    assert (ViewKind.FAMILY, "", town.home.family_id) in stale(office)


def test_the_second_agent_is_told_and_nothing_is_lost(office: Office) -> None:
    town = a_commune(office)
    person = office.read(family_file, town.home.family_id, TODAY).guardians[0]
    change = (Subject.GUARDIAN, person.id, {"city": "Vittel"})
    office.write(edit_person, AGENT, *change, version=person.version)
    with pytest.raises(StaleRecord, match="modifiée entre-temps"):
        office.write(edit_person, COLLEAGUE, Subject.GUARDIAN, person.id, {"city": "Épinal"}, version=person.version)
    assert "Vittel" in office.read(family_file, town.home.family_id, TODAY).guardians[0].address


def test_two_guardians_never_share_an_address(office: Office) -> None:
    town = a_commune(office)
    other = another_family(office, town, "Petit")
    with pytest.raises(RefusedByRule, match="déjà celle de Camille Martin"):
        office.write(
            edit_person, AGENT, Subject.GUARDIAN, other.guardian_id, {"email": "camille.martin@exemple.fr"}, version=1
        )


def test_a_stranger_changes_nothing(office: Office) -> None:
    town = a_commune(office)
    stranger = Agent("x", "Inconnu", frozenset(), "POSTE")
    with pytest.raises(NotAllowed):
        office.write(edit_person, stranger, Subject.CHILD, town.home.child_id, {"doctor": "Dr Roy"}, version=1)
    with pytest.raises(NotAllowed):
        office.write(invite, stranger, town.home.guardian_id)


def test_an_invitation_s_token_is_in_the_sealed_mail_alone(office: Office) -> None:
    town = a_commune(office)
    report = office.write(invite, AGENT, town.home.guardian_id)
    assert report.email == "camille.martin@exemple.fr"
    mail = office.read(lambda session: session.scalars(select(Mail)).one())
    assert mail.body_sealed is not None
    text = office.sealer.unseal(mail.body_sealed)
    token = re.search(r"http://127\.0\.0\.1:8765/bienvenue/(\S+)", text)
    assert token
    guardian = office.read(lambda session: session.get_one(Guardian, town.home.guardian_id))
    assert guardian.link_sha256 == hashlib.sha256(token[1].encode()).hexdigest()
    assert guardian.link_until == report.until
    office.engine.dispose()
    for file in office.folder.iterdir():
        assert token[1].encode() not in file.read_bytes()
    assert (ViewKind.ACCOUNT, str(town.home.guardian_id), town.home.family_id) in stale(office)
    assert office.read(families)[0].account is AccountState.INVITED


def test_a_guardian_without_an_address_cannot_be_invited(office: Office) -> None:
    town = a_commune(office)

    def forget(work) -> None:
        work.session.get_one(Guardian, town.home.guardian_id).email = None

    office.write(forget, AGENT)
    with pytest.raises(RefusedByRule, match="n'a pas d'adresse e-mail"):
        office.write(invite, AGENT, town.home.guardian_id)
