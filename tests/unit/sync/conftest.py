"""An office and its real portal, side by side in one process."""

import pytest

from tests.factories import an_office
from tests.letterbox import Letterbox


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def portal(office, tmp_path):
    opened = Letterbox(tmp_path, office)
    yield opened
    opened.close()
