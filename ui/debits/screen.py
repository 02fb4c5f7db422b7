"""« Prélèvements »: the mandates, what to debit, the files for the bank, what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QTabWidget

from backoffice.debits.accounts import RefusedField
from backoffice.debits.candidates import Candidate
from backoffice.debits.lists import BankFileRow, DebitRow, MandateRow, Payer, RegieRow, RunRow
from backoffice.families.lists import FamilyRow
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.regie.lists import NO_REGIE
from ui.common.asking import AskingScreen
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import Confirmation
from ui.common.forms import date_in
from ui.common.presenter import BoundLanes
from ui.common.saving import ask_where, ask_which
from ui.common.tasks import Tasks
from ui.debits.dialogs import MandateDialog, RejectDialog, SignDialog, StopDialog
from ui.debits.pages import DuePage, MandatesPage, RejectionsPage, RunsPage
from ui.debits.presenter import MandatesPresenter
from ui.debits.runs_presenter import RunsPresenter
from ui.shell.theme import em

MANDATES, DUE, RUNS, REJECTIONS = range(4)
TABS = ("Mandats", "À prélever", "Remises", "Rejets")
SUSPENDED = "Les factures ne seront plus prélevées jusqu'à la reprise du mandat."
REVOKED = "Le mandat prend fin pour de bon. La famille devra en signer un autre pour être prélevée."


class DebitsScreen(AskingScreen):
    """Four pages for one régie."""

    kinds = frozenset({"debits", "invoices", "payments", "families", "structure"})

    def __init__(self, changes: Changes, today: Callable[[], date]) -> None:
        super().__init__(changes)
        self._today = today
        self.regie = ChoiceBox("Régie", 14)
        self.mandates, self.due = MandatesPage(), DuePage(today)
        self.runs, self.rejections = RunsPage(today), RejectionsPage()
        self.tabs = QTabWidget()
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("Pages des prélèvements")
        for title, page in zip(TABS, (self.mandates, self.due, self.runs, self.rejections), strict=True):
            self.tabs.addTab(page, title)
        self.column.addWidget(self.regie)
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.mandates.table)

    def bind(self, mandates: MandatesPresenter, runs: RunsPresenter) -> None:
        """Take the presenters that decide, and answer the widgets."""
        self._mandates, self._runs = mandates, runs
        self.regie.currentIndexChanged.connect(lambda _: mandates.choose_regie(int(self.regie.currentData())))
        self._bind_mandates(mandates)
        due, made, given = self.due, self.runs, self.rejections
        due.day.day_chosen.connect(runs.choose_day)
        due.make.clicked.connect(lambda _: self._ask())
        due.last.clicked.connect(
            lambda last: due.table.with_chosen(lambda row: runs.end_with(row.mandate_id, last=last))
        )
        made.runs.row_chosen.connect(lambda row: runs.choose_run(row.id if row else None))
        made.save.clicked.connect(
            lambda _: made.runs.with_chosen(lambda row: self.ask_where_to_save(row.id, row.number))
        )
        made.settle.clicked.connect(lambda _: made.runs.with_chosen(runs.settle))
        made.reject.clicked.connect(lambda _: made.debits.with_chosen(self._ask_reject))
        given.reject.clicked.connect(lambda _: self._ask_reject(None))
        given.read.clicked.connect(lambda _: self._ask_file())
        self.mandates.family.clicked.connect(lambda _: self.mandates.table.with_chosen(self._open_family))
        due.family.clicked.connect(lambda _: due.table.with_chosen(self._open_family))
        made.family.clicked.connect(lambda _: made.debits.with_chosen(self._open_family))
        given.family.clicked.connect(lambda _: given.table.with_chosen(self._open_family))
        self.offer("new", self._ask_mandate)
        self.offer("find", self._find)
        self.offer("accept", self._ask)
        self.offer("open", self._ask_file)
        self.offer("print", lambda: self.mandates.table.with_chosen(mandates.preview))
        self.tabs.currentChanged.connect(lambda _: self._able())
        self._able()

    def refresh(self) -> None:
        self.mandates.table.show_loading()
        self._mandates.refresh()

    def visit(self, wanted: object) -> None:
        """Show the mandates that a search finds: a family's name or number."""
        if isinstance(wanted, str):
            self.tabs.setCurrentIndex(MANDATES)
            self.mandates.search.setText(wanted)
            self._mandates.search(wanted)

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None:
        self.regie.fill([(row.name, row.id) for row in rows], chosen)
        self.regie.setVisible(len(rows) > 1)

    def show_no_regie(self) -> None:
        self.regie.hide()
        self.mandates.table.say_when_empty(NO_REGIE)
        self.mandates.table.show_rows(())

    def regie_chosen(self) -> None:
        if self._mandates.regie_id is not None:
            self._runs.show(self._mandates.regie_id)

    def show_mandates(self, rows: Sequence[MandateRow]) -> None:
        self.mandates.show_rows(rows)

    def show_families(self, rows: Sequence[FamilyRow]) -> None:
        if isinstance(self._form, MandateDialog):
            self._form.show_families(rows)

    def show_payer(self, payer: Payer) -> None:
        if isinstance(self._form, MandateDialog):
            self._form.show_payer(payer)

    def show_day(self, day: date) -> None:
        self.due.show_day(day)

    def show_candidates(self, rows: Sequence[Candidate]) -> None:
        self.due.show_rows(rows)
        calls = sum(row.to_call for row in rows)
        ready = sum(row.is_ready for row in rows)  # those already presented stay shown, and await nothing
        self.tabs.setTabText(DUE, f"{TABS[DUE]} ({ready})" if ready else TABS[DUE])
        self.counted.emit(calls)

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        self.runs.runs.show_rows(rows)

    def show_run(self, run_id: int) -> None:
        self.tabs.setCurrentIndex(RUNS)
        self._runs.choose_run(run_id)
        self.runs.runs.choose(run_id)

    def show_debits(self, rows: Sequence[DebitRow]) -> None:
        self.runs.show_debits(rows)

    def show_rejections(self, rows: Sequence[DebitRow], files: Sequence[BankFileRow]) -> None:
        self.rejections.show_rows(rows, files)

    def offer_debits(self, rows: Sequence[DebitRow]) -> None:
        if isinstance(self._form, RejectDialog):
            self._form.show_debits(rows)

    def ask_run(self, sentence: str, verb: str) -> None:
        self._confirm(Confirmation("Préparer la remise", sentence, verb, parent=self), self._runs.make)

    def ask_where_to_save(self, run_id: int, number: str) -> None:
        ask_where(self, "Enregistrer le fichier de la remise", f"{number}.xml", partial(self._runs.save, run_id))

    def ask_leave_known(self, sentence: str, path: Path) -> None:
        told = f"{sentence} Voulez-vous lire les autres rejets de ce fichier et laisser celui-là tel quel\u202f?"
        asked = Confirmation("Rejet déjà enregistré", told, "Lire les autres", parent=self)
        self._confirm(asked, partial(self._runs.read_bank, path, leave_known=True))

    def faults_of(self, error: Exception) -> Mapping[str, str]:
        return {error.field: error.sentence} if isinstance(error, RefusedField) else {}

    def _bind_mandates(self, presenter: MandatesPresenter) -> None:
        page = self.mandates
        page.filtered.connect(lambda: presenter.search(page.search.text().strip()))
        page.new.clicked.connect(lambda _: self._ask_mandate())
        page.form.clicked.connect(lambda _: page.table.with_chosen(presenter.preview))
        page.table.row_opened.connect(presenter.preview)
        page.resume.clicked.connect(lambda _: page.table.with_chosen(presenter.resume))
        page.sign.clicked.connect(lambda _: page.table.with_chosen(self._ask_signature))
        page.suspend.clicked.connect(
            lambda _: page.table.with_chosen(partial(self._ask_stop, "Suspendre", SUSPENDED, presenter.suspend))
        )
        page.revoke.clicked.connect(
            lambda _: page.table.with_chosen(partial(self._ask_stop, "Révoquer", REVOKED, presenter.revoke))
        )

    def _able(self) -> None:
        self.enable("accept", enabled=self.tabs.currentIndex() == DUE)
        self.enable("print", enabled=self.tabs.currentIndex() == MANDATES)

    def _ask(self) -> None:
        self._runs.ask(self.due.table.ticks.ticked(), str(self.due.scheme.currentData()))

    def _confirm(self, asked: Confirmation, act: Callable[[], None]) -> None:
        asked.setMinimumWidth(em(30))
        super()._confirm(asked, act)

    def _find(self) -> None:
        self.tabs.setCurrentIndex(MANDATES)
        self.mandates.search.setFocus()

    def _open_family(self, row: MandateRow | Candidate | DebitRow) -> None:
        self.visit_asked.emit("families", row.family_id)

    def _ask_mandate(self) -> None:
        if self._mandates.regie_id is None:
            return
        form = MandateDialog(self._mandates.regie_id, self._today(), self)
        form.family_searched.connect(self._mandates.search_family)
        form.family_chosen.connect(self._mandates.choose_family)
        form.submitted.connect(lambda: self._mandates.enter(form.typed()))
        self._open(form)
        if not self.mandates.table.model_of_rows.rowCount():
            form.search.setText(self.mandates.search.text())  # the family that was searched has none yet

    def _ask_signature(self, row: MandateRow) -> None:
        form = SignDialog(row, self._today(), self)
        form.submitted.connect(
            lambda: self._mandates.sign(row, signed_on=date_in(form.signed_on), place=form.place.text())
        )
        self._open(form)

    def _ask_stop(self, verb: str, sentence: str, act: Callable[[MandateRow, str], None], row: MandateRow) -> None:
        form = StopDialog(row, verb, sentence, self)
        form.submitted.connect(lambda: act(row, form.note.toPlainText()))
        self._open(form)

    def _ask_reject(self, row: DebitRow | None) -> None:
        form = RejectDialog(row, self._today(), self)
        form.debit_searched.connect(self._runs.search_debits)
        form.submitted.connect(lambda: self._runs.reject(form.debit_id, form.chosen_code, form.day))
        self._open(form)

    def _ask_file(self) -> None:
        self.tabs.setCurrentIndex(REJECTIONS)
        ask_which(self, "Lire un fichier de la banque", ".xml", self._runs.read_bank)


def debits_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> DebitsScreen:
    """Join the screen, its decisions and the open office."""
    screen = DebitsScreen(changes, office.today)
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind(MandatesPresenter(screen, lanes, office, agent), RunsPresenter(screen, lanes, office, agent))
    return screen
