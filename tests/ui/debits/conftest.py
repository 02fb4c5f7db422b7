"""Debits live in November: October's invoices announce them."""

from datetime import datetime

import pytest

from tests.months import IN_NOVEMBER


@pytest.fixture
def now() -> datetime:
    return IN_NOVEMBER
