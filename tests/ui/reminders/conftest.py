"""The reminders live in January: October's canteen was due on the third of December."""

from datetime import UTC, datetime

import pytest

from backoffice.billing.lists import InvoiceRow
from backoffice.clock import SetClock
from backoffice.office import Office
from backoffice.reminders.levels import DEFAULTS, save_levels
from tests.factories import AGENT, Town, reached
from tests.months import IN_NOVEMBER, an_issued_invoice

JANUARY = datetime(2027, 1, 25, 9, tzinfo=UTC)  # fifty-three days late


@pytest.fixture
def now() -> datetime:
    return IN_NOVEMBER


@pytest.fixture
def invoice(office: Office, town: Town) -> InvoiceRow:
    """Give an unpaid invoice, a plan, and go to January."""
    reached(office, "levels", lambda: office.write(save_levels, AGENT, town.regie_id, DEFAULTS))
    issued = an_issued_invoice(office, town)
    assert isinstance(office.clock, SetClock)
    office.clock.set(JANUARY)
    return issued
