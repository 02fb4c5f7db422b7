"""A régie lived at random: after each thing that families and agents do, what the portal shows is what it should."""

from collections.abc import Iterator
from random import Random
from typing import cast

import pytest

from backoffice.office import Office, ViewKey, Work
from backoffice.permissions import SYSTEM
from backoffice.sync.client import PortalClient
from backoffice.sync.contract import View
from backoffice.sync.frame import Frame
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from backoffice.sync.views import build_views
from tests.factories import an_office
from tests.life.town import Life

STEPS, TOGETHER = 42, 7  # what is forgotten stays wrong until it is looked at
Bodies = dict[ViewKey, dict[str, object] | None]


class Window:
    """A portal that only shows: the last version of each view."""

    def __init__(self) -> None:
        self.views: dict[ViewKey, View] = {}

    def publish(self, views: list[View]) -> None:
        for view in views:
            self.views[view.kind, view.key, view.family_id] = view

    @property
    def shown(self) -> Bodies:
        return {key: view.body for key, view in self.views.items() if view.body is not None}


class _Undone(Exception):
    """Nothing is kept of what was only asked."""


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def due(office: Office) -> Bodies:
    """Build all that the portal should show, and change nothing."""
    keys: list[ViewKey] = []

    def ask(work: Work) -> None:
        mark_everything(work)
        keys.extend(work.views)
        raise _Undone

    with pytest.raises(_Undone):
        office.write(ask, SYSTEM)
    frame = office.now(), office.today(), office.sealer.public_key
    built = office.read(lambda session: build_views(Frame(session, *frame), keys))
    return {key: view.body for key, view in built.items() if view.body is not None}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, 9))])
def test_what_is_published_is_what_is_due_whatever_is_done(office: Office, seed: int) -> None:
    life, window = Life(office, Random(seed)), Window()  # noqa: S311 chance, no secret
    client = cast("PortalClient", window)
    office.write(mark_everything, SYSTEM)
    publish(office, client)
    for _ in range(STEPS // TOGETHER):
        done = [life.step() for _ in range(TOGETHER)]
        publish(office, client)
        wanted, shown = due(office), window.shown
        wrong = {key for key in wanted.keys() | shown.keys() if wanted.get(key) != shown.get(key)}
        assert not wrong, f"{done}: {[(key, shown.get(key), wanted.get(key)) for key in sorted(wrong)]}"
