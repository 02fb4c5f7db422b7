"""What the billing screen decides, apart from how it looks."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Protocol

from backoffice.agreements.aids import aids_to_claim, claims_sheet
from backoffice.attendance.export import export_attendance
from backoffice.billing.alerts import AlertRow, month_alerts
from backoffice.billing.bill import issue_and_render
from backoffice.billing.draft import DraftReport, draft_month
from backoffice.billing.issue import IssueReport
from backoffice.billing.lists import InvoiceFile, InvoiceRow, invoice_file, invoices_of
from backoffice.billing.render import RenderReport
from backoffice.billing.services import ServiceRow, services
from backoffice.clock import previous_month
from backoffice.errors import Cancelled, RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, month_name
from ui.billing.figures import Figures, Offer, figures_of, issue_offer, numbers_given
from ui.common.presenter import Lanes, Presenter, View
from ui.common.tasks import Progress
from ui.shell.theme import State


class BillingView(View, Protocol):
    """What the presenter asks of the billing screen."""

    def show_services(self, services: Sequence[ServiceRow]) -> None: ...
    def show_month(self, month: date) -> None: ...
    def show_rows(self, rows: Sequence[InvoiceRow], when_empty: str) -> None: ...
    def show_figures(self, figures: Figures) -> None: ...
    def show_alerts(self, alerts: Sequence[AlertRow]) -> None: ...
    def chosen_invoice(self) -> InvoiceRow | None: ...
    def choose_invoice(self, invoice_id: int) -> None: ...
    def ask_issue(self, title: str, sentence: str, verb: str) -> None: ...
    def begin_progress(self, title: str) -> None: ...
    def show_progress(self, done: int, total: int, label: str) -> None: ...
    def end_progress(self) -> None: ...
    def save_file(self, title: str, content: bytes, name: str) -> None: ...


class BillingPresenter(Presenter[BillingView]):
    """Drives one month of invoices, from the drafts to the payments."""

    def __init__(self, view: BillingView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self.month = previous_month(office.today())
        self._service: str | None = None
        self._services: Sequence[ServiceRow] = ()
        self._status: InvoiceStatus | None = None
        self._search = ""
        self._rows: Sequence[InvoiceRow] = ()
        self._found: Sequence[InvoiceRow] = ()
        self._alerts: Sequence[AlertRow] = ()
        self._wanted: int | None = None
        self._running: Progress | None = None

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    def refresh(self) -> None:
        """Read everything shown again."""
        self.view.show_month(self.month)
        self.read("services", lambda: self._office.read(services), self._services_read)
        self._read_month()

    def choose(self, *, month: date, service: str | None) -> None:
        """Show another month or service."""
        if (month, service) != (self.month, self._service):
            self.month, self._service = month.replace(day=1), service
            self._clear()
            self._read_month()

    def filter(self, *, search: str, status: InvoiceStatus | None) -> None:
        """Keep the invoices of a status, or that a search finds."""
        searched, self._search, self._status = search != self._search, search, status
        if searched:
            self._read_rows()
        else:
            self._show_rows()

    def visit(self, wanted: object) -> None:
        """Show a month (a date), or one invoice (its id)."""
        match wanted:
            case date():
                self._go(wanted.replace(day=1))
            case int():
                self.read("visit", lambda: self._office.read(invoice_file, wanted), self._visited)

    def prepare(self) -> None:
        """Make the month's drafts again, from the attendance of now."""
        month, service = self.month, self._service

        def work(progress: Progress) -> DraftReport:
            return self._office.write(
                draft_month, self._agent, month, service_code=service, progress=partial(_told, progress, "Brouillons")
            )

        self.view.begin_progress(f"Préparer {month_name(month)}")
        self._start(self.long(work, self._prepared, self.view.show_progress, changes=("invoices",), failed=self._ended))

    def ask_issue(self) -> None:
        """Say what issuing would do, or why it cannot be done."""
        match issue_offer(self.month, figures_of(self._rows), self._alerts, self.today()):
            case Offer() as offer:
                self.view.ask_issue(offer.title, offer.sentence, offer.verb)
            case refusal:
                self.view.say(refusal, State.REFUSED)

    def issue(self) -> None:
        """Number and freeze the month's drafts, then make their PDFs."""
        month, service = self.month, self._service

        def work(progress: Progress) -> tuple[IssueReport, RenderReport]:
            told = partial(_told, progress, "PDF des factures")
            return issue_and_render(self._office, self._agent, month, service_code=service, progress=told)

        self.view.begin_progress(f"Émettre {month_name(month)}")
        changes = ("invoices", "attendance")
        self._start(self.long(work, self._issued, self.view.show_progress, changes=changes, failed=self._not_issued))

    def cancel(self) -> None:
        """Ask the long work under way to stop."""
        if self._running is not None:
            self._running.cancel()

    def export(self, service: str) -> None:
        """Write a service's attendance as a workbook."""
        month, now = self.month, self._office.now()
        name = f"presences-{service.lower()}-{month:%Y-%m}.xlsx"
        self.outside(
            lambda: self._office.read(export_attendance, service, month, now=now),
            lambda content: self.view.save_file("Exporter les présences", content, name),
        )

    def export_aids(self) -> None:
        """Write what third parties owe for the month as a workbook, when they owe something."""
        month, now = self.month, self._office.now()

        def work() -> bytes | None:
            return self._office.read(claims_sheet, month, now) if self._office.read(aids_to_claim, month) else None

        self.outside(work, self._aids_read)

    def _aids_read(self, content: bytes | None) -> None:
        if content is None:
            self.view.say(f"Aucune aide à réclamer pour {month_name(self.month)}.", State.INFO)
        else:
            self.view.save_file("Exporter les aides à réclamer", content, f"aides-{self.month:%Y-%m}.xlsx")

    def _clear(self) -> None:
        self._rows = self._found = self._alerts = ()
        self.view.show_rows((), "")

    def _go(self, month: date) -> None:
        if month != self.month:
            self.month = month
            self._clear()
            self.view.show_month(month)
        self._read_month()

    def _visited(self, file: InvoiceFile) -> None:
        self._wanted = file.row.id
        self._go(file.row.month)

    def _services_read(self, rows: Sequence[ServiceRow]) -> None:
        if rows != self._services:
            self._services = rows
            self.view.show_services(rows)

    def _read_month(self) -> None:
        month, service, today = self.month, self._service, self.today()
        self._read_rows()
        self.read(
            "alerts",
            lambda: self._office.read(month_alerts, month, today=today, service_code=service),
            self._alerts_read,
        )

    def _read_rows(self) -> None:
        month, service, search = self.month, self._service, self._search

        def work() -> tuple[Sequence[InvoiceRow], Sequence[InvoiceRow]]:
            rows = self._office.read(invoices_of, month, service)
            return rows, self._office.read(invoices_of, month, service, search=search) if search else rows

        self.read("rows", work, self._rows_read)

    def _rows_read(self, read: tuple[Sequence[InvoiceRow], Sequence[InvoiceRow]]) -> None:
        self._rows, self._found = read
        chosen = self.view.chosen_invoice()
        self.view.show_figures(figures_of(self._rows))
        self._show_rows()
        if self._wanted is None and chosen is not None and chosen.id not in {row.id for row in self._rows}:
            self._wanted = next((row.id for row in self._rows if _replaces(row, chosen)), None)
        if self._wanted is not None:
            self.view.choose_invoice(self._wanted)
            self._wanted = None

    def _show_rows(self) -> None:
        rows = [row for row in self._found if self._status in {None, row.status}]
        name = month_name(self.month)
        if self._rows:
            empty = "Aucune facture ne correspond à ce filtre."
        else:
            empty = f"Aucune facture en {name}{NARROW}: «\xa0Préparer le mois\xa0» en fait les brouillons."
        self.view.show_rows(rows, empty)

    def _alerts_read(self, alerts: Sequence[AlertRow]) -> None:
        self._alerts = alerts
        self.view.show_alerts(alerts)

    def _start(self, progress: Progress) -> None:
        self._running = progress

    def _prepared(self, report: DraftReport) -> None:
        self.view.end_progress()
        self.view.say(report.sentence, State.ACCEPTED)

    def _issued(self, reports: tuple[IssueReport, RenderReport]) -> None:
        issued, rendered = reports
        self.view.end_progress()
        self.view.say(f"{issued.sentence}{numbers_given(issued.numbers)} {rendered.sentence}", State.ACCEPTED)

    def _not_issued(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._ended(error)
            return
        self.view.end_progress()
        self._read_month()
        said = f"Les factures sont émises{NARROW}; les PDF qui manquent se préparent avec «\xa0Émettre…\xa0»."
        self.view.say(said, State.WAITING)

    def _ended(self, error: Exception) -> None:
        self.view.end_progress()
        self.view.report(error)
        if isinstance(error, RefusedByRule):
            self._read_month()


def _told(progress: Progress, label: str, done: int, total: int) -> None:
    progress(done, total, label)


def _replaces(row: InvoiceRow, old: InvoiceRow) -> bool:
    """Tell whether a draft was made again in place of another."""
    return row.status is InvoiceStatus.DRAFT and (row.family_id, row.service_code) == (old.family_id, old.service_code)
