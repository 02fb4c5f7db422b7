"""What the structure decides of people's files on the portal, and what of it no structure may loosen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.errors import NotAllowed, StaleRecord
from backoffice.families.edit import edit_person
from backoffice.families.field_rules import FieldChoice, PortalFiles, portal_files, save_portal_files
from backoffice.families.fields import Subject, field_of
from backoffice.families.file import family_file
from backoffice.office import Office
from backoffice.permissions import SYSTEM, Agent
from backoffice.requests.accept import accept
from backoffice.requests.file import request_file
from backoffice.requests.lists import refusal_reasons
from backoffice.requests.receive import receive
from backoffice.requests.refuse import refuse
from backoffice.sync.contract import SHARED, FieldsChange, FieldWish, ViewKind
from backoffice.sync.frame import Frame
from backoffice.sync.views import build_views
from models.office.families import Child, FieldRule, Guardian
from models.office.house import AuditEntry, PublishedView
from models.vocabulary import Diet, Role, Verdict
from tests.factories import AGENT, NOW, TODAY, Household, Town, a_commune, an_office, another_family
from tests.letterbox import an_action, new_fields


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def decide(office: Office, subject: Subject, name: str, **boxes: bool) -> PortalFiles:
    seen = office.read(portal_files)
    fields = tuple(replace(one, **boxes) if (one.subject, one.name) == (subject, name) else one for one in seen.fields)
    return office.write(save_portal_files, AGENT, replace(seen, fields=fields), seen=seen)


def choice(files: PortalFiles, subject: Subject, name: str) -> FieldChoice:
    return next(one for one in files.fields if (one.subject, one.name) == (subject, name))


def body(office: Office, family_id: int, kind: ViewKind = ViewKind.FAMILY) -> dict:
    key, now = (kind, "", family_id), office.now()
    return office.read(lambda session: build_views(Frame(session, now, office.today()), [key]))[key].body


def fields(office: Office, home: Household, person: int = 0) -> dict[str, dict]:
    return {one["name"]: one for one in body(office, home.family_id)["people"][person]["fields"]}


def judged(office: Office, home: Household, **wishes: tuple[str, str]) -> dict[str, Verdict]:
    action = an_action(home, new_fields(home, **wishes), at=NOW)
    office.write(receive, SYSTEM, action)
    return {item.key: item.verdict for item in office.read(request_file, action.id).items}


def test_a_hidden_field_is_not_published_and_a_forged_wish_for_it_is_refused(office: Office, town: Town) -> None:
    decide(office, Subject.GUARDIAN, "work_phone", shown=False)
    assert "work_phone" not in fields(office, town.home)
    assert judged(office, town.home, work_phone=("", "0329000000")) == {"work_phone": Verdict.REFUSED}


def test_what_is_only_shown_cannot_be_changed(office: Office, town: Town) -> None:
    decide(office, Subject.GUARDIAN, "mobile", editable=False)
    assert fields(office, town.home)["mobile"]["editable"] is False
    assert judged(office, town.home, mobile=("06 12 34 56 78", "0699887766")) == {"mobile": Verdict.REFUSED}


def test_a_field_checked_waits_and_one_no_longer_checked_does_not(office: Office, town: Town) -> None:
    decide(office, Subject.GUARDIAN, "mobile", needs_approval=True)
    decide(office, Subject.GUARDIAN, "street", needs_approval=False)
    wishes = {"mobile": ("06 12 34 56 78", "0699887766"), "street": ("3 rue des Tilleuls", "5 rue du Lac")}
    assert judged(office, town.home, **wishes) == {"mobile": Verdict.WAITING, "street": Verdict.ACCEPTED}


def test_a_field_required_of_families_may_still_be_left_empty_at_the_desk(office: Office, town: Town) -> None:
    decide(office, Subject.GUARDIAN, "work_phone", required=True)
    assert fields(office, town.home)["work_phone"]["required"] is True
    assert judged(office, town.home, work_phone=("", " ")) == {"work_phone": Verdict.REFUSED}
    version = office.read(lambda session: session.get_one(Guardian, town.home.guardian_id).version)
    office.write(edit_person, AGENT, Subject.GUARDIAN, town.home.guardian_id, {"work_phone": ""}, version=version)


def test_what_the_house_holds_stays_held(office: Office, town: Town) -> None:
    decide(office, Subject.GUARDIAN, "email", required=False, needs_approval=False)
    files = decide(office, Subject.CHILD, "birth_date", editable=True, needs_approval=False, required=False)
    email, born = choice(files, Subject.GUARDIAN, "email"), choice(files, Subject.CHILD, "birth_date")
    assert (email.required, email.needs_approval) == (True, True)
    assert (born.editable, born.required, born.needs_approval) == (True, True, True)
    wishes = {"email": ("camille.martin@exemple.fr", "autre@exemple.fr")}
    assert judged(office, town.home, **wishes) == {"email": Verdict.WAITING}


def test_health_stays_here_and_what_the_kitchen_knows_is_hidden_until_somebody_decides(
    office: Office, town: Town
) -> None:
    assert not {"diet", "leaves_alone", "health_sealed"} & set(fields(office, town.home, 1))
    decide(office, Subject.CHILD, "diet", shown=True, editable=True)
    shown = fields(office, town.home, 1)["diet"]
    assert (shown["value"], dict(shown["choices"])["no_pork"]) == ("none", "Sans porc")
    wish = FieldWish(name="diet", seen="none", wished="no_pork")
    change = FieldsChange(subject="child", subject_id=town.home.child_id, fields=(wish,))
    action = an_action(town.home, change, at=NOW)
    office.write(receive, SYSTEM, action)
    office.write(accept, AGENT, action.id)
    child = office.read(lambda session: session.get_one(Child, town.home.child_id))
    assert child.diet is Diet.NO_PORK
    assert field_of(Subject.CHILD, "diet").in_words(field_of(Subject.CHILD, "diet").of(child)) == "Sans porc"


def test_a_decision_is_signed_and_shown_to_every_household_and_only_differences_are_kept(
    office: Office, town: Town
) -> None:
    other = another_family(office, town)
    files = decide(office, Subject.GUARDIAN, "mobile", editable=False)
    [row] = office.read(lambda session: session.scalars(select(FieldRule)).all())
    assert (row.subject, row.name) == ("guardian", "mobile")
    entry = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "field_rules")).one()
    )
    assert (entry.old, entry.new) == ({"guardian.mobile": "visible, modifiable"}, {"guardian.mobile": "visible"})
    wanted = office.read(
        lambda session: {tuple(row) for row in session.execute(select(PublishedView.kind, PublishedView.family_id))}
    )
    assert {("family", town.home.family_id), ("family", other.family_id), ("structure", SHARED)} <= wanted
    office.write(save_portal_files, AGENT, replace(files, addable=("contact",)), seen=files)
    assert body(office, SHARED, ViewKind.STRUCTURE)["addable"] == ["contact"]
    decide(office, Subject.GUARDIAN, "mobile", editable=True)
    assert len(office.read(lambda session: session.scalars(select(FieldRule)).all())) == 2  # child and pickup


def test_two_administrators_do_not_overwrite_each_other(office: Office, town: Town) -> None:
    seen = office.read(portal_files)
    decide(office, Subject.GUARDIAN, "mobile", editable=False)
    with pytest.raises(StaleRecord, match="modifiés entre-temps"):
        office.write(save_portal_files, AGENT, replace(seen, addable=()), seen=seen)
    agent = Agent("zoe", "Zoé", frozenset({Role.AGENT}), "X")
    with pytest.raises(NotAllowed):
        office.write(save_portal_files, agent, seen, seen=seen)


def test_an_answer_is_read_on_its_field_for_a_month_and_by_its_own_household_only(office: Office, town: Town) -> None:
    action = an_action(town.home, new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac")), at=NOW)
    office.write(receive, SYSTEM, action)
    waiting = fields(office, town.home)["street"]
    assert (waiting["waiting"], waiting["waiting_request"]) == ("5 rue du Lac", str(action.id))
    [reason] = office.read(refusal_reasons)
    office.write(refuse, AGENT, action.id, reason_id=reason.id, note="Merci d'apporter une facture d'eau.")
    answer = fields(office, town.home)["street"]["answer"]
    assert (answer["wished"], answer["verdict"]) == ("5 rue du Lac", "refused")
    assert answer["why"] == "Justificatif manquant. Merci d'apporter une facture d'eau."
    office.clock.move(days=31)
    assert "answer" not in fields(office, town.home)["street"]


def test_each_separated_parent_sees_his_own_wishes(office: Office, town: Town) -> None:
    from backoffice.families.belong import attach_child

    father = another_family(office, town, "Durand")
    office.write(attach_child, AGENT, town.home.child_id, "FDURAND")
    wish = FieldWish(name="class_name", seen="", wished="CE2 B")
    change = FieldsChange(subject="child", subject_id=town.home.child_id, fields=(wish,))
    action = an_action(father, change, at=NOW + timedelta(minutes=1))
    office.write(receive, SYSTEM, action)
    keys = [(ViewKind.FAMILY, "", home.family_id) for home in (town.home, father)]
    built = office.read(lambda session: build_views(Frame(session, office.now(), office.today()), keys))
    seen = {
        key[2]: [field.get("waiting") for one in view.body["people"] if one["id"] == town.home.child_id
                 and one["kind"] == "child" for field in one["fields"] if field["name"] == "class_name"]
        for key, view in built.items()
    }  # fmt: skip
    assert seen == {town.home.family_id: [None], father.family_id: ["CE2 B"]}
    assert office.read(family_file, town.home.family_id, TODAY).children[0].fields[3].waiting is None
