"""What the till's screen decides: what is read, deposited, closed, paid over, printed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from backoffice.clock import month_start
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.treasury.close import ClosingReport, Proposal, close, propose_closing
from backoffice.treasury.day_book import DayBook, day_book, export_day_book
from backoffice.treasury.deposit import DepositReport, deposit
from backoffice.treasury.lists import (
    ClosingRow,
    DepositRow,
    RegieRow,
    RemittanceRow,
    TreasuryPage,
    closings,
    deposits,
    regies,
    remittances,
    reprint,
    treasury_page,
)
from backoffice.treasury.remit import RemittanceReport, Statement, propose_remittance, remit
from models.vocabulary import ClosingKind, PaperKind, PaymentMeans, Role
from resources.french import of_month, short_date
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

YEAR = timedelta(days=366)
CHANGES = ("treasury", "payments")
PAPERS: Mapping[PaperKind, tuple[str, str]] = {
    PaperKind.DEPOSIT: ("Bordereau de remise", "bordereau"),
    PaperKind.CLOSING: ("Arrêté de caisse", "arrete"),
    PaperKind.REMITTANCE: ("État de versement", "versement"),
}


class TreasuryView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None: ...
    def show_no_regie(self) -> None: ...
    def show_page(self, page: TreasuryPage, *, may_act: bool) -> None: ...
    def show_deposits(self, rows: Sequence[DepositRow]) -> None: ...
    def show_day_book(self, book: DayBook) -> None: ...
    def show_closings(self, rows: Sequence[ClosingRow]) -> None: ...
    def show_remittances(self, rows: Sequence[RemittanceRow]) -> None: ...
    def show_statement(self, found: Statement, *, may_act: bool) -> None: ...
    def ask_close(self, found: Proposal) -> None: ...
    def close_form(self) -> None: ...
    def refuse_form(self, error: Exception) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...
    def save_file(self, title: str, content: bytes, name: str) -> None: ...


class TreasuryPresenter(Presenter[TreasuryView]):
    """Drives the till of one régie."""

    def __init__(self, view: TreasuryView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._regie: int | None = None
        today = office.today()
        self._period = month_start(today), today
        self._remit_on = today
        self.may_act = Role.CASHIER in agent.roles

    def refresh(self) -> None:
        """Read everything again."""
        self.read("regies", lambda: self._office.read(regies), self._regies_read)

    def choose_regie(self, regie_id: int) -> None:
        """Show another régie."""
        self._regie = regie_id
        self._read_all()

    def choose_period(self, first: date, last: date) -> None:
        """Show another period of the day book."""
        self._period = first, last
        if self._regie is not None:
            self._read_book()

    def choose_day(self, day: date) -> None:
        """Propose to pay over on another day."""
        self._remit_on = day
        if self._regie is not None:
            self._read_statement()

    def deposit(
        self, means: PaymentMeans, ids: Sequence[int], made_on: date, cents: int, counted: Mapping[int, int]
    ) -> None:
        """Make a slip."""
        regie_id = self._chosen()
        self.write(
            lambda: self._office.write(
                deposit, self._agent, regie_id, means, ids, made_on=made_on, seen_cents=cents, notes_and_coins=counted
            ),
            self._deposited,
            changes=CHANGES,
            unsaved="le bordereau",
            failed=self._refused,
        )

    def ask_close(self, kind: ClosingKind, day: date) -> None:
        """Read what a closing would freeze, and show it."""
        regie_id, today = self._chosen(), self._office.today()
        self.read(
            "closing", lambda: self._office.read(propose_closing, regie_id, kind, day, today=today), self.view.ask_close
        )

    def close(self, found: Proposal) -> None:
        """Close what was shown."""
        regie_id = self._chosen()
        self.write(
            lambda: self._office.write(close, self._agent, regie_id, found.kind, found.last, seen=found.seen),
            self._closed,
            changes=CHANGES,
            unsaved="l'arrêté",
            failed=self._refused,
        )

    def remit(self, found: Statement) -> None:
        """Pay over what was shown."""
        regie_id = self._chosen()
        self.write(
            lambda: self._office.write(
                remit, self._agent, regie_id, made_on=found.made_on, seen_cents=found.amount_cents
            ),
            self._remitted,
            changes=CHANGES,
            unsaved="le versement",
            failed=self._refused,
        )

    def reprint(self, kind: PaperKind, subject_id: int, name: str, words: str = "") -> None:
        """Show a paper as it was kept; `words` names it where its file's name is no French."""
        title, file = PAPERS[kind]
        self.read(
            "paper",
            lambda: self._office.read(reprint, kind, subject_id),
            lambda content: self.view.show_pdf(f"{title} {words or name}", content, f"{file}-{name}.pdf"),
        )

    def reprint_closing(self, closing_id: int, kind: ClosingKind, last: date) -> None:
        """Show a closing as it was kept."""
        words = of_month(last) if kind is ClosingKind.MONTH else f"du {short_date(last)}"
        self.reprint(PaperKind.CLOSING, closing_id, closing_name(kind, last), words)

    def export(self) -> None:
        """Keep the day book as a workbook."""
        regie_id, (first, last), now = self._chosen(), self._period, self._office.now()
        name = f"journal-de-caisse-{first:%Y-%m-%d}-{last:%Y-%m-%d}.xlsx"
        self.read(
            "export",
            lambda: self._office.read(export_day_book, regie_id, first, last, now=now),
            lambda content: self.view.save_file("Exporter le journal", content, name),
        )

    def _regies_read(self, rows: Sequence[RegieRow]) -> None:
        if not rows:
            self.view.show_no_regie()
            return
        if self._regie not in {row.id for row in rows}:
            self._regie = rows[0].id
        self.view.show_regies(rows, self._chosen())
        self._read_all()

    def _read_all(self) -> None:
        regie_id, today = self._chosen(), self._office.today()
        self.read("page", lambda: self._office.read(treasury_page, regie_id), self._page_read)
        self.read(
            "deposits", lambda: self._office.read(deposits, regie_id, today - YEAR, today), self.view.show_deposits
        )
        self.read("closings", lambda: self._office.read(closings, regie_id), self.view.show_closings)
        self.read("remittances", lambda: self._office.read(remittances, regie_id), self.view.show_remittances)
        self._read_book()
        self._read_statement()

    def _read_book(self) -> None:
        regie_id, (first, last) = self._chosen(), self._period
        self.read("book", lambda: self._office.read(day_book, regie_id, first, last), self.view.show_day_book)

    def _read_statement(self) -> None:
        regie_id, day = self._chosen(), self._remit_on
        shown = partial(self.view.show_statement, may_act=self.may_act)
        self.read("statement", lambda: self._office.read(propose_remittance, regie_id, day), shown)

    def _page_read(self, page: TreasuryPage) -> None:
        self.view.show_page(page, may_act=self.may_act)

    def _deposited(self, report: DepositReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)
        self.reprint(PaperKind.DEPOSIT, report.deposit_id, report.number)

    def _closed(self, report: ClosingReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)
        self.reprint_closing(report.closing_id, report.kind, report.last)

    def _remitted(self, report: RemittanceReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)
        self.reprint(PaperKind.REMITTANCE, report.remittance_id, report.number)

    def _refused(self, error: Exception) -> None:
        self.view.refuse_form(error)
        if isinstance(error, StaleRecord):
            self._read_all()

    def _chosen(self) -> int:
        assert self._regie is not None, "a régie is shown"
        return self._regie


def closing_name(kind: ClosingKind, day: date) -> str:
    """Name a closing in a file's name: 2026-11, 2026-11-24."""
    return f"{day:%Y-%m}" if kind is ClosingKind.MONTH else f"{day:%Y-%m-%d}"
