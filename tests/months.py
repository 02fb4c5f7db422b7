"""Months to bill, for tests: children pointed behind the rules' back, an issued canteen."""

from datetime import UTC, date, datetime

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceRow, invoices_of
from backoffice.office import Office, Work
from models.office.bookings import Attendance
from models.vocabulary import AttendanceState
from tests.factories import AGENT, Town, reached

OCTOBER = date(2026, 10, 1)
SCHOOL_DAYS = tuple(date(2026, 10, day) for day in (1, 2, 5, 6, 8, 9, 12, 13, 15, 16, 19, 20, 22, 23, 26, 27, 29, 30))
IN_NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)


def seen(
    office: Office, child_id: int, unit_id: int, *days: date, state: AttendanceState = AttendanceState.PRESENT
) -> None:
    """Point a child on some days."""

    def point(work: Work) -> None:
        work.session.add_all(
            Attendance(child_id=child_id, unit_id=unit_id, day=day, state=state, arrived=None, left=None, note=None)
            for day in days
        )

    office.write(point, AGENT)


def an_issued_invoice(office: Office, town: Town, meals: int = 17) -> InvoiceRow:
    """Bill the Martin family's canteen of October."""

    def bill() -> InvoiceRow:
        seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:meals])
        office.write(draft_month, AGENT, OCTOBER)
        office.write(issue_month, AGENT, OCTOBER)
        return office.read(invoices_of, OCTOBER)[0]

    return reached(office, ("an issued invoice", town, meals), bill)
