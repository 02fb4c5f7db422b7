"""What the versions and the draft decide, without a window."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from backoffice.errors import NotAllowed
from backoffice.office import Office
from backoffice.rulebook.lists import source_of, versions
from models.vocabulary import Role
from tests.factories import AGENT, RULEBOOK, TODAY, Town
from tests.ui.immediate import ImmediateLanes
from ui.rulebook.presenter import RulebookPresenter
from ui.shell.theme import State

DRAFT = (
    RULEBOOK.replace('"2026-1"', '"2027-1"').replace("4.15", "4.30").replace("effet = 2026-01-01", "effet = 2027-01-01")
)


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.in_force: Any = None
        self.draft: Any = None
        self.compared: Any = None
        self.asked: Any = None
        self.said: list[tuple[str, State]] = []
        self.reported: list[Exception] = []

    def show_versions(self, rows, in_force) -> None:
        self.rows, self.in_force = list(rows), in_force

    def show_draft(self, draft) -> None:
        self.draft = draft

    def show_comparison(self, old, new, changes) -> None:
        self.compared = (old, new, changes)

    def ask_adopt(self, told) -> None:
        self.asked = told

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.reported.append(error)


def desk(office: Office, agent: Any = AGENT) -> tuple[FakeView, RulebookPresenter]:
    view = FakeView()
    presenter = RulebookPresenter(view, ImmediateLanes(), office, agent)
    presenter.refresh()
    return view, presenter


def written(folder: Path, text: str) -> Path:
    path = folder / "brouillon.toml"
    path.write_bytes(text.encode())
    return path


def test_the_version_in_force_is_known(office: Office, town: Town) -> None:
    view, _ = desk(office)
    assert [row.version for row in view.rows] == ["2026-1"]
    assert view.in_force.version == "2026-1"


def test_a_draft_is_read_again_as_it_was_saved_since(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office)
    path = written(tmp_path, DRAFT.replace("4.30", '"quatre"'))
    presenter.open(path)
    assert view.draft.mistakes
    assert view.said[-1][1] is State.INFO  # it leaves by itself: the page says the mistakes as long as there are some
    written(tmp_path, DRAFT)
    presenter.read_again()
    assert (view.draft.mistakes, view.draft.version) == ((), "2027-1")
    assert view.said[-1] == (
        "brouillon.toml n'a plus d'erreur\u202f: essayez-le, comparez-le, adoptez-le.",
        State.ACCEPTED,
    )


def test_a_file_that_is_gone_is_told_and_the_draft_stays(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office)
    path = written(tmp_path, DRAFT)
    presenter.open(path)
    path.unlink()
    presenter.read_again()
    assert isinstance(view.reported[-1], OSError)
    assert presenter.draft is not None


def test_adopting_keeps_the_draft_for_ever_and_closes_it(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office)
    presenter.open(written(tmp_path, DRAFT))
    presenter.ask_adopt()
    assert view.asked.version == "2027-1"
    presenter.adopt()
    assert [row.version for row in office.read(versions)] == ["2027-1", "2026-1"]
    assert view.draft is None
    sentence, state = view.said[-1]
    assert (state, "1er janvier 2027" in sentence) == (State.ACCEPTED, True)


def test_adopting_asks_the_administrator_s_role(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office, replace(AGENT, roles=frozenset({Role.AGENT})))
    assert not presenter.may_adopt
    presenter.open(written(tmp_path, DRAFT))
    presenter.adopt()
    assert isinstance(view.reported[-1], NotAllowed)
    assert len(office.read(versions)) == 1


def test_a_draft_that_cannot_be_adopted_is_not_offered(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office)
    presenter.open(written(tmp_path, RULEBOOK.replace("4.15", "4.30")))
    presenter.ask_adopt()
    assert view.asked is None


def test_an_older_version_is_compared_to_the_one_in_force(office: Office, town: Town, tmp_path: Path) -> None:
    view, presenter = desk(office)
    presenter.open(written(tmp_path, DRAFT.replace("2027-01-01", "2026-06-01")))
    presenter.adopt()
    presenter.refresh()
    presenter.compare(next(row for row in view.rows if row.version == "2026-1"))
    old, new, changes = view.compared
    assert (old, new) == ("2026-1", "2027-1")
    assert any("4,30" in change.after for change in changes)
    view.compared = None
    presenter.compare(view.in_force)
    assert view.compared is None
    assert "en vigueur" in view.said[-1][0]


def test_a_version_is_saved_back_to_the_byte(office: Office, town: Town, tmp_path: Path) -> None:
    text = DRAFT.replace("\n", "\r\n")
    view, presenter = desk(office)
    presenter.open(written(tmp_path, text))
    presenter.adopt()
    presenter.refresh()
    kept = tmp_path / "copie.toml"
    presenter.save(view.rows[0], kept)
    assert kept.read_bytes() == text.encode()
    assert office.read(source_of, "2027-1", today=TODAY)[1] == text
