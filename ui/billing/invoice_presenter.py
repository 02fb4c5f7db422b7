"""What the billing screen decides of one invoice: its detail, its paper."""

from collections.abc import Callable
from typing import Protocol

from backoffice.billing.documents import preview_pdf
from backoffice.billing.lists import InvoiceFile, InvoiceRow, invoice_file, invoice_pdf
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import InvoiceStatus
from ui.billing.figures import pdf_name, pdf_title
from ui.common.presenter import Lanes, Presenter, View


class InvoiceView(View, Protocol):
    """What the presenter asks of the billing screen about one invoice."""

    def show_file(self, file: InvoiceFile | None) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...
    def save_file(self, title: str, content: bytes, name: str) -> None: ...


class InvoicePresenter(Presenter[InvoiceView]):
    """Drives the invoice that is shown in detail."""

    def __init__(self, view: InvoiceView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._shown: int | None = None

    def choose(self, row: InvoiceRow | None) -> None:
        """Show an invoice in detail, or none."""
        self._shown = row.id if row else None
        self.refresh()

    def refresh(self) -> None:
        """Read the invoice shown again."""
        shown = self._shown
        if shown is None:
            self.view.show_file(None)
        else:
            self.read("file", lambda: self._office.read(invoice_file, shown), self._read, failed=self._gone)

    def preview(self, row: InvoiceRow) -> None:
        """Show an invoice's PDF: the frozen one, or the draft's."""
        self._read_pdf(row, lambda content: self.view.show_pdf(pdf_title(row), content, pdf_name(row)))

    def save_pdf(self, row: InvoiceRow) -> None:
        """Keep a copy of an invoice's PDF."""
        self._read_pdf(row, lambda content: self.view.save_file("Enregistrer le PDF", content, pdf_name(row)))

    def _read(self, file: InvoiceFile) -> None:
        if file.row.id == self._shown:
            self.view.show_file(file)

    def _gone(self, error: Exception) -> None:
        """A draft made again has left: the list says so, nobody needs another word."""
        if isinstance(error, RefusedByRule):
            self.view.show_file(None)
        else:
            self.view.report(error, retry=self.refresh)

    def _read_pdf(self, row: InvoiceRow, done: Callable[[bytes], None]) -> None:
        today = self._office.today()
        if row.status is InvoiceStatus.DRAFT:
            self.read("pdf", lambda: self._office.read(preview_pdf, row.id, today), done)
        else:
            self.read("pdf", lambda: self._office.read(invoice_pdf, row.id), done)
