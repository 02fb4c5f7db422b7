"""Decides for « Planning »: how far families see, chosen, then saved."""

from dataclasses import replace
from typing import Protocol

from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.sync.set_horizon import Reach, reach, set_horizon
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


class HorizonView(View, Protocol):
    """What the presenter asks of the page."""

    def show_choice(self, seen: Reach, wished: Reach, *, may_edit: bool) -> None: ...


class HorizonPresenter(Presenter[HorizonView]):
    """What is decided, and what the agent chooses until she saves."""

    def __init__(self, view: HorizonView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._seen: Reach | None = None
        self._wished: Reach | None = None
        self._saving = False

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her decide."""
        return Role.ADMINISTRATOR in self._agent.roles

    def refresh(self) -> None:
        """Read again; what is being chosen is kept."""
        self.read("horizon", lambda: self._office.read(reach, self._office.today()), self._show)

    def choose(self, weeks_ahead: int) -> None:
        """Take a choice, and say what it would show."""
        if self._seen is not None:
            self._wished = replace(self._seen, weeks_ahead=weeks_ahead)
            self.view.show_choice(self._seen, self._wished, may_edit=self.may_edit)

    def restore(self) -> None:
        """Go back to what is decided."""
        if self._seen is not None:
            self.choose(self._seen.weeks_ahead)

    def save(self) -> None:
        """Decide, once; what is chosen meanwhile waits for another « Enregistrer »."""
        seen, wished = self._seen, self._wished
        if seen is not None and wished is not None and wished != seen and not self._saving:
            self._saving = True
            self.write(
                lambda: self._office.write(set_horizon, self._agent, wished.weeks_ahead, seen=seen.weeks_ahead),
                lambda sentence: self._saved(wished, sentence),
                changes=("structure", "portal"),
                unsaved="jusqu'où les familles voient leur planning",
                failed=self._not_saved,
            )

    def _show(self, fresh: Reach) -> None:
        chosen = self._wished if self._wished != self._seen else None
        self._seen = fresh
        self.choose(chosen.weeks_ahead if chosen else fresh.weeks_ahead)

    def _saved(self, saved: Reach, sentence: str) -> None:
        self._saving = False
        self._show(saved)
        self.view.say(sentence, State.ACCEPTED)

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        if isinstance(error, StaleRecord):
            self._wished = self._seen
            self.refresh()
        self.view.report(error, unsaved="jusqu'où les familles voient leur planning")
