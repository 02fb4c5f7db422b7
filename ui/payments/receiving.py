"""Receiving money and printing its receipt, at the desk or from another screen."""

from collections.abc import Callable, Mapping, Sequence

from backoffice.office import Office
from backoffice.payments.book import Share
from backoffice.payments.dues import Dues
from backoffice.payments.receipts import receipt_pdf
from backoffice.payments.receive import PaymentReport, receive
from backoffice.payments.rules import Tender
from backoffice.permissions import Agent
from resources.french import euros
from ui.common.presenter import Lanes, Presenter, V


class Receiving(Presenter[V]):
    """A presenter that receives money for a household."""

    def __init__(self, view: V, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def _receive(self, dues: Dues, tender: Tender, shares: Sequence[Share], seen: Mapping[int, int]) -> None:
        self.write(
            lambda: self._office.write(
                receive,
                self._agent,
                regie_id=dues.regie_id,
                family_id=dues.family_id,
                means=tender.means,
                amount_cents=tender.amount_cents,
                received_on=tender.received_on,
                shares=tuple(shares),
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
        raise NotImplementedError

    def _refused(self, error: Exception) -> None:
        raise NotImplementedError

    def _read_receipt(self, payment_id: int, number: str, show: Callable[[str, bytes, str], None]) -> None:
        self.write(
            lambda: self._office.write(receipt_pdf, self._agent, payment_id),
            lambda content: show(f"Quittance n°\xa0{number}", content, f"quittance-{number}.pdf"),
        )
