"""An office on each database that a town hall may have."""

import pytest

from tests.factories import an_office
from tests.servers import ON_POSTGRES_AT_LENGTH


@pytest.fixture(params=ON_POSTGRES_AT_LENGTH)
def office(request, tmp_path):
    database = request.getfixturevalue("new_postgres")("office") if request.param == "postgresql" else None
    opened = an_office(tmp_path, database=database)
    yield opened
    opened.close()
