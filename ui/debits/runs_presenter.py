"""What the runs decide: what to debit, the file for the bank, its receipts, what the bank gives back."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from backoffice.debits.candidates import Candidate, candidates, next_day
from backoffice.debits.lists import BankFileRow, DebitRow, RunRow, bank_files, debits_of, runs
from backoffice.debits.read_bank import BankReport, read_bank_file
from backoffice.debits.reject import AlreadyRejected, RejectionReport, reject
from backoffice.debits.run import RunReport, make_run, run_file
from backoffice.debits.settle import SettleReport, settle_run
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import NARROW, euros, long_date, plural
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGES = ("debits",)
MONEY = ("debits", "invoices", "payments", "treasury")


class RunsView(View, Protocol):
    """What the presenter asks of the screen about runs."""

    def show_day(self, day: date) -> None: ...
    def show_candidates(self, rows: Sequence[Candidate]) -> None: ...
    def show_runs(self, rows: Sequence[RunRow]) -> None: ...
    def show_run(self, run_id: int) -> None: ...
    def show_debits(self, rows: Sequence[DebitRow]) -> None: ...
    def show_rejections(self, rows: Sequence[DebitRow], files: Sequence[BankFileRow]) -> None: ...
    def offer_debits(self, rows: Sequence[DebitRow]) -> None: ...
    def ask_run(self, sentence: str, verb: str) -> None: ...
    def ask_where_to_save(self, run_id: int, number: str) -> None: ...
    def ask_leave_known(self, sentence: str, path: Path) -> None: ...
    def close_form(self) -> None: ...
    def refuse_form(self, error: Exception) -> None: ...


class RunsPresenter(Presenter[RunsView]):
    """Drives the debits of one régie."""

    def __init__(self, view: RunsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._regie_id = 0
        self._day: date | None = None
        self._run_id: int | None = None
        self._last: set[int] = set()
        self._wished: Sequence[Candidate] = ()
        self._scheme = ""

    def show(self, regie_id: int) -> None:
        """Read everything of a régie."""
        if regie_id != self._regie_id:
            self._regie_id, self._run_id, self._day = regie_id, None, None
            self._last.clear()
        if self._day is None:
            today = self._office.today()
            self.read("day", lambda: self._office.read(next_day, regie_id, today), self.choose_day)
        else:
            self._read_candidates()
        self.read("runs", lambda: self._office.read(runs, regie_id), self.view.show_runs)
        self.read("rejections", self._rejections, lambda read: self.view.show_rejections(*read))
        self.choose_run(self._run_id)

    def choose_day(self, day: date) -> None:
        """Show what may be debited on a day."""
        self._day = day
        self.view.show_day(day)
        self._read_candidates()

    def end_with(self, mandate_id: int, *, last: bool) -> None:
        """Let a mandate end with its debit, or live on."""
        (self._last.add if last else self._last.discard)(mandate_id)
        self._read_candidates()

    def ask(self, rows: Sequence[Candidate], scheme: str) -> None:
        """Say what a run would present, before it is made."""
        self._wished, self._scheme = rows, scheme
        if self._day is not None and rows:
            total = euros(sum(row.amount_cents for row in rows))
            count = plural(len(rows), "prélèvement")
            sentence = (
                f"{count}, {total}, pour le {long_date(self._day)}, au format {scheme}. Le fichier est vérifié, gardé sous clé "
                f"et enregistré où vous le voulez{NARROW}: déposez-le sur le site de la banque au plus tard la veille."
            )
            self.view.ask_run(sentence, f"Préparer {count}")

    def make(self) -> None:
        """Make the run that was asked."""
        day, rows, scheme, last = self._day, self._wished, self._scheme, frozenset(self._last)
        if day is None or not rows:
            return
        seen = {row.invoice_id: row.amount_cents for row in rows}
        regie_id = self._regie_id
        self.write(
            lambda: self._office.write(
                make_run, self._agent, regie_id, day, tuple(seen), scheme=scheme, seen=seen, last=last
            ),
            self._made,
            changes=CHANGES,
            unsaved="la remise",
            failed=self._not_made,
        )

    def choose_run(self, run_id: int | None) -> None:
        """Show the debits of a run, or of none."""
        self._run_id = run_id
        regie_id = self._regie_id
        if run_id is None:
            self.view.show_debits(())
        else:
            self.read("debits", lambda: self._office.read(debits_of, regie_id, run_id=run_id), self.view.show_debits)

    def save(self, run_id: int, path: Path) -> None:
        """Write a run's file where the agent wants it, off the window's thread."""

        def work() -> Path:
            path.write_bytes(self._office.write(run_file, self._agent, run_id))
            return path

        said = "Il contient des IBAN\u202f: effacez-le une fois déposé à la banque."
        self.outside(work, lambda kept: self.view.say(f"Enregistré{NARROW}: {kept}. {said}", State.ACCEPTED))

    def settle(self, row: RunRow) -> None:
        """Write a run's receipts."""
        self.write(
            lambda: self._office.write(settle_run, self._agent, row.id),
            self._settled,
            changes=MONEY,
            unsaved=f"l'encaissement de la remise {row.number}",
        )

    def search_debits(self, words: str) -> None:
        """Find the debit that the bank gave back."""
        regie_id = self._regie_id
        self.read("found", lambda: self._office.read(debits_of, regie_id, search=words), self.view.offer_debits)

    def reject(self, debit_id: int, code: str, on: date) -> None:
        """Record a rejection by hand."""
        self.write(
            lambda: self._office.write(reject, self._agent, debit_id, code, on),
            self._rejected,
            changes=MONEY,
            failed=self.view.refuse_form,
        )

    def read_bank(self, path: Path, *, leave_known: bool = False) -> None:
        """Read a file of the bank, off the window's thread."""
        regie_id = self._regie_id

        def work() -> BankReport:
            content = path.read_bytes()
            return self._office.write(read_bank_file, self._agent, regie_id, content, leave_known=leave_known)

        def failed(error: Exception) -> None:
            if isinstance(error, AlreadyRejected):
                self.view.ask_leave_known(str(error), path)
            else:
                self.view.report(error, retry=lambda: self.read_bank(path, leave_known=leave_known), unsaved=path.name)

        self.write(work, self._bank_read, changes=MONEY, failed=failed)

    def _read_candidates(self) -> None:
        regie_id, day, last = self._regie_id, self._day, frozenset(self._last)
        if day is not None:
            sealer = self._office.sealer
            self.read(
                "candidates",
                lambda: self._office.read(candidates, sealer, regie_id, day, last=last),
                self.view.show_candidates,
            )

    def _rejections(self) -> tuple[Sequence[DebitRow], Sequence[BankFileRow]]:
        regie_id = self._regie_id
        return self._office.read(debits_of, regie_id, rejected=True), self._office.read(bank_files, regie_id)

    def _made(self, report: RunReport) -> None:
        self._last.clear()
        self.view.say(report.sentence, State.ACCEPTED)
        self.view.show_run(report.run_id)
        self.view.ask_where_to_save(report.run_id, report.number)

    def _not_made(self, error: Exception) -> None:
        self.view.report(error, unsaved="la remise")
        if isinstance(error, StaleRecord):
            self._read_candidates()

    def _settled(self, report: SettleReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)

    def _rejected(self, report: RejectionReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.WAITING)

    def _bank_read(self, report: BankReport) -> None:
        waiting = bool(report.rejections or report.unknown)
        self.view.say(report.sentence, State.WAITING if waiting else State.ACCEPTED)
