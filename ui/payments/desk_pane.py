"""The desk: who owes on the left; on the right one household's invoices, what it hands over, its receipt."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from backoffice.payments.debtors import DebtorRow
from backoffice.payments.dues import Dues
from resources.french import NARROW, euros, plural
from ui.common.blank import Blank
from ui.common.forms import Form
from ui.common.listing import TableView
from ui.common.parts import Card, StatePill, button, figure, heading, hint, primary_button, row_of, scrolling
from ui.common.pickers import SearchField
from ui.payments.invoices import InvoiceTicks
from ui.payments.table import CREDIT_TOLD, DEBTORS
from ui.payments.tender import TenderFields, topped
from ui.shell.theme import State, em

NOBODY_OWES = "Personne ne doit rien à cette régie."
NOT_FOUND = "Aucune famille ne correspond à cette recherche."
CHOOSE = "Cherchez une famille, puis Entrée\u202f: ses factures à payer s'affichent ici."
NOTHING_DUE = "Rien n'est dû\u202f: un montant reçu maintenant est une avance, gardée au crédit de la famille."


class DoneCard(Card):
    """The last payment: its receipt's number, and the paper to print."""

    print_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._payment: int | None = None
        self.pill, self.number, self.told = StatePill("Paiement enregistré", State.ACCEPTED), figure(), hint()
        self.print_button = button("&Imprimer la quittance", self.ask_print, icon="print")
        head = QHBoxLayout()
        head.addWidget(self.pill)
        head.addWidget(self.number)
        head.addStretch(1)
        head.addWidget(self.print_button)
        self.column.addLayout(head)
        self.column.addWidget(self.told)
        self.hide()

    def show_payment(self, payment_id: int, number: str, sentence: str) -> None:
        """Show what was received."""
        self._payment = payment_id
        self.number.setText(number)
        self.told.setText(sentence)
        self.show()

    def ask_print(self) -> None:
        """Ask for the receipt shown."""
        if self._payment is not None:
            self.print_asked.emit(self._payment)


class DeskPane(QWidget):
    """A payment in a few keys: a name, Enter, the means, the amount, Enter."""

    searched = Signal(str)
    first_asked = Signal()
    family_chosen = Signal(object)  # DebtorRow, or None
    pay_asked = Signal()
    credit_asked = Signal()
    account_asked = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.dues: Dues | None = None
        self.search = SearchField("Famille, n° de famille ou de facture", "Rechercher qui paie")
        self.table: TableView[DebtorRow] = TableView(
            DEBTORS, name="Familles qui doivent", empty=NOBODY_OWES, saved_as="debtors"
        )
        self.count = hint()
        self.form = Form(3)
        self.fields = TenderFields(self.form, today)
        self.ticks, self.done, self.blank = InvoiceTicks(), DoneCard(), Blank("money")
        self.setFocusProxy(self.search)
        self._lay_out()
        self._connect()
        self.show_dues(None)

    def show_rows(self, rows: Sequence[DebtorRow], *, searched: bool) -> None:
        """Show who owes, or who was searched."""
        self.table.say_when_empty(NOT_FOUND if searched else NOBODY_OWES)
        self.table.show_rows(rows)
        total = sum(row.due_cents for row in rows)
        self.count.setText(f"{plural(len(rows), 'famille')}{NARROW}: {euros(total)} à recevoir")

    def show_dues(self, dues: Dues | None) -> None:
        """Show what a household owes, all of it ticked; none: nobody is chosen. What is typed outlives a mere refresh."""
        if dues is not None and dues == self.dues:
            return
        self.dues = dues
        self.pages.setCurrentIndex(0 if dues is None else 1)
        self.blank.say(CHOOSE)
        if dues is None:
            return
        self.title.setText(f"{dues.family}, {dues.payer}" if dues.family not in dues.payer else dues.payer)
        self.number.setText(f"Famille n°\xa0{dues.family_number}")
        late = f"Dû{NARROW}: {euros(dues.due_cents)}" if dues.due_cents else "Rien à payer"
        self.due.show_state(late, State.WAITING if dues.due_cents else State.ACCEPTED)
        self.credit.show_state(f"Crédit{NARROW}: {euros(dues.credit_cents)}", State.INFO)
        self.credit.setVisible(dues.credit_cents > 0)
        self.credit_button.setVisible(dues.credit_cents > 0 and dues.due_cents > 0)
        self.nothing.setVisible(not dues.invoices)
        self.ticks.setVisible(bool(dues.invoices))
        self.ticks.show_invoices(dues.invoices)
        self._ticked()

    def go_to_form(self) -> None:
        """Take the keyboard where a payment begins."""
        self.fields.means.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def next_family(self) -> None:
        """Be ready for the next payment: a new name to type."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.5))
        for widget in (self.search, self.table, self.count):
            column.addWidget(widget, int(widget is self.table))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.blank)
        self.pages.addWidget(self._household())
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.5))
        column.addWidget(self.done)
        column.addWidget(self.pages, 1)
        split = QSplitter()
        split.setHandleWidth(em(0.6))
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 3)
        split.setSizes([em(22), em(40)])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, em(0.5), 0, 0)
        row.addWidget(split)

    def _household(self) -> QWidget:
        self.title, self.number, self.nothing = heading("", 2), hint(), hint(NOTHING_DUE)
        self.number.setWordWrap(False)
        self.due, self.credit = StatePill(), StatePill()
        self.credit.setToolTip(CREDIT_TOLD)
        self.account_button = button("&Compte de la famille…", self.account_asked.emit, icon="history")
        self.credit_button = button("&Utiliser le crédit", self.credit_asked.emit, icon="check")
        self.pay_button = primary_button("&Encaisser", self.pay_asked.emit, "money")
        self.total = heading("", 3)
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(em(0.6))
        for widget in (self.title, self.number, self.due, self.credit):
            head.addWidget(widget)
        head.addStretch(1)
        card.column.addLayout(head)
        card.column.addWidget(self.nothing)
        card.column.addWidget(self.ticks, 1)
        card.column.addWidget(scrolling(topped(self.form)), 1)
        buttons = (self.account_button, self.credit_button, self.total, self.pay_button)
        card.column.addWidget(row_of(*buttons, stretch_after=1))
        return card

    def _connect(self) -> None:
        self.search.searched.connect(self.searched)
        self.search.returnPressed.connect(self.first_asked)
        self.table.row_chosen.connect(self.family_chosen)
        self.table.row_opened.connect(lambda _: self.go_to_form())
        self.ticks.ticked.connect(self._ticked)
        self.fields.changed.connect(self._shared)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            made = QShortcut(QKeySequence(key), self.form, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(self.pay_asked)

    def _ticked(self) -> None:
        if self.dues is not None:
            self.fields.show_dues(self.dues, self.ticks.chosen())

    def _shared(self) -> None:
        """Show what the amount typed gives to each invoice."""
        shares = self.fields.shares()
        self.ticks.show_shares(shares)
        chosen = sum(invoice.due_cents for invoice in self.ticks.chosen())
        left = chosen - sum(share.cents for share in shares)
        self.total.setText(f"Il restera {euros(left)}" if left and shares else "")
