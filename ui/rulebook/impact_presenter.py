"""What weighing a draft decides, apart from how it looks."""

from datetime import date
from typing import Protocol

from backoffice.billing.impact import Impact, impact_of
from backoffice.office import Office
from ui.common.presenter import Lanes, Presenter, View
from ui.common.tasks import Progress


class ImpactView(View, Protocol):
    """What the presenter asks of the pane."""

    def begin_progress(self) -> None: ...
    def show_progress(self, done: int, total: int, label: str, /) -> None: ...
    def end_progress(self) -> None: ...
    def show_impact(self, impact: Impact) -> None: ...


class ImpactPresenter(Presenter[ImpactView]):
    """Prices a month twice, and can be stopped."""

    def __init__(self, view: ImpactView, lanes: Lanes, office: Office) -> None:
        super().__init__(view, lanes)
        self._office = office
        self._running: Progress | None = None

    def weigh(self, draft: str, month: date) -> None:
        """Price a month's attendance under the rulebook in force, then under the draft; nothing is written."""
        self.view.begin_progress()
        self._running = self.long(
            lambda progress: self._office.read(impact_of, draft, month, progress=progress),
            self._weighed,
            self.view.show_progress,
            failed=self._failed,
            writes=False,
        )

    def cancel(self) -> None:
        """Stop between two families."""
        if self._running is not None:
            self._running.cancel()

    def _weighed(self, impact: Impact) -> None:
        self._running = None
        self.view.end_progress()
        self.view.show_impact(impact)

    def _failed(self, error: Exception) -> None:
        self._running = None
        self.view.end_progress()
        self.view.report(error)
