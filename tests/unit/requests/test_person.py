"""A child, a contact, an authorised person: asked by a family, answered by the régie, written in the file and signed."""

from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.attendance.roll_call import roll_call
from backoffice.errors import RefusedByRule
from backoffice.families.belong import attach_child
from backoffice.families.field_rules import portal_files, save_portal_files
from backoffice.families.file import ChildRow, family_file
from backoffice.families.newcomers import twins_of
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.portal.withdrawals import WHOLE_KINDS
from backoffice.requests.accept import accept
from backoffice.requests.file import RequestFile, request_file
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.lists import refusal_reasons
from backoffice.requests.receive import receive
from backoffice.requests.refuse import refuse
from backoffice.sync.contract import FieldWish, Newcomer, Payload, PersonAdded, PersonRemoved, ViewKind, Withdrawn
from backoffice.sync.frame import Frame
from backoffice.sync.views import build_views
from models.office.families import Child, Family, PickupPerson
from models.office.house import AuditEntry, Mail
from models.vocabulary import RequestStatus, Verdict
from tests.factories import (
    AGENT,
    NEXT_MONDAY,
    NOW,
    TODAY,
    Household,
    Town,
    a_commune,
    an_office,
    another_family,
    booked,
)
from tests.letterbox import an_action

EITHER = pytest.mark.parametrize(
    "office", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
ZOE = {"last_name": "Martin", "first_name": "Zoé", "birth_date": "05/09/2023", "school": "École du Lac"}
JEANNE = {"name": "Jeanne Roux", "relation": "grand-mère", "phone": "0329000009"}


@pytest.fixture
def office(request, tmp_path):
    """SQLite unless a test asks for EITHER: most of this file is not decided by the database."""
    postgres = getattr(request, "param", "sqlite") == "postgresql"
    database = request.getfixturevalue("new_postgres")("office") if postgres else None
    opened = an_office(tmp_path, database=database)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def asks(office: Office, home: Household, payload: Payload) -> UUID:
    action = an_action(home, payload, at=NOW)
    office.write(receive, SYSTEM, action)
    return action.id


def add(kind: Newcomer, child_id: int | None = None, /, **fields: str) -> PersonAdded:
    wishes = tuple(FieldWish(name=name, seen="", wished=wished) for name, wished in fields.items())
    return PersonAdded(person=kind, child_id=child_id, fields=wishes)


def asked(office: Office, request_id: UUID) -> RequestFile:
    return office.read(request_file, request_id)


def child(office: Office, home: Household) -> ChildRow:
    return next(one for one in office.read(family_file, home.family_id, TODAY).children if one.id == home.child_id)


def around(office: Office, home: Household, **changes: object) -> int:
    values = {"name": "Jeanne Roux", "relation": "grand-mère", "phone": None, "allowed": True, "contact": False}

    def write(work) -> int:
        person = PickupPerson(child_id=home.child_id, **values | changes)
        work.session.add(person)
        work.session.flush()
        return person.id

    return office.write(write, AGENT)


def published(office: Office, home: Household, kind: ViewKind = ViewKind.FAMILY, key: str = "") -> dict:
    view, now = (kind, key, home.family_id), office.now()
    return office.read(lambda session: build_views(Frame(session, now, office.today()), [view]))[view].body


@EITHER
def test_a_child_joins_its_household_when_the_regie_says_so(office: Office, town: Town) -> None:
    request_id = asks(office, town.home, add("child", **ZOE))
    file = asked(office, request_id)
    assert file.row.title == "Nouvel enfant\u202f: Zoé Martin"
    assert [(item.text, item.wished) for item in file.items][2] == ("Date de naissance", "05/09/2023")
    [waiting] = published(office, town.home)["waiting"]
    assert (waiting["kind"], waiting["name"]) == ("child", "Zoé Martin")
    decision = office.write(accept, AGENT, request_id, fields={"first_name"}, note="Bienvenue à Zoé.")
    assert (decision.status, decision.accepted) == (RequestStatus.ACCEPTED, 4)  # whole, whatever is ticked
    zoe = office.read(lambda session: session.scalars(select(Child).where(Child.first_name == "Zoé")).one())
    assert (zoe.birth_date.isoformat(), zoe.search_key, zoe.school_id) == ("2023-09-05", "martin zoe", None)
    body = published(office, town.home)
    assert [one["name"] for one in body["people"]][-1] == "Zoé Martin"
    assert "waiting" not in body
    signed = office.read(lambda session: session.scalars(select(AuditEntry.action)).all())
    assert {"add", "accept"} <= set(signed)
    [mail] = office.read(lambda session: session.scalars(select(Mail)).all())
    text = office.sealer.unseal(mail.body_sealed)
    assert "Nouvel enfant\u202f: Zoé Martin" in text
    assert "Bienvenue à Zoé." in text


def test_a_school_that_is_none_of_ours_is_refused(office: Office, town: Town) -> None:
    request_id = asks(office, town.home, add("child", **ZOE))
    with pytest.raises(RefusedByRule, match="Cette école n'existe pas"):
        office.write(accept, AGENT, request_id, values={"school_id": 999})
    assert asked(office, request_id).row.status is RequestStatus.WAITING


def test_a_school_is_found_by_its_name_however_it_is_written(office: Office, town: Town) -> None:
    from models.office.structure import School

    name = office.read(lambda session: session.get_one(School, town.school_id).name)
    office.write(accept, AGENT, asks(office, town.home, add("child", **ZOE | {"school": name.upper()})))
    zoe = office.read(lambda session: session.scalars(select(Child).where(Child.first_name == "Zoé")).one())
    assert zoe.school_id == town.school_id


def test_what_cannot_be_is_refused_at_once_and_whole(office: Office, town: Town) -> None:
    for wrong, sentence in (
        ({"birth_date": "2026-11-25"}, "dans l'avenir"),
        ({"birth_date": "1990-01-01"}, "n'est pas celle d'un enfant"),
        ({"birth_date": ""}, "obligatoire"),
        ({"is_payer": "oui"}, "Champ inconnu"),
    ):
        file = asked(office, asks(office, town.home, add("child", **ZOE | wrong)))
        assert file.row.status is RequestStatus.REFUSED, wrong
        assert sentence in " ".join(item.why for item in file.items)
        assert {item.verdict for item in file.items} == {Verdict.REFUSED}


def test_a_namesake_of_the_household_is_never_written_twice(office: Office, town: Town) -> None:
    request_id = asks(office, town.home, add("child", **ZOE | {"first_name": "LÉA"}))
    assert "est déjà dans ce foyer" in (asked(office, request_id).items[0].blocked or "")
    with pytest.raises(RefusedByRule, match="déjà dans ce foyer"):
        office.write(accept, AGENT, request_id)


def test_the_child_of_separated_parents_joins_the_other_household_as_the_same_child(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    lea = {"last_name": "Martin", "first_name": "Léa", "birth_date": child(office, town.home).birth_date.isoformat()}
    request_id = asks(office, father, add("child", **lea))
    with pytest.raises(RefusedByRule, match="même nom, né le même jour"):
        office.write(accept, AGENT, request_id)
    with pytest.raises(RefusedByRule, match="n'a pas ce nom"):
        office.write(accept, AGENT, request_id, values={"child_id": father.child_id})
    born = child(office, town.home).birth_date
    [twin] = office.read(twins_of, father.family_id, "Léa", "Martin", born)
    assert "famille Martin" in twin.text
    office.write(accept, AGENT, request_id, values={"child_id": twin.child_id})
    names = [one.name for one in office.read(family_file, father.family_id, TODAY).children]
    assert sorted(names) == ["Léa Durand", "Léa Martin"]
    assert len(office.read(lambda session: session.scalars(select(Child)).all())) == 2


def test_a_contact_is_called_and_bars_nobody(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, NEXT_MONDAY)
    request_id = asks(office, town.home, add("contact", town.home.child_id, **JEANNE))
    assert asked(office, request_id).row.title == "Nouveau contact pour Léa\u202f: Jeanne Roux"
    office.write(accept, AGENT, request_id)
    [person] = child(office, town.home).pickup
    assert (person.name, person.phone, person.allowed, person.contact) == ("Jeanne Roux", "03 29 00 00 09", False, True)
    [paper] = office.read(roll_call, town.canteen_id, NEXT_MONDAY, office.sealer)
    assert [row.has_forbidden_person for row in paper.rows] == [False]
    again = asks(office, town.home, add("pickup", town.home.child_id, **JEANNE))
    office.write(accept, AGENT, again)
    [person] = child(office, town.home).pickup
    assert (person.allowed, person.contact) == (True, True)
    assert published(office, town.home)["people"][-1]["role"] == "grand-mère, à prévenir, peut venir chercher Léa"


def test_who_must_not_come_is_neither_published_nor_accepted_nor_removed(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, NEXT_MONDAY)
    barred = around(office, town.home, allowed=False)
    assert "Jeanne" not in str(published(office, town.home))
    [paper] = office.read(roll_call, town.canteen_id, NEXT_MONDAY, office.sealer)
    assert [row.has_forbidden_person for row in paper.rows] == [True]
    request_id = asks(office, town.home, add("pickup", town.home.child_id, **JEANNE))
    with pytest.raises(RefusedByRule, match="ne doivent pas venir chercher"):
        office.write(accept, AGENT, request_id)
    removal = asked(office, asks(office, town.home, PersonRemoved(person_id=barred)))
    assert removal.row.status is RequestStatus.REFUSED
    assert "Jeanne" not in str(removal)


@EITHER
def test_a_removal_waits_then_takes_the_person_away_and_the_journal_remembers(office: Office, town: Town) -> None:
    person_id = around(office, town.home)
    request_id = asks(office, town.home, PersonRemoved(person_id=person_id))
    file = asked(office, request_id)
    assert file.row.title == "À retirer\u202f: Jeanne Roux, grand-mère de Léa"
    assert published(office, town.home)["people"][-1]["waiting_request"] == str(request_id)
    twice = asked(office, asks(office, town.home, PersonRemoved(person_id=person_id)))
    assert twice.row.status is RequestStatus.REFUSED
    office.write(accept, AGENT, request_id)
    assert child(office, town.home).pickup == ()
    assert asked(office, request_id).row.title == file.row.title  # it can still be told
    query = select(AuditEntry.old).where(AuditEntry.action == "remove")
    assert office.read(lambda session: session.scalars(query).one())["name"] == "Jeanne Roux"


def test_one_household_touches_nobody_of_another(office: Office, town: Town) -> None:
    stranger = another_family(office, town)
    person_id = around(office, town.home)
    for payload in (PersonRemoved(person_id=person_id), add("contact", town.home.child_id, **JEANNE)):
        file = asked(office, asks(office, stranger, payload))
        assert file.row.status is RequestStatus.REFUSED
        assert "pas de votre foyer" in file.items[0].why
        assert "Léa" not in str(file)


@EITHER
def test_separated_parents_see_and_touch_only_those_whom_they_named(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    around(office, town.home, name="Paul Roux", phone="03 29 00 00 01")  # named when the child had one household
    number = office.read(lambda session: session.get_one(Family, father.family_id).number)
    office.write(attach_child, AGENT, town.home.child_id, number)
    for home, phone in ((town.home, "0329000008"), (father, "0329000009")):
        wished = add("contact", town.home.child_id, **JEANNE | {"phone": phone})
        office.write(accept, AGENT, asks(office, home, wished))
    hers, his = str(published(office, town.home)), str(published(office, father))
    assert ("Paul Roux" in hers, "Paul Roux" in his) == (True, False)
    assert ("03 29 00 00 08" in hers, "03 29 00 00 09" in hers) == (True, False)
    assert ("03 29 00 00 08" in his, "03 29 00 00 09" in his) == (False, True)
    [paul, mine] = [
        one["id"] for one in published(office, town.home)["people"] if one["kind"] in {"contact", "pickup"}
    ][::-1]
    for person_id in (paul, mine):
        file = asked(office, asks(office, father, PersonRemoved(person_id=person_id)))
        assert (file.row.status, "Roux" in str(file)) == (RequestStatus.REFUSED, False)
        assert (
            asked(office, asks(office, town.home, PersonRemoved(person_id=person_id))).row.status
            is RequestStatus.WAITING
        )


def test_a_barred_person_is_barred_for_both_households(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    around(office, town.home, allowed=False)
    number = office.read(lambda session: session.get_one(Family, father.family_id).number)
    office.write(attach_child, AGENT, town.home.child_id, number)
    with pytest.raises(RefusedByRule, match="ne doivent pas venir chercher"):
        office.write(accept, AGENT, asks(office, father, add("pickup", town.home.child_id, **JEANNE)))


@EITHER
def test_what_already_waits_is_not_asked_twice(office: Office, town: Town) -> None:
    first = asks(office, town.home, add("contact", town.home.child_id, **JEANNE))
    again = asked(
        office, asks(office, town.home, add("contact", town.home.child_id, **JEANNE | {"name": "jeanne ROUX"}))
    )
    assert (again.row.status, again.items[0].why) == (
        RequestStatus.REFUSED,
        "Vous l'avez déjà demandé, la régie va vous répondre.",
    )
    assert asked(office, first).row.status is RequestStatus.WAITING


def test_a_structure_that_closed_an_addition_refuses_it_at_receipt(office: Office, town: Town) -> None:
    from dataclasses import replace

    seen = office.read(portal_files)
    office.write(save_portal_files, AGENT, replace(seen, addable=("contact",)), seen=seen)
    file = asked(office, asks(office, town.home, add("child", **ZOE)))
    assert file.items[0].why == "Cet ajout ne se demande pas sur le portail."


def test_a_withdrawal_closes_the_request_and_writes_to_nobody(office: Office, town: Town) -> None:
    request_id = asks(office, town.home, add("child", **ZOE))
    asks(office, town.home, Withdrawn(request_id=request_id, keys=("first_name",)))
    file = asked(office, request_id)
    assert file.row.status is RequestStatus.WITHDRAWN
    assert {item.verdict for item in file.items} == {Verdict.WITHDRAWN}
    assert office.read(lambda session: session.scalars(select(Mail)).all()) == []
    assert "waiting" not in published(office, town.home)
    assert published(office, town.home, ViewKind.REQUEST, str(request_id))["status"] == "withdrawn"
    with pytest.raises(RefusedByRule, match="déjà été traitée"):
        office.write(accept, AGENT, request_id)


def test_a_refusal_says_why_by_mail_and_on_the_portal(office: Office, town: Town) -> None:
    request_id = asks(office, town.home, add("pickup", town.home.child_id, **JEANNE))
    reason = office.read(refusal_reasons)[0]
    office.write(refuse, AGENT, request_id, reason_id=reason.id, note="Il manque une pièce d'identité.")
    [mail] = office.read(lambda session: session.scalars(select(Mail)).all())
    text = office.sealer.unseal(mail.body_sealed)
    assert "Nouvelle personne autorisée pour Léa" in text
    assert "Il manque une pièce d'identité." in text
    body = published(office, town.home, ViewKind.REQUEST, str(request_id))
    assert (body["kind"], body["reason"]) == ("person", "Justificatif manquant")
    assert child(office, town.home).pickup == ()


def test_the_portal_knows_which_kinds_are_taken_back_whole() -> None:
    assert {kind.value for kind, handler in HANDLERS.items() if handler.whole} == WHOLE_KINDS
