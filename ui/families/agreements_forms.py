"""Opens and closes the forms of contracts and aids, one at a time."""

from collections.abc import Mapping
from datetime import date

from backoffice.agreements.lists import Agreements, AidGrantRow, ContractRow
from ui.common.forms import date_in
from ui.common.over import FormsOverScreen
from ui.families.agreements_dialogs import AidDialog, EndDialog, SignDialog
from ui.families.agreements_presenter import AgreementsPresenter


class AgreementsForms(FormsOverScreen):
    """The view of `AgreementsPresenter`: its forms stand over the screen, which says the rest."""

    def bind(self, presenter: AgreementsPresenter) -> None:
        """Give each form its meaning."""
        self._presenter = presenter

    def open_sign(self, agreed: Agreements, today: date) -> None:
        form = SignDialog(agreed, today, self._screen)
        self._open(form, lambda: self._presenter.sign(form.course, form.dates, form.terms))

    def open_end(self, row: ContractRow, today: date) -> None:
        form = EndDialog(row, today, self._screen)
        self._open(form, lambda: self._presenter.end(form.row, date_in(form.ends)))

    def open_aid(self, agreed: Agreements, today: date, row: AidGrantRow | None) -> None:
        form = AidDialog(agreed, today, row, self._screen)
        if row is None:
            self._open(form, lambda: self._presenter.grant(agreed.family_id, form.child_id, form.terms))
        else:
            self._open(form, lambda: self._presenter.change(row, form.terms))

    def refuse_form(self, sentence: str, faults: Mapping[str, str]) -> None:
        if self.form is not None:
            self.form.refuse("" if faults else sentence, faults)
