"""Opens and closes the forms of what the prices of a family look at, one at a time."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt

from backoffice.enrolments.edit import EnrolmentTerms
from backoffice.families.file import FamilyFile
from backoffice.families.payer_rules import Household
from backoffice.families.payers import PayerRow
from ui.common.dialogs import FormDialog
from ui.common.screen import Screen
from ui.families.belong import AttachDialog, DetachDialog
from ui.families.income import IncomeDialog
from ui.families.money import MoneyPresenter
from ui.families.payers import PayersDialog
from ui.families.terms import TermsDialog
from ui.shell.theme import State


class MoneyForms:
    """The view of `MoneyPresenter`: its forms stand over the screen, which says the rest."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.form: FormDialog | None = None

    def bind(self, presenter: MoneyPresenter) -> None:
        """Give each form its meaning."""
        self.presenter = presenter

    def open_payers(self, row: PayerRow, starts: date) -> None:
        form = PayersDialog(row, starts, self._screen)
        self._open(form, lambda: self.presenter.save_payers(form.row, form.parts, form.until.starts, form.until.ends))

    def open_income(self, file: FamilyFile, today: date, since: date | None) -> None:
        form = IncomeDialog(file, today, self._screen, since=since)
        self._open(form, lambda: self.presenter.save_income(form.file, form.income))

    def open_terms(self, terms: EnrolmentTerms) -> None:
        form = TermsDialog(terms, self._screen)
        self._open(form, lambda: self.presenter.save_terms(form.terms, *form.chosen))

    def open_attach(self, row: PayerRow) -> None:
        form = AttachDialog(row, self._screen)
        self._open(form, lambda: self.presenter.attach(form.row, form.number.text()))

    def ask_detach(self, row: PayerRow, household: Household) -> None:
        asked = DetachDialog(row, household, self._screen)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self.presenter.detach(row, household))
        asked.open()

    def refuse_form(self, sentence: str) -> None:
        if self.form is not None:
            self.form.refuse(sentence)

    def free_form(self) -> None:
        if self.form is not None:
            self.form.show_busy(False)

    def close_form(self) -> None:
        if self.form is not None:
            self.form.accept()

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        self._screen.show_busy(busy)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        self._screen.say(sentence, state)

    def report(self, error: Exception, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        self._screen.report(error, retry=retry, unsaved=unsaved)

    def _open(self, form: FormDialog, save: Callable[[], object]) -> None:
        self.form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.submitted.connect(save)
        form.finished.connect(self._closed)
        form.open()

    def _closed(self) -> None:
        self.form = None
