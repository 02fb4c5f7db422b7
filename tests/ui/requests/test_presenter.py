"""What « À traiter » decides, without a window."""

from collections.abc import Callable
from typing import Any

from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.accept import accept
from backoffice.requests.file import request_file
from models.office.families import Guardian
from models.vocabulary import RequestStatus, Role, Verdict
from tests.factories import AGENT, COLLEAGUE, Town, another_family
from tests.letterbox import new_fields
from tests.ui.at_desk import asks, asks_late_cancellation, asks_late_morning, asks_to_move
from tests.ui.immediate import ImmediateLanes
from ui.requests.presenter import OpenRequest, RequestsPresenter, Shelf
from ui.shell.theme import State


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.opened: OpenRequest | None = None
        self.decidable = False
        self.chosen: Any = None
        self.count = -1
        self.said: list[tuple[str, State]] = []
        self.reported: list[Exception] = []
        self.reasons: list[Any] = []
        self.changed: list[Any] = []
        self.proofs: list[Any] = []
        self.refused = ""
        self.closed = 0

    def show_rows(self, rows, shelf, *, searched) -> None:
        self.rows = list(rows)

    def show_count(self, waiting) -> None:
        self.count = waiting

    def choose(self, request_id) -> None:
        self.chosen = request_id

    def show_file(self, opened, *, decidable) -> None:
        self.opened, self.decidable = opened, decidable

    def ask_reason(self, file, reasons) -> None:
        self.reasons = list(reasons)

    def ask_anyway(self, file, changed) -> None:
        self.changed = list(changed)

    def ask_proof(self, file, items) -> None:
        self.proofs = list(items)

    def refuse_reason(self, sentence) -> None:
        self.refused = sentence

    def close_reason(self) -> None:
        self.closed += 1

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.reported.append(error)


