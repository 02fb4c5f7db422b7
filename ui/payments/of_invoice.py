"""An invoice paid from another screen: its dialog, the payment, the receipt."""

from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.payments.dues import Dues, dues_of_invoice
from backoffice.payments.receive import PaymentReport
from backoffice.permissions import Agent
from ui.common.dialogs import refused_in
from ui.common.pdf_preview import PdfPreview
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.payments.dialogs import PaymentDialog
from ui.payments.receiving import Receiving
from ui.shell.theme import State


class InvoicePayment(Receiving[Screen]):
    """Receives money for one invoice of the screen shown."""

    def __init__(self, screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(screen, lanes, office, agent)
        self.dialog: PaymentDialog | None = None

    def ask(self, invoice_id: int) -> None:
        """Read what may be paid of an invoice, and by which means; then ask."""
        self.read("dues", lambda: self._office.read(dues_of_invoice, invoice_id), self._ask)

    def _ask(self, dues: Dues) -> None:
        dialog = self.dialog = PaymentDialog(dues, self._office.today(), self.view)
        dialog.submitted.connect(lambda: self._pay(dialog))
        dialog.print_asked.connect(self._print)
        dialog.open()

    def _pay(self, dialog: PaymentDialog) -> None:
        self._receive(dialog.dues, dialog.tender(), dialog.shares(), dialog.seen())

    def _paid(self, report: PaymentReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)
        if self.dialog is not None:
            self.dialog.show_receipt(report)

    def _refused(self, error: Exception) -> None:
        if not refused_in(self.dialog, error):
            self.view.report(error, unsaved="le paiement")
        elif isinstance(error, StaleRecord):
            self.view.refresh()

    def _print(self, payment_id: int) -> None:
        number = self.dialog.receipt_number if self.dialog is not None else ""
        self._read_receipt(payment_id, number, self._show)

    def _show(self, title: str, content: bytes, name: str) -> None:
        PdfPreview(title, content, name, self.view).open()
