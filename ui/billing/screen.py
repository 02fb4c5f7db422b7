"""The billing screen: a month, its figures, what to mend, its invoices, one of them in detail."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QMenu, QSplitter, QToolButton, QWidget

from backoffice.billing.alerts import AlertRow
from backoffice.billing.lists import InvoiceFile, InvoiceRow
from backoffice.billing.services import ServiceRow
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.billing.credit_desk import CreditDesk
from ui.billing.credit_presenter import CreditPresenter
from ui.billing.detail import InvoiceDetail
from ui.billing.figures import Figures
from ui.billing.invoice_presenter import InvoicePresenter
from ui.billing.lists import REDRAFT, FigureCards, MonthLists
from ui.billing.presenter import BillingPresenter
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import Confirmation
from ui.common.over import ShowsProgress
from ui.common.papers import PaperScreen
from ui.common.parts import button, primary_button, row_of
from ui.common.pickers import MonthPicker
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.payments.of_invoice import InvoicePayment
from ui.shell.theme import em

EVERY_SERVICE = "Tous les services"
INVOICES = 0  # the page of the month's invoices


class BillingScreen(ShowsProgress, PaperScreen):
    """Prepares a month, issues it, receives its payments."""

    kinds = frozenset({"invoices", "attendance", "families", "structure"})

    payment: InvoicePayment

    def __init__(self, changes: Changes, today: Callable[[], date]) -> None:
        super().__init__(changes)
        self._today = today
        self.month, self.service = MonthPicker(today()), ChoiceBox("Service", 10)
        self.figures, self.lists, self.detail = FigureCards(), MonthLists(today), InvoiceDetail(today)
        self.desk = CreditDesk(self, self.lists.corrections, self.show_pdf)
        self.desk.count = self.lists.show_corrections
        self.setFocusProxy(self.lists.invoices)
        self.column.addWidget(self._bar())
        self.column.addWidget(self.figures)
        split = QSplitter()
        split.setHandleWidth(em(0.6))
        split.setChildrenCollapsible(False)
        split.addWidget(self.lists)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setSizes([em(39), em(20)])
        # what is to check or to make good is read whole: it takes the room of an invoice that it does not speak of
        self.lists.currentChanged.connect(lambda page: self.detail.setVisible(page == INVOICES))
        self.column.addWidget(split, 1)

    def bind(self, presenter: BillingPresenter, invoice: InvoicePresenter, credit: CreditPresenter) -> None:
        """Take the presenters that decide, and answer the widgets."""
        self._presenter, self._invoice = presenter, invoice
        self.desk.bind(credit)
        self.month.month_chosen.connect(lambda _: self._choose())
        self.service.currentIndexChanged.connect(lambda _: self._choose())
        self.prepare_button.clicked.connect(lambda _: presenter.prepare())
        self.issue_button.clicked.connect(lambda _: presenter.ask_issue())
        self.lists.filtered.connect(self._filter)
        self.lists.mend_asked.connect(self._mend)
        self.lists.invoices.row_chosen.connect(invoice.choose)
        self.lists.invoices.row_opened.connect(invoice.preview)
        self.detail.pay_asked.connect(self._ask_payment)
        self.detail.preview_asked.connect(lambda: self._with_row(invoice.preview))
        self.detail.save_asked.connect(lambda: self._with_row(invoice.save_pdf))
        self.detail.credit_asked.connect(lambda: self._with_file(self.desk.ask_credit))
        self.detail.redraft_asked.connect(lambda: self._with_file(self.desk.redraft))
        self.detail.note_asked.connect(self.desk.open_note)
        self.detail.family_asked.connect(lambda: self._with_row(self._open_family))
        self.offer("find", self._find)
        self.offer("previous", lambda: self.month.step(-1))
        self.offer("next", lambda: self.month.step(1))
        self.offer("today", lambda: self.month.show_month(self._today()))
        self.offer("print", lambda: self._with_row(invoice.preview), enabled=False)
        self.offer("export", self.export.showMenu)
        self.offer("accept", self._ask_payment, enabled=False)

    def refresh(self) -> None:
        self.lists.show_loading()
        self._presenter.refresh()
        self._invoice.refresh()
        self.desk.refresh()

    def visit(self, wanted: object) -> None:
        """Show a month (a date), or one invoice (its id)."""
        self.lists.setCurrentIndex(0)
        self._presenter.visit(wanted)

    def show_services(self, services: Sequence[ServiceRow]) -> None:
        names = [(row.name, row.code) for row in services]
        self.service.fill([(EVERY_SERVICE, None), *names], self.service.currentData())
        menu = self.export.menu()
        menu.clear()
        for name, code in names:
            menu.addAction(f"Présences — {name} (XLSX)…", _bound(self._presenter.export, code))
        menu.addSeparator()
        menu.addAction("Aides à réclamer (XLSX)…", self._presenter.export_aids)

    def show_month(self, month: date) -> None:
        self.month.blockSignals(True)
        self.month.show_month(month)
        self.month.blockSignals(False)

    def show_rows(self, rows: Sequence[InvoiceRow], when_empty: str) -> None:
        self.lists.show_rows(rows, when_empty)

    def show_figures(self, figures: Figures) -> None:
        self.figures.show_figures(figures)

    def show_alerts(self, alerts: Sequence[AlertRow]) -> None:
        self.lists.show_alerts(alerts)

    def chosen_invoice(self) -> InvoiceRow | None:
        return self.lists.invoices.chosen()

    def choose_invoice(self, invoice_id: int) -> None:
        self.lists.invoices.choose(invoice_id)

    def show_file(self, file: InvoiceFile | None) -> None:
        self.detail.show_file(file)
        self.enable("print", enabled=file is not None)
        self.enable("accept", enabled=self.detail.can_pay())

    def ask_issue(self, title: str, sentence: str, verb: str) -> None:
        dialog = Confirmation(title, sentence, verb, danger=True, parent=self)
        dialog.setMinimumWidth(em(32))
        dialog.accepted.connect(self._presenter.issue)
        dialog.open()

    def begin_progress(self, title: str) -> None:
        self._open_progress(title, self, self._presenter.cancel)

    def _bar(self) -> QWidget:
        self.export = QToolButton()
        self.export.setText("E&xporter")
        self.export.setAccessibleName("Exporter le mois")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(QMenu(self.export))
        self.prepare_button = button("&Préparer le mois", icon="refresh")
        self.prepare_button.setToolTip("Refaire les brouillons du mois à partir des pointages d'aujourd'hui")
        self.issue_button = primary_button("É&mettre…", icon="check")
        bar = (self.month, self.service, self.export, self.prepare_button, self.issue_button)
        return row_of(*bar, stretch_after=1)

    def _choose(self) -> None:
        self.lists.show_loading()
        self._presenter.choose(month=self.month.month, service=self.service.currentData())

    def _filter(self) -> None:
        self._presenter.filter(search=self.lists.search.text().strip(), status=self.lists.status)

    def _find(self) -> None:
        self.lists.setCurrentIndex(0)
        self.lists.search.setFocus()

    def _with_file(self, act: Callable[[InvoiceFile], None]) -> None:
        if self.detail.file is not None:
            act(self.detail.file)

    def _with_row(self, act: Callable[[InvoiceRow], None]) -> None:
        if self.detail.file is not None:
            act(self.detail.file.row)

    def _open_family(self, row: InvoiceRow) -> None:
        self.visit_asked.emit("families", row.family_id)

    def _ask_payment(self) -> None:
        if self.detail.file is None or not self.detail.can_pay():
            return
        self.payment.ask(self.detail.file.row.id)

    def _mend(self, alert: AlertRow) -> None:
        """Open the place where an alert is mended."""
        if alert.kind in REDRAFT:
            self._presenter.prepare()
        elif alert.place is not None:
            self.visit_asked.emit(*alert.place)


def _bound(act: Callable[[str], None], code: str) -> Callable[[], None]:
    return lambda: act(code)


def billing_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> BillingScreen:
    """Join the billing screen, its decisions and the open office."""
    screen = BillingScreen(changes, office.today)
    lanes = BoundLanes(tasks, screen, changes)
    screen.payment = InvoicePayment(screen, lanes, office, agent)
    screen.bind(
        BillingPresenter(screen, lanes, office, agent),
        InvoicePresenter(screen, lanes, office, agent),
        CreditPresenter(screen.desk, lanes, office, agent),
    )
    return screen
