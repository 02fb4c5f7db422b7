"""What a household was billed: its invoices, its credit notes, its account at each régie, its mandates."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import InvoiceRow
from resources.french import NARROW, euros
from ui.common.listing import TableView
from ui.common.parts import button, heading, hint, row_of
from ui.families.presenter import FamilyPage, Held
from ui.families.table import CREDIT_NOTE_COLUMNS, INVOICE_COLUMNS
from ui.shell.theme import em

T = TypeVar("T")
NARROWEST_EM = 6


class FileTable(TableView[T]):
    """A short list: its columns fit the rows of this family, whatever those of the one before."""

    def show_rows(self, rows: Sequence[T]) -> None:
        super().show_rows(rows)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        heads, columns = self.horizontalHeader(), self.model_of_rows.columns
        wide = [max(self.sizeHintForColumn(at), heads.sectionSizeHint(at)) for at in range(len(columns))]
        stretched = next(at for at, column in enumerate(columns) if column.stretch)
        left = self.viewport().width() - sum(wide) + wide[stretched]
        wide[stretched] = max(left, em(NARROWEST_EM))
        for at, width in enumerate(wide):
            self.setColumnWidth(at, width)


class BillingPane(QWidget):
    """The invoices, and under them what an agent asks next: credit notes, account, mandate."""

    invoice_asked = Signal(object)  # InvoiceRow
    note_asked = Signal(object)  # CreditNoteRow
    account_asked = Signal(object)  # the id of a régie
    debits_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.invoices: TableView[InvoiceRow] = FileTable(INVOICE_COLUMNS, name="Factures", empty="Aucune facture.")
        self.notes: TableView[CreditNoteRow] = FileTable(CREDIT_NOTE_COLUMNS, name="Avoirs", empty="Aucun avoir.")
        self.notes_title, self.credit = heading("Avoirs", 3), hint()
        self.account = button("&Compte de la famille…", self._ask_account, icon="history")
        self.debits = button("&Prélèvement", self.debits_asked.emit, icon="debit")
        self.debits.setToolTip("Les mandats de la famille")
        self._held: tuple[Held, ...] = ()
        self._menu = QMenu(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.4))
        column.addWidget(self.invoices, 3)
        column.addWidget(self.notes_title)
        column.addWidget(self.notes, 1)
        column.addWidget(self.credit)
        column.addWidget(row_of(self.account, self.debits, stretch_after=1))
        self.invoices.row_opened.connect(self.invoice_asked)
        self.notes.row_opened.connect(self.note_asked)

    def show_page(self, page: FamilyPage) -> None:
        """Show what a household was billed."""
        self.invoices.show_rows(page.invoices)
        self.notes.show_rows(page.notes)
        for widget in (self.notes, self.notes_title):
            widget.setVisible(bool(page.notes))
        self._held = page.held
        told = [one for one in page.held if one.credit_cents]
        self.credit.setText("\n".join(credit_words(one, several=len(page.held) > 1) for one in told))
        self.credit.setVisible(bool(told))
        self.account.setVisible(bool(page.held))

    def _ask_account(self) -> None:
        """Ask for the account at the régie, or at one of the régies."""
        if len(self._held) == 1:
            self.account_asked.emit(self._held[0].regie_id)
            return
        self._menu.clear()
        for one in self._held:
            self._menu.addAction(one.regie).triggered.connect(
                lambda *_, regie_id=one.regie_id: self.account_asked.emit(regie_id)
            )
        self._menu.popup(self.account.mapToGlobal(self.account.rect().bottomLeft()))


def credit_words(held: Held, *, several: bool) -> str:
    """Say what a régie keeps for a household, and what it is good for."""
    where = f" à {held.regie}" if several else ""
    return (
        f"Crédit{where}{NARROW}: {euros(held.credit_cents)} payés de trop, gardés par la régie. Il règle une facture avec "
        f"«\xa0Utiliser le crédit\xa0», au guichet (Encaissements)."
    )
