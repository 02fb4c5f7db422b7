"""The pages of the till: what is to be deposited, the day book, the closings, the payments over."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDateEdit, QSplitter, QVBoxLayout, QWidget

from backoffice.clock import month_start, previous_month
from backoffice.payments.means import MEANS_WORDS
from backoffice.treasury.day_book import DayBook
from backoffice.treasury.deposit import DEPOSITED, WaitingRow
from backoffice.treasury.lists import ClosingRow, DepositRow, RemittanceRow, TreasuryPage
from backoffice.treasury.remit import ProductLine, Statement
from models.vocabulary import ClosingKind, PaymentMeans
from resources.french import euros, long_date, plural
from ui.common.choices import ChoiceBox
from ui.common.forms import date_field, date_in
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.parts import Page, button, heading, hint, primary_button, row_of
from ui.common.pickers import MonthPicker
from ui.common.ticks import TickView
from ui.shell.theme import em
from ui.treasury.table import CLOSINGS, DEPOSITS, MOVEMENTS, PRODUCTS, REMITTANCES, WAITING

Act = Callable[[], object]
NOTHING_WAITS = "Rien à remettre de ce moyen\u202f: ce qui est encaissé au guichet arrive ici."
NOTHING_CLOSED = "Rien n'est encore arrêté. Un arrêté fige les sommes d'une journée ou d'un mois."
NOTHING_PAID_OVER = "Aucun versement\u202f: «\xa0Verser…\xa0» porte ce qui est sur le compte chez le comptable public."


class DepositPage(Page):
    """What is in the till and in hand, by means; the slips already made."""

    def __init__(self, make: Act, show: Callable[[DepositRow], object]) -> None:
        super().__init__()
        self._waiting: tuple[WaitingRow, ...] = ()
        self._may_act = False
        self.means = ChoiceBox("Moyen à remettre", 15)
        self.table: TickView[WaitingRow] = TickView(
            WAITING, name="Paiements à remettre", empty=NOTHING_WAITS, saved_as="waiting"
        )
        self.told = hint()
        self.told.setWordWrap(False)
        self.all_button = button("Tout c&ocher", lambda: self.table.ticks.tick_all(ticked=True), look="quiet")
        self.none_button = button("Tout décoc&her", lambda: self.table.ticks.tick_all(ticked=False), look="quiet")
        self.make_button = primary_button("Établir le &bordereau…", make, "document")
        self.slips: TableView[DepositRow] = TableView(
            DEPOSITS, name="Bordereaux établis", empty="Aucun bordereau depuis un an.", saved_as="deposits"
        )
        self.show_button = button("&Voir le bordereau", lambda: self.slips.with_chosen(show), icon="print")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(
            _box(
                row_of(self.means, self.all_button, self.none_button, self.told, self.make_button, stretch_after=2),
                self.table,
            )
        )
        split.addWidget(_box(row_of(heading("Bordereaux établis", 3), self.show_button, stretch_after=0), self.slips))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.column.addWidget(split, 1)
        self.means.currentIndexChanged.connect(lambda _: self._fill())
        self.table.ticked_changed.connect(self._follow)
        self.slips.row_opened.connect(show)
        self.slips.row_chosen.connect(lambda row: self.show_button.setEnabled(row is not None))
        self.show_button.setEnabled(False)

    @property
    def chosen_means(self) -> PaymentMeans | None:
        """The means shown."""
        code = self.means.currentData()
        return PaymentMeans(code) if code else None

    def show_page(self, page: TreasuryPage, *, may_act: bool) -> None:
        """Show what waits; the first means that has some is shown first."""
        self._may_act, self._waiting = may_act, page.waiting
        counts = {means: sum(row.means is means for row in page.waiting) for means in DEPOSITED}
        lines = [(f"{MEANS_WORDS[means]} ({count})", means.value) for means, count in counts.items()]
        held = self.chosen_means
        if held is None or not counts[held]:
            held = next((means for means, count in counts.items() if count), DEPOSITED[0])
        self.means.fill(lines, held.value)
        self._fill()

    def _fill(self) -> None:
        self.table.show_rows([row for row in self._waiting if row.means is self.chosen_means])

    def _follow(self) -> None:
        ticked = self.table.ticks.ticked()
        cents = sum(row.amount_cents for row in ticked)
        self.told.setText(f"{plural(len(ticked), 'coché')} · {euros(cents)}")
        self.make_button.setEnabled(self._may_act and bool(ticked))


class JournalPage(Page):
    """Every movement of a period, and what it leaves."""

    period_chosen = Signal(object, object)  # two dates

    def __init__(self, today: date, export: Act) -> None:
        super().__init__()
        self.first, self.last = _day("Premier jour", month_start(today)), _day("Dernier jour", today)
        self.told = hint()
        self.export_button = button("E&xporter (XLSX)…", export, icon="export")
        self.table = TableView(MOVEMENTS, name="Journal de caisse", empty="Aucun mouvement.", saved_as="day-book")
        self.column.addWidget(
            row_of(PlainLabel("Du"), self.first, PlainLabel("au"), self.last, self.export_button, stretch_after=3)
        )
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.told)
        for field in (self.first, self.last):
            field.dateChanged.connect(lambda _: self._choose())

    def show_book(self, book: DayBook) -> None:
        """Show a period."""
        self.table.show_rows(book.movements)
        opening, closing = book.opening, book.closing
        self.told.setText(
            f"À l'ouverture\u202f: {euros(opening.till_cents)} en caisse, {euros(opening.values_cents)} de valeurs, "
            f"{euros(opening.account_cents)} sur le compte. À la clôture\u202f: {euros(closing.till_cents)}, "
            f"{euros(closing.values_cents)}, {euros(closing.account_cents)}."
        )

    def _choose(self) -> None:
        first, last = date_in(self.first), date_in(self.last)
        self.period_chosen.emit(min(first, last), max(first, last))


class ClosingPage(Page):
    """Days and months closed, and closing another."""

    def __init__(
        self, today: date, ask: Callable[[ClosingKind, date], object], show: Callable[[ClosingRow], object]
    ) -> None:
        super().__init__()
        self.day, self.month = _day("Jour à arrêter", today), MonthPicker(previous_month(today))
        self.day_button = button("Arrêter la jo&urnée…", lambda: ask(ClosingKind.DAY, date_in(self.day)), icon="lock")
        self.month_button = button("Arrêter &le mois…", lambda: ask(ClosingKind.MONTH, self.month.month), icon="lock")
        self.told = hint()
        self.table: TableView[ClosingRow] = TableView(
            CLOSINGS, name="Arrêtés", empty=NOTHING_CLOSED, saved_as="closings"
        )
        self.show_button = button("&Réimprimer l'arrêté", lambda: self.table.with_chosen(show), icon="print")
        self.column.addWidget(
            row_of(self.day, self.day_button, self.month, self.month_button, self.show_button, stretch_after=3)
        )
        self.column.addWidget(self.told)
        self.column.addWidget(self.table, 1)
        self.table.row_opened.connect(show)
        self.table.row_chosen.connect(lambda row: self.show_button.setEnabled(row is not None))
        self.show_button.setEnabled(False)

    def show_page(self, page: TreasuryPage, *, may_act: bool) -> None:
        """Say until when the books are closed."""
        until = page.closed_until
        self.told.setText(
            f"La régie est arrêtée jusqu'au {long_date(until)}\u202f: rien ne peut plus y être daté."
            if until
            else "Arrêter une journée arrête aussi les jours précédents restés ouverts."
        )
        for made in (self.day_button, self.month_button):
            made.setEnabled(may_act)


class RemittancePage(Page):
    """What may be paid over, per product code, and what was."""

    day_chosen = Signal(object)

    def __init__(self, today: date, make: Act, show: Callable[[RemittanceRow], object]) -> None:
        super().__init__()
        self.found: Statement | None = None
        self.day = _day("Versement du", today)
        self.told = hint()
        self.told.setWordWrap(False)
        self.make_button = primary_button("V&erser…", make, "check")
        self.products: TableView[ProductLine] = TableView(
            PRODUCTS, name="À verser par code produit", empty="Rien à verser ce jour-là.", key=lambda line: line
        )
        self.table: TableView[RemittanceRow] = TableView(
            REMITTANCES, name="Versements", empty=NOTHING_PAID_OVER, saved_as="remittances"
        )
        self.show_button = button("&Réimprimer l'état", lambda: self.table.with_chosen(show), icon="print")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(
            _box(
                row_of(PlainLabel("Versement du"), self.day, self.told, self.make_button, stretch_after=2),
                self.products,
            )
        )
        split.addWidget(_box(row_of(heading("Versements", 3), self.show_button, stretch_after=0), self.table))
        self.column.addWidget(split, 1)
        self.day.dateChanged.connect(lambda _: self.day_chosen.emit(date_in(self.day)))
        self.table.row_opened.connect(show)
        self.table.row_chosen.connect(lambda row: self.show_button.setEnabled(row is not None))
        self.show_button.setEnabled(False)
        self.make_button.setEnabled(False)

    def show_statement(self, found: Statement, *, may_act: bool) -> None:
        """Show what would be paid over."""
        self.found = found
        lines = list(found.lines)
        if found.credit_cents:
            lines.append(ProductLine("", "", "Trop-perçus des familles, non affectés", found.credit_cents))
        self.products.show_rows(lines)
        self.told.setText(f"À verser\u202f: {euros(found.amount_cents)} · {plural(found.count, 'opération')}")
        self.make_button.setEnabled(may_act and found.amount_cents > 0)


def _day(name: str, day: date) -> QDateEdit:
    field = date_field(day)
    field.setAccessibleName(name)
    field.lineEdit().setAccessibleName(name)
    return field


def _box(head: QWidget, table: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(em(0.5))
    column.addWidget(head)
    column.addWidget(table, 1)
    return box
