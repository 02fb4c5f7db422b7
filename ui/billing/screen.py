"""The billing screen: a month, its figures, what to mend, its invoices, one of them in detail."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from backoffice.billing.alerts import AlertKind, AlertRow
from backoffice.billing.lists import STATUS_WORDS, InvoiceFile, InvoiceRow
from backoffice.billing.services import ServiceRow
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.payments.record import PaymentReport
from backoffice.permissions import Agent
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, euros, plural
from ui.billing.detail import InvoiceDetail
from ui.billing.dialogs import PaymentDialog
from ui.billing.figures import Figures
from ui.billing.presenter import BillingPresenter
from ui.billing.table import ALERTS, invoice_columns
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation, ProgressDialog
from ui.common.listing import TableView
from ui.common.parts import Card, button, heading, hint, primary_button, row_of
from ui.common.pdf_preview import PdfPreview
from ui.common.pickers import MonthPicker, SearchField
from ui.common.presenter import BoundLanes
from ui.common.saving import ask_where
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.shell.theme import State, em

EVERY_SERVICE, EVERY_STATUS = "Tous les services", "Tous les états"
REDRAFT = frozenset({AlertKind.NO_DRAFT, AlertKind.OUTDATED})


class FigureCard(Card):
    """One figure of the month, what it counts, and the money."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.column.setContentsMargins(em(0.8), em(0.35), em(0.8), em(0.4))
        self.column.setSpacing(0)
        self._count, self._caption = hint(caption), caption
        self._count.setWordWrap(False)
        self._money = heading("—", 2)
        self.column.addWidget(self._count)
        self.column.addWidget(self._money)

    def show_figure(self, count: str, cents: int) -> None:
        """Write them."""
        self._count.setText(f"{self._caption} · {count}" if count else self._caption)
        self._money.setText(euros(cents))


