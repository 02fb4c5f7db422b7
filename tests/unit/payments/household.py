"""A family that owes for two services, and what was written of its money."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceRow, family_invoices
from backoffice.office import Office
from backoffice.payments.dues import Dues, dues_of
from backoffice.payments.receive import PaymentReport, receive
from models.office.payments import Allocation, Payment
from models.vocabulary import PaymentMeans
from tests.factories import AGENT, Town, reached
from tests.months import OCTOBER, SCHOOL_DAYS, seen

TODAY = date(2026, 11, 3)
MEALS, MORNINGS = 10, 4  # 10 × 4,15 and 4 × 1,45
CHEQUE = {"means": PaymentMeans.CHEQUE, "reference": "0001234", "bank": "Crédit vosgien"}


@dataclass(frozen=True, slots=True)
class Owed:
    """The Martin family's two invoices of October."""

    office: Office
    town: Town
    canteen: InvoiceRow
    care: InvoiceRow

    def pay(self, cents: int, **more: Any) -> PaymentReport:
        """Receive money at the desk, in cash unless said otherwise."""
        wish = {"means": PaymentMeans.CASH, "received_on": self.office.today(), **more}
        return self.office.write(
            receive, AGENT, regie_id=self.town.regie_id, family_id=self.town.home.family_id, amount_cents=cents, **wish
        )

    def dues(self) -> Dues:
        """Read what is still due."""
        return self.office.read(dues_of, self.town.regie_id, self.town.home.family_id)

    def count(self) -> int:
        """Count the payments written."""
        return self.office.read(lambda session: session.scalar(select(func.count()).select_from(Payment))) or 0

    def allocations(self) -> list[tuple[int, int, int]]:
        """List what each payment settles, in the order written."""
        return self.office.read(
            lambda session: [
                (row.payment_id, row.invoice_id, row.amount_cents)
                for row in session.scalars(select(Allocation).order_by(Allocation.id))
            ]
        )


def two_invoices(office: Office, town: Town) -> Owed:
    """Issue October's canteen (41,50 €) and morning care (5,80 €)."""

    def bill() -> None:
        seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:MEALS])
        seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:MORNINGS])
        office.write(draft_month, AGENT, OCTOBER)
        office.write(issue_month, AGENT, OCTOBER)

    reached(office, ("two invoices", town), bill)
    rows = {row.service_code: row for row in office.read(family_invoices, town.home.family_id)}
    return Owed(office, town, rows["CANTINE"], rows["PERI"])
