"""The kinds of requests in « À traiter »: what each asks before accepting, decided together, told when withdrawn."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from backoffice.families.file import family_file
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.file import request_file
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.receive import receive
from backoffice.sync.contract import FieldWish, PersonAdded, Withdrawn
from models.office.families import Child
from models.vocabulary import RequestStatus, Verdict
from resources.french import NARROW
from tests.factories import AGENT, NOW, TODAY, Household, Town, another_family
from tests.letterbox import an_action
from tests.ui.at_desk import OffGui, asks_to_move
from tests.ui.immediate import ImmediateLanes
from tests.ui.requests.test_presenter import FakeView
from tests.ui.requests.test_screen import opened, waits_for
from ui.common.tasks import Tasks
from ui.requests.kinds import WAYS
from ui.requests.person_dialog import NewChildDialog
from ui.requests.presenter import RequestsPresenter
from ui.shell.theme import State

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


def asks(office: Office, home: Household, **fields: str) -> UUID:
    wishes = tuple(FieldWish(name=name, seen="", wished=wished) for name, wished in fields.items())
    action = an_action(home, PersonAdded(person="child", fields=wishes), at=NOW)
    office.write(receive, SYSTEM, action)
    return action.id


def asks_for_lea(office: Office, town: Town, father: Household) -> UUID:
    """Let a separated father ask for the child that the mother's household has."""
    child = office.read(lambda session: session.get_one(Child, town.home.child_id))
    return asks(
        office, father, last_name=child.last_name, first_name=child.first_name, birth_date=child.birth_date.isoformat()
    )


def status(office: Office, request_id: UUID) -> RequestStatus:
    return office.read(request_file, request_id).row.status


def children(office: Office, home: Household) -> list[str]:
    return sorted(child.name for child in office.read(family_file, home.family_id, TODAY).children)


def test_every_kind_that_is_received_has_its_way_and_its_words() -> None:
    assert set(HANDLERS) <= set(WAYS)
    assert all(way.icon and way.one for way in WAYS.values())
    assert len({HANDLERS[kind].word for kind in HANDLERS}) == len(HANDLERS)


def test_a_child_to_add_is_accepted_whole_without_boxes(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    request_id = asks(
        office, town.home, last_name="Martin", first_name="Zoé", birth_date="2023-09-05", school="École du stade"
    )
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=1)
        qtbot.waitUntil(lambda: waits_for(screen, request_id))
        first = screen.panel.items.items.index(0, 0)
        assert first.data(Qt.ItemDataRole.CheckStateRole) is None
        assert screen.panel.accept.text() == "Accepter (A)"
        assert screen.panel.items.isColumnHidden(1)  # there is nothing to compare with
        qtbot.mouseClick(screen.panel.accept, LEFT)
        qtbot.waitUntil(lambda: screen.table.model_of_rows.rowCount() == 0)
        assert tasks.drain()
    assert children(office, town.home) == ["Léa Martin", "Zoé Martin"]


def test_a_child_already_in_the_household_can_only_be_refused(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    request_id = asks(office, town.home, last_name="Martin", first_name="Léa", birth_date="2023-09-05")
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.waitUntil(lambda: waits_for(screen, request_id))
    assert not screen.panel.accept.isEnabled()
    assert screen.panel.refuse.isEnabled()
    assert tasks.drain()


def test_the_school_that_the_family_left_out_is_asked(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    request_id = asks(
        office, town.home, last_name="Martin", first_name="Zoé", birth_date="2023-09-05", school="Ailleurs"
    )
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.waitUntil(lambda: waits_for(screen, request_id))
    qtbot.mouseClick(screen.panel.accept, LEFT)
    qtbot.waitUntil(lambda: isinstance(screen._reason, NewChildDialog))
    dialog = screen._reason
    assert isinstance(dialog, NewChildDialog)
    choice = dialog.findChild(QComboBox)
    assert choice is not None
    choice.setCurrentIndex(choice.findText("École du Stade"))
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: status(office, request_id) is RequestStatus.ACCEPTED)
    assert tasks.drain()
    zoe = office.read(lambda session: session.query(Child).filter(Child.first_name == "Zoé").one())
    assert zoe.school_id == town.school_id


def test_the_same_child_is_recognised_before_it_joins_a_second_household(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    father = another_family(office, town, "Durand")
    request_id = asks_for_lea(office, town, father)
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.waitUntil(lambda: waits_for(screen, request_id))
    qtbot.mouseClick(screen.panel.accept, LEFT)
    qtbot.waitUntil(lambda: isinstance(screen._reason, NewChildDialog))
    dialog = screen._reason
    assert isinstance(dialog, NewChildDialog)
    qtbot.mouseClick(dialog.submit, LEFT)  # nothing chosen: it stays
    assert status(office, request_id) is RequestStatus.WAITING
    choice = dialog.findChild(QComboBox)
    assert choice is not None
    choice.setCurrentIndex(choice.findText("C'est Léa Martin", Qt.MatchFlag.MatchStartsWith))
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: status(office, request_id) is RequestStatus.ACCEPTED)
    assert tasks.drain()
    assert children(office, father) == ["Léa Durand", "Léa Martin"]
    assert len(office.read(lambda session: session.query(Child).all())) == 2


class TermsView(FakeView):
    """Remembers whose terms were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[UUID] = []

    def ask_terms(self, opened) -> None:
        self.terms.append(opened.file.row.id)


def test_a_refusal_of_the_office_is_said_in_the_dialog_and_what_it_asked_is_for_its_own_request(
    office: Office, town: Town
) -> None:
    father = another_family(office, town, "Durand")
    request_id = asks_for_lea(office, town, father)
    other = asks_to_move(office, town.home, hours_ago=-1)
    view = TermsView()
    presenter = RequestsPresenter(view, ImmediateLanes(), office, AGENT)
    presenter.refresh()
    presenter.visit(request_id)
    presenter.accept(None)
    assert view.terms == [request_id]
    presenter.accept_on_terms({"child_id": 999_999}, "")
    assert "n'a pas ce nom" in view.refused
    assert (view.closed, view.reported) == (0, [])
    presenter.visit(other)  # another one is opened under the dialog
    presenter.accept_on_terms({"child_id": town.home.child_id}, "")
    assert (status(office, request_id), status(office, other)) == (RequestStatus.WAITING, RequestStatus.WAITING)
    presenter.visit(request_id)
    presenter.accept(None)
    presenter.accept_on_terms({"child_id": town.home.child_id}, "Bienvenue.")
    assert status(office, request_id) is RequestStatus.ACCEPTED
    assert office.read(request_file, request_id).note == "Bienvenue."
    assert view.said[-1][1] is State.ACCEPTED


def test_what_a_family_took_back_is_read_among_the_answers(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    request_id = asks_to_move(office, town.home)
    office.write(receive, SYSTEM, an_action(town.home, Withdrawn(request_id=request_id), at=NOW))
    screen = opened(qtbot, office, tasks, rows=0)
    screen.shelves.setCurrentIndex(1)
    qtbot.waitUntil(lambda: waits_for(screen, request_id))
    assert screen.panel.answer._told.text().startswith("Retirée par la famille le")
    [item] = office.read(request_file, request_id).items
    assert item.verdict is Verdict.WITHDRAWN
    assert screen.table.model_of_rows.rows[0].title == f"Fiche de Camille Martin{NARROW}: adresse"
    assert tasks.drain()
