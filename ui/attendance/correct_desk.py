"""Correcting a billed cell from the roll call: the dialog, and what is decided of it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from backoffice.attendance.correct import CorrectReport, correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import long_date
from ui.attendance.correcting import CorrectDialog
from ui.attendance.sheet import Key, Sheet
from ui.common.dialogs import refused_in
from ui.common.over import OverScreen
from ui.common.parts import button
from ui.common.presenter import Lanes, Presenter, View
from ui.common.screen import Screen
from ui.shell.theme import State


class CorrectView(View, Protocol):
    """What the presenter asks of the roll call about a correction."""

    def corrected(self, report: CorrectReport) -> None: ...
    def not_corrected(self, error: Exception) -> None: ...


class CorrectPresenter(Presenter[CorrectView]):
    """Corrects cells that an invoice bills."""

    def __init__(self, view: CorrectView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def correct(self, entry: AttendanceEntry, reason: str) -> None:
        """Write what really happened."""
        self.write(
            lambda: self._office.write(correct, self._agent, entry, reason=reason),
            self.view.corrected,
            changes=("attendance", "invoices"),
            unsaved="la correction d'une journée facturée",
            failed=self.view.not_corrected,
        )


class CorrectDesk(OverScreen):
    """Opens the dialog on the roll call's screen, and answers the presenter."""

    def __init__(self, screen: Screen, asked: Callable[[], None]) -> None:
        self._screen = screen
        self._dialog: CorrectDialog | None = None
        self.button = button("Corriger la journée &facturée…", asked, icon="edit")
        self.button.setToolTip("Une facture émise ne change pas\u202f: la différence sera régularisée (F2)")
        self.button.hide()

    def bind(self, presenter: CorrectPresenter) -> None:
        """Take the presenter that decides."""
        self._presenter = presenter

    def follow(self, sheet: Sheet | None, keys: Sequence[Key]) -> None:
        """Offer the correction where the current cell is billed."""
        self.button.setVisible(sheet is not None and bool(keys) and sheet.can_correct(keys[0]))

    def ask(self, sheet: Sheet | None, key: Key) -> None:
        """Ask what really happened in a billed cell."""
        if sheet is None or not sheet.can_correct(key):
            return
        words = f"{long_date(sheet.day.day).capitalize()}. {sheet.words(key)}"
        dialog = self._dialog = CorrectDialog(words, key, sheet.cell(key), sheet.day.reasons, self._screen)
        dialog.submitted.connect(lambda: self._presenter.correct(dialog.entry(sheet.day.day), dialog.why()))
        dialog.open()

    def corrected(self, report: CorrectReport) -> None:
        self.say(report.sentence, State.ACCEPTED)
        if self._dialog is not None:
            self._dialog.accept()
            self._dialog = None
        self._screen.refresh()

    def not_corrected(self, error: Exception) -> None:
        if not refused_in(self._dialog, error):
            self.report(error, unsaved="la correction")
