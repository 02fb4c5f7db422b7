"""An invoice paid from another screen: its dialog, the payment, the receipt."""

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.payments.dues import Dues, dues_of_invoice
from backoffice.payments.receipts import receipt_pdf
from backoffice.payments.receive import PaymentReport, receive
from backoffice.permissions import Agent
from resources.french import euros
from ui.common.pdf_preview import PdfPreview
from ui.common.presenter import Lanes, Presenter
from ui.common.screen import Screen
from ui.payments.dialogs import PaymentDialog
from ui.shell.theme import State


class InvoicePayment(Presenter[Screen]):
    """Receives money for one invoice of the screen shown."""

    def __init__(self, screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(screen, lanes)
        self._office, self._agent = office, agent
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
        dues, tender, shares, seen = dialog.dues, dialog.tender(), dialog.shares(), dialog.seen()
        self.write(
            lambda: self._office.write(
                receive,
                self._agent,
                regie_id=dues.regie_id,
                family_id=dues.family_id,
                means=tender.means,
                amount_cents=tender.amount_cents,
                received_on=tender.received_on,
                shares=shares,
                keep_excess=tender.keep_excess,
                reference=tender.reference,
                bank=tender.bank,
                drawer=tender.drawer,
                seen=seen,
            ),
            self._paid,
            changes=("invoices", "payments", "treasury"),
            unsaved=f"le paiement de {euros(tender.amount_cents)} de la famille {dues.family}",
            failed=self._refused,
        )

    def _paid(self, report: PaymentReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)
        if self.dialog is not None:
            self.dialog.show_receipt(report)

    def _refused(self, error: Exception) -> None:
        if self.dialog is not None and isinstance(error, RefusedByRule):
            self.dialog.refuse(str(error))
            if isinstance(error, StaleRecord):
                self.view.refresh()
            return
        if self.dialog is not None:
            self.dialog.show_busy(False)
        self.view.report(error, unsaved="le paiement")

    def _print(self, payment_id: int) -> None:
        number = self.dialog.receipt_number if self.dialog is not None else ""
        self.write(
            lambda: self._office.write(receipt_pdf, self._agent, payment_id),
            lambda content: PdfPreview(
                f"Quittance n°\xa0{number}", content, f"quittance-{number}.pdf", self.view
            ).open(),
        )
