"""What every presenter does."""

from collections.abc import Callable
from typing import Any

import pytest

from backoffice.errors import RefusedByRule, Unavailable
from tests.ui.immediate import ImmediateLanes
from ui.common.presenter import Presenter
from ui.shell.theme import State

pytestmark = pytest.mark.window


class FakeView:
    def __init__(self) -> None:
        self.busy: list[bool] = []
        self.reports: list[tuple[Exception, Callable[[], None] | None, str]] = []

    def show_busy(self, busy: bool, /) -> None:
        self.busy.append(busy)

    def say(self, sentence: str, state: State = State.INFO, /) -> None:
        pass

    def report(self, error: Exception, /, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        self.reports.append((error, retry, unsaved))


class SlowLanes(ImmediateLanes):
    """Keeps the answers until told."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def read(self, work: Any, done: Any, failed: Any) -> None:
        self.waiting.append(lambda: super(SlowLanes, self).read(work, done, failed))


def test_only_the_newest_answer_is_heard() -> None:
    lanes, heard = SlowLanes(), []
    presenter = Presenter(FakeView(), lanes)
    presenter.read("rows", lambda: "old", heard.append)
    presenter.read("rows", lambda: "new", heard.append)
    presenter.read("count", lambda: "other", heard.append)
    for answer in reversed(lanes.waiting):
        answer()
    assert heard == ["other", "new"]


def test_a_write_tells_what_changed_before_it_says_done() -> None:
    view, lanes, heard = FakeView(), ImmediateLanes(), []
    Presenter(view, lanes).write(lambda: 7, lambda value: heard.append((value, list(lanes.announced))), changes={"x"})
    assert heard == [(7, [frozenset({"x"})])]
    assert view.busy == [True, False]


def test_a_failure_can_be_tried_again_and_says_what_was_not_saved() -> None:
    view, lanes, tries = FakeView(), ImmediateLanes(), []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable("La base ne répond pas.")
        return "done"

    heard: list[str] = []
    Presenter(view, lanes).write(work, heard.append, unsaved="la décision")
    (error, retry, unsaved) = view.reports[0]
    assert (str(error), unsaved, lanes.announced) == ("La base ne répond pas.", "la décision", [])
    assert retry is not None
    retry()
    assert heard == ["done"]


def test_a_presenter_may_answer_a_refusal_itself() -> None:
    view, refused = FakeView(), []

    def work() -> None:
        raise RefusedByRule("Hors délai.")

    Presenter(view, ImmediateLanes()).outside(work, lambda _: None, failed=refused.append)
    assert [str(error) for error in refused] == ["Hors délai."]
    assert view.reports == []


def test_long_work_is_followed() -> None:
    view, lanes, steps, heard = FakeView(), ImmediateLanes(), [], []

    def work(progress: Callable[[int, int, str], None]) -> int:
        progress(1, 1, "famille")
        return 1

    Presenter(view, lanes).long(work, heard.append, lambda *step: steps.append(step), changes={"invoices"})
    assert (steps, heard, lanes.announced) == ([(1, 1, "famille")], [1], [frozenset({"invoices"})])