class BillingScreen(Screen):
    """Prepares a month, issues it, receives its payments."""

    kinds = frozenset({"invoices", "attendance", "families", "structure"})

    def __init__(self, changes: Changes, month: date, today: Callable[[], date]) -> None:
        super().__init__(changes)
        self._today = today
        self._dialog: PaymentDialog | None = None
        self._progress: ProgressDialog | None = None
        self.month = MonthPicker(month)
        self.service, self.status = _choice("Service", 10), _choice("État des factures", 8)
        self.status.addItem(EVERY_STATUS, None)
        for status, words in STATUS_WORDS.items():
            self.status.addItem(words, status.value)
        self.search = SearchField("Famille, enfant ou n°", "Rechercher une facture")
        self.table = TableView(
            invoice_columns(today), name="Factures du mois", empty="Aucune facture.", saved_as="invoices"
        )
        self.alerts: TableView[AlertRow] = TableView(
            ALERTS, name="Points à vérifier", empty="Rien à vérifier dans ce mois.", key=lambda row: row
        )
        self.detail = InvoiceDetail(today)
        self.setFocusProxy(self.table)
        self._lay_out()

    def bind(self, presenter: BillingPresenter) -> None:
        """Take the presenter that decides, and answer the widgets."""
        self._presenter = presenter
        self.month.month_chosen.connect(lambda _: self._choose())
        self.service.currentIndexChanged.connect(lambda _: self._choose())
        self.status.currentIndexChanged.connect(lambda _: self._filter())
        self.search.searched.connect(lambda _: self._filter())
        self.table.row_chosen.connect(presenter.choose_row)
        self.table.row_opened.connect(presenter.preview)
        self.alerts.row_opened.connect(lambda _: self._mend())
        self.alerts.row_chosen.connect(self._show_alert)
        self.detail.pay_asked.connect(self._ask_payment)
        self.detail.preview_asked.connect(lambda: self._with_row(presenter.preview))
        self.detail.save_asked.connect(lambda: self._with_row(presenter.save_pdf))
        self.detail.family_asked.connect(lambda: self._with_row(self._open_family))
        self.offer("find", self.search.setFocus)
        self.offer("previous", lambda: self.month.step(-1))
        self.offer("next", lambda: self.month.step(1))
        self.offer("print", lambda: self._with_row(presenter.preview), enabled=False)
        self.offer("export", self.export.showMenu)
        self.offer("accept", self._ask_payment, enabled=False)

    def refresh(self) -> None:
        self.table.show_loading()
        self.alerts.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show a month (a date), or one invoice (its id)."""
        self.tabs.setCurrentIndex(0)
        self._presenter.visit(wanted)

    def show_services(self, services: Sequence[ServiceRow]) -> None:
        chosen = self.service.currentData()
        self.service.blockSignals(True)
        self.service.clear()
        self.service.addItem(EVERY_SERVICE, None)
        menu = self.export.menu()
        menu.clear()
        for row in services:
            self.service.addItem(row.name, row.code)
            menu.addAction(f"Présences — {row.name} (XLSX)…", _bound(self._presenter.export, row.code))
        self.service.setCurrentIndex(max(self.service.findData(chosen), 0))
        self.service.blockSignals(False)

    def show_month(self, month: date) -> None:
        self.month.blockSignals(True)
        self.month.show_month(month)
        self.month.blockSignals(False)

    def show_rows(self, rows: Sequence[InvoiceRow], when_empty: str) -> None:
        self.table.say_when_empty(when_empty)
        self.table.show_rows(rows)
        self.tabs.setTabText(0, plural(len(rows), "facture"))

    def show_figures(self, figures: Figures) -> None:
        self.drafted.show_figure(str(figures.drafts), figures.drafted_cents)
        self.issued.show_figure(str(figures.issued), figures.issued_cents)
        self.paid.show_figure("", figures.paid_cents)
        unpaid = plural(figures.unpaid, "impayée") if figures.unpaid else ""
        self.due.show_figure(unpaid, figures.due_cents)

    def show_alerts(self, alerts: Sequence[AlertRow]) -> None:
        self.alerts.show_rows(alerts)
        self.tabs.setTabText(1, f"À vérifier ({len(alerts)})" if alerts else "Rien à vérifier")
        self.alerts.say_when_empty("Rien à vérifier dans ce mois.")
        self._show_alert(self.alerts.chosen())

    def show_file(self, file: InvoiceFile | None) -> None:
        self.detail.show_file(file)
        self.enable("print", enabled=file is not None)
        able = file is not None and file.row.status is not InvoiceStatus.DRAFT and file.row.due_cents > 0
        self.enable("accept", enabled=able)

    def choose_invoice(self, invoice_id: int) -> None:
        self.table.choose(invoice_id)

    def ask_issue(self, title: str, sentence: str, verb: str) -> None:
        dialog = Confirmation(title, sentence, verb, danger=True, parent=self)
        dialog.setMinimumWidth(em(32))
        dialog.accepted.connect(self._presenter.issue)
        dialog.open()

    def begin_progress(self, title: str) -> None:
        self._progress = ProgressDialog(title, self)
        self._progress.cancel_asked.connect(self._presenter.cancel)
        self._progress.open()

    def show_progress(self, done: int, total: int, label: str) -> None:
        if self._progress is not None:
            self._progress.show_progress(done, total, label)

    def end_progress(self) -> None:
        if self._progress is not None:
            self._progress.accept()
            self._progress = None

    def payment_done(self, report: PaymentReport) -> None:
        self.say(report.sentence, State.ACCEPTED)
        if self._dialog is not None:
            self._dialog.show_receipt(report)

    def payment_refused(self, error: Exception) -> None:
        if self._dialog is not None and isinstance(error, RefusedByRule):
            self._dialog.refuse(str(error))
            return
        if self._dialog is not None:
            self._dialog.show_busy(False)
        self.report(error, unsaved="le paiement")

    def show_pdf(self, title: str, content: bytes, name: str) -> None:
        PdfPreview(title, content, name, self).open()

    def save_file(self, title: str, content: bytes, name: str) -> None:
        ask_where(self, title, name, lambda path: self._save(path, content))

    def _lay_out(self) -> None:
        self.export = QToolButton()
        self.export.setText("E&xporter")
        self.export.setAccessibleName("Exporter les présences du mois")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(QMenu(self.export))
        self.prepare_button = button("&Préparer le mois", self._prepare, icon="refresh")
        self.prepare_button.setToolTip("Refaire les brouillons du mois à partir des pointages d'aujourd'hui")
        self.issue_button = primary_button("É&mettre…", self._ask_issue, "check")
        bar = (self.month, self.service, self.export, self.prepare_button, self.issue_button)
        self.column.addWidget(row_of(*bar, stretch_after=1))
        self.column.addLayout(self._figures())
        split = QSplitter()
        split.setHandleWidth(em(0.6))
        split.setChildrenCollapsible(False)
        split.addWidget(self._tabs())
        split.addWidget(self.detail)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setSizes([em(39), em(20)])
        self.column.addWidget(split, 1)

    def _figures(self) -> QHBoxLayout:
        self.drafted, self.issued = FigureCard("Brouillons"), FigureCard("Émises")
        self.paid, self.due = FigureCard("Encaissé"), FigureCard("Reste dû")
        row = QHBoxLayout()
        row.setSpacing(em(0.6))
        for card in (self.drafted, self.issued, self.paid, self.due):
            row.addWidget(card, 1)
        return row

    def _tabs(self) -> QTabWidget:
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Factures et points à vérifier")
        self.tabs.addTab(_page(row_of(self.search, self.status, stretch_after=0), self.table), "Factures")
        self.alert_told = hint()
        self.mend_button = button("&Ouvrir pour corriger", self._mend, icon="edit")
        foot = QHBoxLayout()
        foot.addWidget(self.alert_told, 1)
        foot.addWidget(self.mend_button)
        page = _page(self.alerts)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addLayout(foot)
        self.tabs.addTab(page, "À vérifier")
        return self.tabs

    def _choose(self) -> None:
        self.table.show_loading()
        self._presenter.choose(month=self.month.month, service=self.service.currentData())

    def _filter(self) -> None:
        status = self.status.currentData()
        self._presenter.filter(search=self.search.text().strip(), status=InvoiceStatus(status) if status else None)

    def _prepare(self) -> None:
        self._presenter.prepare()

    def _ask_issue(self) -> None:
        self._presenter.ask_issue()

    def _with_row(self, act: Callable[[InvoiceRow], None]) -> None:
        if self.detail.file is not None:
            act(self.detail.file.row)

    def _open_family(self, row: InvoiceRow) -> None:
        self.visit_asked.emit("families", row.family_id)

    def _ask_payment(self) -> None:
        if self.detail.file is None or not self.detail.pay_button.isEnabled():
            return
        dialog = self._dialog = PaymentDialog(self.detail.file.row, self._today(), self)
        dialog.submitted.connect(lambda: self._presenter.pay(dialog.row, dialog.typed()))
        dialog.open()

    def _show_alert(self, alert: AlertRow | None) -> None:
        self.mend_button.setEnabled(alert is not None)
        self.alert_told.setText(alert.sentence if alert else "")
        again = alert is not None and alert.kind in REDRAFT
        self.mend_button.setText("&Préparer le mois" if again else "&Ouvrir pour corriger")

    def _mend(self) -> None:
        """Open the place where an alert is mended."""
        alert = self.alerts.chosen()
        if alert is None:
            return
        if alert.kind in REDRAFT:
            self._presenter.prepare()
        elif alert.activity_id is not None and alert.day is not None:
            wanted = (alert.activity_id, alert.day, alert.child_id)
            self.visit_asked.emit("attendance", wanted)
        elif alert.family_id is not None:
            self.visit_asked.emit("families", alert.family_id)

    def _save(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            self.report(error, retry=lambda: self._save(path, content), unsaved=path.name)
        else:
            self.say(f"Enregistré{NARROW}: {path}", State.ACCEPTED)


def _choice(name: str, wide: float) -> QComboBox:
    field = QComboBox()
    field.setAccessibleName(name)
    field.setMinimumWidth(em(wide))
    return field


def _page(*widgets: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, em(0.5), 0, 0)
    column.setSpacing(em(0.5))
    for widget in widgets:
        column.addWidget(widget, int(isinstance(widget, TableView)))
    return page


def _bound(act: Callable[[str], None], code: str) -> Callable[[], None]:
    return lambda: act(code)


def billing_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> BillingScreen:
    """Join the billing screen, its decisions and the open office."""
    screen = BillingScreen(changes, office.today(), office.today)
    screen.bind(BillingPresenter(screen, BoundLanes(tasks, screen, changes), office, agent))
    return screen
