"""An office at the end of a crèche's year, and its commune."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backoffice.office import Office
from tests.factories import Town, a_commune, an_office


@pytest.fixture
def office(tmp_path: Path):
    opened = an_office(tmp_path, now=datetime(2027, 9, 6, 9, tzinfo=UTC))
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)
