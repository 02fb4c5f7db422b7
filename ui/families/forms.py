"""Opens and closes the forms of what the prices of a family look at, one at a time."""

from datetime import date

from PySide6.QtCore import Qt

from backoffice.enrolments.edit import EnrolmentTerms
from backoffice.families.file import FamilyFile
from backoffice.families.payer_rules import Household
from backoffice.families.payers import PayerRow
from ui.common.over import FormsOverScreen
from ui.families.belong import AttachDialog, DetachDialog
from ui.families.income import IncomeDialog
from ui.families.money import MoneyPresenter
from ui.families.payers import PayersDialog
from ui.families.terms import TermsDialog


class MoneyForms(FormsOverScreen):
    """The view of `MoneyPresenter`: its forms stand over the screen, which says the rest."""

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
