"""An office whose calendar is that of the packages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.office import Office, Work
from backoffice.rulebook.seed import seed_calendar
from tests.factories import AGENT, Town, a_commune, an_office, reached


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    made = a_commune(office)

    def seed(work: Work) -> None:
        seed_calendar(work.session, zone="B", first_year=2026, last_year=2027)

    reached(office, "a calendar of the packages", lambda: office.write(seed, AGENT))
    return made
