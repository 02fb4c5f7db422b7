"""Decides for « Mentions légales »: which text is open, and what saving it does."""

from collections.abc import Sequence
from typing import Protocol

from backoffice.notices.edit import edit_notice
from backoffice.notices.lists import NoticeRow, notices
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


class NoticesView(View, Protocol):
    """What the presenter asks of the page."""

    def show_rows(self, rows: Sequence[NoticeRow], *, may_edit: bool) -> None: ...
    def saved(self, code: str) -> None: ...


class NoticesPresenter(Presenter[NoticesView]):
    """The texts, one open."""

    def __init__(self, view: NoticesView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def refresh(self) -> None:
        """Read the texts again."""
        may_edit = Role.ADMINISTRATOR in self._agent.roles
        self.read("rows", lambda: self._office.read(notices), lambda rows: self.view.show_rows(rows, may_edit=may_edit))

    def save(self, row: NoticeRow, text: str) -> None:
        """Write a text; the one proposed, word for word, is none of the commune's."""
        own = "" if text.strip() == row.default else text
        self.write(
            lambda: self._office.write(edit_notice, self._agent, row.code, own, seen=row.text),
            lambda sentence: self._saved(row.code, sentence),
            changes=("structure",),
            unsaved=f"le texte «\xa0{row.title}\xa0»",
        )

    def _saved(self, code: str, sentence: str) -> None:
        self.view.saved(code)
        self.view.say(sentence, State.ACCEPTED)
