"""Decides for the « Factures » page of a family's file: its account at a régie, the paper of a credit note."""

from typing import Protocol

from backoffice.billing.credit_lists import CreditNoteRow, credit_note_pdf
from backoffice.office import Office
from backoffice.payments.account import FamilyAccount, family_account
from ui.common.presenter import Lanes, Presenter, View


class AccountView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_account(self, account: FamilyAccount) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...


class AccountPresenter(Presenter[AccountView]):
    """Opens what is read, and changes nothing."""

    def __init__(self, view: AccountView, lanes: Lanes, office: Office) -> None:
        super().__init__(view, lanes)
        self._office = office

    def open_account(self, regie_id: int, family_id: int) -> None:
        """Show a household's account at a régie."""
        self.read("account", lambda: self._office.read(family_account, regie_id, family_id), self.view.show_account)

    def open_note(self, note: CreditNoteRow) -> None:
        """Show a credit note's paper, as it was issued."""
        self.read(
            "note",
            lambda: self._office.read(credit_note_pdf, note.id),
            lambda content: self.view.show_pdf(f"Avoir {note.number}", content, f"avoir-{note.number}.pdf"),
        )
