"""Two workstations of one régie, in November."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.office import Office
from tests.factories import an_office
from tests.months import IN_NOVEMBER


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Give two workstations of one régie, on each kind of database."""
    url = request.getfixturevalue("new_postgres")("office") if request.param == "postgres" else None
    offices = an_office(tmp_path, now=IN_NOVEMBER, database=url), an_office(tmp_path, now=IN_NOVEMBER, database=url)
    yield offices
    for office in offices:
        office.close()
