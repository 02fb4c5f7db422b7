"""What the planning decides of the waiting lists: who waits for a day, and how the list of an activity works."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from backoffice.bookings.waiting_desk import WaitingQueue, WaitingRow, propose_place, remove_from_list, waiting_queue
from backoffice.bookings.waiting_settings import WaitingSettings, set_waiting_list, waiting_settings
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGED = ("bookings", "requests", "structure", "mail")


class WaitingView(View, Protocol):
    """What the presenter asks of the windows of the waiting lists."""

    def show_queue(self, queue: WaitingQueue) -> None: ...
    def show_settings(self, settings: WaitingSettings) -> None: ...
    def ask_over(self, row: WaitingRow) -> None: ...
    def waiting_done(self) -> None: ...
    def waiting_refused(self, error: Exception) -> None: ...


class WaitingPresenter(Presenter[WaitingView]):
    """Drives the list of one unit of a day, and the settings of one activity."""

    def __init__(self, view: WaitingView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._spot: tuple[int, date] | None = None

    def open_queue(self, unit_id: int, day: date) -> None:
        """Show who waits for a unit of a day."""
        self._spot = unit_id, day
        self.read("queue", lambda: self._office.read(waiting_queue, unit_id, day), self.view.show_queue)

    def open_settings(self, activity_id: int) -> None:
        """Show how an activity's waiting list works."""
        self.read("settings", lambda: self._office.read(waiting_settings, activity_id), self.view.show_settings)

    def wish_to_propose(self, row: WaitingRow) -> None:
        """Propose the place to the first of the list; for another one, ask why first."""
        if row.rank == 1:
            self.propose(row, "")
        else:
            self.view.ask_over(row)

    def propose(self, row: WaitingRow, note: str) -> None:
        """Give or offer a free place to a child."""
        self._do(lambda: self._office.write(propose_place, self._agent, row.id, note=note), f"la place de {row.child}")

    def remove(self, row: WaitingRow, note: str) -> None:
        """Take a child off the list, with the reason that its family reads."""
        self._do(lambda: self._office.write(remove_from_list, self._agent, row.id, note=note), "le retrait de la liste")

    def save_settings(self, settings: WaitingSettings, *, waiting_list: bool, answer_hours: int | None) -> None:
        """Write how the list works."""
        self._do(
            lambda: self._office.write(
                set_waiting_list,
                self._agent,
                settings.activity_id,
                waiting_list=waiting_list,
                answer_hours=answer_hours,
                seen=settings,
            ),
            "la liste d'attente de l'activité",
        )

    def close_queue(self) -> None:
        """Show no list any more."""
        self._spot = None

    def _do(self, work: Callable[[], str], unsaved: str) -> None:
        self.write(work, self._done, changes=CHANGED, unsaved=unsaved, failed=self.view.waiting_refused)

    def _done(self, sentence: str) -> None:
        self.view.waiting_done()
        self.view.say(sentence, State.ACCEPTED)
        if self._spot is not None:
            self.open_queue(*self._spot)
