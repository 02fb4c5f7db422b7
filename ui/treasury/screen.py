"""« Caisse »: where the money is, what is to be deposited, the day book, the closings, the payments over."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QTabWidget

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.regie.lists import NO_REGIE
from backoffice.treasury.close import Proposal
from backoffice.treasury.day_book import DayBook
from backoffice.treasury.lists import ClosingRow, DepositRow, RegieRow, RemittanceRow, TreasuryPage
from backoffice.treasury.remit import Statement
from models.vocabulary import ClosingKind, PaperKind
from resources.french import NARROW
from ui.common.asking import AskingScreen
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.listing import TableView
from ui.common.parts import hint, row_of
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.treasury.dialogs import DepositDialog, closing_confirmation, remittance_confirmation
from ui.treasury.holdings import Holdings, Warnings
from ui.treasury.pages import ClosingPage, DepositPage, JournalPage, RemittancePage
from ui.treasury.presenter import TreasuryPresenter

WAITING, JOURNAL, CLOSED, PAID_OVER = range(4)
TABS = ("À re&mettre", "&Journal", "Arrê&tés", "Ver&sements")
NO_ROLE = f"Vous pouvez lire la caisse{NARROW}; la tenir demande le rôle de régisseur."


class TreasuryScreen(AskingScreen):
    """The till of a régie."""

    kinds = frozenset({"treasury", "payments", "structure"})

    def __init__(self, changes: Changes, today: Callable[[], date]) -> None:
        super().__init__(changes)
        self._today = today
        self.regie = ChoiceBox("Régie", 16)
        self.role = hint(NO_ROLE)
        self.holdings, self.warnings = Holdings(), Warnings()
        self.waiting = DepositPage(self._make, self._show_deposit)
        self.journal = JournalPage(today(), self._export)
        self.closed = ClosingPage(today(), self._ask_close, self._show_closing)
        self.paid_over = RemittancePage(today(), self._remit, self._show_remittance)
        self.tabs = self._tabs()
        self.head = row_of(self.regie, self.role, stretch_after=1)
        self.head.hide()
        for widget in (self.head, self.holdings, self.warnings):
            self.column.addWidget(widget)
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.waiting.table)
        self.offer("export", self._export)
        self.offer("print", self._print)

    def bind(self, presenter: TreasuryPresenter) -> None:
        """Take the presenter that decides."""
        self._presenter = presenter
        self.regie.currentIndexChanged.connect(lambda _: presenter.choose_regie(self.regie.currentData()))
        self.journal.period_chosen.connect(presenter.choose_period)
        self.paid_over.day_chosen.connect(presenter.choose_day)
        self.role.setVisible(not presenter.may_act)

    def refresh(self) -> None:
        for table in self._tables():
            table.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show a page by its rank."""
        if isinstance(wanted, int) and 0 <= wanted < len(TABS):
            self.tabs.setCurrentIndex(wanted)

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None:
        self.regie.fill([(row.name, row.id) for row in rows], chosen)
        self.regie.setVisible(len(rows) > 1)
        self.head.setVisible(len(rows) > 1 or not self._presenter.may_act)

    def show_no_regie(self) -> None:
        self.regie.hide()
        for table in self._tables():
            table.say_when_empty(NO_REGIE)
            table.show_rows(())

    def show_page(self, page: TreasuryPage, *, may_act: bool) -> None:
        self.holdings.show_balance(page.balance, page.cash_ceiling_cents, page.ceiling_cents)
        self.warnings.show_sentences(page.warnings)
        self.waiting.show_page(page, may_act=may_act)
        self.closed.show_page(page, may_act=may_act)
        self.counted.emit(len(page.warnings))

    def show_deposits(self, rows: Sequence[DepositRow]) -> None:
        self.waiting.slips.show_rows(rows)

    def show_day_book(self, book: DayBook) -> None:
        self.journal.show_book(book)

    def show_closings(self, rows: Sequence[ClosingRow]) -> None:
        self.closed.table.show_rows(rows)

    def show_remittances(self, rows: Sequence[RemittanceRow]) -> None:
        self.paid_over.table.show_rows(rows)

    def show_statement(self, found: Statement, *, may_act: bool) -> None:
        self.paid_over.show_statement(found, may_act=may_act)

    def ask_close(self, found: Proposal) -> None:
        self._confirm(closing_confirmation(found, self._today(), self), partial(self._presenter.close, found))

    def _tables(self) -> tuple[TableView[Any], ...]:
        waiting, paid_over = self.waiting, self.paid_over
        return waiting.table, waiting.slips, self.journal.table, self.closed.table, paid_over.table

    def _tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        for named in (tabs, tabs.tabBar()):
            named.setAccessibleName("Parties de la caisse")
        for title, page in zip(TABS, (self.waiting, self.journal, self.closed, self.paid_over), strict=True):
            tabs.addTab(page, title)
        return tabs

    def _make(self) -> None:
        means, rows = self.waiting.chosen_means, self.waiting.table.ticks.ticked()
        if means is None or not rows:
            return
        form = DepositDialog(means, rows, self._today(), self)
        form.submitted.connect(
            lambda: self._presenter.deposit(form.means, form.ids, form.day, form.cents, form.counted())
        )
        self._open(form)

    def _ask_close(self, kind: ClosingKind, day: date) -> None:
        self._presenter.ask_close(kind, day)

    def _remit(self) -> None:
        if (found := self.paid_over.found) is not None:
            self._confirm(remittance_confirmation(found, self), partial(self._presenter.remit, found))

    def _export(self) -> None:
        self._presenter.export()

    def _print(self) -> None:
        """Show the paper of the row chosen on the page shown."""
        page = self.tabs.currentIndex()
        if page == WAITING and (slip := self.waiting.slips.chosen()) is not None:
            self._show_deposit(slip)
        elif page == CLOSED and (closing := self.closed.table.chosen()) is not None:
            self._show_closing(closing)
        elif page == PAID_OVER and (over := self.paid_over.table.chosen()) is not None:
            self._show_remittance(over)

    def _show_deposit(self, row: DepositRow) -> None:
        self._presenter.reprint(PaperKind.DEPOSIT, row.id, row.number)

    def _show_closing(self, row: ClosingRow) -> None:
        self._presenter.reprint_closing(row.id, row.kind, row.day)

    def _show_remittance(self, row: RemittanceRow) -> None:
        self._presenter.reprint(PaperKind.REMITTANCE, row.id, row.number)


def treasury_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> TreasuryScreen:
    """Join the screen, its decisions and the open office."""
    screen = TreasuryScreen(changes, office.today)
    screen.bind(TreasuryPresenter(screen, BoundLanes(tasks, screen, changes), office, agent))
    return screen
