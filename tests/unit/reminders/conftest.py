"""An office in January: October's canteen was issued in November and has not been paid."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backoffice.billing.lists import InvoiceRow
from backoffice.clock import SetClock
from backoffice.office import Office
from backoffice.reminders.levels import DEFAULTS, save_levels
from tests.factories import AGENT, Town, a_commune, an_office, reached
from tests.months import IN_NOVEMBER, an_issued_invoice

DUE_ON = date(2026, 12, 3)  # thirty days after the third of November


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def go(office: Office, days_late: int) -> date:
    """Go to a day, counted from the due date."""
    day = DUE_ON + timedelta(days=days_late)
    assert isinstance(office.clock, SetClock)
    office.clock.set(at(day))
    return day


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = an_office(tmp_path, now=IN_NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    made = a_commune(office)
    reached(office, "levels", lambda: office.write(save_levels, AGENT, made.regie_id, DEFAULTS))
    return made


@pytest.fixture
def invoice(office: Office, town: Town) -> InvoiceRow:
    return an_issued_invoice(office, town)
