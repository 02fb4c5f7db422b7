"""One invoice paid, a payment reversed, a family's account."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from backoffice.payments.account import FamilyAccount
from backoffice.payments.book import Share
from backoffice.payments.dues import Dues
from backoffice.payments.lists import ReceiptRow
from backoffice.payments.means import MEANS_WORDS
from backoffice.payments.receive import PaymentReport
from backoffice.payments.reverse import ONLINE, reversal_refusal
from backoffice.payments.rules import Tender
from resources.french import NARROW, euros, plural, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import date_field, date_in, note_field
from ui.common.listing import TableView
from ui.common.parts import Card, StatePill, button, figure, heading, hint
from ui.payments.table import CREDIT_TOLD, ENTRIES
from ui.payments.tender import TenderFields
from ui.shell.theme import State, em


class PaymentDialog(FormDialog):
    """Asks by which means, how much, when; then shows the receipt's number."""

    print_asked = Signal(int)

    def __init__(self, dues: Dues, today: date, parent: QWidget | None = None) -> None:
        numbers = ", ".join(invoice.number for invoice in dues.invoices)
        super().__init__(f"Encaisser la facture {numbers}", "Encaisser", parent=parent, columns=3)
        self.dues, self._payment = dues, 0
        self.tell(f"Famille {dues.family}, {dues.payer}. Reste dû{NARROW}: {euros(dues.due_cents)}.")
        self.fields = TenderFields(self.form, today)
        self.explain_stars()
        self.receipt = self._receipt()
        self.fields.show_dues(dues, dues.invoices)
        self.fields.amount.selectAll()

    def tender(self) -> Tender:
        """Give what was typed; call it once the dialog is complete."""
        return self.fields.tender()

    def shares(self) -> tuple[Share, ...]:
        """Say what goes to each invoice."""
        return self.fields.shares()

    def seen(self) -> dict[int, int]:
        """Say what the agent read as due."""
        return {invoice.id: invoice.due_cents for invoice in self.dues.invoices}

    def is_complete(self) -> bool:
        return self.fields.is_complete()

    @property
    def receipt_number(self) -> str:
        """The number given, once it is."""
        return self._number.text()

    def show_receipt(self, report: PaymentReport) -> None:
        """Say that it is done, with the number to write on the cheque or to give the family."""
        self._payment = report.payment_id
        self._number.setText(report.receipt_number)
        self._told.setText(report.sentence)
        self.show_done(self.receipt)

    def _receipt(self) -> Card:
        self._number, self._told = figure(), hint()
        self.print_button = button("&Imprimer la quittance", lambda: self.print_asked.emit(self._payment), icon="print")
        card = Card("Quittance")
        card.column.insertWidget(0, StatePill("Paiement enregistré", State.ACCEPTED))
        card.column.addWidget(self._number)
        card.column.addWidget(self._told)
        card.column.addWidget(self.print_button)
        card.hide()
        self.body.addWidget(card)
        return card


class ReverseDialog(FormDialog):
    """Asks why a payment is reversed, and of which day the counter-entry is."""

    def __init__(self, row: ReceiptRow, today: date, parent: QWidget | None = None) -> None:
        super().__init__("Annuler par contre-écriture", "Annuler l'encaissement", parent=parent, danger=True)
        self.row = row
        means = MEANS_WORDS[row.means].lower() if not MEANS_WORDS[row.means].isupper() else MEANS_WORDS[row.means]
        opened = f" {plural(len(row.invoices), 'facture')} de nouveau à payer." if row.invoices else ""
        self.tell(
            f"Quittance {row.receipt_number} du {short_date(row.received_on)}, famille {row.family}{NARROW}: "
            f"{euros(row.amount_cents)} ({means}). Une contre-écriture de {euros(-row.amount_cents)} sera enregistrée "
            f"avec sa propre quittance.{opened}"
        )
        self.reason = self.form.add("reason", "&Motif", note_field(lines=2), required=True)
        self.day = self.form.add("day", "&Datée du", date_field(today), required=True)
        self.online = QCheckBox("&PayFiP a rendu cet argent à la famille")
        if row.means in ONLINE:
            self.form.add("online", "", self.online)
            self.online.setAccessibleName("PayFiP a rendu cet argent à la famille")
        self.explain_stars()

    @property
    def note(self) -> str:
        """The reason given."""
        return self.reason.toPlainText().strip()

    @property
    def chosen_day(self) -> date:
        """The day of the counter-entry."""
        return date_in(self.day)

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        wrong = reversal_refusal(self.row.means, self.row.amount_cents, self.note, even_online=self.online.isChecked())
        if wrong:
            self.fault.show_sentence(wrong)
        return wrong is None


class AccountDialog(QDialog):
    """A household's account as a statement: what was asked, what was received, what is left."""

    def __init__(self, account: FamilyAccount, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = f"Compte de la famille {account.family}"
        self.setWindowTitle(title)
        self.setModal(True)
        self.table = TableView(
            ENTRIES,
            name="Mouvements du compte",
            empty="Aucun mouvement.",
            key=lambda entry: (entry.kind, entry.subject_id),
            saved_as="account",
        )
        due = StatePill(
            f"Dû{NARROW}: {euros(account.due_cents)}", State.WAITING if account.due_cents else State.ACCEPTED
        )
        head = QHBoxLayout()
        head.addWidget(heading(title))
        head.addWidget(hint(f"n°\xa0{account.family_number}"))
        head.addStretch(1)
        head.addWidget(due)
        if account.credit_cents:
            head.addWidget(StatePill(f"Crédit{NARROW}: {euros(account.credit_cents)}", State.INFO))
        self.close_button = button("&Fermer", self.reject)
        self.close_button.setDefault(True)
        foot = QHBoxLayout()
        kept = f" {CREDIT_TOLD}" if account.credit_cents else ""
        foot.addWidget(hint(f"Un solde négatif est en faveur de la famille.{kept}"), 1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.8))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.resize(em(58), em(32))
        self.table.show_rows(account.entries)
        self.table.scrollToBottom()