class HeldLanes(ImmediateLanes):
    """Keeps the writes until released, as a busy database does."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Callable[[], None]] = []

    def write(self, work, done, failed) -> None:
        self.held.append(lambda: self.read(work, done, failed))


def desk(
    office: Office, agent: Agent = AGENT, lanes: ImmediateLanes | None = None
) -> tuple[FakeView, RequestsPresenter]:
    view = FakeView()
    presenter = RequestsPresenter(view, lanes or ImmediateLanes(), office, agent)
    presenter.refresh()
    return view, presenter


def status(office: Office, request_id: Any) -> RequestStatus:
    return office.read(request_file, request_id).row.status


def test_the_oldest_request_is_open_first(office: Office, town: Town) -> None:
    asks_to_move(office, town.home)
    oldest = asks_to_move(office, another_family(office, town), hours_ago=30)
    view, _ = desk(office)
    assert view.opened is not None
    assert (view.chosen, view.opened.file.row.id, view.count) == (oldest, oldest, 2)
    assert view.decidable


def test_accepting_opens_the_next_and_says_that_the_family_knows(office: Office, town: Town) -> None:
    newest = asks_to_move(office, town.home)
    oldest = asks_to_move(office, another_family(office, town), hours_ago=30)
    view, presenter = desk(office)
    presenter.accept(None)
    assert view.said == [("Adresse de Camille Petit — demande acceptée. La famille est prévenue.", State.ACCEPTED)]
    assert status(office, oldest) is RequestStatus.ACCEPTED
    assert (view.chosen, view.count) == (newest, 1)
    assert view.opened is not None
    assert view.opened.file.row.id == newest


def test_the_last_answer_leaves_nothing_open(office: Office, town: Town) -> None:
    asks_to_move(office, town.home)
    view, presenter = desk(office)
    presenter.accept(None)
    assert (view.rows, view.opened, view.count) == ([], None, 0)


def test_a_request_accepted_in_part_stays_open_for_the_rest(office: Office, town: Town) -> None:
    wishes = new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac"), city=("Contrexéville", "Vittel"))
    request_id = asks(office, town.home, wishes)
    view, presenter = desk(office)
    presenter.accept(frozenset({"city"}))
    assert status(office, request_id) is RequestStatus.WAITING
    assert view.opened is not None
    assert [item.verdict for item in view.opened.file.items] == [Verdict.WAITING, Verdict.ACCEPTED]
    assert "1 ligne reste à traiter" in view.said[-1][0]


def test_nothing_ticked_accepts_nothing(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office)
    presenter.accept(frozenset())
    assert status(office, request_id) is RequestStatus.WAITING
    assert view.said == []


def test_a_refusal_carries_its_reason_and_a_word(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office)
    presenter.ask_reason()
    assert [reason.label for reason in view.reasons] == ["Justificatif manquant"]
    presenter.refuse(view.reasons[0].id, "Merci d'apporter une facture d'eau.")
    file = office.read(request_file, request_id)
    assert (file.row.status, file.reason) == (RequestStatus.REFUSED, "Justificatif manquant")
    assert file.note == "Merci d'apporter une facture d'eau."
    assert view.closed == 1
    assert view.said[-1][1] is State.INFO


def test_a_file_changed_since_is_compared_before_it_is_overwritten(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office)
    version = office.read(lambda session: session.get_one(Guardian, town.home.guardian_id).version)
    office.write(
        edit_person, COLLEAGUE, Subject.GUARDIAN, town.home.guardian_id, {"street": "9 quai du Vair"}, version=version
    )
    presenter.accept(None)
    [item] = view.changed
    assert (item.then, item.now, item.wished) == ("3 rue des Tilleuls", "9 quai du Vair", "5 rue du Lac")
    assert status(office, request_id) is RequestStatus.WAITING
    presenter.accept_anyway()
    assert status(office, request_id) is RequestStatus.ACCEPTED


def test_the_second_agent_is_told_who_was_faster(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office)
    office.write(accept, COLLEAGUE, request_id)
    presenter.accept(None)
    assert "Denis Colin" in str(view.reported[0])
    assert view.rows == []


def test_a_key_pressed_twice_answers_once(office: Office, town: Town) -> None:
    asks_to_move(office, town.home)
    other = asks_to_move(office, another_family(office, town), hours_ago=30)
    lanes = HeldLanes()
    view, presenter = desk(office, lanes=lanes)
    presenter.accept(None)
    presenter.accept(None)
    presenter.refuse(town.reason_id, "")
    assert len(lanes.held) == 1
    lanes.held[0]()
    assert status(office, other) is RequestStatus.ACCEPTED
    assert view.count == 1


def test_who_may_only_look_answers_nothing(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office, Agent("eve", "Ève Noël", frozenset({Role.DIRECTOR}), "ACCUEIL-3"))
    assert not view.decidable
    presenter.accept(None)
    presenter.ask_reason()
    assert (status(office, request_id), view.reasons) == (RequestStatus.WAITING, [])


def test_the_search_knows_no_accent(office: Office, town: Town) -> None:
    asks_to_move(office, town.home)
    found = asks_to_move(office, another_family(office, town, "Évrard"))
    view, presenter = desk(office)
    presenter.search("EVRARD adresse")
    assert [row.id for row in view.rows] == [found]
    assert view.chosen == found
    assert view.count == 2


def test_answers_are_found_again(office: Office, town: Town) -> None:
    request_id = asks_to_move(office, town.home)
    view, presenter = desk(office)
    presenter.accept(None)
    presenter.show_shelf(Shelf.DECIDED)
    assert view.opened is not None
    assert (view.opened.file.row.id, view.opened.file.row.decided_by) == (request_id, AGENT.name)
    assert not view.decidable


def test_a_cell_is_read_with_its_price_and_its_places(office: Office, town: Town) -> None:
    asks_late_morning(office, town, town.home)
    view, _ = desk(office)
    assert view.opened is not None
    [item] = view.opened.file.items
    stake = view.opened.stakes[item.key]
    assert (stake.places, stake.capacity) == (24, 24)
    assert stake.price is not None
    assert (stake.price.cents, stake.price.lines[0].label) == (145, "QF à partir de 801")


def test_a_proof_is_written_down_before_an_absence_is_justified(office: Office, town: Town) -> None:
    request_id = asks_late_cancellation(office, town, town.home)
    view, presenter = desk(office)
    presenter.accept(None)
    assert [item.text for item in view.proofs] == ["jeudi 26 novembre, Repas, Léa"]
    assert status(office, request_id) is RequestStatus.WAITING
    presenter.accept_proved("Certificat du 24 novembre")
    assert status(office, request_id) is RequestStatus.ACCEPTED
    assert office.read(request_file, request_id).note == "Certificat du 24 novembre"
    assert view.closed == 1
