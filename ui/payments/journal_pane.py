"""The journal: what was received, by period and means, with its receipt, and how a wrong one is reversed."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backoffice.payments.lists import ReceiptRow
from backoffice.payments.means import MEANS_WORDS
from models.vocabulary import PaymentMeans
from resources.french import NARROW, euros, plural
from ui.common.choices import ChoiceBox
from ui.common.listing import TableView
from ui.common.parts import button, hint, primary_button, row_of
from ui.common.pickers import DayPicker, MonthPicker, SearchField, month_after
from ui.payments.journal_presenter import Wanted
from ui.payments.table import RECEIPTS
from ui.shell.theme import em

DAY, MONTH = "day", "month"
EVERY_MEANS = "Tous les moyens"
EMPTY = "Aucun encaissement dans cette période."


class JournalPane(QWidget):
    """A day's payments, or a month's."""

    wanted_changed = Signal()
    print_asked = Signal(object)  # ReceiptRow
    reverse_asked = Signal(object)
    account_asked = Signal(object)
    chosen = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.period = ChoiceBox("Période", 6)
        self.period.fill([("Un jour", DAY), ("Un mois", MONTH)], DAY)
        self.day, self.month = DayPicker(today, lambda: today), MonthPicker(today)
        self.means = ChoiceBox("Moyen de paiement", 10)
        self.means.fill([(EVERY_MEANS, None), *((words, means.value) for means, words in MEANS_WORDS.items())], None)
        self.search = SearchField("Famille, quittance, facture, chèque", "Rechercher un encaissement")
        self.table: TableView[ReceiptRow] = TableView(RECEIPTS, name="Encaissements", empty=EMPTY, saved_as="receipts")
        self.total = hint()
        self.total.setWordWrap(False)
        self.account_button = button("&Compte de la famille…", self._account, icon="history")
        self.reverse_button = button("&Annuler par contre-écriture…", self._reverse, icon="undo", look="danger")
        self.print_button = primary_button("&Imprimer la quittance", self._print, "print")
        self.setFocusProxy(self.table)
        self._lay_out()
        self._connect()
        self._follow_period()
        self._able(None)

    @property
    def wanted(self) -> Wanted:
        """What is asked of the list."""
        if self.period.currentData() == DAY:
            first = last = self.day.day
        else:
            first, last = self.month.month, month_after(self.month.month, 1) - timedelta(days=1)
        means = self.means.currentData()
        return Wanted(first, last, PaymentMeans(means) if means else None, self.search.text().strip())

    def show_receipts(self, rows: Sequence[ReceiptRow]) -> None:
        """Show payments and their sum, counter-entries taken off."""
        self.table.show_rows(rows)
        total = sum(row.amount_cents for row in rows)
        self.total.setText(f"{plural(len(rows), 'écriture')}{NARROW}: {euros(total)}")
        self._able(self.table.chosen())

    def step(self, count: int) -> None:
        """Show the period before or after."""
        (self.day if self.period.currentData() == DAY else self.month).step(count)

    def show_day(self, day: date) -> None:
        """Show a day, or its month."""
        self.day.show_day(day)
        self.month.show_month(day)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, em(0.5), 0, 0)
        column.setSpacing(em(0.5))
        bar = (self.period, self.day, self.month, self.means, self.search)
        column.addWidget(row_of(*bar, stretch_after=2))
        column.addWidget(self.table, 1)
        foot = (self.total, self.account_button, self.reverse_button, self.print_button)
        column.addWidget(row_of(*foot, stretch_after=0))

    def _connect(self) -> None:
        self.period.currentIndexChanged.connect(lambda _: self._follow_period())
        self.day.day_chosen.connect(lambda _: self.wanted_changed.emit())
        self.month.month_chosen.connect(lambda _: self.wanted_changed.emit())
        self.means.currentIndexChanged.connect(lambda _: self.wanted_changed.emit())
        self.search.searched.connect(lambda _: self.wanted_changed.emit())
        self.table.row_chosen.connect(self._able)
        self.table.row_opened.connect(self.print_asked)

    def _follow_period(self) -> None:
        daily = self.period.currentData() == DAY
        self.day.setVisible(daily)
        self.month.setVisible(not daily)
        self.wanted_changed.emit()

    def _able(self, row: ReceiptRow | None) -> None:
        for made in (self.account_button, self.print_button):
            made.setEnabled(row is not None)
        self.reverse_button.setEnabled(row is not None and not row.reverses and not row.reversed_by)
        self.chosen.emit(row)

    def _print(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.print_asked.emit(row)

    def _reverse(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.reverse_asked.emit(row)

    def _account(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.account_asked.emit(row)
