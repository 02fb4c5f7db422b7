"""Opens and closes the forms of contracts and aids, one at a time."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt

from backoffice.agreements.lists import Agreements, AidGrantRow, ContractRow
from ui.common.dialogs import FormDialog
from ui.common.forms import date_in
from ui.common.screen import Screen
from ui.families.agreements_dialogs import AidDialog, EndDialog, SignDialog
from ui.families.agreements_presenter import AgreementsPresenter
from ui.shell.theme import State


class AgreementsForms:
    """The view of `AgreementsPresenter`: its forms stand over the screen, which says the rest."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.form: FormDialog | None = None

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

    def _open(self, form: FormDialog, save: Callable[[], Any]) -> None:
        self.form = form
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.submitted.connect(save)
        form.finished.connect(self._closed)
        form.open()

    def _closed(self) -> None:
        self.form = None
