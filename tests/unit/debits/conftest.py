"""An office in November, and its commune."""

from pathlib import Path

import pytest

from backoffice.office import Office
from tests.factories import Town, a_commune, an_office
from tests.months import IN_NOVEMBER


@pytest.fixture
def office(tmp_path: Path):
    opened = an_office(tmp_path, now=IN_NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)
