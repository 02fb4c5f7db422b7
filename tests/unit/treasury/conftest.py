"""An office in November, its commune, and books to write in."""

from pathlib import Path

import pytest

from backoffice.office import Office
from tests.factories import Town, a_commune, an_office
from tests.months import IN_NOVEMBER
from tests.unit.treasury.books import Books


@pytest.fixture
def office(tmp_path: Path):
    opened = an_office(tmp_path, now=IN_NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


@pytest.fixture
def books(office: Office, town: Town) -> Books:
    return Books(office, town)
