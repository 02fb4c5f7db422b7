"""Encaissements: the desk where families pay, the journal of what came in, the régie's settings."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QTabWidget, QWidget

from backoffice.office import Office
from backoffice.payments.account import FamilyAccount
from backoffice.payments.debtors import DebtorRow
from backoffice.payments.dues import Dues
from backoffice.payments.lists import ReceiptRow
from backoffice.payments.receive import PaymentReport
from backoffice.permissions import Agent
from backoffice.regie.lists import NO_REGIE, RegieRow, RegieSettings
from models.vocabulary import Role
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import refused_in
from ui.common.papers import PaperScreen
from ui.common.parts import button, row_of
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.payments.desk_pane import DeskPane
from ui.payments.dialogs import AccountDialog, ReverseDialog
from ui.payments.journal_pane import JournalPane
from ui.payments.journal_presenter import JournalPresenter
from ui.payments.online_pane import TITLE, OnlinePane, online_pane
from ui.payments.presenter import DeskPresenter
from ui.payments.settings import SettingsDialog
from ui.payments.settings_presenter import SettingsPresenter

DESK, JOURNAL, ONLINE = 0, 1, 2


class PaymentsScreen(PaperScreen):
    """The desk on the first page, the journal on the second."""

    kinds = frozenset({"payments", "invoices", "treasury", "structure"})

    def __init__(self, changes: Changes, office: Office, agent: Agent) -> None:
        super().__init__(changes)
        self._today = office.today
        self._may_set = bool(agent.roles & {Role.CASHIER, Role.ADMINISTRATOR})
        self._reversal: ReverseDialog | None = None
        self._settings: SettingsDialog | None = None
        self.desk, self.journal = DeskPane(office.today()), JournalPane(office.today())
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Pages des encaissements")
        self.tabs.addTab(self.desk, "Guichet")
        self.tabs.addTab(self.journal, "Journal des encaissements")
        self.tabs.setCornerWidget(self._corner())
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.desk)

    def add_online(self, pane: OnlinePane) -> None:
        """Take the page of online payments, which decides for itself."""
        self.online = pane
        self.tabs.addTab(pane, TITLE)

    def bind(self, desk: DeskPresenter, journal: JournalPresenter, settings: SettingsPresenter) -> None:
        """Take the presenters that decide, and answer the widgets."""
        self._desk, self._journal, self._set = desk, journal, settings
        self.regie.currentIndexChanged.connect(lambda _: self._choose_regie())
        self.settings_button.clicked.connect(lambda *_: self._with_regie(settings.ask))
        self.desk.searched.connect(desk.search)
        self.desk.first_asked.connect(desk.first)
        self.desk.family_chosen.connect(desk.choose)
        self.desk.pay_asked.connect(self._pay)
        self.desk.credit_asked.connect(self._use_credit)
        self.desk.account_asked.connect(self._account)
        self.desk.done.print_asked.connect(lambda at: desk.print_receipt(at, self.desk.done.number.text()))
        self.journal.wanted_changed.connect(self._read_journal)
        self.journal.print_asked.connect(lambda row: desk.print_receipt(row.id, row.receipt_number))
        self.journal.reverse_asked.connect(journal.ask_reversal)
        self.journal.account_asked.connect(lambda row: desk.account(row.regie_id, row.family_id))
        self.journal.chosen.connect(lambda _: self._able())
        self.tabs.currentChanged.connect(lambda _: self._able())
        self.offer("find", self._find)
        self.offer("accept", self._pay)
        self.offer("print", self._print)
        self.offer("history", self._account)
        self.offer("previous", lambda: self._dated.step(-1))
        self.offer("next", lambda: self._dated.step(1))
        self.offer("today", lambda: self._dated.show_day(self._today()))
        self._able()

    def refresh(self) -> None:
        self.desk.table.show_loading()
        self._desk.refresh()

    def visit(self, wanted: Any) -> None:
        """Show a household at the desk (its id)."""
        if isinstance(wanted, int):
            self.tabs.setCurrentIndex(DESK)
            self._desk.visit(wanted)

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None:
        self.regie.fill([(row.name, row.id) for row in rows], chosen)
        self.regie.setVisible(len(rows) > 1)
        self._read_pages()

    def show_no_regie(self) -> None:
        self.desk.table.say_when_empty(NO_REGIE)
        self.desk.table.show_rows(())

    def show_rows(self, rows: Sequence[DebtorRow], *, searched: bool) -> None:
        self.desk.show_rows(rows, searched=searched)

    def choose_family(self, family_id: int) -> None:
        self.desk.table.choose(family_id)

    def show_dues(self, dues: Dues | None) -> None:
        self.desk.show_dues(dues)
        self._able()

    def go_to_form(self) -> None:
        self.desk.go_to_form()

    def payment_done(self, report: PaymentReport) -> None:
        self.desk.done.show_payment(report.payment_id, report.receipt_number, report.sentence)
        self.desk.fields.clear()
        self.desk.next_family()
        self._able()

    def show_account(self, account: FamilyAccount) -> None:
        AccountDialog(account, self).open()

    def show_receipts(self, rows: Sequence[ReceiptRow]) -> None:
        self.journal.show_receipts(rows)

    def ask_reversal(self, row: ReceiptRow) -> None:
        dialog = self._reversal = ReverseDialog(row, self._today(), self)
        dialog.submitted.connect(
            lambda: self._journal.reverse(
                row, reason=dialog.note, on=dialog.chosen_day, even_online=dialog.online.isChecked()
            )
        )
        dialog.open()

    def reversed(self) -> None:
        if self._reversal is not None:
            self._reversal.accept()

    def not_reversed(self, error: Exception) -> None:
        if not refused_in(self._reversal, error):
            self.report(error, unsaved="l'annulation")

    def ask_settings(self, settings: RegieSettings) -> None:
        dialog = self._settings = SettingsDialog(settings, self)
        dialog.submitted.connect(lambda: self._set.keep(dialog.settings, dialog.wished()))
        dialog.open()

    def settings_kept(self) -> None:
        if self._settings is not None:
            self._settings.accept()

    def settings_refused(self, sentence: str) -> None:
        if self._settings is not None:
            self._settings.refuse(sentence)

    def _corner(self) -> QWidget:
        self.regie = ChoiceBox("Régie", 14)
        self.regie.hide()
        self.settings_button = button("&Réglages de la régie…", icon="settings", look="quiet")
        self.settings_button.setVisible(self._may_set)
        return row_of(self.regie, self.settings_button, stretch_after=0)

    def _choose_regie(self) -> None:
        if (chosen := self.regie.currentData()) is not None:
            self._desk.choose_regie(chosen)
            self._read_pages()

    def _read_pages(self) -> None:
        self._read_journal()
        if self._desk.regie is not None:
            self.online.show_regie(self._desk.regie)

    def _read_journal(self) -> None:
        if self._desk.regie is not None:
            self._journal.show(self._desk.regie, self.journal.wanted)

    def _pay(self) -> None:
        dues = self.desk.dues
        if dues is not None and self.tabs.currentIndex() == DESK and self.desk.fields.is_complete():
            self._desk.pay(dues, self.desk.fields.tender(), self.desk.fields.shares())

    def _use_credit(self) -> None:
        if self.desk.dues is not None:
            self._desk.use_credit(self.desk.dues, [invoice.id for invoice in self.desk.ticks.chosen()])

    def _account(self) -> None:
        row = self.journal.table.chosen()
        if self.tabs.currentIndex() == JOURNAL and row is not None:
            self._desk.account(row.regie_id, row.family_id)
        elif self.tabs.currentIndex() == DESK and self.desk.dues is not None:
            self._desk.account(self.desk.dues.regie_id, self.desk.dues.family_id)

    def _print(self) -> None:
        if self.tabs.currentIndex() == JOURNAL:
            self.journal.print_button.click()
        else:
            self.desk.done.ask_print()

    def _find(self) -> None:
        self.desk.next_family() if self.tabs.currentIndex() == DESK else self.journal.search.setFocus()

    @property
    def _dated(self) -> JournalPane | OnlinePane:
        return self.online if self.tabs.currentIndex() == ONLINE else self.journal

    def _with_regie(self, act: Any) -> None:
        if self._desk.regie is not None:
            act(self._desk.regie)

    def _able(self) -> None:
        """Say what can be done on the page shown."""
        at = self.tabs.currentIndex()
        at_desk, row = at == DESK, self.journal.table.chosen() if at == JOURNAL else None
        self.enable("accept", enabled=at_desk and self.desk.dues is not None)
        self.enable("history", enabled=self.desk.dues is not None if at_desk else row is not None)
        self.enable("print", enabled=self.desk.done.isVisibleTo(self) if at_desk else row is not None)
        for action in ("previous", "next", "today"):
            self.enable(action, enabled=not at_desk)


def payments_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> PaymentsScreen:
    """Join the desk, the journal, their decisions and the open office."""
    screen = PaymentsScreen(changes, office, agent)
    lanes = BoundLanes(tasks, screen, changes)
    screen.add_online(online_pane(screen, office, agent, tasks, changes))
    screen.bind(
        DeskPresenter(screen, lanes, office, agent),
        JournalPresenter(screen, lanes, office, agent),
        SettingsPresenter(screen, lanes, office, agent),
    )
    return screen
