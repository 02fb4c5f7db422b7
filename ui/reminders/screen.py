"""« Relances »: who is late, what was reminded, what goes to the Treasury, the tax certificates."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from PySide6.QtWidgets import QPushButton, QTabWidget

from backoffice.certificates.lists import CertificateRow
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.reminders.claims import ClaimDebtor, ClaimPage
from backoffice.reminders.lists import ClaimedRow, ClaimListRow, ReminderRow, UnpaidRow
from backoffice.reminders.rules import Level
from ui.common.asking import AskingScreen
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.over import ShowsProgress
from ui.common.parts import button, hint, row_of
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.reminders.claims_presenter import ClaimsPresenter
from ui.reminders.dialogs import LevelsDialog, StopDialog, WriteOffDialog
from ui.reminders.pages import CertificatesPage, ClaimsPage, MadePage, UnpaidPage
from ui.reminders.presenter import RemindersPresenter
from ui.shell.theme import em

TABS = ("&Impayés", "Relances &faites", "&À titrer", "Attestations fis&cales")
UNPAID, MADE, CLAIMS, CERTIFICATES = range(4)


class RemindersScreen(ShowsProgress, AskingScreen):
    """Reminds, leaves in peace, hands over, gives up; certifies what was paid."""

    kinds = frozenset({"reminders", "invoices", "payments", "debits", "families", "structure"})

    def __init__(self, changes: Changes, today: Callable[[], date]) -> None:
        super().__init__(changes)
        self._today = today
        self.regie, self.plan = ChoiceBox("Régie", 14), hint()
        self.plan.setWordWrap(False)
        self.levels_button = button("&Niveaux de relance…", icon="settings")
        self.unpaid, self.made = UnpaidPage(), MadePage()
        self.claims, self.certificates = ClaimsPage(), CertificatesPage()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setAccessibleName("Pages des relances")
        for page, title in zip((self.unpaid, self.made, self.claims, self.certificates), TABS, strict=True):
            self.tabs.addTab(page, title)
        self.setFocusProxy(self.unpaid.table)
        self.column.addWidget(row_of(self.regie, self.plan, self.levels_button, stretch_after=1))
        self.column.addWidget(self.tabs, 1)

    def bind(self, presenter: RemindersPresenter, claims: ClaimsPresenter) -> None:
        """Take the presenters that decide, and answer the widgets."""
        self._presenter, self._claims = presenter, claims
        self.regie.currentIndexChanged.connect(lambda _: self._choose_regie())
        self.tabs.currentChanged.connect(lambda _: self._read_page())
        self.levels_button.clicked.connect(lambda _: presenter.ask_levels())
        self._bind_unpaid(presenter)
        self._bind_others(presenter, claims)
        self.offer("find", self._find)
        self.offer("print", self._print)
        self.offer("accept", lambda: self._main_button().click())

    def refresh(self) -> None:
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show a page by its rank."""
        if isinstance(wanted, int) and 0 <= wanted < self.tabs.count():
            self.tabs.setCurrentIndex(wanted)

    def show_regies(self, regies: Sequence[tuple[str, int]], chosen: int | None) -> None:
        self.regie.fill(regies, chosen)
        self.regie.setVisible(len(regies) > 1)
        self._claims.regie_id = chosen
        self._read_page()

    def show_unpaid(self, rows: Sequence[UnpaidRow]) -> None:
        self.unpaid.show_rows(rows)

    def show_made(self, rows: Sequence[ReminderRow]) -> None:
        self.made.table.show_rows(rows)

    def show_plan(self, sentence: str) -> None:
        self.plan.setText(sentence)

    def show_claims(self, page: ClaimPage, lists: Sequence[ClaimListRow], handed: Sequence[ClaimedRow]) -> None:
        self.claims.show_page(page)
        self.claims.lists.show_rows(lists)
        self.claims.claimed.show_rows(handed)

    def show_years(self, years: Sequence[int], chosen: int) -> None:
        self.certificates.year.fill([(str(year), year) for year in years], chosen)

    def show_certificates(self, rows: Sequence[CertificateRow]) -> None:
        self.certificates.show_rows(rows, self._today())

    def ask_remind(self, sentence: str, family_ids: Collection[int]) -> None:
        self._ask_first("Relancer maintenant", sentence, "Relancer", lambda: self._presenter.remind(family_ids))

    def ask_hand_over(self, sentence: str, chosen: Sequence[ClaimDebtor]) -> None:
        self._ask_first(
            "Transmettre au Trésor public", sentence, "Transmettre", lambda: self._claims.hand_over(chosen), danger=True
        )

    def ask_levels(self, regie: str, levels: Sequence[Level]) -> None:
        dialog = LevelsDialog(regie, levels, self)
        self._ask(dialog, lambda: self._presenter.save_levels(dialog.levels()))

    def begin_progress(self, title: str) -> None:
        self._open_progress(title, self, self._claims.cancel)

    def _bind_unpaid(self, presenter: RemindersPresenter) -> None:
        page = self.unpaid
        page.remind_button.clicked.connect(lambda _: presenter.ask_remind(page.table.chosen_rows()))
        page.stop_button.clicked.connect(lambda _: self._stop_or_lift())
        page.family_button.clicked.connect(lambda _: self._open_family())
        page.table.row_opened.connect(lambda _: self._open_family())
        page.write_off_button.clicked.connect(lambda _: self._write_off_unpaid())

    def _bind_others(self, presenter: RemindersPresenter, claims: ClaimsPresenter) -> None:
        made, page, certificates = self.made, self.claims, self.certificates
        made.show_button.clicked.connect(lambda _: presenter.show_letters(made.table.chosen_rows()))
        made.save_button.clicked.connect(lambda _: presenter.save_letters(made.table.chosen_rows()))
        made.table.row_opened.connect(lambda row: presenter.show_letters([row]))
        page.offer_exports(claims.export)
        page.hand_button.clicked.connect(lambda _: claims.ask_hand_over(page.page, page.chosen()))
        page.list_button.clicked.connect(lambda _: self._save_list())
        page.lists.row_opened.connect(claims.save_list)
        page.write_off_button.clicked.connect(lambda _: self._write_off_claimed())
        page.table.row_opened.connect(lambda row: self.visit_asked.emit("families", row.family_id))
        certificates.year.currentIndexChanged.connect(lambda _: self._choose_year())
        certificates.make_button.clicked.connect(lambda _: claims.make())
        certificates.show_button.clicked.connect(lambda _: claims.show_certificates(certificates.table.chosen_rows()))
        certificates.save_button.clicked.connect(lambda _: claims.save_certificates(certificates.table.chosen_rows()))
        certificates.table.row_opened.connect(lambda row: claims.show_certificates([row]))

    def _read_page(self) -> None:
        reads = (
            self._presenter.read_unpaid,
            self._presenter.read_made,
            self._claims.read_claims,
            self._claims.read_certificates,
        )
        reads[self.tabs.currentIndex()]()

    def _choose_regie(self) -> None:
        self._presenter.regie_id = self._claims.regie_id = self.regie.currentData()
        self._read_page()

    def _choose_year(self) -> None:
        if (year := self.certificates.year.currentData()) is not None:
            self._claims.choose_year(year)

    def _stop_or_lift(self) -> None:
        row = self.unpaid.table.chosen()
        if row is None:
            return
        if row.stop is not None:
            self._presenter.lift(row)
            return
        dialog = StopDialog(row.family, self._today(), self)
        self._ask(dialog, lambda: self._presenter.stop(row, dialog.ends, dialog.reason.text()))

    def _write_off_unpaid(self) -> None:
        if (row := self.unpaid.invoices.chosen()) is not None:
            self._ask_write_off(row.invoice_id, row.number, row.due_cents)

    def _write_off_claimed(self) -> None:
        if (row := self.claims.claimed.chosen()) is not None:
            self._ask_write_off(row.invoice_id, row.number, row.cents)

    def _save_list(self) -> None:
        if (row := self.claims.lists.chosen()) is not None:
            self._claims.save_list(row)

    def _ask_write_off(self, invoice_id: int, number: str, cents: int) -> None:
        dialog = WriteOffDialog(number, cents, self)
        self._ask(dialog, lambda: self._presenter.write_off(invoice_id, number, dialog.reason.toPlainText()))

    def _ask(self, form: FormDialog, submitted: Callable[[], None]) -> None:
        form.submitted.connect(submitted)
        self._open(form)

    def _ask_first(
        self, title: str, sentence: str, verb: str, agreed: Callable[[], None], *, danger: bool = False
    ) -> None:
        asked = Confirmation(title, sentence, verb, danger=danger, parent=self)
        asked.setMinimumWidth(em(32))
        self._confirm(asked, agreed)

    def _open_family(self) -> None:
        if (row := self.unpaid.table.chosen()) is not None:
            self.visit_asked.emit("families", row.family_id)

    def _find(self) -> None:
        self.tabs.setCurrentIndex(UNPAID)
        self.unpaid.search.setFocus()

    def _main_button(self) -> QPushButton:
        pages = (
            self.unpaid.remind_button, self.made.show_button, self.claims.hand_button, self.certificates.make_button,
        )  # fmt: skip
        return pages[self.tabs.currentIndex()]

    def _print(self) -> None:
        if self.tabs.currentIndex() == CERTIFICATES:
            self.certificates.show_button.click()
        else:
            self.tabs.setCurrentIndex(MADE)
            self.made.show_button.click()


def reminders_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> RemindersScreen:
    """Join the screen of reminders, its decisions and the open office."""
    screen = RemindersScreen(changes, office.today)
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind(RemindersPresenter(screen, lanes, office, agent), ClaimsPresenter(screen, lanes, office, agent))
    return screen
