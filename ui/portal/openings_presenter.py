"""Decides for « Inscriptions ouvertes »: what families may ask for, and the groups that they enter."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Protocol

from backoffice.clock import paris_instant
from backoffice.enrolments.groups import GroupReport, GroupRow, edit_group
from backoffice.enrolments.opening_lists import OpeningRow, OpeningsPage, openings_page
from backoffice.enrolments.openings import (
    OpeningReport,
    close_opening,
    create_opening,
    delete_opening,
    edit_opening,
)
from backoffice.enrolments.rules import OpeningDraft
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGED = ("structure", "portal", "bookings")
WINDOW = timedelta(days=30)  # proposed for a new opening


class OpeningsView(View, Protocol):
    """What the presenter asks of the page."""

    def show_page(self, page: OpeningsPage, *, may_edit: bool) -> None: ...
    def open_opening(self, page: OpeningsPage, draft: OpeningDraft, row: OpeningRow | None) -> None: ...
    def open_group(self, row: GroupRow) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class OpeningsPresenter(Presenter[OpeningsView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: OpeningsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._page: OpeningsPage | None = None

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her open enrolments."""
        return Role.AGENT in self._agent.roles

    def refresh(self) -> None:
        """Read the openings and the groups again."""
        self.read("page", lambda: self._office.read(openings_page, self._office.now()), self._show)

    def ask_new(self) -> None:
        """Open the form of a new opening, for a month from tomorrow on."""
        if self._page is not None and self.may_edit:
            tomorrow = self._office.today() + timedelta(days=1)
            draft = OpeningDraft(
                activity_id=0, words="", starts=tomorrow + WINDOW, ends=tomorrow + WINDOW + timedelta(days=180),
                opens_at=paris_instant(tomorrow, time(9)), closes_at=paris_instant(tomorrow + WINDOW, time(18)),
            )  # fmt: skip
            self.view.open_opening(self._page, draft, None)

    def ask_edit(self, row: OpeningRow) -> None:
        """Open the form of an opening."""
        if self._page is not None and self.may_edit:
            self.view.open_opening(self._page, row.draft, row)

    def ask_group(self, row: GroupRow) -> None:
        """Open the form of a group."""
        if self.may_edit:
            self.view.open_group(row)

    def save(self, row: OpeningRow | None, wished: OpeningDraft) -> None:
        """Open, or correct."""
        if row is None:
            self._write(lambda: self._office.write(create_opening, self._agent, wished), "l'ouverture")
        else:
            self._write(
                lambda: self._office.write(edit_opening, self._agent, row.id, wished, version=row.version),
                "l'ouverture",
            )

    def close(self, row: OpeningRow) -> None:
        """Take no more requests."""
        self._write(lambda: self._office.write(close_opening, self._agent, row.id, version=row.version), "la fermeture")

    def delete(self, row: OpeningRow) -> None:
        """Take away what nobody has answered to."""
        self._write(
            lambda: self._office.write(delete_opening, self._agent, row.id, version=row.version), "la suppression"
        )

    def save_group(self, row: GroupRow, capacity: int, age_from: int | None, age_to: int | None) -> None:
        """Change a group's places and ages."""
        self.write(
            lambda: self._office.write(
                edit_group, self._agent, row.id, capacity=capacity, age_from=age_from, age_to=age_to,
                seen=row,
            ),
            self._done,
            changes=CHANGED,
            failed=lambda error: self._failed(error, f"le groupe {row.name}"),
        )  # fmt: skip

    def _write(self, act: Callable[[], OpeningReport], what: str) -> None:
        self.write(act, self._done, changes=CHANGED, failed=lambda error: self._failed(error, what))

    def _show(self, page: OpeningsPage) -> None:
        self._page = page
        self.view.show_page(page, may_edit=self.may_edit)

    def _done(self, report: OpeningReport | GroupReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)
        self.refresh()

    def _failed(self, error: Exception, what: str) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
            return
        self.view.free_form()
        self.view.report(error, unsaved=what)
