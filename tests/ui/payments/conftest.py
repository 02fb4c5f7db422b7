"""A desk in November, where the Martin family owes for two services."""

from datetime import datetime

import pytest

from backoffice.office import Office
from tests.factories import Town
from tests.months import IN_NOVEMBER
from tests.unit.payments.household import Owed, two_invoices


@pytest.fixture
def now() -> datetime:
    return IN_NOVEMBER


@pytest.fixture
def owed(office: Office, town: Town) -> Owed:
    return two_invoices(office, town)
