"""An office whose calendar is that of the packages."""

import pytest

from backoffice.office import Office, Work
from backoffice.rulebook.seed import seed_calendar
from tests.factories import AGENT, Town, a_commune, reached


@pytest.fixture
def town(office: Office) -> Town:
    """Give a commune with the school years of 2025-2026 to 2027-2028."""
    made = a_commune(office)

    def seed(work: Work) -> None:
        seed_calendar(work.session, zone="B", first_year=2025, last_year=2028)

    reached(office, "the calendar of the packages", lambda: office.write(seed, AGENT))
    return made
