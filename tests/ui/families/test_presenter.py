"""What « Familles » decides, without a window."""

import json
from typing import Any

from sqlalchemy import select

from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.families.lists import AccountState
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from models.office.families import Child, Guardian
from models.office.house import Mail
from models.vocabulary import Role
from tests.factories import AGENT, COLLEAGUE, Town, another_family
from tests.ui.immediate import ImmediateLanes
from ui.families.presenter import FamiliesPresenter, FamilyPage, Person
from ui.shell.theme import State


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.page: FamilyPage | None = None
        self.may_edit = False
        self.chosen: int | None = None
        self.form: Person | None = None
        self.conflict: Person | None = None
        self.refused = ""
        self.closed = 0
        self.asked: Any = None
        self.said: list[tuple[str, State]] = []
        self.reported: list[Exception] = []

    def show_rows(self, rows, *, searched) -> None:
        self.rows = list(rows)

    def choose(self, family_id) -> None:
        self.chosen = family_id

    def show_page(self, page, *, may_edit) -> None:
        self.page, self.may_edit = page, may_edit

    def open_form(self, person) -> None:
        self.form = person

    def refuse_form(self, sentence) -> None:
        self.refused = sentence

    def show_conflict(self, fresh, sentence) -> None:
        self.conflict = fresh

    def free_form(self) -> None: ...

    def close_form(self) -> None:
        self.closed += 1

    def ask_invite(self, guardian) -> None:
        self.asked = guardian

    def ask_income(self, file, since) -> None:
        self.asked = file

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.reported.append(error)


def desk(office: Office, agent: Agent = AGENT) -> tuple[FakeView, FamiliesPresenter]:
    view = FakeView()
    presenter = FamiliesPresenter(view, ImmediateLanes(), office, agent)
    presenter.refresh()
    return view, presenter


def ailing(office: Office, child_id: int) -> None:
    """Give a child an individual care plan."""

    def write(work: Work) -> None:
        known = json.dumps({"pai": True, "allergies": ["arachide"], "needs": "Trousse au bureau."})
        work.session.get_one(Child, child_id).health_sealed = work.sealer.seal(known)

    office.write(write, AGENT)


def test_the_first_family_is_open(office: Office, town: Town) -> None:
    view, _ = desk(office)
    assert view.page is not None
    assert (view.chosen, view.page.file.name, view.may_edit) == (town.home.family_id, "Martin", True)


def test_another_screen_opens_a_family(office: Office, town: Town) -> None:
    other = another_family(office, town)
    view, presenter = desk(office)
    presenter.visit(other.family_id)
    assert view.page is not None
    assert view.page.file.name == "Petit"


def test_a_search_keeps_the_file_that_is_open(office: Office, town: Town) -> None:
    another_family(office, town)
    view, presenter = desk(office)
    presenter.search("petit")
    assert [row.name for row in view.rows] == ["Petit"]
    assert view.page is not None
    assert view.page.file.name == "Martin"


def test_a_correction_is_saved_and_said(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    presenter.edit(view.page.file.guardians[0])
    assert view.form is not None
    presenter.save(view.form, {"mobile": "0798765432"})
    assert view.closed == 1
    assert view.said[-1][1] is State.ACCEPTED
    assert "téléphone mobile" in view.said[-1][0]
    guardian = office.read(lambda session: session.get_one(Guardian, town.home.guardian_id))
    assert guardian.mobile == "07 98 76 54 32"


def test_nothing_typed_changes_nothing(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    presenter.save(Person.of(view.page.file.guardians[0]), {})
    assert (view.closed, view.said) == (1, [])


def test_the_second_agent_compares_before_saving(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    person = Person.of(view.page.file.guardians[0])
    office.write(edit_person, COLLEAGUE, Subject.GUARDIAN, person.id, {"mobile": "0611111111"}, version=person.version)
    presenter.save(person, {"mobile": "0622222222"})
    assert view.conflict is not None
    assert view.closed == 0
    presenter.save(view.conflict, {"mobile": "0622222222"})
    assert view.closed == 1


def test_a_wrong_value_stays_in_the_form(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    presenter.save(Person.of(view.page.file.guardians[0]), {"mobile": "12"})
    assert "dix chiffres" in view.refused
    assert view.closed == 0


def test_an_invitation_is_asked_then_sent(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    presenter.ask_invite(view.page.file.guardians[0])
    assert view.asked is view.page.file.guardians[0]
    assert office.read(lambda session: session.scalars(select(Mail)).all()) == []
    presenter.invite(view.asked)
    [mail] = office.read(lambda session: session.scalars(select(Mail)).all())
    assert mail.recipient == "camille.martin@exemple.fr"
    assert view.page.file.guardians[0].account is AccountState.INVITED


def test_health_is_for_those_who_care_for_the_children(office: Office, town: Town) -> None:
    ailing(office, town.home.child_id)
    view, _ = desk(office)
    assert view.page is not None
    health = view.page.file.children[0].health
    assert health is not None
    assert health.allergies == ("arachide",)
    clerk, _ = desk(office, Agent("eve", "Ève Noël", frozenset({Role.AGENT}), "ACCUEIL-3"))
    assert clerk.page is not None
    assert clerk.page.file.children[0].health is None
    assert clerk.page.file.children[0].has_health


def test_who_may_only_look_corrects_nothing(office: Office, town: Town) -> None:
    view, presenter = desk(office, Agent("eve", "Ève Noël", frozenset({Role.DIRECTOR}), "ACCUEIL-3"))
    assert view.page is not None
    presenter.edit(view.page.file.guardians[0])
    presenter.ask_invite(view.page.file.guardians[0])
    assert (view.form, view.asked, view.may_edit) == (None, None, False)
