"""A town alive for a journey: on SQLite, and at length on PostgreSQL on both sides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from backoffice.clock import SetClock
from tests.factories import NOW, Town, a_commune
from tests.live import LiveTown
from tests.months import seen
from tests.servers import ON_POSTGRES_AT_LENGTH, MailServer

SCHOOL_DAYS = tuple(date(2026, 11, day) for day in (3, 5, 6, 9, 10))


@dataclass(frozen=True, slots=True)
class Living:
    """A live town, its people, its clock and its mail."""

    live: LiveTown
    town: Town
    clock: SetClock
    smtp: MailServer


@pytest.fixture(params=ON_POSTGRES_AT_LENGTH)
def living(request: pytest.FixtureRequest, tmp_path: Path, smtp: MailServer) -> Iterator[Living]:
    """Give a commune on a Tuesday at nine, with a few days of canteen already eaten."""
    databases = {}
    if request.param == "postgresql":
        create = request.getfixturevalue("new_postgres")
        databases = {"office_database": create("office"), "portal_database": create("portal")}
    clock = SetClock(NOW)
    with LiveTown(tmp_path / "town", clock=clock, smtp=smtp, **databases) as live:
        town = a_commune(live.office)
        seen(live.office, town.home.child_id, town.meal_id, *SCHOOL_DAYS)
        yield Living(live, town, clock, smtp)
