"""An office in November, its commune, and the lanes of a window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.office import Office
from tests.factories import Town, a_commune, an_office
from tests.months import IN_NOVEMBER
from ui.common.tasks import Tasks


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = an_office(tmp_path, now=IN_NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.drain()
