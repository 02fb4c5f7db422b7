"""Billing lives in November: October is over."""

from datetime import datetime

import pytest

from tests.months import IN_NOVEMBER


@pytest.fixture
def now() -> datetime:
    return IN_NOVEMBER
