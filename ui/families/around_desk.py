"""Decides what the form of somebody around a child does, and shows it over the screen."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt

from backoffice.errors import RefusedByRule
from backoffice.families.around import Around, AroundRefused, AroundReport, add_around, edit_around, take_away
from backoffice.families.file import ChildRow, PickupRow
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.over import FormsOverScreen
from ui.common.presenter import Lanes, Presenter, View
from ui.families.around import AroundDialog, RemoveDialog
from ui.shell.theme import State


class AroundView(View, Protocol):
    """The forms that the presenter opens, refuses and closes."""

    def open_around(self, family_id: int, child: ChildRow, seen: PickupRow | None) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class AroundPresenter(Presenter[AroundView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: AroundView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def ask(self, family_id: int, child: ChildRow, seen: PickupRow | None) -> None:
        """Open the form of somebody around a child of a household, or of somebody to add."""
        if Role.AGENT in self._agent.roles:
            self.view.open_around(family_id, child, seen)

    def add(self, family_id: int, child: ChildRow, wished: Around) -> None:
        """Write somebody whom the household names."""
        self.write(
            lambda: self._office.write(add_around, self._agent, family_id, child.id, wished),
            self._done,
            failed=self._failed,
        )

    def edit(self, seen: PickupRow, wished: Around) -> None:
        """Correct somebody."""
        self.write(lambda: self._office.write(edit_around, self._agent, seen, wished), self._done, failed=self._failed)

    def remove(self, seen: PickupRow) -> None:
        """Take somebody out of the file."""
        self.write(lambda: self._office.write(take_away, self._agent, seen), self._done, failed=self._failed)

    def _done(self, report: AroundReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
        else:
            self.view.free_form()
            self.view.report(error, unsaved="cette personne\u202f: le formulaire reste ouvert")


class AroundForms(FormsOverScreen):
    """The view of `AroundPresenter`: its forms stand over the screen, which says the rest."""

    def bind(self, presenter: AroundPresenter) -> None:
        """Give each form its meaning."""
        self.presenter = presenter

    def ask(self, family_id: int, child: ChildRow, seen: PickupRow | None) -> None:
        """Open the form, for the buttons of the cards."""
        self.presenter.ask(family_id, child, seen)

    def open_around(self, family_id: int, child: ChildRow, seen: PickupRow | None) -> None:
        form = AroundDialog(child, seen, self._screen)
        if seen is None:
            self._open(form, lambda: self.presenter.add(family_id, child, form.wished))
        else:
            form.remove.clicked.connect(partial(self._ask_remove, form, child, seen))
            self._open(form, lambda: self.presenter.edit(seen, form.wished))

    def refuse_form(self, error: RefusedByRule) -> None:
        if self.form is not None:
            faults = error.faults if isinstance(error, AroundRefused) else {}
            self.form.refuse("" if faults else str(error), faults)

    def _ask_remove(self, form: AroundDialog, child: ChildRow, seen: PickupRow, *_: object) -> None:
        asked = RemoveDialog(child, seen, form)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self.presenter.remove(seen))
        asked.open()
