"""What the test bench decides, apart from how it looks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from backoffice.office import Office
from backoffice.rulebook.bench import BenchActivity, BenchMonth, BenchQuestion, bench_activities, bench_month
from backoffice.rulebook.bench_people import ChildFound, find_children
from ui.common.presenter import Lanes, Presenter, View


class BenchView(View, Protocol):
    """What the presenter asks of the bench."""

    def show_activities(self, rows: Sequence[BenchActivity]) -> None: ...
    def show_children(self, rows: Sequence[ChildFound]) -> None: ...
    def show_month(self, month: BenchMonth) -> None: ...


class BenchPresenter(Presenter[BenchView]):
    """Asks a rulebook what it says of a child and a month; it changes nothing."""

    def __init__(self, view: BenchView, lanes: Lanes, office: Office) -> None:
        super().__init__(view, lanes)
        self._office = office

    def choose(self, month: date, draft: str | None) -> None:
        """Offer what a rulebook knows; the view then asks its question."""
        self.read(
            "activities",
            lambda: self._office.read(bench_activities, month, draft=draft),
            self.view.show_activities,
        )

    def ask(self, question: BenchQuestion, draft: str | None, moment: datetime | None) -> None:
        """Answer a month, judged at a moment; none: now."""
        now = moment or self._office.now()
        self.read("month", lambda: self._office.read(bench_month, question, draft=draft, now=now), self.view.show_month)

    def search(self, text: str) -> None:
        """Find children by name."""
        today = self._office.today()
        self.read("children", lambda: self._office.read(find_children, text, today), self.view.show_children)
